"""Texts are kept no longer than said, and nothing else goes."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

from bot.errors import LanternError
from bot.rasa_parts import purge
from bot.rasa_parts.channels.ops import Keeper
from bot.rasa_parts.channels.web_feedback import Feedback
from tests.ops.conftest import Filed

DAY = 86_400.0


def age(filed: Filed, conversation: str, days: float) -> None:
    """Let a conversation be that much older."""
    with filed.store.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE events SET timestamp = timestamp - ? WHERE sender_id = ?", (days * DAY, conversation)
        )


def test_old_events_go_and_new_ones_stay(filed: Filed, tmp_path: Path) -> None:
    filed.ask("an old secret", "old")
    age(filed, "old", 31)
    filed.ask("a long one, its beginning", "both")
    age(filed, "both", 31)
    filed.ask("what is a biopsy?", "both")
    filed.ask("what is a biopsy?", "new")
    done = purge.purge(filed.store, tmp_path, 30, pause=0)
    assert done.events > 0 and filed.texts("old") == []
    assert filed.texts("both") == filed.texts("new") == ["what is a biopsy?"]
    assert filed.ask("and what does it show?", "both")["answers"]  # what is left can be gone on with
    held = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"an old secret" not in held and b"its beginning" not in held  # nor in freed pages or the log
    assert purge.purge(filed.store, tmp_path, 30, pause=0).events == 0


def test_many_are_removed_in_pieces(filed: Filed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purge, "BATCH", 7)
    for number in range(4):
        filed.ask("hello", f"old {number}")
        age(filed, f"old {number}", 40)
    assert purge.purge(filed.store, tmp_path, 30, pause=0).events > 28
    assert [filed.texts(f"old {number}") for number in range(4)] == [[]] * 4


def test_reasons_go_and_verdicts_stay(filed: Filed, tmp_path: Path) -> None:
    feedback = Feedback.in_file(tmp_path / "feedback.db")
    feedback.add("symptoms.bone", False, "I am Zebediah")
    feedback.add("symptoms.bone", True, "")
    assert purge.purge(filed.store, tmp_path, 30).reasons == 0
    assert purge.purge(filed.store, tmp_path, 30, now=time.time() + 32 * DAY).reasons == 1
    assert [row[2:] for row in feedback.rows()] == [(False, ""), (True, "")]
    assert b"Zebediah" not in (tmp_path / "feedback.db").read_bytes()


def test_damaged_files_that_were_set_aside_go_too(filed: Filed, tmp_path: Path) -> None:
    old, new = tmp_path / "conversations.db.broken-1", tmp_path / "conversations.db.broken-2"
    old.write_text("words"), new.write_text("words")
    os.utime(old, (0, 0))
    assert purge.purge(filed.store, tmp_path, 30).files == 1
    assert not old.exists() and new.exists()


@pytest.mark.parametrize("written", ["0", "-1", "many", "nan", "inf"])
def test_a_time_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("LANTERN_KEEP_DAYS", written)
    with pytest.raises(LanternError, match="E35"):
        purge.keep_days()


def test_the_time_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LANTERN_KEEP_DAYS", raising=False)
    assert purge.keep_days() == 30
    monkeypatch.setenv("LANTERN_KEEP_DAYS", "0.5")
    assert purge.keep_days() == 0.5


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def test_the_server_purges_once_a_day(filed: Filed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LANTERN_DATA", str(tmp_path))
    wall, ticks = Clock(), Clock()
    keeper = Keeper(wall, ticks)
    results = []
    for hours in (0, 1, 22, 2, 25):
        wall.now += hours * 3600
        ticks.now += hours * 3600
        results.append(asyncio.run(keeper.tick(filed.store)) is not None)
    assert results == [True, False, False, True, True]


def test_a_clock_that_jumped_removes_nothing(filed: Filed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LANTERN_DATA", str(tmp_path))
    filed.ask("what is a biopsy?")
    wall, ticks = Clock(), Clock()
    wall.now = time.time()
    keeper = Keeper(wall, ticks)
    wall.now += 400 * DAY
    assert asyncio.run(keeper.tick(filed.store)) is None
    assert filed.texts() == ["what is a biopsy?"]


def test_the_command_purges_what_the_configuration_names(
    filed: Filed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LANTERN_DATA", str(tmp_path))
    filed.ask("hello", "old")
    age(filed, "old", 31)
    assert purge.run().events > 0 and filed.texts("old") == []
    assert str(purge.run()).startswith("removed 0 events")


def test_a_locked_store_is_purged_at_the_next_tick(
    filed: Filed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import sqlalchemy.exc

    from tests.ops.test_store_faults import locked

    monkeypatch.setenv("LANTERN_DATA", str(tmp_path))
    filed.ask("hello", "old")
    age(filed, "old", 31)
    keeper: Any = Keeper()
    with locked(filed.path), pytest.raises(sqlalchemy.exc.OperationalError):
        asyncio.run(keeper.tick(filed.store))
    assert asyncio.run(keeper.tick(filed.store)).events > 0


def test_no_file_no_error(filed: Filed, tmp_path: Path) -> None:
    assert purge.purge(filed.store, tmp_path / "nothing", 30) == purge.Purged(0, 0, 0)
    assert sqlite3.sqlite_version_info >= (3, 7)
