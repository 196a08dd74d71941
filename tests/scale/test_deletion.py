"""Who deletes a conversation is gone from PostgreSQL and from what a consumer of RabbitMQ has stored."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.rasa_parts.analytics import tell
from bot.rasa_parts.analytics_file import AnalyticsStore
from tests.scale.cluster import SECRET
from tests.scale.crowd import Talk, all_told, crowd, stored_turns

pytestmark = pytest.mark.scale


def name_of(talk: Talk) -> str:
    """What analytics call the conversation."""
    told = tell({"event": "user", "sender_id": talk.sender}, hashlib.sha256(SECRET.encode()).digest())
    assert told is not None
    return str(told["conversation"])


async def delete(url: str, talk: Talk) -> int:
    async with aiohttp.ClientSession() as session, session.delete(url, json={"sender": talk.sender}) as response:
        return response.status


def consume(pair: Any, consumer: AnalyticsStore, messages: int) -> None:
    """As a program does that stores what it gets from the queue."""
    for body in asyncio.run(all_told(pair.services.rabbit_port, messages)):
        consumer.take(json.loads(body))


@pytest.mark.parametrize("away", [False, True], ids=["at-once", "while-RabbitMQ-is-away"])
def test_a_deletion_reaches_the_consumer(pair: Any, tmp_path: Path, away: bool) -> None:
    consumer = AnalyticsStore(tmp_path / "consumer.db")
    asyncio.run(all_told(pair.services.rabbit_port))
    mine, other = asyncio.run(crowd(pair.url, people=2, turns=3))
    consume(pair, consumer, messages=6)
    assert consumer.of(name_of(mine)) and consumer.of(name_of(other))
    if away:
        pair.services.stop("rabbitmq")
    assert asyncio.run(delete(pair.url, mine)) == 204
    if away:
        pair.services.start_again("rabbitmq")
    after = asyncio.run(crowd(pair.url, people=1, turns=1))
    consume(pair, consumer, messages=1)
    end = time.monotonic() + 60
    while consumer.of(name_of(mine)) and time.monotonic() < end:  # perhaps another worker's, later than the message
        consume(pair, consumer, messages=0)
    assert consumer.of(name_of(mine)) == []
    assert consumer.of(name_of(other)) and consumer.of(name_of(after[0]))
    database = pair.services.environment["LANTERN_DATABASE_URL"]
    assert stored_turns(database, mine.sender) == [] and len(stored_turns(database, other.sender)) == 3
