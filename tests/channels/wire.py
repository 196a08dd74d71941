"""What goes over the wire between the channel and the local Bot API, and what a person sees of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.channels.telegram_html import Entity


class Refusal(Exception):
    """An error that Telegram answers with."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


@dataclass
class Sent:
    """A message of the bot's as the person sees it."""

    chat: int
    number: int
    text: str
    entities: list[Entity]
    buttons: list[tuple[str, str]]
    photo: int = 0  # bytes
    fields: Mapping[str, Any] = field(default_factory=dict)

    def runs(self, kind: str) -> list[str]:
        """The runs of text with a form."""
        raw = self.text.encode("utf-16-le")
        found = [entity for entity in self.entities if entity.kind == kind]
        return [raw[2 * e.offset : 2 * (e.offset + e.length)].decode("utf-16-le") for e in found]


class Page(Exception):
    """An answer that is no JSON, as a proxy or a fallen server gives it."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status, self.text = status, text


async def fields_of(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        return dict(await request.json())
    found: dict[str, Any] = dict(request.query)
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            found[name] = value.file.read()
        else:
            found[name] = int(value) if name == "chat_id" else _json(name, str(value))
    return found


def _json(name: str, value: str) -> Any:
    return json.loads(value) if name in ("reply_markup", "reply_parameters", "disable_notification") else value


def buttons_of(fields: dict[str, Any]) -> list[tuple[str, str]]:
    buttons = []
    for row in (fields.get("reply_markup") or {}).get("inline_keyboard", []):
        assert len(row) == 1, "one button a row"
        title, payload = row[0]["text"], row[0]["callback_data"]
        if not title.strip():
            raise Refusal(400, "Bad Request: text buttons are unallowed in the inline keyboard")
        if not 1 <= len(payload.encode()) <= 64:
            raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
        buttons.append((title, payload))
    return buttons
