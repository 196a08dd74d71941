"""Copies and trackers read back are what Rasa's own way would give."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from rasa.core.actions.action import ActionListen
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.shared.core.events import ActionExecuted, ActionExecutionRejected, BotUttered, SlotSet, deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity

from bot.rasa_parts.tracker import LanternTracker, events_of, restore


def state_of(tracker: DialogueStateTracker) -> dict[str, Any]:
    return tracker.current_state(EventVerbosity.ALL)


def kept(bot: Any, conversation: str) -> LanternTracker:
    tracker = asyncio.run(bot.store.retrieve(conversation))
    assert isinstance(tracker, LanternTracker)
    return tracker


def test_a_copy_is_what_a_replay_gives(bot: Any) -> None:
    asyncio.run(bot.messages("copy", "can it spread to the bones?"))
    tracker = kept(bot, "copy")
    assert state_of(tracker.copy()) == state_of(DialogueStateTracker.copy(tracker)) == state_of(tracker)


def test_a_copy_leaves_the_first_alone(bot: Any) -> None:
    asyncio.run(bot.messages("alone", "can it spread to the bones?"))
    tracker = kept(bot, "alone")
    before = state_of(tracker)
    twin = tracker.copy()
    twin.update(SlotSet("context", {"other": True}))
    twin.update(ActionExecuted("action_reply"))
    assert state_of(tracker) == before != state_of(twin)


def test_read_back_as_rasa_would(bot: Any) -> None:
    asyncio.run(bot.messages("read", "what is a biopsy?"))
    saved = [event.as_dict() for event in kept(bot, "read").events]
    slots = bot.agent.domain.slots
    assert state_of(restore("read", saved, slots)) == state_of(DialogueStateTracker.from_dict("read", saved, slots))


def test_events_are_read_as_rasa_reads_them(bot: Any) -> None:
    asyncio.run(bot.messages("events", "what is a biopsy?"))
    saved = [event.as_dict() for event in kept(bot, "events").events]
    assert events_of(saved) == deserialise_events(saved)


@pytest.mark.parametrize(
    "events", [[SlotSet("context", {}), BotUttered("hello")], [], None, [ActionExecutionRejected("x")]]
)
def test_an_action_is_noted_as_rasa_notes_it(bot: Any, events: Any) -> None:
    processor = bot.agent.processor
    asyncio.run(bot.messages("noted", "what is a biopsy?"))
    prediction = PolicyPrediction.for_action_name(processor.domain, "action_listen", "a policy")

    def noted(note: Any) -> list[dict[str, Any]]:
        tracker = kept(bot, "noted")
        note(processor, tracker, ActionListen(), events, prediction)
        return [{**event.as_dict(), "timestamp": 0} for event in tracker.events]

    assert noted(type(processor)._log_action_on_tracker) == noted(MessageProcessor._log_action_on_tracker)
