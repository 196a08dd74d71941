"""Starting a bot, waiting until it answers, weighing it, stopping it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.bots import Bot

PATIENCE = 600  # seconds that a bot may take to give its first reply
WEBHOOK = "/webhooks/rest/webhook"


class Server:
    """A running bot."""

    def __init__(self, bot: Bot, log: Path) -> None:
        self.bot = bot
        self.port, self._actions_port = free_port(), free_port()
        self._log = log.open("ab")
        self._started = time.perf_counter()
        self.asked, self.failed = 0, 0  # messages, and those of them that got no reply
        self.started_as = int(time.time())
        self._running = [self._start(process) for process in bot.processes]
        self.seconds_to_ready = self._wait()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def megabytes(self) -> float:
        """Resident memory of all its processes."""
        return sum(_resident(pid) for process in self._running for pid in _tree(process.pid)) / 2**20

    def cpu_seconds(self) -> float:
        """Processor time that its processes have used."""
        return sum(cpu_of(process.pid) for process in self._running)

    def check_alive(self) -> None:
        """Whether all its processes run.

        Raises:
            RuntimeError: one has ended; going on would measure nothing.
        """
        if any(process.poll() is not None for process in self._running):
            raise RuntimeError(f"{self.bot.title} has stopped; see {self._log.name}")

    def stop(self) -> None:
        for process in self._running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        for process in self._running:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self._log.close()

    def _start(self, process: Any) -> subprocess.Popen[bytes]:
        def fill(text: str) -> str:
            return text.replace("{port}", str(self.port)).replace("{actions}", str(self._actions_port))

        environment = {**os.environ, **{name: fill(value) for name, value in process.environment.items()}}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # or every start compiles every library anew
        command = [fill(part) for part in process.command]
        return subprocess.Popen(
            command, cwd=process.folder, env=environment, stdout=self._log, stderr=self._log, start_new_session=True
        )

    def _wait(self) -> float:
        """Until the first reply that says something."""
        while time.perf_counter() - self._started < PATIENCE:
            if any(process.poll() is not None for process in self._running):
                break
            with contextlib.suppress(OSError, urllib.error.URLError, ValueError):
                reply = post(self.url + WEBHOOK, {"sender": f"ready-{time.time()}", "message": self.bot.messages[0]})
                if any(part.get("text") for part in reply):
                    return time.perf_counter() - self._started
            time.sleep(0.1)
        self.stop()
        raise RuntimeError(f"{self.bot.title} does not answer; see {self._log.name}")


@contextlib.contextmanager
def running(bot: Bot, log: Path) -> Iterator[Server]:
    server = Server(bot, log)
    try:
        yield server
    finally:
        server.stop()


def post(url: str, body: Any) -> Any:
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=120) as response:
        return json.load(response)


def get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=120) as response:
        return json.load(response)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def cpu_of(pid: int) -> float:
    """Processor time in seconds that a process and those below it have used."""
    return sum(_cpu(each) for each in _tree(pid))


def _tree(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children")
    below = children.read_text().split() if children.exists() else []
    return [pid, *(found for child in below for found in _tree(int(child)))]


def _resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
