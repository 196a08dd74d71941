"""The channels' tests run on one event loop, with the trained bot and a local Bot API on it."""

from __future__ import annotations

import asyncio
import inspect
import itertools
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sanic import Sanic

from tests.channels.fake_telegram import TOKEN, FakeTelegram
from tests.channels.wire import Sent

os.environ["NO_PROXY"] = "127.0.0.1,localhost"
Sanic.test_mode = True  # more than one server in a process
_names = itertools.count()


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    made = asyncio.new_event_loop()
    yield made
    made.close()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: Any) -> bool | None:
    """Run ``async def`` tests on the session's loop."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    loop = pyfuncitem.funcargs.get("loop") or pyfuncitem._request.getfixturevalue("loop")
    wanted = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    loop.run_until_complete(asyncio.wait_for(pyfuncitem.obj(**wanted), 60))
    return True


async def serve(app: Sanic) -> tuple[Any, str]:
    """Start a Sanic server on a free port of this machine; the server and its address."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = await app.create_server(sock=listening, return_asyncio_server=True)
    await server.startup()
    await server.before_start()
    await server.after_start()
    await server.start_serving()
    return server, f"http://127.0.0.1:{listening.getsockname()[1]}"


class Rig:
    """The channel in a real Sanic server, between the trained bot and the local Bot API."""

    def __init__(self, telegram: FakeTelegram, agent: Any, environment: dict[str, str]) -> None:
        self.telegram = telegram
        self.environment = environment
        self.slept: list[float] = []
        self._agent = agent
        self._server: Any = None

    async def start(self) -> None:
        from rasa.core.channels import channel as rasa_channel
        from rasa.server import add_root_route

        from bot.rasa_parts.channels.telegram import TelegramInput
        from bot.rasa_parts.channels.telegram.settings import TelegramSettings

        app = Sanic(f"telegram_{next(_names)}", configure_logging=False)
        app.ctx.agent = self._agent
        add_root_route(app)
        self.channel = TelegramInput(TelegramSettings.load(self.environment), sleep=self._sleep)
        rasa_channel.register([self.channel], app, route="/webhooks/")
        self._server, self.address = await serve(app)
        self.telegram.webhook_goes_to = f"{self.address}/webhooks/telegram/webhook"

    async def stop(self) -> None:
        if self._server is not None:
            server, self._server = self._server, None
            await server.before_stop()
            await server.close()
            await server.after_stop()

    @property
    def running(self) -> Any:
        """The channel's inside."""
        return self.channel.running

    async def _sleep(self, seconds: float) -> None:
        """Tests do not wait as long as the channel would; what it would have waited is noted."""
        self.slept.append(seconds)
        await asyncio.sleep(min(seconds, 0.02))

    async def deliver(self, *updates: dict[str, Any], timeout: float = 10.0) -> list[Sent]:
        """Let updates happen and wait until the channel is done with them; returns what was sent meanwhile."""
        before = len(self.telegram.sent)
        await self.telegram.deliver(*updates)
        last = max(update["update_id"] for update in updates)
        await self.until(lambda: self.telegram.webhook or self.telegram.confirmed >= last, timeout)
        await self.until(lambda: not len(self.running.work), timeout)
        return self.telegram.sent[before:]

    async def say(self, text: str, person: int = 7, **more: Any) -> list[Sent]:
        return await self.deliver(self.telegram.update(**self.telegram.message(text, person, **more)))

    async def until(self, holds: Callable[[], object], timeout: float = 10.0) -> None:
        deadline = asyncio.get_running_loop().time() + timeout
        while not holds():
            assert asyncio.get_running_loop().time() < deadline, "the channel did not come round in time"
            await asyncio.sleep(0.005)


@pytest.fixture
def rig(loop: asyncio.AbstractEventLoop, bot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    """Not started: a test may change the environment first. Its files are its own."""
    monkeypatch.setenv("LANTERN_DATA", str(tmp_path))
    telegram = FakeTelegram()
    address = loop.run_until_complete(telegram.start())
    made = Rig(telegram, bot.agent, {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API": address})
    yield made
    loop.run_until_complete(made.stop())
    loop.run_until_complete(telegram.stop())


@pytest.fixture
def polling(rig: Rig, loop: asyncio.AbstractEventLoop) -> Rig:
    """The channel, started with nothing but a token."""
    loop.run_until_complete(rig.start())
    return rig


@pytest.fixture
def webhook(rig: Rig, loop: asyncio.AbstractEventLoop) -> Rig:
    """The channel behind a webhook."""
    rig.environment["TELEGRAM_WEBHOOK_URL"] = "https://bot.example.org"

    async def begin() -> None:
        await rig.start()
        await rig.until(lambda: rig.telegram.webhook)

    loop.run_until_complete(begin())
    return rig
