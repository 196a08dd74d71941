"""Locks of conversations within one process: the next message goes on as soon as the one before is done.

Rasa's store looks only once a second; five quick messages of a person would take four seconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LOCK_LIFETIME, InMemoryLockStore


class LanternLockStore(InMemoryLockStore):
    """First come, first served, per conversation, on asyncio's own lock."""

    def __init__(self, *_unused: object, **_options: object) -> None:
        super().__init__()
        self._locks: dict[str, tuple[asyncio.Lock, list[int]]] = {}

    @asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = LOCK_LIFETIME, wait_time_in_seconds: float = 1
    ) -> AsyncGenerator[TicketLock, None]:
        lock, waiting = self._locks.setdefault(conversation_id, (asyncio.Lock(), [0]))
        waiting[0] += 1
        try:
            async with lock:
                yield TicketLock(conversation_id)
        finally:
            waiting[0] -= 1
            if not waiting[0]:
                del self._locks[conversation_id]
