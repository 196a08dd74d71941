"""One turn of a conversation, and its end, for channels that show the contract's JSON in their own way."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage

from bot.rasa_parts.fail_safe import unwrapped
from bot.rasa_parts.rescue import rescue_reply, without_text

logger = logging.getLogger(__name__)
OnMessage = Callable[[UserMessage], Awaitable[Any]]


async def reply_to(on_message: OnMessage, conversation: str, text: str, channel: str) -> dict[str, Any]:
    """The reply to a message; also when the bot is not up yet or fails, then from the knowledge base alone."""
    collector = CollectingOutputChannel()
    try:
        await on_message(UserMessage(text, collector, conversation, input_channel=channel))
    except Exception as error:  # no channel may answer with silence
        logger.error("E40 a message could not be handled: %s", type(error).__name__, exc_info=without_text(error))
    replies = [message["custom"] for message in collector.messages if message.get("custom")]
    return dict(replies[-1]) if replies else rescue_reply(text).as_json()


async def forget(agent: Agent, conversation: str, end: bool = False) -> None:
    """Delete a conversation for good, after the answer that may still be on its way; ``end``: its name too."""
    async with agent.lock_store.lock(conversation):
        await unwrapped(agent.tracker_store).delete(conversation, end)
