"""Around the tracker store: a store that raises costs nobody the reply, and its log quotes nobody.

Rasa's own logs the error's text, which may quote a message, and keeps conversations in memory that nothing reads again.
"""

from __future__ import annotations

import logging

from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.core.trackers import DialogueStateTracker

logger = logging.getLogger(__name__)


class LanternFailSafe(FailSafeTrackerStore):
    """Takes the place of Rasa's ``FailSafeTrackerStore`` (see ``bot.rasa_parts.install``)."""

    def on_tracker_store_error(self, error: Exception) -> None:
        logger.error("E44 the tracker store failed: %s", type(error).__name__)

    def on_tracker_store_retrieve_error(self, error: Exception) -> None:
        self.on_tracker_store_error(error)

    async def save(self, tracker: DialogueStateTracker) -> None:
        try:
            await self._tracker_store.save(tracker)
        except Exception as error:  # the reply was sent already
            self.on_tracker_store_error(error)
