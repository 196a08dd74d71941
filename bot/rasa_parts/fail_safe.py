"""Around the tracker store: a store that raises costs nobody the reply, and its log quotes nobody.

Rasa's own logs the error's text, which may quote a message, and keeps conversations in memory that nothing reads again.
"""

from __future__ import annotations

import logging
from typing import Any

from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.core.trackers import DialogueStateTracker

from bot.rasa_parts.tracker import ConversationEnded

logger = logging.getLogger(__name__)


def unwrapped(store: Any) -> Any:
    """Our own store, of which Rasa's wrappers do not pass on everything."""
    while not hasattr(store, "delete"):
        store = store._tracker_store
    return store


class LanternFailSafe(FailSafeTrackerStore):
    """Takes the place of Rasa's ``FailSafeTrackerStore`` (see ``bot.rasa_parts.install``)."""

    def on_tracker_store_error(self, error: Exception) -> None:
        logger.error("E44 the tracker store failed: %s", type(error).__name__)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        try:
            return await self._tracker_store.retrieve(sender_id)
        except ConversationEnded:
            raise
        except Exception as error:  # the turn goes on, as the first of a new conversation
            self.on_tracker_store_error(error)
            return None

    async def save(self, tracker: DialogueStateTracker) -> None:
        try:
            await self._tracker_store.save(tracker)
        except Exception as error:  # the reply was sent already
            self.on_tracker_store_error(error)
