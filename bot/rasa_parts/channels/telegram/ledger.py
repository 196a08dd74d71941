"""What the Telegram channel remembers beyond one message: updates taken, and which message has buttons.

In SQLite, so that it holds across a restart and for several workers. Conversations are named by their keyed hash; no
id of a chat and no word of a message is kept.
"""

from __future__ import annotations

import logging
import secrets
import sqlite3
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

logger = logging.getLogger(__name__)
MOST_TRIES = 2  # of one update: one that takes the process down must not do so for ever
KEPT_UPDATES = 2 * 86_400.0  # seconds; Telegram keeps an update for one day
KEPT_BUTTONS = 30 * 86_400.0
IN_MEMORY = 9_999
PRUNED_EVERY = 500  # updates
_TABLES = """
CREATE TABLE IF NOT EXISTS updates (
    id INTEGER PRIMARY KEY, owner TEXT NOT NULL, tries INTEGER NOT NULL, done INTEGER NOT NULL, at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS buttons (conversation TEXT PRIMARY KEY, message INTEGER NOT NULL, at REAL NOT NULL);
"""
T = TypeVar("T")


class Ledger:
    """With ``resumes``, an update that another process began and did not finish is begun again.

    That is right for long polling, where one process takes all updates; behind a webhook the other process may be
    at work on it.
    """

    def __init__(self, path: Path, resumes: bool, clock: Callable[[], float] = time.time) -> None:
        self._resumes = resumes
        self._clock = clock
        self._owner = secrets.token_hex(8)
        self._taken: OrderedDict[int, None] = OrderedDict()  # also when the file cannot be written
        self._connection: sqlite3.Connection | None = None
        self._failed = False
        self._try(lambda: self._open(path), None)

    def begin(self, update: int) -> bool:
        """Whether the update is to be answered now; False for one that was already."""
        if update in self._taken:
            return False
        self._taken[update] = None
        if len(self._taken) > IN_MEMORY:
            self._taken.popitem(last=False)
        if len(self._taken) % PRUNED_EVERY == 0:
            self._try(self._prune, None)
        return self._try(lambda: self._begin(update), True)

    def done(self, update: int) -> None:
        """The update was answered, or cannot be."""
        self._try(lambda: self._run("UPDATE updates SET done = 1 WHERE id = ?", update), None)

    def swap_buttons(self, conversation: str, message: int | None) -> int | None:
        """Note which message now has buttons (None: none); returns the one that had them before."""
        return self._try(lambda: self._swap_buttons(conversation, message), None)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, timeout=5, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.executescript(_TABLES)
        path.chmod(0o600)
        self._prune()

    def _prune(self) -> None:
        now = self._clock()
        self._run("DELETE FROM updates WHERE at < ?", now - KEPT_UPDATES)
        self._run("DELETE FROM buttons WHERE at < ?", now - KEPT_BUTTONS)

    def _begin(self, update: int) -> bool:
        now = self._clock()
        added = self._run("INSERT OR IGNORE INTO updates VALUES (?, ?, 1, 0, ?)", update, self._owner, now)
        if added.rowcount:
            return True
        if not self._resumes:
            return False
        again = self._run(
            "UPDATE updates SET owner = ?, tries = tries + 1 WHERE id = ? AND done = 0 AND owner != ? AND tries < ?",
            self._owner,
            update,
            self._owner,
            MOST_TRIES,
        )
        return bool(again.rowcount)

    def _swap_buttons(self, conversation: str, message: int | None) -> int | None:
        row = self._run("SELECT message FROM buttons WHERE conversation = ?", conversation).fetchone()
        if message is None:
            self._run("DELETE FROM buttons WHERE conversation = ?", conversation)
        else:
            self._run("INSERT OR REPLACE INTO buttons VALUES (?, ?, ?)", conversation, message, self._clock())
        return int(row[0]) if row else None

    def _run(self, statement: str, *values: object) -> sqlite3.Cursor:
        if self._connection is None:
            raise sqlite3.OperationalError("closed")
        return self._connection.execute(statement, values)

    def _try(self, step: Callable[[], T], otherwise: T) -> T:
        """A full disk or a locked file must not keep a person from an answer."""
        try:
            return step()
        except (sqlite3.Error, OSError) as error:
            if not self._failed:  # said once, not for every message
                self._failed = True
                logger.warning("E52 Telegram's ledger cannot be used: %s", type(error).__name__)
            return otherwise
