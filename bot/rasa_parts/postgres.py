"""What Rasa's table of events lacks for many conversations over years in PostgreSQL."""

from __future__ import annotations

import sqlalchemy as sa

ONE_AT_A_TIME = 0x6C616E74  # any number that nobody else locks: workers start together

INDEX = "CREATE INDEX IF NOT EXISTS ix_events_conversation ON events (sender_id, id)"
TYPE_OF_ID = (
    "SELECT data_type FROM information_schema.columns"
    " WHERE table_schema = current_schema() AND table_name = 'events' AND column_name = 'id'"
)
WIDEN = "ALTER TABLE events ALTER COLUMN id TYPE bigint"  # on a table in use this rewrites it; done once


def prepare(engine: sa.engine.Engine) -> None:
    """An index that finds a conversation's last events at once, and ids that do not end at 2,147,483,647.

    At a hundred messages a second those would be used up within a month.
    """
    with engine.begin() as connection:
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
        connection.execute(sa.text(INDEX))
        if connection.execute(sa.text(TYPE_OF_ID)).scalar() == "integer":
            connection.execute(sa.text(WIDEN))
