"""What goes to the log: warnings and errors, never the words of a message.

Rasa's structured debug lines quote messages; unconfigured, structlog prints all of them. Errors of libraries quote what
they could not use: of an error only its kind and where it arose is written.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import traceback
from datetime import datetime, timezone
from typing import Any

from rasa.utils.common import configure_logging_and_warnings
from rasa.utils.log_utils import configure_structlog

from bot.errors import LanternError

VARIABLE = "LANTERN_LOG_LEVEL"
LEVELS = ("INFO", "WARNING", "ERROR")  # not DEBUG: Rasa's debug lines hold what people wrote


def configure(level: int | None = None) -> None:
    """Set up logging for everything in this process; at INFO there is a line for each turn.

    Raises:
        LanternError: E35, the level in the environment is none of ``LEVELS``.
    """
    chosen = wanted() if level is None else level
    quiet = max(chosen, logging.WARNING)  # for Rasa, whose lines at INFO tell an operator nothing
    configure_structlog(quiet)
    configure_logging_and_warnings(log_level=quiet, warn_only_once=True)
    logging.getLogger("bot").setLevel(chosen)
    logging.getLogger("sanic.root").setLevel(quiet)
    logging.getLogger("sanic.error").addFilter(_is_no_advice)
    for handler in logging.getLogger().handlers:
        if type(handler) is logging.StreamHandler:  # ours and Rasa's, not one that a test or a tool has added
            handler.setFormatter(Lines() if sys.stderr.isatty() else JsonLines())


def wanted() -> int:
    """The level that the environment names."""
    name = os.environ.get(VARIABLE, "") or "WARNING"
    if name.upper() not in LEVELS:
        raise LanternError("E35", f'{VARIABLE} is "{name}"; choose one of {", ".join(LEVELS)}')
    return int(getattr(logging, name.upper()))


class Lines(logging.Formatter):
    """For a person at the terminal."""

    def formatException(self, ei: Any) -> str:
        """Kind and places of an error, without its message."""
        kind, _, trace = ei
        return "".join([*traceback.format_tb(trace), getattr(kind, "__name__", "error")])


class JsonLines(Lines):
    """For programs: a JSON object a line, also of what structlog already wrote as JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            **_fields(record.getMessage()),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def _fields(message: str) -> dict[str, Any]:
    if message.startswith("{"):
        try:
            return {key: value for key, value in json.loads(message).items() if key != "exception"}
        except (ValueError, AttributeError):
            pass
    return {"event": message}


def _is_no_advice(record: logging.LogRecord) -> bool:
    """Sanic tells whoever starts it in a terminal to use its debug mode, which is not for a bot in use."""
    return "Sanic is running in PRODUCTION mode" not in str(record.msg)
