"""What all tests share: one trained model, one bot that answers in this process."""

from __future__ import annotations

import asyncio
import gc
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

# Tests write conversations and keys to a folder of their own, never to the one of a bot in use.
os.environ["LANTERN_DATA"] = tempfile.mkdtemp(prefix="lantern-test-")

from bot import model
from bot.knowledge import Knowledge


@pytest.fixture(autouse=True)
def _garbage_is_collected_after_each_test() -> Iterator[None]:
    """Commands that end with their process switch it off while they load; tests call some of them in this one."""
    yield
    gc.enable()


@pytest.fixture(scope="session")
def model_path() -> Path:
    """The trained model; trained now if it does not fit the data."""
    if not model.is_current():
        from bot.rasa_parts.training import train_model

        train_model()
    return model.path()


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    from bot.answering import shared

    return shared().knowledge


@pytest.fixture(scope="session")
def bot(model_path: Path) -> Iterator[Any]:
    """The bot behind Rasa's whole message path, without a server."""
    from bot.rasa_parts.local import LocalBot

    yield LocalBot(model_path)


@pytest.fixture(scope="session")
def ask(bot: Any) -> Callable[..., dict[str, Any]]:
    """Ask in a conversation of its own (or the one named) and get the contract's JSON."""
    count = iter(range(10**9))

    def put(text: str, conversation: str | None = None) -> dict[str, Any]:
        return asyncio.run(bot.ask(conversation or f"test-{next(count)}", text))

    return put


@pytest.fixture
def unused_tcp_port() -> int:
    """A port that nothing listens on."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
