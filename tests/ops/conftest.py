"""The bot on a file of its own, which tests then break."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.paths import PROJECT
from tests.rasa_parts.test_message_path import check_contract
from tests.web.conftest import free_port


class Filed:
    """A bot whose conversations lie in ``path``."""

    def __init__(self, bot: Any, path: Path) -> None:
        self.bot, self.path = bot, path
        self.open()

    def open(self) -> Any:
        """As at a start: a store from the file as it is now."""
        from bot.rasa_parts.fail_safe import LanternFailSafe
        from bot.rasa_parts.tracker_store import LanternTrackerStore

        self.store = LanternTrackerStore(self.bot.agent.domain, db=str(self.path))
        self.bot.agent.processor.tracker_store = LanternFailSafe(self.store)
        return self.store

    def ask(self, text: str, conversation: str = "somebody") -> dict[str, Any]:
        """One turn, held against the contract."""
        return check_contract(asyncio.run(self.bot.messages(conversation, text)))

    def texts(self, conversation: str = "somebody") -> list[str]:
        """What a restarted bot would find that somebody said."""
        import sqlite3
        from contextlib import closing

        with closing(sqlite3.connect(self.path)) as connection:
            query = "SELECT json_extract(data, '$.text') FROM events WHERE type_name = 'user' AND sender_id = ?"
            rows = connection.execute(query + " ORDER BY id", (conversation,)).fetchall()
        return [row[0] for row in rows if row[0] != "/session_start"]


@pytest.fixture
def filed(bot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Filed]:
    from bot.rasa_parts import sqlite_file, tracker_store

    monkeypatch.setattr(sqlite_file, "PATIENCE", 100)
    monkeypatch.setattr(tracker_store, "REST", 0.0)
    monkeypatch.setattr(bot.agent.processor, "tracker_store", bot.agent.processor.tracker_store)  # put back afterwards
    made = Filed(bot, tmp_path / "conversations.db")
    yield made
    made.store.engine.dispose()


@pytest.fixture
def run_lantern() -> Callable[..., tuple[int, str]]:
    """Run the command in this process; its exit code and what it said."""
    import io

    from bot.cli import main

    def run(*arguments: str) -> tuple[int, str]:
        said = io.StringIO()
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
            code = main(arguments)
        return code, said.getvalue()

    return run


class Running:
    """A server in a process of its own, with the project's channels and data of its own."""

    def __init__(self, folder: Path, model: Path, root: Path = PROJECT) -> None:
        self.data, self.log, self._model, self.root = folder, folder / "server.log", model, root
        for built in (PROJECT / "var").glob("encoder-*.onnx"):
            (folder / built.name).symlink_to(built)
        self.environment: dict[str, str] = {}
        self.port = 0

    def start(self) -> Running:
        """Start, and wait until it answers."""
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        program = "import sys; from pathlib import Path; from bot import quiet; quiet.hush();"
        program += "from bot.rasa_parts import server; server.serve(Path(sys.argv[1]), '127.0.0.1', int(sys.argv[2]))"
        environment = {**os.environ, "LANTERN_DATA": str(self.data), **self.environment}
        with self.log.open("ab") as log:
            command = [sys.executable, "-c", program, str(self._model), str(self.port)]
            self.process = subprocess.Popen(command, cwd=self.root, env=environment, stdout=log, stderr=log)
        for _ in range(240):
            with contextlib.suppress(OSError):
                if self.get("/health/ready")[0] == 200:
                    return self
            if self.process.poll() is not None:
                break
            time.sleep(0.5)
        pytest.fail(f"the server did not start:\n{self.log.read_text()[-3000:]}")

    def get(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        return self.call("GET", path, None, headers)

    def call(self, method: str, path: str, body: bytes | None, headers: dict[str, str] | None) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, headers or {})
            got = connection.getresponse()
            return got.status, got.read()
        finally:
            connection.close()

    def ask(self, text: str, sender: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
        """One turn over the REST channel."""
        body = json.dumps({"sender": sender, "message": text}).encode()
        status, answer = self.call("POST", "/webhooks/rest/webhook", body, headers)
        assert status == 200
        return check_contract(json.loads(answer))

    def stop(self) -> None:
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        self.process.kill()


@pytest.fixture(scope="session")
def shared_server(model_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One for the tests that do no harm to it; logs at INFO."""
    made = Running(tmp_path_factory.mktemp("server"), model_path)
    made.environment = {
        "LANTERN_LOG_LEVEL": "INFO",
        "LANTERN_ADDRESS_MESSAGES_PER_MINUTE": "100000",
        "LANTERN_MESSAGES_PER_MINUTE": "100000",
        "LANTERN_ADDRESS_CONVERSATIONS_PER_HOUR": "100000",
    }
    yield made.start()
    made.stop()


@pytest.fixture
def running(model_path: Path, tmp_path: Path) -> Iterator[Running]:
    """One for the test alone."""
    made = Running(tmp_path, model_path).start()
    yield made
    made.stop()
