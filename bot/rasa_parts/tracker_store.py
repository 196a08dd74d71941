"""Conversations in SQL (SQLite by default), read in bounded pieces, and deletable.

Rasa's own store reads and replays a whole session for every message, which grows to a second a message in a long
conversation, and cannot delete. Only the last events are read here, from a point where the bot had just finished
speaking; what is saved stays complete. What cannot be written (locked, full, away) waits in memory for the next turn.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore, create_engine_kwargs
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event
from rasa.shared.core.trackers import DialogueStateTracker

from bot.paths import data_dir
from bot.rasa_parts import postgres, sqlite_file
from bot.rasa_parts.install import install
from bot.rasa_parts.tracker import ConversationEnded, restore
from bot.rasa_parts.unsaved import Row, Unsaved

logger = logging.getLogger(__name__)
WINDOW = 10  # events read back, a turn (7) and a little; the context slot is set in every turn, so it is among them
REST = 2.0  # seconds that a store in trouble is left alone, so that waiting for it does not slow everybody
DELETED = "conversation_deleted"  # event for the broker, not one of Rasa's: whoever stores what is told erases that
_ENDED = json.dumps({"event": DELETED})
SAVED = "lantern_saved"  # attribute of a tracker: how many of its events the store already has


class LanternTrackerStore(SQLTrackerStore):
    """As Rasa's, with ``WINDOW`` events read back and ``delete``. Building it installs Lantern's processor."""

    engine: Any

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
        self._file = Path(db) if dialect == "sqlite" and db != ":memory:" and "://" not in (host or "") else None
        if self._file is not None:
            _told_if_set_aside(sqlite_file.set_aside_if_damaged(self._file))
        super().__init__(domain, dialect, host, db=db, event_broker=event_broker, **options)
        if self.engine.dialect.name == "postgresql":
            self._reopen(pool_pre_ping=True, pool_size=2)  # a connection that broke is noticed and replaced
            postgres.prepare(self.engine)
        elif self._file is not None:
            # Rasa opens the file anew for every query, and closing it makes SQLite write its log back (10 ms).
            self._reopen(poolclass=sa.pool.QueuePool, pool_size=1, connect_args=sqlite_file.OPTIONS)
            sqlite_file.watch(self.engine, self._file, self.SQLEvent.__table__)
        self._events = self.SQLEvent.__table__
        # Made once: SQLAlchemy then knows them again, and need not read them through for every message.
        newest = sa.select(self._events.c.data).order_by(self._events.c.id.desc()).limit(WINDOW)
        self._newest = newest.where(self._events.c.sender_id == sa.bindparam("sender"))
        self._insert = self._events.insert()
        self.unsaved = Unsaved()
        self._rests_until = 0.0

    def _reopen(self, **options: Any) -> None:
        url = self.engine.url
        self.engine.dispose()
        # hide_parameters: an error of the database would quote what people wrote.
        self.engine = sa.create_engine(url, **{**create_engine_kwargs(url), "hide_parameters": True, **options})
        self.sessionmaker = sa.orm.sessionmaker(bind=self.engine)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The end of a conversation, from a turn's start on; None when it is new, or nothing can be read.

        Raises:
            ConversationEnded: see ``delete``.
        """
        rows = self._read(sender_id)
        if rows and rows[0] == _ENDED:
            raise ConversationEnded
        waiting = [row["data"] for row in self.unsaved.of(sender_id)]
        if not rows and not waiting:
            return None
        events = [json.loads(data) for data in (*reversed(rows), *waiting)]
        tracker = restore(sender_id, _from_turn_start(events, len(rows) == WINDOW), self.domain.slots)
        setattr(tracker, SAVED, len(tracker.events))
        return tracker

    def _read(self, sender_id: str) -> list[str]:
        if time.monotonic() < self._rests_until:
            return []
        try:
            with self.engine.connect() as connection:
                return list(connection.execute(self._newest, {"sender": sender_id}).scalars().all())
        except (sa.exc.SQLAlchemyError, OSError) as error:
            self._failed(error)
            return []

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store the events that are new since the tracker was read, then tell the event broker of them."""
        events = list(tracker.events)
        new = events[getattr(tracker, SAVED, 0) :]
        if not new:
            return
        rows = [_row(tracker.sender_id, event) for event in new]
        if time.monotonic() < self._rests_until:
            self._wait(rows)
        else:
            self._write(rows)
        setattr(tracker, SAVED, len(events))
        if self.event_broker is not None:
            await self._stream_new_events(self.event_broker, new, tracker.sender_id)

    def flush(self) -> int:
        """Try to write what waits; returns how many events still do."""
        if self.unsaved:
            self._write([])
        return len(self.unsaved)

    def check(self) -> bool:
        """Whether the database can be reached and read."""
        try:
            with self.engine.connect() as connection:
                connection.execute(self._newest, {"sender": ""}).all()
        except (sa.exc.SQLAlchemyError, OSError):
            return False
        return True

    def _write(self, rows: list[Row]) -> None:
        """Write what waits and these rows; what cannot be written waits. A turn that was answered is never dropped."""
        try:
            with self.engine.begin() as connection:
                waiting = self.unsaved.all()
                if waiting and self.engine.dialect.name == "postgresql":
                    waiting = postgres.still_missing(connection, waiting)
                if waiting or rows:
                    connection.execute(self._insert, [*waiting, *rows])
            self.unsaved.clear()
        except (sa.exc.SQLAlchemyError, OSError) as error:
            self._wait(rows)
            self._failed(error)

    def _wait(self, rows: list[Row]) -> None:
        lost = self.unsaved.add(rows)
        if lost:
            logger.error("E44 too much waits for the tracker store: %d events were given up", lost)

    def _failed(self, error: Exception) -> None:
        logger.error("E44 the tracker store failed: %s; %d events wait", type(error).__name__, len(self.unsaved))
        if self._file is not None:
            self.engine.dispose()
            if sqlite_file.is_damage(error):
                _told_if_set_aside(sqlite_file.set_aside(self._file))
                return
        self._rests_until = time.monotonic() + REST

    async def delete(self, sender_id: str, end: bool = False) -> int:
        """Remove a conversation for good, and tell the event broker so; returns how many events it had.

        ``end``: its name is never used again. An event without a word stays until the next purge, so that a message
        which was sent before, or to another worker, cannot bring the conversation back.
        """
        self.unsaved.drop(sender_id)
        now = time.time()
        with self.engine.begin() as connection:
            found = connection.execute(self._events.delete().where(self._events.c.sender_id == sender_id))
            if end:
                row = {"sender_id": sender_id, "type_name": DELETED, "timestamp": now, "data": _ENDED}
                connection.execute(self._insert, row)
        self.forget_log()
        if self.event_broker is not None:
            self.event_broker.publish({"event": DELETED, "sender_id": sender_id, "timestamp": now})
        return int(found.rowcount)

    def forget_log(self) -> None:
        """Deleted words still stand in SQLite's write-ahead log until it is cut."""
        if self.engine.dialect.name == "sqlite":
            with self.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


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


def _told_if_set_aside(path: Path | None) -> None:
    if path is not None:
        logger.error("E44 the file of conversations was damaged; it is now %s, a new one was begun", path.name)
