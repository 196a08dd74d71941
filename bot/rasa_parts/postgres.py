"""What Rasa's use of PostgreSQL lacks: room for years of conversations, and an end of waiting when it says nothing."""

from __future__ import annotations

import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import sqlalchemy as sa

PATIENCE = 1.0  # seconds; everybody's messages wait meanwhile, since psycopg2 blocks
_patience: ContextVar[float | None] = ContextVar("seconds to wait for PostgreSQL", default=PATIENCE)

ONE_AT_A_TIME = 0x6C616E74  # any number that nobody else locks

INDEX = "CREATE INDEX IF NOT EXISTS ix_events_conversation ON events (sender_id, id)"
TYPE_OF_ID = (
    "SELECT data_type FROM information_schema.columns"
    " WHERE table_schema = current_schema() AND table_name = 'events' AND column_name = 'id'"
)
WRITTEN = "SELECT sender_id, data FROM events WHERE sender_id = ANY(:conversations) AND timestamp >= :oldest"
WIDEN = "ALTER TABLE events ALTER COLUMN id TYPE bigint"  # on a table in use this rewrites it; done once


def prepare(engine: sa.engine.Engine) -> None:
    """An index that finds a conversation's last events at once, and ids that do not end at 2,147,483,647.

    At a hundred messages a second those would be used up within a month. From now on nothing waits for longer than
    ``PATIENCE``, other than in here and within ``unhurried``.
    """
    _bound_waiting()
    with unhurried(), engine.begin() as connection:
        take_turns(connection)
        connection.execute(sa.text(INDEX))
        if connection.execute(sa.text(TYPE_OF_ID)).scalar() == "integer":
            connection.execute(sa.text(WIDEN))


def take_turns(connection: sa.engine.Connection) -> None:
    """Wait until no other worker is in a transaction that called this."""
    connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})


def still_missing(connection: sa.engine.Connection, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of rows that were to be written before, those that are not in the table; to be written in this transaction.

    When the connection breaks at the commit, nobody can tell whether it took place. Several workers write what waited
    one after the other: their rows of a conversation must not mix.
    """
    take_turns(connection)
    of = {"conversations": sorted({row["sender_id"] for row in rows}), "oldest": min(row["timestamp"] for row in rows)}
    there = {(sender, data) for sender, data in connection.execute(sa.text(WRITTEN), of)}
    return [row for row in rows if (row["sender_id"], row["data"]) not in there]


@contextmanager
def unhurried() -> Iterator[None]:
    """For what may take long and keeps nobody waiting: removing old events, reading all of them."""
    before = _patience.set(None)
    try:
        yield
    finally:
        _patience.reset(before)


def _bound_waiting() -> None:
    """A server that is frozen, or a network that swallows all, would hold up the whole process for ever.

    psycopg2 has a limit for connecting only, and PostgreSQL's own are kept by the server that says nothing.
    """
    import psycopg2.extensions

    psycopg2.extensions.set_wait_callback(_wait)


def _wait(connection: Any) -> None:
    """In the place of psycopg2's own waiting.

    Raises:
        psycopg2.OperationalError: no answer in time; psycopg2 then closes the connection.
    """
    from psycopg2 import OperationalError
    from psycopg2.extensions import POLL_OK, POLL_READ

    patience = _patience.get()
    end = None if patience is None else time.monotonic() + patience
    while (state := connection.poll()) != POLL_OK:
        ready = select.poll()  # select.select() ends at file 1,024
        ready.register(connection.fileno(), select.POLLIN if state == POLL_READ else select.POLLOUT)
        left = None if end is None else max(0.0, end - time.monotonic()) * 1000
        if not ready.poll(left):
            raise OperationalError("no answer from PostgreSQL in time")
