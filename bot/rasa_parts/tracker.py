"""Rasa's tracker, read back and copied without the costs that grow with a conversation."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from functools import cache
from typing import Any

from rasa.shared.core.events import Event
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker


class ConversationEnded(Exception):
    """The conversation was deleted and must not begin again under its name."""


class LanternTracker(DialogueStateTracker):
    """Rasa copies the tracker for every action by replaying all events; the state is there to be copied."""

    def copy(self) -> LanternTracker:
        twin = copy.copy(self)
        twin.events = self._create_events(self.events)
        twin.slots = copy.copy(self.slots)
        twin.slots.update({name: copy.copy(slot) for name, slot in self.slots.items()})
        twin.active_loop = copy.copy(self.active_loop)
        return twin


def restore(sender_id: str, saved: Iterable[dict[str, Any]], slots: Iterable[Slot]) -> LanternTracker:
    """A tracker from its events as the store keeps them."""
    return LanternTracker.from_events(sender_id, events_of(saved), slots)


def events_of(saved: Iterable[dict[str, Any]]) -> list[Event]:
    """Events from their JSON."""
    events = [_event_class(data["event"])._from_parameters(data) for data in saved]
    return [event for event in events if event]


@cache
def _event_class(name: str) -> type[Event]:
    """Rasa searches all subclasses for every event."""
    found = Event.resolve_by_type(name)
    assert found is not None, f"rasa does not know the event {name} that it wrote itself"
    return found
