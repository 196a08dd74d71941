"""N workers behind nginx: order is kept, nothing is lost or answered twice, a worker may die or be replaced."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import pytest

from tests.scale.crowd import Talk, all_told, crowd, impatient, stored_turns

pytestmark = pytest.mark.scale


def check_all_kept(cluster: Any, talks: list[Talk]) -> None:
    """Every message stored once, in the order sent, with one reply."""
    database = cluster.services.environment["LANTERN_DATABASE_URL"]
    for talk in talks:
        assert not talk.failed, talk.errors
        assert stored_turns(database, talk.sender) == [(text, 1) for text in talk.sent]


def note(figures: dict[str, Any], cluster: Any, what: str, talks: list[Talk], took: float) -> None:
    waits = sorted(second for talk in talks for second in talk.seconds)
    figures[f"{what}, {len(cluster.workers)} workers"] = {
        "messages": len(waits),
        "per_second": round(len(waits) / took, 1),
        "p50_ms": round(waits[len(waits) // 2] * 1000),
        "p95_ms": round(waits[int(len(waits) * 0.95)] * 1000),
        "max_ms": round(waits[-1] * 1000),
        "failed": sum(len(talk.failed) for talk in talks),
    }


def test_500_conversations_at_once(cluster: Any, figures: dict[str, Any]) -> None:
    used, stored, start = cluster.cpu_seconds(), cluster.services.stored(), time.perf_counter()
    talks = asyncio.run(crowd(cluster.url, people=500, turns=4))
    note(figures, cluster, "500 conversations", talks, time.perf_counter() - start)
    cost = {part: round(1000 * (now - used[part]) / 2000, 3) for part, now in cluster.cpu_seconds().items()}
    now = cluster.services.stored()
    figures["a message"] = {
        "workers": len(cluster.workers),
        "worker_ms": cost["workers"],
        **{f"{part}_ms": cost[part] for part in ("postgres", "redis", "rabbitmq", "nginx")},
        "stored_bytes": round((now["bytes"] - stored["bytes"]) / 2000),
        "stored_events": (now["events"] - stored["events"]) / 2000,
        "worker_mb": round(cluster.megabytes()),
        "worker_connections": now["connections"] / len(cluster.workers),
    }
    check_all_kept(cluster, talks)


def test_quick_messages_of_one_person_take_turns(cluster: Any, figures: dict[str, Any]) -> None:
    """They go to different workers; which of two that arrive together is first is anybody's guess, mixing is not."""
    start = time.perf_counter()
    talks = asyncio.run(impatient(cluster.url, people=20, messages=6, pause=0.1))
    note(figures, cluster, "20 people with 6 quick messages", talks, time.perf_counter() - start)
    database = cluster.services.environment["LANTERN_DATABASE_URL"]
    for talk in talks:
        assert not talk.failed
        assert sorted(stored_turns(database, talk.sender)) == sorted((text, 1) for text in talk.sent)


def test_a_killed_worker_loses_no_acknowledged_turn(cluster: Any, figures: dict[str, Any]) -> None:
    victim = cluster.workers[0]

    async def strike() -> None:
        await asyncio.sleep(2)
        victim.kill()

    start = time.perf_counter()
    talks = asyncio.run(crowd(cluster.url, people=60, turns=12, meanwhile=strike))
    note(figures, cluster, "a worker killed under 60 conversations", talks, time.perf_counter() - start)
    victim.start()
    victim.wait()
    database = cluster.services.environment["LANTERN_DATABASE_URL"]
    for talk in talks:
        stored = stored_turns(database, talk.sender)
        kept = [text for text, replies in stored if text in talk.answered and replies == 1]
        assert kept == talk.answered
        assert all(replies == 1 for _, replies in stored)
    assert sum(len(talk.failed) for talk in talks) <= 60  # at most what the victim had in its hands


def test_a_rolling_restart_is_not_noticed(cluster: Any, figures: dict[str, Any]) -> None:
    running = True

    async def restart_all() -> None:
        nonlocal running
        for worker in cluster.workers:
            others = [other for other in cluster.workers if other is not worker]
            cluster.send_only_to(others)
            await asyncio.sleep(1)
            await asyncio.to_thread(worker.stop)
            worker.start()
            await asyncio.to_thread(worker.wait)
            cluster.send_only_to(cluster.workers)
        running = False

    async def talk_meanwhile() -> list[Talk]:
        restarting = asyncio.create_task(restart_all())
        talks: list[Talk] = []
        while running:
            talks += await crowd(cluster.url, people=10, turns=5)
        await restarting
        return talks

    start = time.perf_counter()
    talks = asyncio.run(talk_meanwhile())
    note(figures, cluster, "rolling restart", talks, time.perf_counter() - start)
    check_all_kept(cluster, talks)


def test_analytics_get_every_turn_and_no_word_of_it(cluster: Any) -> None:
    port = cluster.services.rabbit_port
    asyncio.run(all_told(port))
    talks = asyncio.run(crowd(cluster.url, people=5, turns=2))
    told = asyncio.run(all_told(port, messages=10))
    assert sum(json.loads(body)["event"] == "user" for body in told) == 10
    everything = "".join(told)
    assert "what about" not in everything and talks[0].sender not in everything
