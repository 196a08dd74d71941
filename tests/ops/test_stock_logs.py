"""Rasa's own commands set up their own log; at their usual level nobody stands in it either."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.paths import PROJECT
from tests.web.conftest import free_port

PLANTED = ("Quackenbush", "zeb.quack", "7700 900123", "zebediah-at-home")
SENTENCE = "I am Zebediah Quackenbush, mail zeb.quack@example.org, call +44 7700 900123: what is a biopsy?"
BREAK = """
import sys
from bot.rasa_parts import remote_action
def broken(*_): raise ValueError("Zebediah " + SENTENCE)
SENTENCE = {sentence!r}
remote_action.LanternAction._run_here = broken
from rasa.__main__ import main
sys.argv = ["rasa", *sys.argv[1:]]
main()
"""


@contextlib.contextmanager
def rasa_run(data: Path, model: Path, command: list[str]) -> Iterator[tuple[int, Path]]:
    """``rasa run`` as a program of its own; its port and its log."""
    for built in (PROJECT / "var").glob("encoder-*.onnx"):
        (data / built.name).symlink_to(built)
    port, log = free_port(), data / "rasa.log"
    environment = {key: value for key, value in os.environ.items() if key != "LOG_LEVEL"}
    arguments = ["run", "-m", str(model), "-p", str(port), "-i", "127.0.0.1"]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, *command, *arguments],
            cwd=PROJECT, env={**environment, "LANTERN_DATA": str(data)}, stdout=out, stderr=out,
        )  # fmt: skip
    try:
        yield port, log
    finally:
        process.terminate()
        process.wait(20)


def post(port: int, body: bytes) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with contextlib.closing(connection):
        connection.request("POST", "/webhooks/rest/webhook", body, {"Content-Type": "application/json"})
        got = connection.getresponse()
        return got.status, got.read()


def until_up(port: int) -> None:
    for _ in range(240):
        with contextlib.suppress(OSError):
            post(port, b"{}")
            return
        time.sleep(0.5)
    pytest.fail("rasa run did not start")


@pytest.mark.parametrize("broken", [False, True], ids=["well", "with a broken action"])
def test_rasa_run_logs_nobody(model_path: Path, tmp_path: Path, broken: bool) -> None:
    command = ["-c", BREAK.format(sentence=SENTENCE)] if broken else ["-m", "rasa"]
    with rasa_run(tmp_path, model_path, command) as (port, log):
        until_up(port)
        for text in (SENTENCE, SENTENCE + " I can't breathe", "/restart" + SENTENCE, SENTENCE * 300):
            status, answer = post(port, json.dumps({"sender": "zebediah-at-home", "message": text}).encode())
            assert status == 200 and json.loads(answer)
        post(port, SENTENCE.encode())  # no JSON
    written = log.read_text(encoding="utf-8", errors="replace")
    assert ("E41" in written) == broken and "running" in written.lower()
    assert not [planted for planted in PLANTED if planted in written]
