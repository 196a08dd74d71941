"""The queue on a real Redis server: one at a time, in order, and free again after a death."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from bot.rasa_parts import redis_lock_store
from bot.rasa_parts.redis_lock_store import LanternRedisLockStore
from tests.scale.services import wait_for

needs_redis = pytest.mark.skipif(shutil.which("redis-server") is None, reason="redis-server is not installed")


@pytest.fixture
def url(unused_tcp_port: int) -> Iterator[str]:
    command = ["redis-server", "--bind", "127.0.0.1", "--port", str(unused_tcp_port), "--save", ""]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    wait_for(unused_tcp_port)
    yield f"redis://127.0.0.1:{unused_tcp_port}/0"
    server.terminate()
    server.wait()


@needs_redis
def test_workers_take_turns_in_order(url: str) -> None:
    inside: list[int] = []
    order: list[int] = []

    async def enter(store: LanternRedisLockStore, number: int) -> None:
        async with store.lock("me"):
            assert not inside
            inside.append(number)
            await asyncio.sleep(0.005)
            order.append(inside.pop())

    async def run() -> None:
        workers = [LanternRedisLockStore(url=url) for _ in range(3)]
        tasks = []
        for number in range(12):
            tasks.append(asyncio.create_task(enter(workers[number % 3], number)))
            await asyncio.sleep(0.02)  # long enough to stand in the queue
        await asyncio.gather(*tasks)

    asyncio.run(run())
    assert order == list(range(12))


@needs_redis
def test_conversations_do_not_wait_for_each_other(url: str) -> None:
    async def run() -> None:
        store = LanternRedisLockStore(url=url)
        async with store.lock("one"):
            await asyncio.wait_for(store.lock("two").__aenter__(), 1)

    asyncio.run(run())


@needs_redis
def test_the_dead_leave_the_queue(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_lock_store, "LEASE", 0.3)

    async def run() -> float:
        dead, alive = LanternRedisLockStore(url=url), LanternRedisLockStore(url=url)
        keys = ["lantern:{me}:queue", "lantern:{me}:alive"]
        assert await dead.is_first(keys, "killed")
        start = asyncio.get_running_loop().time()
        async with alive.lock("me"):
            return asyncio.get_running_loop().time() - start

    assert 0.2 < asyncio.run(run()) < 3


@needs_redis
def test_a_slow_turn_keeps_its_place(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_lock_store, "LEASE", 0.3)
    left: list[str] = []

    async def run() -> None:
        slow, quick = LanternRedisLockStore(url=url), LanternRedisLockStore(url=url)

        async def hold() -> None:
            async with slow.lock("me"):
                await asyncio.sleep(1)
                left.append("slow")

        async def follow() -> None:
            await asyncio.sleep(0.1)
            async with quick.lock("me"):
                left.append("quick")

        await asyncio.gather(hold(), follow())

    asyncio.run(run())
    assert left == ["slow", "quick"]


def test_without_redis_the_bot_still_answers(unused_tcp_port: int, caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> None:
        async with LanternRedisLockStore(url=f"redis://127.0.0.1:{unused_tcp_port}/0").lock("me"):
            pass

    asyncio.run(run())
    assert "E42" in caplog.text
