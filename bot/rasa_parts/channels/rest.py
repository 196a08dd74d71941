"""Rasa's REST channel for programs, safe to leave open: same address, same form of request and answer.

Other than the stock one it has no conversation shared by all who name none, takes no metadata or channel name from
the client, answers bad requests in JSON, and never writes a message's text to the log.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.channels.rest import RestInput
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.rasa_parts.rescue import rescue

logger = logging.getLogger(__name__)
LONGEST_TEXT = 20_000  # characters kept of a message: its first and its last half
LONGEST_SENDER = 255  # the width of the store's column


class LanternRest(RestInput):
    """POST /webhooks/rest/webhook with ``{"sender": "...", "message": "..."}``."""

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        routes = Blueprint("lantern_rest")

        @routes.get("/")
        async def health(_request: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @routes.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            body = json_object(request)
            if body is None:
                return error(400, 'send a JSON object such as {"sender": "me", "message": "What is a biopsy?"}')
            collector = CollectingOutputChannel()
            text = bounded_text(body.get("message"))
            message = UserMessage(text, collector, sender_of(body), input_channel=self.name())
            try:
                await on_new_message(message)
            except Exception as failure:  # a person in danger must not be left with an error
                logger.error("E40 a message could not be handled: %s", type(failure).__name__)
            if not collector.messages:  # nor with nothing: Rasa without a model ignores every message
                await rescue(message)
            return response.json(collector.messages)

        return routes


def json_object(request: Request) -> dict[str, Any] | None:
    """The request's body if it is a JSON object."""
    from sanic.exceptions import InvalidUsage

    try:
        body = request.json
    except (InvalidUsage, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def bounded_text(message: object) -> str:
    """A message as text of bounded length; what is not text counts as an empty message."""
    if not isinstance(message, str):
        return ""
    text = message.encode("utf-8", "replace").decode("utf-8")  # lone surrogates cannot be stored
    if len(text) > LONGEST_TEXT:
        text = f"{text[: LONGEST_TEXT // 2]}\n{text[-LONGEST_TEXT // 2 :]}"
    return text.strip()


def sender_of(body: dict[str, Any]) -> str:
    """The conversation's name; a client that names none (or one that cannot be stored) gets one of its own."""
    sender = body.get("sender")
    if isinstance(sender, str) and 0 < len(sender) <= LONGEST_SENDER and sender.isprintable():
        return sender
    return uuid.uuid4().hex


def error(status: int, message: str) -> HTTPResponse:
    """An error in JSON."""
    return response.json({"error": {"status": status, "message": message}}, status=status)
