"""Conversations in SQL (SQLite by default), read in bounded pieces, and deletable.

Rasa's own store reads and replays a whole session for every message, which grows to a second a message in a long
conversation, and cannot delete. Only the last events are read here, from a point where the bot had just finished
speaking; what is saved stays complete.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted
from rasa.shared.core.trackers import DialogueStateTracker

from bot.paths import data_dir
from bot.rasa_parts.install import install

WINDOW = 60  # events read back, about ten turns; the context slot is set in every turn, so it is among them
SAVED = "lantern_saved"  # attribute of a tracker: how many of its events the store already has


class LanternTrackerStore(SQLTrackerStore):
    """As Rasa's, with ``WINDOW`` events read back and ``delete``. Building it installs Lantern's processor."""

    def __init__(
        self,
        domain: Domain | None = None,
        host: str | None = None,
        event_broker: EventBroker | None = None,
        db: str | None = None,
        dialect: str = "sqlite",
        **options: Any,
    ) -> None:
        install()
        db = db or (str(data_dir() / "conversations.db") if dialect == "sqlite" else "lantern")
        super().__init__(domain, dialect, host, db=db, event_broker=event_broker, **options)
        if self.engine.dialect.name == "sqlite":
            sa.event.listen(self.engine, "connect", _tune_sqlite)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The end of a conversation, from a turn's start on."""
        with self.session_scope() as session:
            query = session.query(self.SQLEvent.data).filter(self.SQLEvent.sender_id == sender_id)
            rows = query.order_by(self.SQLEvent.id.desc()).limit(WINDOW).all()
        events = [json.loads(row.data) for row in reversed(rows)]
        if not events:
            return None
        tracker = DialogueStateTracker.from_dict(sender_id, _from_turn_start(events, len(rows) == WINDOW), self.domain.slots)
        setattr(tracker, SAVED, len(tracker.events))
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store the events that are new since the tracker was read."""
        await self.stream_events(tracker)
        events = list(tracker.events)
        with self.session_scope() as session:
            session.add_all([self._row(tracker.sender_id, event) for event in events[getattr(tracker, SAVED, 0) :]])
            session.commit()
        setattr(tracker, SAVED, len(events))

    async def delete(self, sender_id: str) -> int:
        """Remove a conversation for good; returns how many events it had."""
        with self.session_scope() as session:
            removed = session.query(self.SQLEvent).filter(self.SQLEvent.sender_id == sender_id).delete()
            session.commit()
        return int(removed)

    def _row(self, sender_id: str, event: Any) -> Any:
        data = event.as_dict()
        return self.SQLEvent(
            sender_id=sender_id,
            type_name=event.type_name,
            timestamp=data.get("timestamp"),
            intent_name=data.get("parse_data", {}).get("intent", {}).get("name"),
            action_name=data.get("name"),
            data=json.dumps(data),
        )


def _from_turn_start(events: Sequence[dict[str, Any]], cut: bool) -> list[dict[str, Any]]:
    """Events from the first on at which the bot listens, when what came before was cut off."""
    if cut:
        for index, event in enumerate(events):
            if event.get("event") == ActionExecuted.type_name and event.get("name") == ACTION_LISTEN_NAME:
                return list(events[index:])
    return list(events)


def _tune_sqlite(connection: Any, _record: Any) -> None:
    """Readers beside a writer, no lost commit when the process is killed, patience with other writers."""
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
