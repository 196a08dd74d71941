"""What can happen to an SQLite file under a running bot: locked, full, deleted, damaged; and what is done about it."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa

BROKEN = ".broken-"  # put after the name of a damaged file that was set aside
PATIENCE = 500  # ms for another writer; the whole server waits that long, what could not be written is kept
OPTIONS = {"check_same_thread": False, "timeout": PATIENCE / 1000}
_DAMAGE = ("malformed", "not a database", "disk image")


def watch(engine: sa.engine.Engine, path: Path, table: sa.Table) -> None:
    """Tune every connection, make the table where it is missing, and notice when the file is not the same any more."""

    def connected(connection: Any, record: Any) -> None:
        cursor = connection.cursor()
        # Readers beside a writer, no lost commit when the process is killed, deleted words overwritten.
        for pragma in (f"busy_timeout={PATIENCE}", "journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        for statement in _definitions(table, engine.dialect):
            cursor.execute(statement)
        cursor.close()
        connection.commit()
        record.info["file"] = identity(path)

    def checked_out(_connection: Any, record: Any, _proxy: Any) -> None:
        if record.info.get("file") != identity(path):  # deleted or replaced: what we wrote there would be lost
            raise sa.exc.DisconnectionError("the file is gone")

    def connecting(*_: Any) -> None:
        only_for_owner(path)

    sa.event.listen(engine, "do_connect", connecting)
    sa.event.listen(engine, "connect", connected)
    sa.event.listen(engine, "checkout", checked_out)


def only_for_owner(path: Path) -> None:
    """Make the file of people's words, if there is none, so that nobody else on the machine can read it.

    SQLite gives its log and index files (``-wal``, ``-shm``) the mode of the database.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        for suffix in ("", "-wal", "-shm"):
            with suppress(OSError):  # gone, or another user's, who then decides
                path.with_name(path.name + suffix).chmod(0o600)


def identity(path: Path) -> tuple[int, int] | None:
    """Which file lies there; None for none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def is_damage(error: Exception) -> bool:
    """Whether an error means that the file itself is damaged (not that it is locked or full)."""
    return any(word in str(getattr(error, "orig", error)) for word in _DAMAGE)


def set_aside(path: Path) -> Path:
    """Move a damaged file, with its log, out of the way, so that conversations can go on in a new one."""
    target = path.with_name(f"{path.name}{BROKEN}{int(time.time())}")
    for suffix in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).rename(target.with_name(target.name + suffix))
    return target


def set_aside_if_damaged(path: Path) -> Path | None:
    """For the start: where a damaged file was moved to; None when there is nothing wrong."""
    if not path.exists():
        return None
    try:
        with closing(sqlite3.connect(path, timeout=1)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError as error:
        return set_aside(path) if is_damage(error) else None
    return None


def _definitions(table: sa.Table, dialect: Any) -> list[str]:
    made = [sa.schema.CreateTable(table, if_not_exists=True)]
    made += [sa.schema.CreateIndex(index, if_not_exists=True) for index in table.indexes]
    return [str(statement.compile(dialect=dialect)) for statement in made]
