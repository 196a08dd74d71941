"""Edits of the knowledge under a running server: used when they are right, refused and told when they are not."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot import answering, live
from bot.errors import LanternError
from bot.live import Live
from bot.paths import PROJECT
from tests.ops.conftest import Running
from tests.web.conftest import free_port

ASKED, DANGER = "What is a biopsy?", "I want to kill myself"
SOON = 30.0  # seconds, on a busy machine


def edit(root: Path, old: str, new: str, file: str = "diagnosis.yml") -> None:
    """As an editor saves: a new file in the place of the old one."""
    path = root / "knowledge" / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1, f"{file} has no {old!r} any more: choose another line for this test"
    draft = path.with_suffix(".draft")
    draft.write_text(text.replace(old, new, 1), encoding="utf-8")
    draft.replace(path)


def title(root: Path) -> str:
    """The line of the biopsy's title, as it stands in the file."""
    lines = (root / "knowledge" / "diagnosis.yml").read_text(encoding="utf-8").splitlines()
    start = lines.index("diagnosis.biopsy:")
    return next(line.strip() for line in lines[start:] if line.strip().startswith("title:"))


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The project's code and knowledge, to be edited."""
    root = tmp_path / "project"
    for folder in ("bot", "actions", "knowledge", "web/dist"):
        if (PROJECT / folder).exists():
            shutil.copytree(PROJECT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("config.yml", "domain.yml", "endpoints.yml", "credentials.yml", "web/front.html", "web/icon.svg"):
        (root / file).parent.mkdir(exist_ok=True)
        shutil.copy(PROJECT / file, root / file)
    return root


@pytest.fixture
def looked_at(copied: Path) -> Iterator[Live]:
    """The copy's knowledge in use in this process."""
    answering.share(answering.load(None, copied / "knowledge"))
    yield Live(copied)
    answering.share(None)


def look_twice(looking: Live) -> bool:
    return [looking.look(), looking.look()][-1]


def test_an_edit_is_used_once_it_has_settled(looked_at: Live, copied: Path, bot: Any) -> None:
    assert not look_twice(looked_at)
    edit(copied, title(copied), "title: What a biopsy may show")
    assert not looked_at.look()  # may be half of it
    (copied / "knowledge" / "living.yml").touch()
    assert not looked_at.look()  # another file changed meanwhile
    assert looked_at.look()
    assert asyncio.run(bot.ask("live", ASKED))["answers"][0]["title"] == "What a biopsy may show"
    assert not look_twice(looked_at) and not looked_at.broken


BREAKS: list[tuple[str, Callable[[Path], object], str]] = [
    ("no YAML", lambda f: (f / "symptoms.yml").write_text("symptoms.bone: ["), "symptoms.yml:"),
    ("not UTF-8", lambda f: (f / "symptoms.yml").write_bytes(b"\xff\xfe"), "symptoms.yml:"),
    ("a file gone", lambda f: (f / "symptoms.yml").unlink(), "symptoms.yml:"),
    ("all gone", shutil.rmtree, "the file is missing"),
    ("an unknown source", lambda f: _replace(f / "symptoms.yml", "[nci-", "[no-such-"), "no-such-"),
    ("a dose", lambda f: _replace(f / "diagnosis.yml", "biopsy", "biopsy 20 mg"), "is a dose"),
    ("an answer gone", lambda f: _replace(f / "overview.yml", "overview.men:", "overview.mean:"), "is gone"),
    ("no phrases", lambda f: (f / "phrases.yml").write_text("disclaimer: {general: x}\n"), "the bot needs it"),
    ("a command gone", lambda f: _replace(f / "phrases.yml", "    help: {", "    helpp: {"), "telegram.commands.help"),
    ("rules of no form", lambda f: (f / "safety.yml").write_text("words: {}\n"), "not of its form"),
    ("rules gone", lambda f: _without_rules(f / "safety.yml", "urgent.crisis"), "no rule leads to"),
]


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _without_rules(path: Path, answer: str) -> None:
    """A slip of a hand: all rules for one danger lead to another."""
    text = path.read_text(encoding="utf-8")
    assert f"answer: {answer}" in text
    path.write_text(text.replace(f"answer: {answer}", "answer: urgent.infection"), encoding="utf-8")


@pytest.mark.parametrize(("break_it", "told"), [(b, t) for _, b, t in BREAKS], ids=[name for name, *_ in BREAKS])
def test_a_broken_file_is_refused_and_told(
    looked_at: Live,
    copied: Path,
    bot: Any,
    caplog: pytest.LogCaptureFixture,
    break_it: Callable[[Path], object],
    told: str,
) -> None:
    good = shutil.copytree(copied / "knowledge", copied / "good")
    before = answering.shared()
    break_it(copied / "knowledge")
    assert not look_twice(looked_at) and looked_at.broken and answering.shared() is before
    assert "E47" in caplog.text and told in caplog.text
    assert asyncio.run(bot.ask("broken", ASKED))["answers"][0]["id"] == "diagnosis.biopsy"
    assert asyncio.run(bot.ask("broken", DANGER))["kind"] == "urgent"
    caplog.clear()
    assert not look_twice(looked_at) and not caplog.text  # told once, not every two seconds
    shutil.rmtree(copied / "knowledge", ignore_errors=True)
    good.rename(copied / "knowledge")
    for path in (copied / "knowledge").glob("*.yml"):
        os.utime(path)
    assert look_twice(looked_at) and not looked_at.broken


def test_what_belongs_to_the_model_waits_for_the_next_start(
    looked_at: Live, copied: Path, caplog: pytest.LogCaptureFixture
) -> None:
    terms = answering.shared().terms
    for file in ("terms.yml", "shorthand.yml"):
        _replace(copied / "knowledge" / file, "\n", "\n# a comment\n")
    assert look_twice(looked_at)
    assert answering.shared().terms is terms and "shorthand.yml was edited" in caplog.text


@pytest.mark.parametrize("written", ["-1", "often", "nan", "inf"])
def test_a_pause_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("LANTERN_RELOAD_SECONDS", written)
    with pytest.raises(LanternError, match="E35"):
        live.seconds()


def test_looking_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANTERN_RELOAD_SECONDS", "0")
    watch = live.Watch()
    watch.start()
    assert watch._thread is None


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SOON
    while not holds():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.3)


@contextlib.contextmanager
def serving(copied: Path, model: Path, data: Path, **environment: str) -> Iterator[Running]:
    made = Running(data, model, copied)
    made.environment = {"LANTERN_RELOAD_SECONDS": "0.3", **environment}
    try:
        yield made.start()
    finally:
        made.stop()


def test_a_running_server_follows_its_curator(copied: Path, model_path: Path, tmp_path: Path) -> None:
    with serving(copied, model_path, tmp_path) as server:

        def said() -> str:
            return str(server.ask(ASKED, "reader")["answers"][0]["title"])

        def ready() -> dict[str, Any]:
            status, body = server.get("/health/ready")
            assert status == 200
            return dict(json.loads(body))

        first = title(copied)
        edit(copied, first, "title: What a biopsy may show")
        until(lambda: said() == "What a biopsy may show")
        assert ready()["status"] == "ready"
        edit(copied, "title: What a biopsy may show", "title: [")
        until(lambda: ready()["status"] == "degraded")
        assert ready()["knowledge"] is False and said() == "What a biopsy may show"
        assert server.ask(DANGER, "reader")["kind"] == "urgent"
        metrics = server.get("/metrics")[1].decode()
        assert "lantern_knowledge_broken 1.0" in metrics and 'code="E47"} 1.0' in metrics
        (line,) = [line for line in server.log.read_text().splitlines() if "E47" in line]
        assert "diagnosis.yml:" in line and "Traceback" not in line
        edit(copied, "Before you start:", "Before you begin:", "phrases.yml")
        edit(copied, "title: [", first)
        until(lambda: f"title: {said()}" == first)
        assert ready()["status"] == "ready" and "lantern_knowledge_broken 0.0" in server.get("/metrics")[1].decode()
        assert "Before you begin" in server.get("/api/hello")[1].decode()
        shutil.rmtree(copied / "knowledge")
        until(lambda: ready()["status"] == "degraded")
        assert f"title: {said()}" == first and server.ask(DANGER, "another")["kind"] == "urgent"


ACTIONS = "import sys; from rasa_sdk.__main__ import main; sys.argv[0] = 'rasa_sdk'; main()"


@contextlib.contextmanager
def action_server(copied: Path, data: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, "LANTERN_DATA": str(data), "LANTERN_RELOAD_SECONDS": "0.3"}
    with (data / "actions.log").open("ab") as log:
        command = [sys.executable, "-c", ACTIONS, "--actions", "actions", "--port", str(port)]
        process = subprocess.Popen(command, cwd=copied, env=environment, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)


def listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def test_an_action_server_follows_too(copied: Path, model_path: Path, tmp_path: Path) -> None:
    port = free_port()
    endpoints = (copied / "endpoints.yml").read_text(encoding="utf-8")
    (copied / "endpoints.yml").write_text(f"{endpoints}\naction_endpoint:\n  url: http://127.0.0.1:{port}/webhook\n")
    log = tmp_path / "actions.log"
    with action_server(copied, tmp_path, port), serving(copied, model_path, tmp_path) as server:
        until(lambda: listens(port))

        def said() -> str:
            return str(server.ask(ASKED, "reader")["answers"][0]["title"])

        edit(copied, title(copied), "title: What a biopsy may show")
        until(lambda: said() == "What a biopsy may show")
        edit(copied, "title: What a biopsy may show", "title: [")
        until(lambda: "E47" in log.read_text())
        assert said() == "What a biopsy may show" and server.ask(DANGER, "reader")["kind"] == "urgent"
        assert "Action server failed" not in server.log.read_text()  # all of that came from the action server


def test_an_action_server_with_broken_knowledge_ends_with_one_line(copied: Path, tmp_path: Path) -> None:
    (copied / "knowledge" / "symptoms.yml").write_text("symptoms.bone: [")
    with action_server(copied, tmp_path, free_port()) as process:
        assert process.wait(60) == 1
    log = (tmp_path / "actions.log").read_text()
    assert "E10" in log and "symptoms.yml:" in log and "lantern validate" in log and "Traceback" not in log
