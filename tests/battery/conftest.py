"""The channels of the battery, and its table at the end of the run."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sanic import Sanic

from bot.knowledge import Knowledge
from tests.battery.channels import Channel, InProcess, OurShell, Rest, StockShell, Telegram, Web
from tests.channels.conftest import Rig, loop, pytest_pyfunc_call, serve
from tests.channels.fake_telegram import TOKEN, FakeTelegram

__all__ = ["loop", "pytest_pyfunc_call"]

CHANNELS = ("in process", "action server", "REST", "web API", "Telegram", "lantern shell", "rasa shell")
TABLE: dict[str, dict[str, str]] = defaultdict(dict)  # channel -> group of checks -> result


class Setup:
    """All channels, started once, on one trained bot."""

    def __init__(self, loop: asyncio.AbstractEventLoop, bot: Any, model_path: Path, known: Knowledge) -> None:
        self.loop, self.bot, self.known, self._model = loop, bot, known, model_path
        self.asked_of_action_server = 0
        self.channels: dict[str, Channel] = {}

    async def start(self) -> None:
        from rasa.utils.endpoints import EndpointConfig

        from bot.rasa_parts.local import LocalBot

        self.session = aiohttp.ClientSession()
        self._actions, actions = await serve(self._action_server())
        self._server, address = await serve(self._server_app())
        self.telegram = FakeTelegram()
        telegram = await self.telegram.start()
        self.rig = Rig(self.telegram, self.bot.agent, {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API": telegram})
        await self.rig.start()
        remote = LocalBot(self._model, action_endpoint=EndpointConfig(f"{actions}/webhook"))
        self.channels = {
            "in process": InProcess(self.bot),
            "action server": InProcess(remote),
            "REST": Rest(address, self.session),
            "web API": Web(address, self.session),
            "Telegram": Telegram(self.rig),
            "lantern shell": OurShell(self.bot, self.known),
            "rasa shell": StockShell(self.bot),
        }

    async def stop(self) -> None:
        await self.session.close()
        await self.rig.stop()
        await self.telegram.stop()
        for server in (self._actions, self._server):
            await server.before_stop()
            await server.close()
            await server.after_stop()

    def _action_server(self) -> Sanic:
        """rasa-sdk's own server."""
        from rasa_sdk.endpoint import create_app

        app = create_app("actions")

        @app.middleware("request")
        async def count(_request: Any) -> None:
            self.asked_of_action_server += 1

        return app

    def _server_app(self) -> Sanic:
        """Rasa's server with the channels of ours that answer over HTTP."""
        from rasa.core.channels import channel as rasa_channel
        from rasa.server import add_root_route

        from bot.rasa_parts.channels.rest import LanternRest
        from bot.rasa_parts.channels.web import WebInput

        app = Sanic("battery", configure_logging=False)
        app.ctx.agent = self.bot.agent
        add_root_route(app)
        limits = dict.fromkeys(("messages_per_minute", "address_messages_per_minute"), 100_000)
        web = WebInput.from_credentials({**limits, "address_conversations_per_hour": 100_000})
        rasa_channel.register([LanternRest(), web], app, route="/webhooks/")
        return app


@pytest.fixture(scope="session")
def setup(loop: asyncio.AbstractEventLoop, bot: Any, model_path: Path, knowledge: Knowledge) -> Iterator[Setup]:
    made = Setup(loop, bot, model_path, knowledge)
    loop.run_until_complete(made.start())
    yield made
    loop.run_until_complete(made.stop())


@pytest.fixture(params=CHANNELS)
def channel_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def channel(setup: Setup, channel_name: str) -> Channel:
    return setup.channels[channel_name]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The table: for each channel how many of each group came out right."""
    if not TABLE:
        return
    groups = list(dict.fromkeys(group for row in TABLE.values() for group in row))
    terminalreporter.section("the battery")
    terminalreporter.line(f"{'channel':<16}" + "".join(f"{group:>14}" for group in groups))
    for name, row in TABLE.items():
        terminalreporter.line(f"{name:<16}" + "".join(f"{row.get(group, '-'):>14}" for group in groups))
