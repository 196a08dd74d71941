"""Settings of the web channel: from credentials.yml, each overridden by an environment variable."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from bot.errors import LanternError

HISTORIES = ("tab", "day")


@dataclass(frozen=True)
class WebSettings:
    """What an operator may set; the variable of ``token_hours`` is ``LANTERN_TOKEN_HOURS``, and so on.

    ``docs/widget.md`` has a row for each field (held by a test).
    """

    origins: tuple[str, ...] = ()  # pages on these origins may use the API; the server's own always may
    token_hours: int = 24  # after that a conversation goes on under a new id
    history: str = "tab"  # how long the server's own page keeps a conversation in the browser
    emergency_number: str = ""  # what the call link on the server's own page dials; "" is 112, with a word of caution
    messages_per_minute: int = 20  # of one conversation
    address_messages_per_minute: int = 120  # of one address: a clinic's visitors often share one
    address_conversations_per_hour: int = 120  # of one address

    @classmethod
    def load(cls, credentials: Mapping[str, Any], environment: Mapping[str, str]) -> WebSettings:
        """Read and check the settings.

        Raises:
            LanternError: E31, a name is unknown or a value cannot be used.
        """
        known = {field.name: field.default for field in fields(cls)}
        unknown = sorted(set(credentials) - set(known))
        if unknown:
            raise LanternError("E31", f"unknown setting {', '.join(unknown)}")
        chosen: dict[str, Any] = {}
        for name, default in known.items():
            value = environment.get(f"LANTERN_{name.upper()}", credentials.get(name, default))
            chosen[name] = _READERS.get(name, _number)(name, value)
        return cls(**chosen)


def _origins(name: str, value: Any) -> tuple[str, ...]:
    listed = re.split(r"[\s,]+", value.strip()) if isinstance(value, str) else list(value or ())
    return tuple(_origin(str(origin)) for origin in listed if origin)


def _origin(origin: str) -> str:
    """An origin as browsers write it; anything with a path or a wildcard is refused rather than guessed at."""
    if not re.fullmatch(r"https?://[^/*\s@?#]+", origin.lower()):
        raise LanternError("E31", f'origins: "{origin}" is not an exact origin such as https://charity.example')
    return origin.lower()


def _history(name: str, value: Any) -> str:
    if value not in HISTORIES:
        raise LanternError("E31", f"{name} must be one of {', '.join(HISTORIES)}")
    return str(value)


def _phone(name: str, value: Any) -> str:
    if value and not re.fullmatch(r"\+?[0-9]{2,15}", str(value)):
        raise LanternError("E31", f"{name} must be digits, such as 112")
    return str(value or "")


def _number(name: str, value: Any) -> int:
    try:
        number = int(str(value))
    except ValueError:
        number = 0
    if number < 1:
        raise LanternError("E31", f"{name} must be a whole number above 0")
    return number


_READERS = {"origins": _origins, "history": _history, "emergency_number": _phone}
