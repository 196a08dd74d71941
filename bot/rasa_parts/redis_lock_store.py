"""Locks of conversations across processes, on Redis: fair, quick, and free again when a worker dies.

Rasa's store reads a lock, changes it and writes it back, so that two workers can hold it at once (rasa#9213), looks
once a second, and leaves the lock of a killed worker in place for a minute. Here one script, which Redis runs as one
step, keeps a queue a conversation: whoever stands first in it has the lock. Everybody in the queue tells every few
seconds that they are alive; who is silent is taken out.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
import uuid
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Any

import redis.asyncio
from rasa.core.lock import TicketLock
from rasa.core.lock_store import LOCK_LIFETIME
from rasa.utils.endpoints import EndpointConfig
from redis.exceptions import RedisError

from bot.rasa_parts.lock_store import LanternLockStore

logger = logging.getLogger(__name__)

LEASE = 10.0  # seconds after which a silent worker loses its place
PATIENCE = 1.0  # seconds that Redis may take
REST = 2.0  # seconds that a Redis in trouble is left alone, so that not every message waits for it
FIRST_WAIT, LONGEST_WAIT = 0.005, 0.05  # seconds between two looks at the queue

# Join the queue, or say "still here"; drop the dead at its head. 1: it is your turn.
TURN = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local queue, alive, me, lease = KEYS[1], KEYS[2], ARGV[1], tonumber(ARGV[2])
if not redis.call('LPOS', queue, me) then redis.call('RPUSH', queue, me) end
redis.call('HSET', alive, me, now + lease)
redis.call('PEXPIRE', queue, lease * 2)
redis.call('PEXPIRE', alive, lease * 2)
local head = redis.call('LINDEX', queue, 0)
while head ~= me and (tonumber(redis.call('HGET', alive, head)) or 0) < now do
  redis.call('LPOP', queue)
  redis.call('HDEL', alive, head)
  head = redis.call('LINDEX', queue, 0)
end
return head == me and 1 or 0
"""
LEAVE = "redis.call('LREM', KEYS[1], 1, ARGV[1]); redis.call('HDEL', KEYS[2], ARGV[1])"


class LanternRedisLockStore(LanternLockStore):
    """``url`` in the endpoints file, or LANTERN_REDIS_URL, names the server."""

    def __init__(self, endpoint_config: EndpointConfig | None = None, url: str | None = None) -> None:
        super().__init__()
        url = url or (endpoint_config and endpoint_config.url) or os.environ["LANTERN_REDIS_URL"]
        self._redis = redis.asyncio.Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
        self._turn = self._redis.register_script(TURN)
        self._leave = self._redis.register_script(LEAVE)
        self._rests_until = 0.0
        self._leaving: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = LOCK_LIFETIME, wait_time_in_seconds: float = 1
    ) -> AsyncGenerator[TicketLock, None]:
        """Without Redis, only this process keeps the order: an answer late or out of turn is better than none."""
        place = _Place(self, conversation_id)
        if time.monotonic() >= self._rests_until:
            try:
                await place.wait()
            except (RedisError, OSError) as error:
                self._rests_until = time.monotonic() + REST
                kind = type(error).__name__
                logger.error("E42 no lock from Redis (%s); the order holds within this worker only.", kind)
        try:
            async with super().lock(conversation_id, lock_lifetime, wait_time_in_seconds) as ticket:
                yield ticket
        finally:
            await self._let_leave(place)

    async def _let_leave(self, place: _Place) -> None:
        """Before the reply goes out, so that the next message finds the place free; unless that takes long."""
        task = asyncio.create_task(place.leave())
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)
        if time.monotonic() >= self._rests_until:
            await asyncio.shield(task)

    async def is_first(self, keys: list[str], place: str) -> bool:
        """Join the queue or stay in it; whether everybody before has left."""
        return bool(await self._turn(keys=keys, args=[place, int(LEASE * 1000)]))

    async def drop(self, keys: list[str], place: str) -> None:
        """Leave the queue."""
        await self._leave(keys=keys, args=[place])


class _Place:
    """One message's place in the queue of its conversation."""

    def __init__(self, store: LanternRedisLockStore, conversation: str) -> None:
        self._store = store
        self._name = uuid.uuid4().hex
        # In braces: the part that decides on which server of a Redis cluster a key lies.
        self._keys = [f"lantern:{{{conversation}}}:queue", f"lantern:{{{conversation}}}:alive"]
        self._heartbeat: asyncio.Task[Any] | None = None
        self._asked = False

    async def wait(self) -> None:
        self._asked = True
        pause = FIRST_WAIT
        while not await self._store.is_first(self._keys, self._name):
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, LONGEST_WAIT)
        self._heartbeat = asyncio.create_task(self._stay_alive())

    async def leave(self) -> None:
        if self._heartbeat is not None:
            self._heartbeat.cancel()
        if self._asked:
            with suppress(RedisError, OSError):  # then the place ends with its lease
                await self._store.drop(self._keys, self._name)

    async def _stay_alive(self) -> None:
        while True:
            await asyncio.sleep(LEASE / 3)
            with suppress(RedisError, OSError):
                await self._store.is_first(self._keys, self._name)
