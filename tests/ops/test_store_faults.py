"""Every fault of the tracker store is caused for real: the person gets a reply, no answered turn is lost."""

from __future__ import annotations

import resource
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from bot.rasa_parts import tracker_store
from bot.rasa_parts.unsaved import Unsaved
from tests.ops.conftest import Filed

FIRST, SECOND, DANGER = "what is a biopsy?", "what are PARP inhibitors?", "I want to kill myself"
BONE = "what are the symptoms of bone metastases?"


@contextmanager
def locked(path: object) -> Iterator[None]:
    """Another program writes and does not come to an end."""
    with closing(sqlite3.connect(str(path), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_a_locked_store(filed: Filed) -> None:
    filed.ask(FIRST)
    with locked(filed.path):
        started = time.monotonic()
        assert filed.ask(SECOND)["kind"] == "answer"
        assert filed.ask(DANGER)["kind"] == "urgent"
        assert time.monotonic() - started < 4
    assert filed.texts() == [FIRST]
    filed.ask("hello")
    assert filed.texts() == [FIRST, SECOND, DANGER, "hello"]  # in order, nothing twice
    assert len(filed.store.unsaved) == 0


def test_a_store_in_trouble_does_not_slow_everybody(filed: Filed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracker_store, "REST", 60.0)
    filed.ask(FIRST)
    with locked(filed.path):
        filed.ask(SECOND)  # waits for the lock
        started = time.monotonic()
        for number in range(5):
            filed.ask(SECOND, f"other {number}")
        slowest = (time.monotonic() - started) / 5
    assert filed.store.flush() == 0 and filed.texts() == [FIRST, SECOND] and filed.texts("other 4") == [SECOND]
    assert slowest < 0.1 or slowest < 5 * quickest(filed)


def quickest(filed: Filed) -> float:
    """How long a message takes on this machine when nothing is wrong."""
    took = []
    for number in range(5):
        started = time.monotonic()
        filed.ask(SECOND, f"well {number}")
        took.append(time.monotonic() - started)
    return min(took)


def test_a_store_that_another_program_holds_for_itself_at_the_start(filed: Filed) -> None:
    filed.store.engine.dispose()
    with closing(sqlite3.connect(filed.path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        filed.open()
        assert filed.ask(FIRST)["kind"] == "answer"
        assert filed.ask(DANGER)["kind"] == "urgent"
        other.execute("ROLLBACK")
    filed.store.flush()
    assert filed.texts() == [FIRST, DANGER]


def test_what_waits_is_written_without_a_further_message(filed: Filed) -> None:
    filed.ask(FIRST)
    with locked(filed.path):
        filed.ask(SECOND)
        assert filed.store.flush() > 0
    assert filed.store.flush() == 0 and filed.texts() == [FIRST, SECOND]


def test_a_full_store(filed: Filed) -> None:
    filed.ask(FIRST)
    with filed.store.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    full = 0
    for number in range(20):  # until the last page is used up
        assert filed.ask(f"{SECOND} {number}")["kind"] == "answer"
        full = full or len(filed.store.unsaved)
    assert full > 0  # the fault was there; after it the connection, and with it the limit, is new
    filed.store.flush()
    assert len(filed.texts()) == 21


def test_a_full_disk(filed: Filed) -> None:
    filed.ask(FIRST)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    largest = max(path.stat().st_size for path in filed.path.parent.iterdir())
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, hard))  # no file of this process may grow beyond that
    try:
        for number in range(30):
            assert filed.ask(f"{SECOND} {number}")["kind"] == "answer"
        assert filed.ask(DANGER)["kind"] == "urgent"
        waiting = len(filed.store.unsaved)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert waiting > 0
    filed.store.flush()
    assert len(filed.texts()) == 32


def test_a_damaged_store_at_the_start(filed: Filed) -> None:
    filed.store.engine.dispose()
    for path in filed.path.parent.glob("conversations.db*"):
        path.unlink()
    filed.path.write_bytes(b"this was a database once" * 500)
    filed.open()
    assert filed.ask(FIRST)["kind"] == "answer" and filed.texts() == [FIRST]
    (aside,) = filed.path.parent.glob("*.broken-*")
    assert aside.read_bytes().startswith(b"this was")  # kept for whoever can mend it


def test_a_store_damaged_in_mid_conversation(filed: Filed) -> None:
    filed.ask(FIRST)
    with filed.store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    filed.store.engine.dispose()
    with filed.path.open("r+b") as file:
        file.write(b"\xff" * 8192)
    assert filed.ask(SECOND)["kind"] == "answer"
    assert filed.ask(DANGER)["kind"] == "urgent"
    assert filed.texts() == [SECOND, DANGER]
    assert [path.name for path in filed.path.parent.glob("*.broken-*")]


def test_a_store_deleted_in_mid_conversation(filed: Filed) -> None:
    filed.ask(FIRST)
    for path in filed.path.parent.glob("conversations.db*"):
        path.unlink()
    assert filed.ask(SECOND)["kind"] == "answer"
    assert filed.texts() == [SECOND]  # not written to a file that no longer has a name


def test_a_folder_deleted_in_mid_conversation(filed: Filed) -> None:
    filed.ask(FIRST)
    for path in filed.path.parent.iterdir():
        path.unlink()
    filed.path.parent.rmdir()
    assert filed.ask(SECOND)["kind"] == "answer"
    filed.path.parent.mkdir()
    filed.ask(DANGER)
    assert filed.texts() == [SECOND, DANGER]


@pytest.mark.parametrize("jump", [-86_400 * 400, -3600, 86_400 * 400])
def test_a_clock_that_jumps(filed: Filed, monkeypatch: pytest.MonkeyPatch, jump: float) -> None:
    expected = [filed.ask(text, "steady")["answers"][0]["id"] for text in (BONE, "and in the liver?")][-1]
    filed.ask(BONE)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + jump)
    custom = filed.ask("and in the liver?")
    assert custom["answers"]
    if jump < 0:  # forward, a session has ended: the bot may have forgotten what "and" means
        assert custom["answers"][0]["id"] == expected
    monkeypatch.setattr(time, "time", real)
    assert filed.ask(DANGER)["kind"] == "urgent"
    assert len(filed.texts()) == 3


def test_what_waits_is_bounded_and_forgets_the_oldest() -> None:
    waiting = Unsaved(most=10)
    assert waiting.add([{"sender_id": "a"}] * 6) == 0
    assert waiting.add([{"sender_id": "b"}] * 6) == 6
    assert [row["sender_id"] for row in waiting.all()] == ["b"] * 6 and len(waiting) == 6
    waiting.drop("b")
    assert len(waiting) == 0


def test_a_deleted_conversation_does_not_wait(filed: Filed) -> None:
    import asyncio

    filed.ask(FIRST)
    with locked(filed.path):
        filed.ask(SECOND)
    asyncio.run(filed.store.delete("somebody"))
    filed.ask("hello", "another")
    assert filed.texts() == [] and filed.texts("another") == ["hello"]
    held = b"".join(path.read_bytes() for path in filed.path.parent.iterdir())
    assert b"PARP" not in held and b"biopsy?" not in held
