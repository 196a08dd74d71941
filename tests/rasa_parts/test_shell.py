"""The conversation in a terminal."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from bot.cli import main
from bot.knowledge import Knowledge
from bot.paths import PROJECT
from bot.plain import Line
from bot.rasa_parts import terminal
from bot.rasa_parts.shell import Shell

Talk = Callable[..., str]


@pytest.fixture
def talk(bot: Any, knowledge: Knowledge) -> Talk:
    """Type lines, get all that was written."""

    def run(*typed: str, **more: Any) -> str:
        written: list[Line] = []
        waiting = iter(typed)

        async def read_line() -> str | None:
            return next(waiting, None)

        shell = Shell(bot.agent, knowledge, read_line, written.extend, width=80, **more)
        asyncio.run(shell.run())
        return "\n".join(line.text for line in written)

    return run


def test_first_and_last_line(talk: Talk, knowledge: Knowledge) -> None:
    text = " ".join(talk().split())
    assert text.startswith(knowledge.phrase("shell_welcome"))
    assert "Type a question" in text and knowledge.phrase("shell", "goodbye") in text
    assert text.endswith(knowledge.phrase("disclaimer", "general"))


@pytest.mark.parametrize("word", ["/stop", "/STOP", "quit", " exit ", "/quit"])
def test_leaving(talk: Talk, word: str) -> None:
    assert "Symptoms of bone" not in talk(word, "What are the symptoms of bone metastases?")


def test_a_number_chooses(talk: Talk, knowledge: Knowledge) -> None:
    text = talk("hello", "3")
    assert knowledge[knowledge["smalltalk.greet"].next[2]].title in text


@pytest.mark.parametrize("number", ["0", "9", "99"])
def test_a_number_that_is_not_there(talk: Talk, knowledge: Knowledge, number: str) -> None:
    assert knowledge.phrase("shell", "no_number")[:40] in talk("hello", number, "1")
    assert knowledge[knowledge["smalltalk.greet"].next[0]].title in talk("hello", number, "1")


def test_a_number_without_a_menu_is_text(talk: Talk, knowledge: Knowledge) -> None:
    assert knowledge.phrase("shell", "no_number")[:40] not in talk("2")


def test_empty_lines_ask_nothing(talk: Talk) -> None:
    assert talk("", "   ", "\t") == talk()


@pytest.mark.parametrize("command", ["/help", "/topics", "/start", "/sources", "/privacy"])
def test_the_commands_of_telegram(talk: Talk, knowledge: Knowledge, command: str) -> None:
    answer = knowledge.phrases["telegram"]["commands"][command[1:]].get("answer", "smalltalk.capabilities")
    assert knowledge[answer].title in talk(command)


@pytest.mark.parametrize("text", ["/restart", '/urgent{"a": 1}', "////", "/session_start"])
def test_other_slashes_mean_nothing(talk: Talk, knowledge: Knowledge, text: str) -> None:
    written = talk(text)
    assert any(knowledge.phrase("disclaimer", name)[:30] in written for name in knowledge.phrases["disclaimer"])


def test_delete(talk: Talk, bot: Any, knowledge: Knowledge) -> None:
    assert knowledge.phrase("shell", "deleted") in talk("hello", "/delete", conversation="shell-to-delete")
    with bot.store.session_scope() as session:
        rows = session.query(bot.store.SQLEvent).filter(bot.store.SQLEvent.sender_id == "shell-to-delete")
        assert rows.count() == 0


def test_delete_fails(talk: Talk, bot: Any, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_conversation: str) -> None:
        raise OSError

    monkeypatch.setattr(bot.store, "delete", fail)
    text = talk("hello", "/delete")
    assert knowledge.phrase("shell", "deleted") not in text and knowledge.phrase("outage")[:40] in text


def test_what_was_said_is_remembered(talk: Talk) -> None:
    assert talk("What is palbociclib?", "What are its side effects?") != talk("What are its side effects?")


def test_a_pipe_gets_no_looks(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("one\ntwo"))

    async def read_all(read_line: terminal.ReadLine) -> list[str | None]:
        return [await read_line() for _ in range(3)]

    with terminal.terminal("You: ") as (read_line, say):
        assert asyncio.run(read_all(read_line)) == ["one\n", "two", None]
        say([Line("title", "title")])
    assert capsys.readouterr().out == "title\n"


def test_looks(capsys: pytest.CaptureFixture[str]) -> None:
    terminal._say_with_looks([Line("Help", "alarm"), Line("word"), Line("", "title")])
    assert capsys.readouterr().out == "\x1b[1;31mHelp\x1b[0m\nword\n\n"


@pytest.mark.parametrize("name, value", [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_no_looks_where_none_are_wanted(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    assert terminal._wants_no_looks()


def test_log_lines_go_above_the_prompt() -> None:
    handler, above = logging.StreamHandler(sys.stderr), io.StringIO()
    logging.getLogger().addHandler(handler)
    try:
        with terminal._logging_to(above):
            logging.getLogger("lantern.test").error("something")
        assert "something" in above.getvalue() and handler.stream is sys.stderr
    finally:
        logging.getLogger().removeHandler(handler)


def test_nothing_but_the_conversation_is_written(model_path: Any) -> None:
    """No warning of a library, no log line, no JSON, from the start of the program to its end."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("SQLALCHEMY", "PYTHONW"))}
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from bot.cli import main; sys.exit(main(['shell']))"],
        cwd=PROJECT,
        input="hello\n1\n/delete\nquit\n",
        capture_output=True,
        text=True,
        env=environment,
        timeout=240,
    )
    assert done.returncode == 0 and done.stderr == ""
    assert '{"' not in done.stdout and "Warning" not in done.stdout
    assert "general information" in done.stdout


def test_ask(bot: Any, model_path: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("bot.rasa_parts.local.LocalBot", lambda _path: bot)
    monkeypatch.setattr("bot.cli_talk._load_fast", lambda: None)  # it is meant for a process of its own
    assert main(["ask", "What is a biopsy?"]) == 0
    assert "general information" in " ".join(capsys.readouterr().out.split())
    assert main(["ask", "--json", "What is a biopsy?"]) == 0
    assert json.loads(capsys.readouterr().out)["answers"][0]["id"] == "diagnosis.biopsy"
