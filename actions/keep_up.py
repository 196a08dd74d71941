"""For the action server (``rasa run actions``): knowledge is read before the first question, and again when edited.

rasa-sdk imports every module of this package, and calls the hook below in its own server only.
"""

from __future__ import annotations

import sys
from typing import Any

import pluggy
from rasa_sdk.plugin import plugin_manager

from bot.answering import shared
from bot.errors import LanternError
from bot.live import watch

hookimpl = pluggy.HookimplMarker("rasa_sdk")


@hookimpl
def attach_sanic_app_extensions(app: Any) -> None:
    """Read the knowledge, or end with one line that says what is wrong; look after it in each worker."""
    try:
        shared()
    except LanternError as error:
        sys.exit(str(error))
    app.register_listener(_watch, "after_server_start")


async def _watch(_app: Any, _loop: Any) -> None:
    watch.start()


if not plugin_manager().is_registered(sys.modules[__name__]):
    plugin_manager().register(sys.modules[__name__])
