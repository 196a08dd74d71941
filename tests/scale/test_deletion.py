"""Who deletes a conversation is gone from PostgreSQL and from what a consumer of RabbitMQ has stored."""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.rasa_parts.analytics import tell
from bot.rasa_parts.analytics_file import FILE, AnalyticsStore
from tests.scale.cluster import SECRET, lantern
from tests.scale.crowd import Talk, crowd, stored_turns

pytestmark = pytest.mark.scale


def name_of(talk: Talk) -> str:
    """What analytics call the conversation."""
    told = tell({"event": "user", "sender_id": talk.sender}, hashlib.sha256(SECRET.encode()).digest())
    assert told is not None
    return str(told["conversation"])


async def delete(url: str, talk: Talk) -> int:
    async with aiohttp.ClientSession() as session, session.delete(url, json={"sender": talk.sender}) as response:
        return response.status


def until(seen: Callable[[], bool]) -> bool:
    """Whether it is seen within a minute."""
    end = time.monotonic() + 60
    while not seen() and time.monotonic() < end:
        time.sleep(0.5)
    return seen()


@pytest.fixture
def kept(pair: Any, tmp_path: Path) -> Iterator[AnalyticsStore]:
    """What ``lantern analytics`` keeps."""
    consumer = lantern(pair.services, tmp_path, "analytics")
    yield AnalyticsStore(tmp_path / FILE)
    consumer.terminate()
    assert consumer.wait(10) == 0


@pytest.mark.parametrize("away", [False, True], ids=["at-once", "while-RabbitMQ-is-away"])
def test_a_deletion_reaches_the_consumer(pair: Any, kept: AnalyticsStore, away: bool) -> None:
    mine, other = asyncio.run(crowd(pair.url, people=2, turns=3))
    assert until(lambda: all(turns(kept, talk) == 3 for talk in (mine, other)))
    if away:
        pair.services.stop("rabbitmq")
    assert asyncio.run(delete(pair.url, mine)) == 204
    if away:
        pair.services.start_again("rabbitmq")
    after = asyncio.run(crowd(pair.url, people=1, turns=1))
    assert until(lambda: not kept.of(name_of(mine)) and turns(kept, after[0]) == 1)
    assert turns(kept, other) == 3
    database = pair.services.environment["LANTERN_DATABASE_URL"]
    assert stored_turns(database, mine.sender) == [] and len(stored_turns(database, other.sender)) == 3


def turns(kept: AnalyticsStore, talk: Talk) -> int:
    """How many messages of a conversation analytics know of."""
    try:
        return sum(told["event"] == "user" for told in kept.of(name_of(talk)))
    except sqlite3.OperationalError:  # nothing was written yet
        return 0
