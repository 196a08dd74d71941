"""Telegram as one of Rasa's input channels. It does nothing without TELEGRAM_TOKEN in the environment."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import Mapping
from functools import partial
from typing import Any

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, empty

from bot import secret
from bot.paths import data_dir
from bot.rasa_parts.channels.rest import json_object
from bot.rasa_parts.channels.telegram.api import BotApi, Sleep
from bot.rasa_parts.channels.telegram.desk import Desk
from bot.rasa_parts.channels.telegram.ledger import Ledger
from bot.rasa_parts.channels.telegram.receiving import MOST_AT_WORK, Polling, Webhook, Work
from bot.rasa_parts.channels.telegram.settings import TelegramSettings
from bot.rasa_parts.channels.telegram.updates import Me
from bot.rasa_parts.turn import OnMessage, forget, reply_to

logger = logging.getLogger(__name__)
NAME = "telegram"
LARGEST_UPDATE = 512 * 1024  # bytes; a real one has a few kB
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


class TelegramInput(InputChannel):
    """List it in credentials.yml as ``bot.rasa_parts.channels.telegram.TelegramInput``; see docs/telegram.md."""

    def __init__(self, settings: TelegramSettings | None, sleep: Sleep = asyncio.sleep) -> None:
        self.settings = settings
        self._sleep = sleep
        self.running: Running | None = None

    @classmethod
    def name(cls) -> str:
        return NAME

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> TelegramInput:
        return cls(TelegramSettings.load(os.environ))

    def blueprint(self, on_new_message: OnMessage) -> Blueprint:
        routes = Blueprint("lantern_telegram")
        if self.settings is None:
            return routes
        self.running = running = Running(self.settings, on_new_message, self._sleep)
        routes.listener("after_server_start")(running.start)
        routes.listener("before_server_stop")(running.stop)
        if self.settings.webhook_url:

            @routes.post("/webhook", stream=True)  # called before the body was read
            async def receive(request: Request) -> HTTPResponse:
                return await running.receive(request)

        return routes


class Running:
    """The channel within one running worker."""

    def __init__(self, settings: TelegramSettings, on_new_message: OnMessage, sleep: Sleep) -> None:
        self._settings = settings
        self._on_new_message = on_new_message
        self._sleep = sleep
        self._task: asyncio.Task[None] | None = None

    async def start(self, app: Sanic, _loop: asyncio.AbstractEventLoop) -> None:
        """Begin to receive; returns at once, whether or not Telegram can be reached."""
        settings, folder = self._settings, data_dir()
        self._api = BotApi(settings.token, settings.api, self._sleep)
        self._ledger = Ledger(folder / "telegram.db", resumes=not settings.webhook_url)
        self.desk = desk = Desk(
            self._api,
            partial(_ask, self._on_new_message),
            lambda conversation: forget(app.ctx.agent, conversation),
            self._ledger,
            Me(settings.bot_id),
            secret.key(),
        )
        desk.set_limit(settings.messages_per_minute)
        self.work = Work(desk)
        self._webhook = Webhook(self._api, desk, settings, self._sleep)
        self._polling = Polling(self._api, desk, self.work, folder / "telegram.lock", self._sleep)
        receiver = self._webhook if settings.webhook_url else self._polling
        self._task = asyncio.ensure_future(receiver.run())
        self._task.add_done_callback(_told_if_failed)

    async def stop(self, _app: Sanic, _loop: asyncio.AbstractEventLoop) -> None:
        """Stop receiving, finish the replies under way."""
        if self._task is None:
            return
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await self._task
        if await self.work.finish():  # else what was cut off comes again after the start; the ledger knows the rest
            await self._polling.acknowledge()
        await self._api.close()
        self._ledger.close()

    async def receive(self, request: Request) -> HTTPResponse:
        """A call to the webhook: answered at once, worked on afterwards; a body that is no update is dropped."""
        if self._task is None or not self._webhook.is_telegram(request.headers.get(SECRET_HEADER)):
            return empty(403)
        if len(self.work) >= MOST_AT_WORK:
            return empty(503)
        request.stream.request_max_size = LARGEST_UPDATE
        await request.receive_body()
        update = json_object(request)
        if update is not None:
            self.work.start(update)
        return empty(200)


async def _ask(on_new_message: OnMessage, conversation: str, text: str) -> Mapping[str, Any]:
    return await reply_to(on_new_message, conversation, text, NAME)


def _told_if_failed(task: asyncio.Task[None]) -> None:
    """A mistake in the program ends the task: say so, or nobody would notice."""
    if not task.cancelled() and task.exception() is not None:
        logger.error("E51 Telegram's receiver stopped: %s", type(task.exception()).__name__)
