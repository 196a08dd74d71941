"""One turn when something fails below the actions, and deleting a conversation."""

from __future__ import annotations

import asyncio
import warnings
from pathlib import Path
from typing import Any

import pytest
from rasa.core.tracker_store import FailSafeTrackerStore

from bot import quiet
from bot.knowledge import Knowledge
from bot.rasa_parts.turn import forget, reply_to

DANGER = "I have chest pain and trouble breathing right now"


@pytest.fixture
def broken(bot: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The bot, which now fails to read any message."""

    async def fail(*_arguments: Any) -> None:
        raise ValueError("what the person wrote")

    monkeypatch.setattr(bot.agent.processor, "parse_message", fail)
    return bot


def test_a_failure_below_the_actions_is_answered(broken: Any, knowledge: Knowledge) -> None:
    messages = asyncio.run(broken.messages("turn-1", "What is a biopsy?"))
    assert knowledge.phrase("outage") in messages[0]["text"]
    assert [message["custom"]["kind"] for message in messages if "custom" in message] == ["fallback"]
    assert asyncio.run(broken.ask("turn-2", DANGER))["kind"] == "urgent"


def test_the_stock_shell_gets_no_json_then_either(broken: Any) -> None:
    messages = asyncio.run(broken.messages("turn-3", "What is a biopsy?", "cmdline"))
    assert messages and not [message for message in messages if "custom" in message]


def test_an_agent_that_is_not_there(knowledge: Knowledge) -> None:
    async def silent(_message: Any) -> None:
        """As Rasa's agent without a model."""

    assert asyncio.run(reply_to(silent, "turn-4", DANGER, "x"))["kind"] == "urgent"
    assert asyncio.run(reply_to(silent, "turn-5", "", "x"))["answers"][0]["summary"] == knowledge.phrase("outage")


def test_half_an_emoji(bot: Any) -> None:
    assert asyncio.run(bot.ask("turn-6", "What is a biopsy \ud83d?"))["answers"][0]["id"] == "diagnosis.biopsy"


def test_forget(bot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also through the wrapper that Rasa puts around stores."""
    asyncio.run(bot.ask("turn-7", "hello"))
    monkeypatch.setattr(bot.agent, "tracker_store", FailSafeTrackerStore(bot.store))
    asyncio.run(forget(bot.agent, "turn-7"))
    assert asyncio.run(bot.store.retrieve("turn-7")) is None


def test_hush(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deprecation warnings of installed libraries only; those of our own code are shown."""
    shown: list[Any] = []
    monkeypatch.setattr(warnings, "showwarning", lambda *arguments, **_more: shown.append(arguments[1]))
    monkeypatch.delenv("GIT_CEILING_DIRECTORIES", raising=False)
    quiet.hush()
    quiet.hush()
    for category in (DeprecationWarning, UserWarning):
        for file in (Path(pytest.__file__), Path(__file__)):
            warnings.showwarning("x", category, str(file), 1)
    assert shown == [DeprecationWarning, UserWarning, UserWarning]
