"""Two quick messages of one person: answered in order, and the second does not wait for a poll of the lock."""

from __future__ import annotations

import json
import sqlite3
import statistics
import threading
import time
from contextlib import closing
from typing import Any

FIRST, SECOND = "what are the symptoms of bone metastases?", "what is a biopsy?"
APART = 0.1  # seconds


def test_a_double_message_is_answered_in_order_and_at_once(shared_server: Any) -> None:
    single, gaps = [], []
    for number in range(10):
        started = time.perf_counter()
        shared_server.ask(SECOND, f"single {number}")
        single.append(time.perf_counter() - started)
        first, second = double(shared_server, f"double {number}")
        assert said(shared_server, f"double {number}") == [FIRST, SECOND]
        assert first < second
        gaps.append(second - first)
    # On a busy machine one message alone takes longer than that; Rasa's own lock would take a second more.
    assert statistics.median(gaps) < max(APART, 2 * statistics.median(single))


def test_ten_messages_at_once_keep_their_order(shared_server: Any) -> None:
    texts = [f"what is a biopsy {number}" for number in range(10)]
    threads = [threading.Thread(target=shared_server.ask, args=(text, "ten")) for text in texts]
    for thread in threads:
        thread.start()
        time.sleep(0.03)  # so that they arrive in this order
    for thread in threads:
        thread.join()
    assert said(shared_server, "ten") == texts


def double(server: Any, sender: str) -> tuple[float, float]:
    """When each of two messages, sent at once, was answered."""
    done: dict[str, float] = {}

    def ask(text: str) -> None:
        server.ask(text, sender)
        done[text] = time.perf_counter()

    threads = [threading.Thread(target=ask, args=(text,)) for text in (FIRST, SECOND)]
    threads[0].start()
    time.sleep(0.005)
    threads[1].start()
    for thread in threads:
        thread.join()
    return done[FIRST], done[SECOND]


def said(server: Any, sender: str) -> list[str]:
    with closing(sqlite3.connect(server.data / "conversations.db")) as connection:
        rows = connection.execute(
            "SELECT data FROM events WHERE sender_id = ? AND type_name = 'user' ORDER BY id", (sender,)
        ).fetchall()
    texts = [json.loads(row[0])["text"] for row in rows]
    return [text for text in texts if text != "/session_start"]
