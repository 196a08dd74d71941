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
from rasa.shared.core.events import ActionExecuted, Event
from rasa.shared.core.trackers import DialogueStateTracker

from bot.paths import data_dir
from bot.rasa_parts.install import install
from bot.rasa_parts.tracker import restore

WINDOW = 24  # events read back, two turns or more; the context slot is set in every turn, so it is among them
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
        if self.engine.dialect.name == "sqlite" and db != ":memory:":
            self._keep_connection_open()
        self._events = self.SQLEvent.__table__
        self._newest = sa.select(self._events.c.data).order_by(self._events.c.id.desc()).limit(WINDOW)

    def _keep_connection_open(self) -> None:
        """Rasa opens the file anew for every query, and closing it makes SQLite write its log back (10 ms)."""
        self.engine = sa.create_engine(
            self.engine.url, poolclass=sa.pool.QueuePool, pool_size=1, connect_args={"check_same_thread": False}
        )
        sa.event.listen(self.engine, "connect", _tune_sqlite)
        self.sessionmaker = sa.orm.sessionmaker(bind=self.engine)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The end of a conversation, from a turn's start on."""
        with self.engine.connect() as connection:
            rows = connection.execute(self._newest.where(self._events.c.sender_id == sender_id)).scalars().all()
        if not rows:
            return None
        events = [json.loads(data) for data in reversed(rows)]
        tracker = restore(sender_id, _from_turn_start(events, len(rows) == WINDOW), self.domain.slots)
        setattr(tracker, SAVED, len(tracker.events))
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store the events that are new since the tracker was read, then tell the event broker of them."""
        events = list(tracker.events)
        new = events[getattr(tracker, SAVED, 0) :]
        if not new:
            return
        with self.engine.begin() as connection:
            connection.execute(self._events.insert(), [_row(tracker.sender_id, event) for event in new])
        setattr(tracker, SAVED, len(events))
        if self.event_broker is not None:
            await self._stream_new_events(self.event_broker, new, tracker.sender_id)

    async def delete(self, sender_id: str) -> int:
        """Remove a conversation for good; returns how many events it had."""
        with self.engine.begin() as connection:
            found = connection.execute(self._events.delete().where(self._events.c.sender_id == sender_id))
        if self.engine.dialect.name == "sqlite":
            with self.engine.connect() as connection:  # the words still stand in the write-ahead log until it is cut
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return int(found.rowcount)


def _row(sender_id: str, event: Event) -> dict[str, Any]:
    data = event.as_dict()
    return {
        "sender_id": sender_id,
        "type_name": event.type_name,
        "timestamp": data.get("timestamp"),
        "intent_name": data.get("parse_data", {}).get("intent", {}).get("name"),
        "action_name": data.get("name"),
        "data": json.dumps(data),
    }


def _from_turn_start(events: Sequence[dict[str, Any]], cut: bool) -> list[dict[str, Any]]:
    """Events from the first on at which the bot listens, when what came before was cut off.

    Where that is only the last of them, the one turn is longer than the window and is kept as it is.
    """
    if cut:
        for index, event in enumerate(events[:-1]):
            if event.get("event") == ActionExecuted.type_name and event.get("name") == ACTION_LISTEN_NAME:
                return list(events[index:])
    return list(events)


def _tune_sqlite(connection: Any, _record: Any) -> None:
    """Readers beside a writer, no lost commit when the process is killed, patience with other writers."""
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
