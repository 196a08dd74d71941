"""``lantern analytics``: what workers tell RabbitMQ is kept, what others put there is not, all in the end."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.rasa_parts import analytics_consumer
from bot.rasa_parts.analytics import tell
from bot.rasa_parts.analytics_file import AnalyticsStore
from bot.rasa_parts.tracker_store import DELETED

TURN = {"event": "user", "sender_id": "x", "input_channel": "web", "parse_data": {"intent": {"name": "symptoms"}}}


class Arrived:
    """An event as RabbitMQ hands it over, and what became of it."""

    def __init__(self, body: bytes) -> None:
        self.body, self.became = body, ""

    async def ack(self) -> None:
        self.became = "taken"

    async def reject(self) -> None:
        self.became = "dropped"


def arrived(event: dict[str, Any]) -> Arrived:
    return Arrived(json.dumps(tell(event)).encode())


def keep(message: Arrived, store: AnalyticsStore) -> str:
    asyncio.run(analytics_consumer.keep(message, store))  # type: ignore[arg-type]
    return message.became


def name_of(event: dict[str, Any]) -> str:
    told = tell(event)
    assert told is not None
    return str(told["conversation"])


def test_turns_are_kept_and_deletions_obeyed(tmp_path: Path) -> None:
    store, other = AnalyticsStore(tmp_path / "a.db"), {**TURN, "sender_id": "y"}
    assert [keep(arrived(event), store) for event in (TURN, other, TURN)] == ["taken"] * 3
    assert [told["topic"] for told in store.of(name_of(TURN))] == ["symptoms"] * 2
    assert keep(arrived({"event": DELETED, "sender_id": "x"}), store) == "taken"
    assert store.of(name_of(TURN)) == [] and len(store.of(name_of(other))) == 1


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff", b"null", b"[]", b"{}", b'{"event": "user"}', b'{"event": "x", "conversation": "y"}',
     b'{"event": "user", "conversation": 1}', b"[" * 100_000],
    ids=range(10),
)  # fmt: skip
def test_what_is_no_event_of_ours_is_dropped(tmp_path: Path, body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(analytics_consumer.logger, "error", told.append)
    assert keep(Arrived(body), AnalyticsStore(tmp_path / "a.db")) == "dropped"
    assert len(told) == 1 and told[0].startswith("E43")


def test_an_event_waits_for_a_locked_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analytics_consumer, "PATIENCE", 0.05)
    store = AnalyticsStore(tmp_path / "a.db")
    keep(arrived(TURN), store)
    holder = sqlite3.connect(tmp_path / "a.db", isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN EXCLUSIVE")
    message = arrived(TURN)

    async def meanwhile() -> None:
        waiting = asyncio.ensure_future(analytics_consumer.keep(message, store))  # type: ignore[arg-type]
        await asyncio.sleep(0.5)
        assert message.became == ""
        holder.execute("COMMIT")
        await asyncio.wait_for(waiting, 5)

    asyncio.run(meanwhile())
    holder.close()
    assert message.became == "taken" and len(store.of(name_of(TURN))) == 2


def test_without_rabbitmq_in_the_endpoints_it_says_so(
    run_lantern: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analytics_consumer.logs, "configure", lambda: None)
    code, said = run_lantern("analytics")
    assert code == 1 and said.startswith("E35") and "LANTERN_ENDPOINTS" in said
