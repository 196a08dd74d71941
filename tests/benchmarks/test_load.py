"""A bot that gives no reply now and then, as Rasa's starter bot does under load, is counted and stops nothing."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import load, report
from benchmarks.bots import Bot, Process
from benchmarks.servers import Server, running

MOODY = """
import itertools, json, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Moody(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    count = itertools.count(1)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        number = next(self.count)
        body = json.dumps([] if number % 5 == 0 else [{"text": "hello"}]).encode()
        self.send_response(500 if number % 7 == 0 else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass

ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Moody).serve_forever()
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    process = Process((sys.executable, "-c", MOODY, "{port}"), tmp_path)
    bot = Bot("moody", "Moody", (process,), ("hello",) * 8, tmp_path, tmp_path)
    with running(bot, tmp_path / "log") as started:
        yield started


def test_what_gets_no_reply_is_counted_and_not_timed(server: Server) -> None:
    times = asyncio.run(load.sequential(server, 35))
    assert server.asked == 35
    assert server.failed == pytest.approx(35 * (1 / 5 + 1 / 7 - 1 / 35), abs=1)
    assert len(times) == 35 - server.failed


def test_a_crowd_goes_on(server: Server) -> None:
    found = asyncio.run(load.concurrent(server, 4, 1.0))
    assert found["errors"] == server.failed > 0
    assert len(found["waits"]) == server.asked - server.failed > 0


def test_a_long_conversation_goes_on(server: Server) -> None:
    found = asyncio.run(load.long_conversation(server, [20]))
    assert set(found) == {1, 20} and all(each > 0 for each in found.values())
    assert server.failed > 0


def test_a_bot_that_has_ended_stops_the_run(server: Server) -> None:
    server.stop()
    with pytest.raises(RuntimeError, match="Moody has stopped"):
        asyncio.run(load.sequential(server, 1))


def test_the_table_tells_of_messages_without_reply() -> None:
    bots = {"starter": {"title": "rasa init", "asked": 1200, "failed": 3}, "lantern": {"title": "Lantern", "failed": 0}}
    about = {"date": "2026-11-25", "cores": 2, "python": "3.11", "rounds": 1, "turns": []}
    table = report.table({"about": about, "bots": bots})
    assert "rasa init: 3 of 1,200 messages got no reply." in table
    assert "Lantern: " not in table
