"""Telegram's Bot API over HTTP.

The token is part of every address, and errors of aiohttp may quote the address: none of them leaves this module, so
that no log line can hold the token.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

TIMEOUT = 20.0  # seconds for one call
TRIES = 4
LONGEST_WAIT = 60.0  # seconds that a message may wait when Telegram asks for patience

Sleep = Callable[[float], Awaitable[Any]]


@dataclass(eq=False)
class Refused(Exception):
    """Telegram answered no: the HTTP-like code, its reason, and what it says would help."""

    method: str
    code: int
    reason: str
    retry_after: float | None = None
    moved_to: int | None = None  # a group that became a supergroup has a new id

    def __str__(self) -> str:
        return f"{self.method}: {self.code} {self.reason}"


@dataclass(eq=False)
class Unreachable(Exception):
    """No usable answer: no network, a time-out, a fault of Telegram's."""

    method: str
    kind: str

    def __str__(self) -> str:
        return f"{self.method}: {self.kind}"


class BotApi:
    """Calls methods by name; one HTTP session, opened at the first call."""

    def __init__(self, token: str, base: str, sleep: Sleep = asyncio.sleep) -> None:
        self._address = f"{base}/bot{token}/"
        self._sleep = sleep
        self._session: aiohttp.ClientSession | None = None

    async def call(
        self,
        method: str,
        fields: Mapping[str, Any] | None = None,
        picture: Path | None = None,
        timeout: float = TIMEOUT,
    ) -> Any:
        """Call once.

        Raises:
            Refused: Telegram said no.
            Unreachable: there was no usable answer.
        """
        body = {"json": dict(fields or {})} if picture is None else {"data": _form(fields or {}, picture)}
        try:
            limit = aiohttp.ClientTimeout(total=timeout, sock_connect=min(timeout, 10.0))
            async with self._open().post(self._address + method, timeout=limit, **body) as response:
                status, answer = response.status, await response.json(content_type=None)
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError) as error:
            raise Unreachable(method, type(error).__name__) from None
        return _result(method, status, answer)

    async def insist(self, method: str, fields: Mapping[str, Any], picture: Path | None = None) -> Any:
        """Call, and again after the time that Telegram asks for, or after a while when it cannot be reached.

        Raises:
            Refused: for another reason, or the time would be too long.
            Unreachable: not once in ``TRIES``.
        """
        waited = 0.0
        for attempt in range(1, TRIES + 1):
            try:
                return await self.call(method, fields, picture)
            except (Refused, Unreachable) as error:
                wait = error.retry_after if isinstance(error, Refused) else 2.0 ** (attempt - 1)
                waited += wait or 0.0
                if wait is None or attempt == TRIES or waited > LONGEST_WAIT:
                    raise
            await self._sleep(wait)
        raise AssertionError("the last try returns or raises")

    async def close(self) -> None:
        """Close the connections; a later call opens new ones."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(trust_env=True)  # an operator's HTTPS_PROXY counts
        return self._session


def _form(fields: Mapping[str, Any], picture: Path) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value in fields.items():
        form.add_field(name, value if isinstance(value, str) else json.dumps(value))
    form.add_field("photo", picture.read_bytes(), filename=picture.name, content_type="image/png")
    return form


def _result(method: str, status: int, answer: object) -> Any:
    if isinstance(answer, dict) and answer.get("ok") is True:
        return answer.get("result")
    if status >= 500 or not isinstance(answer, dict):
        raise Unreachable(method, f"status {status}")
    hints = answer.get("parameters")
    hints = hints if isinstance(hints, dict) else {}
    code = int(answer.get("error_code") or status)
    retry_after = hints.get("retry_after")
    if code == 429 and retry_after is None:
        retry_after = 5
    raise Refused(
        method,
        code,
        str(answer.get("description", ""))[:200],
        None if retry_after is None else float(retry_after),
        hints.get("migrate_to_chat_id"),
    )
