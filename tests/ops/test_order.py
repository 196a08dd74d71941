"""Two quick messages of one person: answered in order, and the second does not wait for a poll of the lock."""

from __future__ import annotations

import http.client
import itertools
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
        gaps.append(abs(second - first))  # threads that read replies a millisecond apart do not tell the order
    # On a busy machine one message alone takes longer than that; Rasa's own lock would take a second more.
    assert statistics.median(gaps) < max(APART, 2 * statistics.median(single))


def test_five_messages_at_once_are_answered_within_a_tenth_of_a_second_of_each_other(shared_server: Any) -> None:
    single, gaps = [], []
    for number in range(5):
        started = time.perf_counter()
        shared_server.ask(SECOND, f"one {number}")
        single.append(time.perf_counter() - started)
        texts = [f"{SECOND} {part}" for part in range(5)]
        done = send(shared_server, f"five {number}", texts)
        assert said(shared_server, f"five {number}") == texts
        moments = sorted(done.values())
        gaps.append(max(later - sooner for sooner, later in itertools.pairwise(moments)))
    assert statistics.median(gaps) < max(APART, 3 * statistics.median(single))  # as above


def test_ten_messages_at_once_keep_their_order(shared_server: Any) -> None:
    texts = [f"what is a biopsy {number}" for number in range(10)]
    send(shared_server, "ten", texts)
    assert said(shared_server, "ten") == texts


def double(server: Any, sender: str) -> tuple[float, float]:
    """When each of two messages, sent at once, was answered."""
    done = send(server, sender, [FIRST, SECOND])
    return done[FIRST], done[SECOND]


def send(server: Any, sender: str, texts: list[str]) -> dict[str, float]:
    """Messages of one person, one right after the other without waiting for a reply; when each was answered.

    One thread sends on connections that are open already, so that they also arrive in this order.
    """
    open_ones = [http.client.HTTPConnection("127.0.0.1", server.port, timeout=30) for _ in texts]
    for connection in open_ones:
        connection.connect()
    time.sleep(0.2)  # the server has accepted them all
    done: dict[str, float] = {}

    def receive(text: str, connection: http.client.HTTPConnection) -> None:
        with closing(connection):
            assert connection.getresponse().status == 200
            done[text] = time.perf_counter()

    threads = [threading.Thread(target=receive, args=pair) for pair in zip(texts, open_ones, strict=True)]
    for text, connection, thread in zip(texts, open_ones, threads, strict=True):
        body = json.dumps({"sender": sender, "message": text})
        connection.request("POST", "/webhooks/rest/webhook", body)
        thread.start()
        time.sleep(0.003)
    for thread in threads:
        thread.join()
    return done


def said(server: Any, sender: str) -> list[str]:
    with closing(sqlite3.connect(server.data / "conversations.db")) as connection:
        rows = connection.execute(
            "SELECT data FROM events WHERE sender_id = ? AND type_name = 'user' ORDER BY id", (sender,)
        ).fetchall()
    texts = [json.loads(row[0])["text"] for row in rows]
    return [text for text in texts if text != "/session_start"]
