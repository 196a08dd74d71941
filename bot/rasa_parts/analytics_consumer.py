"""``lantern analytics``: keeps what the workers tell RabbitMQ in ``analytics.db``, and erases deleted conversations.

One such program beside any number of workers. An event is taken off the queue only once it is written; while the file
cannot be written, and while RabbitMQ is away, everything waits there.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import signal
import sqlite3
from collections.abc import Coroutine
from typing import Any

from aio_pika.abc import AbstractIncomingMessage
from rasa.utils.endpoints import EndpointConfig

from bot.errors import LanternError
from bot.paths import data_dir
from bot.rasa_parts import endpoints, logs
from bot.rasa_parts.analytics import EVENTS, AnalyticsBroker
from bot.rasa_parts.analytics_file import FILE, AnalyticsStore

logger = logging.getLogger(__name__)
AT_ONCE = 50  # events that RabbitMQ hands over before the first of them is written
PATIENCE = 1.0  # seconds until an event that could not be written is tried again


def run() -> None:
    """Consume until the program is stopped (SIGTERM, Ctrl-C).

    Raises:
        LanternError: E35, the endpoints file names no RabbitMQ.
    """
    logs.configure()
    config = endpoints.chosen().event_broker
    if config is None or config.type != f"{AnalyticsBroker.__module__}.{AnalyticsBroker.__name__}":
        raise LanternError("E35", "the endpoints file (LANTERN_ENDPOINTS) has no event_broker of RabbitMQ")
    asyncio.run(_until_stopped(consume(config, AnalyticsStore(data_dir() / FILE))))


async def _until_stopped(work: Coroutine[Any, Any, None]) -> None:
    task = asyncio.ensure_future(work)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)  # a container's first process has none
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def consume(config: EndpointConfig, store: AnalyticsStore) -> None:
    """Keep what arrives in the first queue that ``config`` names; never returns."""
    broker = AnalyticsBroker(config.url, **config.kwargs, event_loop=asyncio.get_running_loop())
    async with await broker.connection() as connection:
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=AT_ONCE)
        queue = await channel.declare_queue(broker.queues[0], durable=True)
        async with queue.iterator() as arriving:
            async for message in arriving:
                await keep(message, store)


async def keep(message: AbstractIncomingMessage, store: AnalyticsStore) -> None:
    """Write one event, however long it takes, and take it off the queue."""
    told = event_of(message.body)
    if told is None:
        logger.error("E43 what stands in the queue of analytics is no event of ours; it is dropped")
        await message.reject()
        return
    while True:
        try:
            store.take(told)
        except (sqlite3.Error, OSError) as error:
            logger.error("E43 analytics could not be written: %s", type(error).__name__)
            await asyncio.sleep(PATIENCE)
        else:
            await message.ack()
            return


def event_of(body: bytes) -> dict[str, Any] | None:
    """What a worker told, or nothing where anybody else wrote it."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    whole = isinstance(told, dict) and told.get("event") in EVENTS and isinstance(told.get("conversation"), str)
    return told if whole else None
