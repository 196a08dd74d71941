"""What bot/rasa_parts/postgres.py promises, on a real server."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore

from bot.rasa_parts import postgres

pytestmark = pytest.mark.scale


@pytest.fixture
def engine(services: Any) -> Iterator[sa.engine.Engine]:
    engine = sa.create_engine(services.environment["LANTERN_DATABASE_URL"])
    SQLTrackerStore.Base.metadata.create_all(engine)
    postgres.prepare(engine)
    yield engine
    engine.dispose()


def row(sender: str, number: int) -> dict[str, Any]:
    return {"sender_id": sender, "type_name": "user", "timestamp": float(number), "data": f'{{"event": {number}}}'}


def test_what_was_written_after_all_is_not_written_again(engine: sa.engine.Engine) -> None:
    """The connection broke at the commit, which took place."""
    insert, rows = SQLTrackerStore.SQLEvent.__table__.insert(), [row("unsure", number) for number in range(3)]
    with engine.begin() as connection:
        connection.execute(insert, rows[:2])
    with engine.begin() as connection:
        missing = postgres.still_missing(connection, [*rows, row("other", 1)])
    assert missing == [rows[2], row("other", 1)]


def test_a_server_that_says_nothing_is_not_waited_for(engine: sa.engine.Engine) -> None:
    started = time.monotonic()
    with pytest.raises(sa.exc.OperationalError), engine.connect() as connection:
        connection.execute(sa.text("SELECT pg_sleep(30)"))
    assert time.monotonic() - started < 5
    with postgres.unhurried(), engine.connect() as connection:
        connection.execute(sa.text("SELECT pg_sleep(1.5)"))
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT 1")).scalar() == 1


def test_ids_do_not_end_and_conversations_are_found_by_an_index(engine: sa.engine.Engine) -> None:
    postgres.prepare(engine)  # a second worker
    with engine.connect() as connection:
        assert connection.execute(sa.text(postgres.TYPE_OF_ID)).scalar() == "bigint"
        names = connection.execute(sa.text("SELECT indexname FROM pg_indexes WHERE tablename = 'events'")).scalars()
        assert "ix_events_conversation" in set(names)
