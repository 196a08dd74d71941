"""PostgreSQL, Redis or RabbitMQ stops in the middle of conversations and comes back: nobody is left without a reply."""

from __future__ import annotations

import asyncio
import json
import re
import time
import urllib.request
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from tests.scale.crowd import Talk, all_told, crowd, stored_turns
from tests.scale.test_scale import check_all_kept, note

pytestmark = pytest.mark.scale

DANGER = "I want to kill myself"
AWAY = 15.0  # seconds
LONGEST_WAIT = 10.0  # seconds that a person waits at worst
FAULTS = {
    "stopped": (lambda services, name: services.stop(name), lambda services, name: services.start_again(name)),
    "killed": (lambda services, name: services.kill(name), lambda services, name: services.start_again(name)),
    "frozen": (lambda services, name: services.freeze(name), lambda services, name: services.thaw(name)),
}


async def talk_through(url: str, outage: Callable[[], None], people: int = 8) -> list[Talk]:
    """People who write before, while and after it happens; every third message is a danger sign."""
    talks = [Talk() for _ in range(people)]
    over = asyncio.Event()

    async def happen() -> None:
        await asyncio.sleep(1)
        await asyncio.to_thread(outage)
        await asyncio.sleep(2)
        over.set()

    async def hold(session: aiohttp.ClientSession, talk: Talk) -> None:
        while not over.is_set():
            await talk.say(session, url, DANGER if len(talk.sent) % 3 == 2 else None)
            await asyncio.sleep(0.3)

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        await asyncio.gather(happen(), *(hold(session, talk) for talk in talks))
    return talks


def check_everybody_was_answered(talks: list[Talk]) -> None:
    for talk in talks:
        assert not talk.failed and len(talk.sent) > 6
        for text, reply in zip(talk.sent, talk.replies, strict=True):
            assert reply["disclaimer"]
            assert reply["kind"] == "urgent" or DANGER not in text
    assert max(second for talk in talks for second in talk.seconds) < LONGEST_WAIT


def wait_until_all_is_written(cluster: Any) -> None:
    """As the workers' own metrics say."""
    end = time.monotonic() + 60
    for worker in cluster.workers:
        while _unsaved(worker.port):
            assert time.monotonic() < end, "events still wait for the store"
            time.sleep(0.5)


def _unsaved(port: int) -> float:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as response:
        return float(re.search(r"^lantern_unsaved_events (\S+)", response.read().decode(), re.MULTILINE)[1])


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", ["postgres", "redis", "rabbitmq"])
def test_a_service_goes_and_comes_back(pair: Any, figures: dict[str, Any], name: str, fault: str) -> None:
    begin, end = FAULTS[fault]

    def outage() -> None:
        begin(pair.services, name)
        try:
            time.sleep(AWAY)
        finally:
            end(pair.services, name)

    asyncio.run(all_told(pair.services.rabbit_port))
    start = time.perf_counter()
    talks = asyncio.run(talk_through(pair.url, outage))
    note(figures, pair, f"{name} {fault}", talks, time.perf_counter() - start)
    check_everybody_was_answered(talks)
    wait_until_all_is_written(pair)
    database = pair.services.environment["LANTERN_DATABASE_URL"]
    for talk in talks:  # each turn whole, once; two workers that both kept turns write them one after the other
        assert sorted(stored_turns(database, talk.sender)) == sorted((text, 1) for text in talk.sent)
    resumed = asyncio.run(crowd(pair.url, people=10, turns=3))
    check_all_kept(pair, resumed)
    sent = sum(len(talk.sent) for talk in (*talks, *resumed))
    told = asyncio.run(all_told(pair.services.rabbit_port, messages=sent))
    assert sum(json.loads(body)["event"] == "user" for body in told) == sent
