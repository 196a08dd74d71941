"""The real bot server, a real browser, and pages of other origins.

Missing tools skip the browser tests with one line; in CI (``CI=true``) they fail instead.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from bot.paths import PROJECT
from tests.web.client import Client
from tests.web.help import BROWSER_FLAGS, CHROMIUM, Charity, Visit

WEB = PROJECT / "web"


@dataclass(frozen=True)
class Server:
    """A running bot: where it is and where it writes."""

    url: str
    data: Path
    log: Path


@pytest.fixture(scope="session")
def charity() -> Iterator[Charity]:
    """A website on another origin, which the server allows."""
    with Charity() as site:
        yield site


@pytest.fixture(scope="session")
def stranger() -> Iterator[Charity]:
    """A website on another origin, which the server does not know."""
    with Charity() as site:
        yield site


@pytest.fixture(scope="session")
def server(charity: Charity, model_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`rasa run` with the project's own configuration, data in a temporary folder, and limits out of the way."""
    folder = tmp_path_factory.mktemp("bot")
    _borrow_encoder(folder)
    credentials = folder / "credentials.yml"
    options = {
        "origins": [charity.url],
        "messages_per_minute": 10_000,
        "address_messages_per_minute": 100_000,
        "address_conversations_per_hour": 100_000,
    }
    credentials.write_text(yaml.safe_dump({"bot.rasa_parts.channels.web.WebInput": options}))
    port = free_port()
    command = [sys.executable, "-m", "rasa", "run", "--model", str(model_path)]
    command += ["--credentials", str(credentials), "--endpoints", "endpoints.yml", "-i", "127.0.0.1", "-p", str(port)]
    environment = {**os.environ, "LANTERN_DATA": str(folder), "RASA_TELEMETRY_ENABLED": "false"}
    found = Server(f"http://127.0.0.1:{port}", folder, folder / "server.log")
    with found.log.open("wb") as log:
        process = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait_for(found, process)
        yield found
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()


@pytest.fixture
def client(server: Server) -> Client:
    """A program with a conversation of its own."""
    return Client(server.url).start()


def _borrow_encoder(folder: Path) -> None:
    """The sentence encoder's graph takes seconds to build; one from earlier is as good."""
    for built in (PROJECT / "var").glob("encoder-*.onnx"):
        (folder / built.name).symlink_to(built)


def _wait_for(server: Server, process: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{server.url}/api/hello", timeout=5).close()
            if Client(server.url).start().ask("What is a biopsy?")["kind"] == "answer":
                return
            break  # a server whose model cannot be loaded runs all the same
        if process.poll() is not None:
            break
        time.sleep(0.5)
    pytest.fail(f"the server did not start:\n{server.log.read_text()[-3000:]}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def missing_tool() -> str:
    """What keeps the browser tests from running, and what to do; empty when all is there."""
    if not CHROMIUM.exists():
        return "Chromium is missing: `apt-get install chromium`"
    if shutil.which("node") is None or not (WEB / "node_modules" / "axe-core").is_dir():
        return "the widget's tools are missing: install Node 20.19 or later and run `npm ci` in web/"
    return ""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what cannot run; where nobody would notice a skip (CI) the fixture below fails instead."""
    missing = missing_tool()
    if missing and os.environ.get("CI") != "true":
        for item in items:
            if item.get_closest_marker("browser") and Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.skip(missing))


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The widget's development tools."""
    if missing_tool():
        pytest.fail(missing_tool())
    return WEB / "node_modules"


@pytest.fixture(scope="session")
def chromium(node_modules: Path) -> Iterator[object]:
    """Debian's Chromium, driven by Playwright."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=BROWSER_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: object, server: Server, node_modules: Path) -> Iterator[type]:
    """Opens pages: ``visit(viewport={...})`` gives a ``Visit``, closed after the test."""
    open_ones: list[Visit] = []

    def opened(url: str = server.url, **options: object) -> Visit:
        made = Visit(chromium, url, node_modules, options)
        open_ones.append(made)
        return made

    yield opened  # type: ignore[misc]
    for made in open_ones:
        made.leave()
