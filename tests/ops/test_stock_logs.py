"""Rasa's own commands set up their own log; at their usual level nobody stands in it either."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import pty
import select
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


def environment(data: Path) -> dict[str, str]:
    """A data folder of its own, with the encoder that set-up has built, and Rasa's usual log level."""
    for built in (PROJECT / "var").glob("encoder-*.onnx"):
        (data / built.name).symlink_to(built)
    return {**{key: value for key, value in os.environ.items() if key != "LOG_LEVEL"}, "LANTERN_DATA": str(data)}


@contextlib.contextmanager
def rasa_run(data: Path, model: Path, command: list[str]) -> Iterator[tuple[int, Path]]:
    """``rasa run`` as a program of its own; its port and its log."""
    port, log = free_port(), data / "rasa.log"
    arguments = ["run", "-m", str(model), "-p", str(port), "-i", "127.0.0.1"]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, *command, *arguments], cwd=PROJECT, env=environment(data), stdout=out, stderr=out
        )
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


def test_rasa_shell_logs_nobody(model_path: Path, tmp_path: Path) -> None:
    """What the person sees is the terminal; what anybody else may keep of it is the error stream."""
    ours, theirs = pty.openpty()
    log, port = tmp_path / "rasa.log", str(free_port())
    with log.open("wb") as errors:
        command = [sys.executable, "-m", "rasa", "shell", "-m", str(model_path), "--port", port]
        shell = subprocess.Popen(
            command, cwd=PROJECT, env=environment(tmp_path), stdin=theirs, stdout=theirs, stderr=errors
        )
    os.close(theirs)
    seen = read_until(ours, b"Your input")
    os.write(ours, SENTENCE.encode() + b"\r")
    seen += read_until(ours, b"biopsy")
    seen += read_until(ours, b"not medical advice")
    shell.terminate()
    shell.wait(30)
    os.close(ours)
    assert b"Zebediah" in seen  # the words came through
    written = log.read_text(encoding="utf-8", errors="replace")
    assert not [planted for planted in PLANTED if planted in written]


def read_until(terminal: int, words: bytes) -> bytes:
    """What the terminal shows up to these words."""
    seen, end = b"", time.monotonic() + 90
    while words not in seen and time.monotonic() < end:
        if select.select([terminal], [], [], 1)[0]:
            seen += os.read(terminal, 65536)
    assert words in seen, seen[-2000:]
    return seen
