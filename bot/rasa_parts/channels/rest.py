"""Rasa's REST channel for programs, safe to leave open: same address, same form of request and answer.

Other than the stock one it has no conversation shared by all who name none, takes no metadata or channel name from
the client, answers bad requests in JSON, deletes a conversation, bounds how fast one sender may write, and never
writes a message's text to the log.
"""

from __future__ import annotations

import logging
import os
import uuid
from collections.abc import Awaitable, Callable
from math import ceil
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.channels.rest import RestInput
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.answering import shared
from bot.errors import LanternError
from bot.rasa_parts.channels.web_limits import Limiter
from bot.rasa_parts.rescue import as_responses, rescue, rescue_reply, without_text
from bot.rasa_parts.turn import forget
from bot.reply import Reply

logger = logging.getLogger(__name__)
LONGEST_TEXT = 20_000  # characters kept of a message: its first and its last half
LONGEST_SENDER = 255  # the width of the store's column
DELETING = "/delete"  # the message that deletes, as on Telegram and in the terminal
VARIABLE = "LANTERN_REST_MESSAGES_PER_MINUTE"
MESSAGES_PER_MINUTE = 3000  # of one sender, also all at once: only a program that runs wild comes near it
_FORM = 'send a JSON object such as {"sender": "me", "message": "What is a biopsy?"}'

OnMessage = Callable[[UserMessage], Awaitable[Any]]


class LanternRest(RestInput):
    """POST /webhooks/rest/webhook with ``{"sender": "...", "message": "..."}``; DELETE there with the sender alone."""

    def blueprint(self, on_new_message: OnMessage) -> Blueprint:
        routes = Blueprint("lantern_rest")
        limiter = Limiter(messages_per_minute(), 60)

        @routes.get("/")
        async def health(_request: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @routes.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            body = json_object(request)
            if body is None:
                return error(400, _FORM)
            text, sender = bounded_text(body.get("message")), sender_of(body)
            if text.lower() == DELETING:
                return response.json(await _deleted(request.app.ctx.agent, sender))
            wait = limiter.wait(sender)
            if wait:
                return await _too_many(text, sender, wait)
            message = UserMessage(text, CollectingOutputChannel(), sender, input_channel=self.name())
            return response.json(await _answered(on_new_message, message))

        @routes.delete("/webhook", ignore_body=False)
        async def delete(request: Request) -> HTTPResponse:
            body = json_object(request)
            if body is None or sender_of(body) != body.get("sender"):
                return error(400, 'send the name of the conversation, such as {"sender": "me"}')
            try:
                await forget(request.app.ctx.agent, sender_of(body))
            except Exception as failure:  # "deleted" must be true
                _told("could not delete", failure)
                return error(503, "could not delete; try again")
            return response.empty()

        return routes


async def _answered(on_new_message: OnMessage, message: UserMessage) -> list[dict[str, Any]]:
    """Rasa's messages for one turn: never an error, which would leave a person in danger alone, and never none."""
    try:
        await on_new_message(message)
    except Exception as failure:
        logger.error("E40 a message could not be handled: %s", type(failure).__name__)
    if not message.output_channel.messages:  # Rasa without a model ignores every message
        await rescue(message)
    return list(message.output_channel.messages)


async def _deleted(agent: Any, sender: str) -> list[dict[str, Any]]:
    """Delete the conversation, and say so in the form of every reply."""
    try:
        await forget(agent, sender)
    except Exception as failure:  # "done" must be true
        _told("could not delete", failure)
        return await _messages(shared().composer.outage(), sender)
    return await _messages(shared().composer.notice("smalltalk", "smalltalk.privacy", "deleted"), sender)


async def _too_many(text: str, sender: str, wait: float) -> HTTPResponse:
    """Refused with whole words, also for programs that show every reply; a danger sign is answered all the same."""
    reply = rescue_reply(text)
    if reply.kind == "urgent":
        return response.json(await _messages(reply, sender))
    refused = shared().composer.notice("fallback", "fallback.unclear", "rate_limited")
    headers = {"Retry-After": str(max(1, ceil(wait)))}
    return response.json(await _messages(refused, sender), status=429, headers=headers)


async def _messages(reply: Reply, sender: str) -> list[dict[str, Any]]:
    """A reply as Rasa's messages."""
    collector = CollectingOutputChannel()
    for part in as_responses(reply):
        await collector.send_response(sender, part)
    return list(collector.messages)


def _told(what: str, failure: Exception) -> None:
    logger.error("E40 %s: %s", what, type(failure).__name__, exc_info=without_text(failure))


def messages_per_minute() -> int:
    """How many messages one sender may write, at once and each minute.

    Raises:
        LanternError: E35, the variable is no whole number above 0.
    """
    written = os.environ.get(VARIABLE, "") or str(MESSAGES_PER_MINUTE)
    if not written.isascii() or not written.isdecimal() or int(written) < 1:
        raise LanternError("E35", f'{VARIABLE} is "{written}"')
    return int(written)


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
