"""The web channel's API: what each call needs, checks and does. Described in docs/widget.md."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from sanic.request import Request
from sanic.response import HTTPResponse, empty, raw
from sanic.response import json as json_response

from bot import secret
from bot.answering import Following, shared
from bot.compose import answer_of, payload_of
from bot.knowledge import Knowledge
from bot.paths import data_dir
from bot.rasa_parts.channels.rest import bounded_text
from bot.rasa_parts.channels.web_feedback import LONGEST_REASON, Feedback
from bot.rasa_parts.channels.web_http import ApiError, body_of, json_text, log_failure
from bot.rasa_parts.channels.web_limits import Limiter, network_of
from bot.rasa_parts.channels.web_settings import WebSettings
from bot.rasa_parts.channels.web_tokens import TokenRefused, Tokens
from bot.rasa_parts.fail_safe import unwrapped
from bot.rasa_parts.rescue import rescue_reply
from bot.rasa_parts.tracker import ConversationEnded
from bot.rasa_parts.turn import forget

NAME = "web"
OnMessage = Callable[[UserMessage], Awaitable[Any]]


class Calls:
    """The routes below /api, with what they share."""

    def __init__(self, settings: WebSettings, on_new_message: OnMessage) -> None:
        self._on_new_message = on_new_message
        self._tokens = Tokens(secret.key(), settings.token_hours * 3600)
        self._of_conversation = Limiter(settings.messages_per_minute, 60)
        self._of_address = Limiter(settings.address_messages_per_minute, 60)
        self._starts = Limiter(settings.address_conversations_per_hour, 3600)
        self._hello = Following(lambda known: json_text(_hello_texts(known)).encode())

    async def start(self, request: Request) -> HTTPResponse:
        body_of(request)
        _take(self._starts, _address(request))
        content = {"token": self._tokens.issue(), "expires_in": self._tokens.lifetime}
        return json_response(content, status=201)

    async def hello(self, request: Request) -> HTTPResponse:
        _take(self._of_address, _address(request))
        return raw(self._hello(), content_type="application/json")

    async def question(self, request: Request, answer: str) -> HTTPResponse:
        _take(self._of_address, _address(request))
        entry = shared().knowledge.entries.get(answer)
        if entry is None:
            raise ApiError("not_found")
        return json_response({"title": entry.question, "payload": payload_of(answer)})

    async def message(self, request: Request) -> HTTPResponse:
        conversation = self._conversation(request)
        wanted = _wanted(body_of(request))
        collector = CollectingOutputChannel()
        try:
            await self._on_new_message(UserMessage(wanted, collector, conversation, input_channel=NAME))
        except ConversationEnded:
            raise ApiError("bad_token") from None
        except Exception as error:  # a person in danger must not be left with an error
            log_failure("answering", error)
        replies = [message["custom"] for message in collector.messages if message.get("custom")]
        return json_response(replies[-1] if replies else rescue_reply(wanted).as_json())

    async def delete(self, request: Request) -> HTTPResponse:
        conversation = self._conversation(request, allow_expired=True)
        await forget(request.app.ctx.agent, conversation, end=True)
        return empty()

    async def feedback(self, request: Request) -> HTTPResponse:
        self._conversation(request)
        body = body_of(request)
        answer, helpful, reason = body.get("answer"), body.get("helpful"), body.get("reason", "")
        known = isinstance(answer, str) and answer in shared().knowledge.entries
        if not (known and isinstance(helpful, bool) and isinstance(reason, str) and len(reason) <= LONGEST_REASON):
            raise ApiError("bad_feedback")
        storable = reason.encode("utf-8", "replace").decode("utf-8")
        kept = Feedback.beside(unwrapped(request.app.ctx.agent.tracker_store), data_dir())
        await asyncio.to_thread(kept.add, str(answer), helpful, storable)
        return empty()

    def _conversation(self, request: Request, allow_expired: bool = False) -> str:
        """The caller's conversation; deleting is allowed late and is not counted among its messages."""
        _take(self._of_address, _address(request))
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise ApiError("no_token")
        try:
            conversation = self._tokens.conversation(token.strip(), allow_expired)
        except TokenRefused:
            raise ApiError("bad_token") from None
        if not allow_expired:
            _take(self._of_conversation, conversation)
        return conversation


def _wanted(body: dict[str, Any]) -> str:
    """What the bot is to read. Typed text loses leading slashes: only buttons, by allow-list, are commands."""
    text, payload = body.get("text"), body.get("payload")
    if isinstance(text, str) and payload is None:
        return bounded_text(text.lstrip("/ \t\r\n"))
    if not isinstance(payload, str) or text is not None:
        raise ApiError("bad_message")
    if answer_of(payload, shared().knowledge) is None:
        raise ApiError("unknown_payload")
    return payload


def _take(limiter: Limiter, key: str) -> None:
    wait = limiter.wait(key)
    if wait:
        raise ApiError("too_many", wait)


def _address(request: Request) -> str:
    return network_of(request.remote_addr or request.ip)


def _hello_texts(known: Knowledge) -> dict[str, Any]:
    """What the widget shows before the first message."""
    starters = known["smalltalk.greet"].next
    return {
        "consent": known.phrase("consent"),
        "emergency_line": known.phrase("emergency_line"),
        "bot_intro": known.phrase("bot_intro"),
        "disclaimer": known.phrase("disclaimer", "general"),
        "rate_limited": known.phrase("rate_limited"),
        "deleted": known.phrase("deleted"),
        "sources_heading": known.phrase("sources_heading"),
        "more_questions": known.phrase("more_questions"),
        "suggestions": [{"title": known[a].question, "payload": payload_of(a)} for a in starters],
        "glossary": {term: meaning.text for term, meaning in known.glossary.items()},
    }
