"""The web server: Rasa's own, with the channels of credentials.yml, and beside it a conversation in the terminal."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from rasa.core.agent import Agent
from rasa.core.run import close_resources, configure_app, create_http_input_channels, load_agent_on_start
from sanic import Sanic

from bot import startup
from bot.errors import LanternError
from bot.paths import PROJECT
from bot.rasa_parts import endpoints, logs

BACKLOG = 1024  # connections that may wait to be taken
Conversation = Callable[[Agent], Awaitable[None]]


def serve(model: Path, host: str, port: int, conversation: Conversation | None = None) -> None:
    """Run until stopped; with a ``conversation``, until that ends.

    Raises:
        LanternError: the address (E30), the data (E10), the encoder (E20, E21), the model (E23) or the data folder
            (E34) cannot be used.
    """
    logs.configure()
    _check_free(host, port)
    startup.check(model)
    app = build_app(model, port)
    if conversation is not None:
        app.add_task(partial(_converse, conversation))
    app.run(host=host, port=port, workers=1, access_log=False, motd=False, backlog=BACKLOG)


def build_app(model: Path, port: int) -> Sanic:
    """Rasa's server without its HTTP API (which could load any model file, CVE-2024-49375)."""
    chosen = endpoints.chosen()
    channels = create_http_input_channels(None, str(PROJECT / "credentials.yml"))
    # asyncio's own loop: uvloop takes one new connection a round, and under load newcomers wait for half a minute.
    app = configure_app(channels, enable_api=False, port=port, endpoints=chosen, use_uvloop=False)
    app.register_listener(partial(load_agent_on_start, str(model), chosen, None), "before_server_start")
    app.register_listener(close_resources, "after_server_stop")
    return app


async def _converse(conversation: Conversation, app: Sanic) -> None:
    try:
        await conversation(app.ctx.agent)
    finally:
        app.stop()


def _check_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = "in use" if error.errno == errno.EADDRINUSE else os.strerror(error.errno or 0)
            raise LanternError("E30", f"{host}:{port} is {reason}") from None
