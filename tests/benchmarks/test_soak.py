"""What a soak run says of itself."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest

from benchmarks import soak
from benchmarks.soak import Outcome, Slice


def seen(errors: int = 0, p99: float = 10.0, megabytes: float = 100.0) -> list[Slice]:
    """Six stretches; the last two are as given."""
    return [Slice(60, 1000, 0, 5, 10, 100)] * 4 + [Slice(60, 1000, errors, 5, p99, megabytes)] * 2


@pytest.mark.parametrize(
    ("slices", "said"),
    [(seen(), []), (seen(errors=1), ["2 errors"]), (seen(megabytes=103), ["memory grew by 3.0%"])],
)
def test_what_was_wrong_is_said(slices: list[Slice], said: list[str]) -> None:
    assert Outcome.of(slices).wrong() == said


def test_slower_messages_are_wrong() -> None:
    assert Outcome.of(seen(p99=16)).wrong() and not Outcome.of(seen(p99=14)).wrong()


def test_what_gets_no_reply_counts_as_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    async def turn(_session: Any, _server: Any, sender: str, _message: str) -> float:
        if sender.endswith("-0"):
            raise aiohttp.ServerDisconnectedError
        return 7.0

    monkeypatch.setattr(soak, "turn", turn)
    server: Any = SimpleNamespace(bot=SimpleNamespace(messages=("hello",)), megabytes=lambda: 100.0)

    found = asyncio.run(soak._slice(SimpleNamespace(), server, rate=200, seconds=0.5, number=0))  # type: ignore[arg-type]
    assert found.errors == 8 and found.messages > 16 and found.p50 == 7.0
