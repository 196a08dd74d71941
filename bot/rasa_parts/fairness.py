"""Under load, first come first served, also for those whose connection still waits to be taken.

The event loop takes one new connection a round, and works on every message that is ready in that round. With hundreds
waiting a round takes seconds, and newcomers wait for half a minute while others are served again and again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager


class Turns:
    """Lets ``at_once`` messages be worked on; the others wait in order, and the loop has a round between them."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._gate: tuple[asyncio.AbstractEventLoop, asyncio.Semaphore] | None = None

    @asynccontextmanager
    async def take(self) -> AsyncGenerator[None, None]:
        async with self._of_this_loop():
            await asyncio.sleep(0)
            yield

    def _of_this_loop(self) -> asyncio.Semaphore:
        """Tests and tools run one loop after the other; a semaphore belongs to one."""
        loop = asyncio.get_running_loop()
        if self._gate is None or self._gate[0] is not loop:
            self._gate = loop, asyncio.Semaphore(self._at_once)
        return self._gate[1]
