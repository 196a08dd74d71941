"""For those who run the bot: health, metrics, and what is done each minute and each day. See docs/operations.md."""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import logging
import os
import time
from collections.abc import Callable
from typing import Any

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, raw
from sanic.response import json as json_response

from bot.live import seconds, watch
from bot.paths import data_dir
from bot.rasa_parts import metering, purge
from bot.rasa_parts.fail_safe import unwrapped

logger = logging.getLogger(__name__)
TOKEN = "LANTERN_METRICS_TOKEN"
TICK = 30.0  # seconds between tries to write what the store could not take
STORE_PATIENCE = 1.0  # seconds that the store may take to show that it is there
LARGEST_JUMP = 3600.0  # seconds that the clock may differ from the time that passed; beyond that nothing is purged
_FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip")


class OpsInput(InputChannel):
    """List it in credentials.yml as ``bot.rasa_parts.channels.ops.OpsInput``; takes no messages."""

    @classmethod
    def name(cls) -> str:
        return "ops"

    def url_prefix(self) -> str:
        return "/"

    def blueprint(self, on_new_message: Callable[..., Any]) -> Blueprint:
        routes = Blueprint("lantern_ops")
        routes.add_route(_live, "/health/live", methods=["GET", "HEAD"])
        routes.add_route(_ready, "/health/ready", methods=["GET", "HEAD"])
        routes.add_route(_metrics, "/metrics", methods=["GET"])
        keeper = Keeper()
        routes.listener("after_server_start")(keeper.start)
        routes.listener("before_server_stop")(keeper.stop)
        return routes


async def _live(_request: Request) -> HTTPResponse:
    """200 while the process answers at all: a restart is the cure for no answer, and for nothing else."""
    return json_response({"status": "live"})


async def _ready(request: Request) -> HTTPResponse:
    """200 when people get answers, also without the store, or when edited knowledge was refused.

    What hits all servers at once must not take all of them away.
    """
    agent: Any = getattr(request.app.ctx, "agent", None)
    answering = agent is not None and agent.is_ready()
    store = answering and await _store_up(agent)
    parts = {"model": answering, "knowledge": not watch.live.broken, "store": store}
    status = "ready" if all(parts.values()) else "degraded" if answering else "not ready"
    return json_response({"status": status, **parts}, status=200 if answering else 503)


async def _metrics(request: Request) -> HTTPResponse:
    if not may_read_metrics(request.headers, request.ip, os.environ.get(TOKEN, "")):
        return json_response({"error": {"status": 403, "message": f"set {TOKEN}, or ask from this network"}}, 403)
    agent: Any = getattr(request.app.ctx, "agent", None)
    ready = agent is not None and agent.is_ready()
    unsaved = len(unwrapped(agent.tracker_store).unsaved) if ready else 0
    body = metering.exposition(*metering.knowledge_today(), ready and await _store_up(agent), unsaved)
    return raw(body, content_type=metering.CONTENT_TYPE)


def may_read_metrics(headers: Any, address: str, token: str) -> bool:
    """With a token whoever has it; without one only who asks directly from this machine or a private network."""
    if token:
        return hmac.compare_digest(headers.get("authorization", "").encode(), f"Bearer {token}".encode())
    if any(name in headers for name in _FORWARDED):  # came in through a proxy, which is itself a private address
        return False
    try:
        return ipaddress.ip_address(address).is_private
    except ValueError:
        return False


async def _store_up(agent: Any) -> bool:
    store = unwrapped(agent.tracker_store)
    try:
        return bool(await asyncio.wait_for(asyncio.to_thread(store.check), STORE_PATIENCE))
    except asyncio.TimeoutError:
        return False


class Keeper:
    """What the server does on its own: writes what waits, and purges once a day."""

    def __init__(self, clock: Callable[[], float] = time.time, ticks: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._ticks = clock, ticks
        self._started = clock(), ticks()
        self._purged: float | None = None
        self._task: asyncio.Task[None] | None = None
        self.days = purge.keep_days()  # read at once: a wrong value must stop the start, not the first purge
        seconds()  # for the same reason

    async def start(self, app: Sanic, _loop: asyncio.AbstractEventLoop) -> None:
        self._task = asyncio.ensure_future(self._run(app))
        watch.start()

    async def stop(self, app: Sanic, _loop: asyncio.AbstractEventLoop) -> None:
        if self._task is not None:
            self._task.cancel()
        agent = getattr(app.ctx, "agent", None)
        if agent is not None:
            unwrapped(agent.tracker_store).flush()

    async def _run(self, app: Sanic) -> None:
        while True:
            await asyncio.sleep(TICK)
            try:
                await self.tick(unwrapped(app.ctx.agent.tracker_store))
            except Exception as error:  # tried again at the next tick
                logger.error("E45 housekeeping failed: %s", type(error).__name__)

    async def tick(self, store: Any) -> purge.Purged | None:
        """Write what waits; purge when the last time was a day ago."""
        store.flush()
        if self._purged is not None and self._ticks() - self._purged < purge.DAY:
            return None
        if self._clock_jumped():
            logger.error("E45 the clock jumped: nothing is purged until it fits the time that passed, or a restart")
            return None
        done = await asyncio.to_thread(purge.purge, store, data_dir(), self.days, self._clock())
        self._purged = self._ticks()
        return done

    def _clock_jumped(self) -> bool:
        """A clock that is a year ahead by mistake would have everything removed."""
        wall, ticks = self._started
        return abs((self._clock() - wall) - (self._ticks() - ticks)) > LARGEST_JUMP
