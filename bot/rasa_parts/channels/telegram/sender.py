"""Sends the parts of a reply to a chat, and comes through when Telegram refuses one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.rasa_parts.channels.telegram.api import BotApi, Refused, Unreachable
from bot.rasa_parts.channels.telegram.render import Part, Picture, Text

NO_PREVIEW = {"is_disabled": True}  # of the pages that a reply links to


class Gone(Exception):
    """Nothing can be sent to this chat: the person blocked the bot, or the chat is no more."""


@dataclass(frozen=True)
class Target:
    """Where a reply goes; in a group it answers a message, if that still exists."""

    chat: int
    message: int | None = None
    topic: int | None = None


class Sender:
    """Sends one reply at a time for each chat; the caller sees to that."""

    def __init__(self, api: BotApi) -> None:
        self._api = api

    async def send(self, target: Target, parts: Sequence[Part]) -> int | None:
        """Send all parts in order; returns the number of the message that has buttons.

        Raises:
            Gone: the chat takes no messages.
            Refused, Unreachable: a part could not be sent after all that could be tried; the later ones were not.
        """
        with_buttons = None
        for index, part in enumerate(parts):
            place = target if index == 0 else replace(target, message=None)
            text = part if isinstance(part, Text) else await self._picture(place, part, quiet=index > 0)
            if text is None:
                continue
            sent = await self._text(place, text, quiet=index > 0)
            if text.buttons:
                with_buttons = _number_of(sent)
        return with_buttons

    async def _picture(self, target: Target, picture: Picture, quiet: bool) -> Text | None:
        """Send a picture; what it shows in words instead, if it cannot be sent."""
        fields = {**_place(target, quiet), "caption": picture.caption.html, "parse_mode": "HTML"}
        try:
            await self._api.insist("sendPhoto", fields, picture.path)
        except Refused as refused:
            if _is_gone(refused):
                raise Gone from None
            return picture.caption
        except (Unreachable, OSError):
            return picture.caption
        return None

    async def _text(self, target: Target, text: Text, quiet: bool) -> Any:
        fields = {
            **_place(target, quiet),
            "text": text.html,
            "parse_mode": "HTML",
            "link_preview_options": NO_PREVIEW,
        }
        if text.buttons:
            fields["reply_markup"] = _keyboard(text.buttons)
        try:
            return await self._api.insist("sendMessage", fields)
        except Refused as refused:
            if _is_gone(refused):
                raise Gone from None
            if refused.code != 400:
                raise
            # The bare words may still get through: no form, no buttons, no topic, and where the group moved to.
            bare = {"chat_id": refused.moved_to or target.chat, "text": text.plain, "link_preview_options": NO_PREVIEW}
            return await self._bare(bare, refused)

    async def _bare(self, fields: dict[str, Any], first: Refused) -> Any:
        try:
            return await self._api.insist("sendMessage", fields)
        except Refused as refused:
            if _is_gone(refused) or refused.code == 400:
                raise Gone from None
            raise first from None


def _place(target: Target, quiet: bool) -> dict[str, Any]:
    fields: dict[str, Any] = {"chat_id": target.chat}
    if target.topic is not None:
        fields["message_thread_id"] = target.topic
    if target.message is not None:
        fields["reply_parameters"] = {"message_id": target.message, "allow_sending_without_reply": True}
    if quiet:  # one sound for one reply
        fields["disable_notification"] = True
    return fields


def _keyboard(buttons: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """One button a row: their titles are questions."""
    return {"inline_keyboard": [[{"text": title, "callback_data": payload}] for title, payload in buttons]}


def _is_gone(refused: Refused) -> bool:
    return refused.code == 403 or (refused.code == 400 and "chat not found" in refused.reason.lower())


def _number_of(sent: object) -> int | None:
    number = sent.get("message_id") if isinstance(sent, dict) else None
    return number if isinstance(number, int) else None
