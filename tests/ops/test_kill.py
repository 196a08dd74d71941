"""kill -9 at moments that nobody chose, under load: what was answered is on the disk, and the next start finds it."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import sqlite3
import threading
import time
from contextlib import closing
from typing import Any

import pytest

ROUNDS = int(os.environ.get("KILLS", "3"))
PEOPLE = 8
QUESTIONS = ("what is a biopsy?", "and in the liver?", "I want to kill myself", "/symptoms.bone", "thanks", "")


class Person(threading.Thread):
    """Writes one message after the other until the server is gone; ``answered`` holds those with a whole reply."""

    def __init__(self, server: Any, name: str) -> None:
        super().__init__(daemon=True)
        self._server, self._name, self.answered = server, name, list[str]()

    def run(self) -> None:
        for number in range(10_000):
            text = f"{QUESTIONS[number % len(QUESTIONS)]} {number}".strip()
            body = json.dumps({"sender": self._name, "message": text}).encode()
            try:
                status, reply = self._server.call("POST", "/webhooks/rest/webhook", body, {})
            except (OSError, http.client.HTTPException):
                return
            if status == 200 and json.loads(reply):
                self.answered.append(text)


@pytest.mark.slow
def test_no_answered_turn_is_lost(running: Any) -> None:
    chance = random.Random(int(time.time()))
    for number in range(ROUNDS):
        people = [Person(running, f"{number}-{person}") for person in range(PEOPLE)]
        for person in people:
            person.start()
        while not all(person.answered for person in people):
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 1.5))
        running.process.send_signal(signal.SIGKILL)
        running.process.wait(10)
        for person in people:
            person.join(10)
        for person in people:
            said, replies = stored(running, person._name)
            assert said[: len(person.answered)] == person.answered
            assert len(said) <= len(person.answered) + 1 and replies >= len(person.answered)
        running.start()
        assert running.ask("and what does it show?", people[0]._name)["answers"]


def stored(server: Any, sender: str) -> tuple[list[str], int]:
    """What the file holds of somebody's messages, in order, and how many replies."""
    with closing(sqlite3.connect(server.data / "conversations.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        query = "SELECT data FROM events WHERE sender_id = ? AND type_name = ? ORDER BY id"
        users, bots = (connection.execute(query, (sender, kind)).fetchall() for kind in ("user", "bot"))
    texts = [json.loads(row[0])["text"] for row in users]
    return [text for text in texts if text != "/session_start"], len(bots)
