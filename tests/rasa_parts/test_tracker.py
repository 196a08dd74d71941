"""Copies and trackers read back are what Rasa's own way would give."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa.shared.core.events import ActionExecuted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity

from bot.rasa_parts.tracker import LanternTracker, restore


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
