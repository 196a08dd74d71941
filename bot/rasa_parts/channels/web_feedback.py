"""What people thought of an answer: answer, verdict, reason and day. Not who, and not in which conversation."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path

from bot.rasa_parts.sqlite_file import only_for_owner

LONGEST_REASON = 500
_TABLE = """
CREATE TABLE IF NOT EXISTS feedback (
    id INTEGER PRIMARY KEY,
    day TEXT NOT NULL,          -- a day only: the minute would lead back to a conversation
    answer TEXT NOT NULL,
    helpful INTEGER NOT NULL,
    reason TEXT NOT NULL
)
"""


class Feedback:
    """An SQLite file; made at the first verdict."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, answer: str, helpful: bool, reason: str) -> None:
        """Keep one verdict."""
        day = datetime.now(timezone.utc).date().isoformat()
        only_for_owner(self._path)
        with closing(sqlite3.connect(self._path, timeout=5)) as connection, connection:
            connection.execute(_TABLE)
            connection.execute(
                "INSERT INTO feedback (day, answer, helpful, reason) VALUES (?, ?, ?, ?)",
                (day, answer, int(helpful), reason),
            )

    def rows(self) -> list[tuple[str, str, bool, str]]:
        """All verdicts, oldest first: day, answer, helpful, reason."""
        if not self._path.exists():
            return []
        with closing(sqlite3.connect(self._path, timeout=5)) as connection:
            found = connection.execute("SELECT day, answer, helpful, reason FROM feedback ORDER BY id").fetchall()
        return [(day, answer, bool(helpful), reason) for day, answer, helpful, reason in found]
