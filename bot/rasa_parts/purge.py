"""Retention: what people wrote goes after LANTERN_KEEP_DAYS; by the server each day, and by ``lantern purge``."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.errors import LanternError
from bot.paths import data_dir
from bot.rasa_parts import endpoints, postgres
from bot.rasa_parts.channels.web_feedback import Feedback
from bot.rasa_parts.fail_safe import unwrapped
from bot.rasa_parts.sqlite_file import BROKEN

VARIABLE = "LANTERN_KEEP_DAYS"
DEFAULT_DAYS = 30
BATCH = 2_000  # events removed at a time, so that nobody's message waits long for the lock
PAUSE = 0.05  # seconds between batches
DAY = 86_400.0


@dataclass(frozen=True)
class Purged:
    """What was removed."""

    events: int
    reasons: int
    files: int

    def __str__(self) -> str:
        return f"removed {self.events} events, {self.reasons} reasons of verdicts, {self.files} damaged files"


def keep_days() -> float:
    """How long texts are kept.

    Raises:
        LanternError: E35, the variable is no number above 0.
    """
    written = os.environ.get(VARIABLE, "") or str(DEFAULT_DAYS)
    try:
        days = float(written)
    except ValueError:
        days = 0.0
    if not 0 < days < float("inf"):  # 0 would mean to some "for ever" and to others "not at all"
        raise LanternError("E35", f'{VARIABLE} is "{written}"')
    return days


def purge(store: Any, folder: Path, days: float, now: float | None = None, pause: float = PAUSE) -> Purged:
    """Remove all that is older: events of a ``LanternTrackerStore``, and what lies beside it in the data folder.

    Events, not whole conversations: one on Telegram may go on for years.
    """
    before = (time.time() if now is None else now) - days * DAY
    return Purged(_events(store, before, pause), _reasons(store, folder, before), _damaged(folder, before))


def run(days: float | None = None) -> Purged:
    """Purge what the configuration names; for the command line."""
    return purge(unwrapped(endpoints.tracker_store()), data_dir(), keep_days() if days is None else days)


def _events(store: Any, before: float, pause: float) -> int:
    table = store.SQLEvent.__table__
    oldest = sa.select(table.c.id).where(table.c.timestamp < before).order_by(table.c.id).limit(BATCH)
    removed = 0
    while True:
        with postgres.unhurried(), store.engine.begin() as connection:
            ids = connection.execute(oldest).scalars().all()
            if ids:
                connection.execute(table.delete().where(table.c.id.in_(ids)))
        removed += len(ids)
        if len(ids) < BATCH:
            break
        time.sleep(pause)
    if removed:
        store.forget_log()
    return removed


def _reasons(store: Any, folder: Path, before: float) -> int:
    return Feedback.beside(store, folder).forget_reasons(datetime.fromtimestamp(before, timezone.utc).date())


def _damaged(folder: Path, before: float) -> int:
    """Damaged databases that were set aside hold people's words too."""
    old = [path for path in folder.glob(f"*{BROKEN}*") if path.stat().st_mtime < before]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
