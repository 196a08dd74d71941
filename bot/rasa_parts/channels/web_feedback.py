"""What people thought of an answer: answer, verdict, reason and day. Not who, and not in which conversation."""

from __future__ import annotations

from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.rasa_parts import postgres
from bot.rasa_parts.sqlite_file import only_for_owner

LONGEST_REASON = 500
FILE = "feedback.db"
PATIENCE = 5  # seconds for another writer; nobody's message waits meanwhile
_TABLE = sa.Table(
    "feedback",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("day", sa.String, nullable=False),  # a day only: the minute would lead back to a conversation
    sa.Column("answer", sa.String, nullable=False),
    sa.Column("helpful", sa.Boolean, nullable=False),
    sa.Column("reason", sa.String, nullable=False),
)


class Feedback:
    """A table, made at the first verdict: in a file of its own, or in the database that several workers share."""

    def __init__(self, engine: sa.engine.Engine, path: Path | None = None) -> None:
        self._engine, self._path = engine, path

    @classmethod
    def in_file(cls, path: Path) -> Feedback:
        options = {"connect_args": {"timeout": PATIENCE}, "poolclass": sa.pool.NullPool, "hide_parameters": True}
        engine = sa.create_engine(f"sqlite:///{path}", **options)
        sa.event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA secure_delete=ON"))
        return cls(engine, path)

    @classmethod
    def beside(cls, store: Any, folder: Path) -> Feedback:
        """Where the tracker store ``store`` keeps conversations in files, a file in ``folder``; else its database."""
        return cls.in_file(folder / FILE) if store.engine.dialect.name == "sqlite" else cls(store.engine)

    def add(self, answer: str, helpful: bool, reason: str) -> None:
        """Keep one verdict."""
        today = datetime.now(timezone.utc).date().isoformat()
        if self._path is not None:
            only_for_owner(self._path)
        with self._engine.begin() as connection:
            if self._path is None:
                postgres.take_turns(connection)  # two workers may both be about to make the table
            _TABLE.create(connection, checkfirst=True)
            connection.execute(_TABLE.insert(), {"day": today, "answer": answer, "helpful": helpful, "reason": reason})

    def rows(self) -> list[tuple[str, str, bool, str]]:
        """All verdicts, oldest first: day, answer, helpful, reason."""
        if not self._is_there():
            return []
        query = sa.select(_TABLE.c.day, _TABLE.c.answer, _TABLE.c.helpful, _TABLE.c.reason).order_by(_TABLE.c.id)
        with self._engine.connect() as connection:
            return [tuple(row) for row in connection.execute(query)]

    def forget_reasons(self, before: date) -> int:
        """Remove what people wrote to older verdicts; the verdicts, which name nobody, stay. Returns how many."""
        if not self._is_there():
            return 0
        old = sa.and_(_TABLE.c.day < before.isoformat(), _TABLE.c.reason != "")
        with self._engine.begin() as connection:
            return int(connection.execute(_TABLE.update().where(old).values(reason="")).rowcount)

    def _is_there(self) -> bool:
        if self._path is not None and not self._path.exists():  # asking SQLite would make the file
            return False
        return bool(sa.inspect(self._engine).has_table(_TABLE.name))
