"""The reply when the normal way failed: danger signs are still answered, anything else gets the outage text."""

from __future__ import annotations

from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage

from bot import plain
from bot.answering import shared
from bot.decide import Decision
from bot.reply import Reply


def rescue_reply(text: str) -> Reply:
    """A reply from the knowledge in memory alone; needs no model, tracker, action server or file."""
    composer = shared().composer
    danger = shared().safety.scan(text)
    if danger is not None and danger.rings:
        return composer.reply(Decision("urgent", (danger.answer,), None))
    return composer.outage()


def rescue_responses(text: str | None) -> list[dict[str, Any]]:
    """That reply in the form of an action server's responses."""
    return as_responses(rescue_reply(text or ""))


def as_responses(reply: Reply) -> list[dict[str, Any]]:
    """A reply as an action server would send it."""
    parts = reply.as_messages(shared().sources_heading)
    return [{"custom": part.pop("json_message", {}), **part} for part in parts]


async def rescue(message: UserMessage) -> list[dict[str, Any]] | None:
    """Send that reply on the channel that the message came from."""
    responses = rescue_responses(message.text)
    if message.input_channel == plain.STOCK_SHELL:
        responses = plain.for_stock_shell(responses)
    for response in responses:
        await message.output_channel.send_response(message.sender_id, response)
    if isinstance(message.output_channel, CollectingOutputChannel):
        return message.output_channel.messages
    return None


def without_text(error: Exception) -> Any:
    """The traceback of an error without its message, which may quote what the person wrote (for ``exc_info``)."""
    return RuntimeError, RuntimeError(type(error).__name__), error.__traceback__
