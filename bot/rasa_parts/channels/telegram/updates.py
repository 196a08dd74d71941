"""What an update of Telegram's asks of the bot; most kinds ask nothing.

Everything in an update was written by somebody else: nothing here trusts a type or a length.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

GROUPS = ("group", "supergroup")
# Kinds of message that a person sends on purpose and this bot cannot read. Anything else that has no text (somebody
# joined, a message was pinned, ...) is a notice of Telegram's and gets no answer.
UNREADABLE = (
    "animation", "audio", "checklist", "contact", "dice", "document", "game", "invoice", "location", "paid_media",
    "photo", "poll", "sticker", "story", "venue", "video", "video_note", "voice",
)  # fmt: skip
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@(\w{1,64}))?(?=\s|$)")
_NOT_A_PERSON = 777000  # Telegram's own account, which copies posts of a channel into its group


@dataclass(frozen=True)
class Incoming:
    """A message or a tap that may want an answer."""

    update: int
    chat: int
    person: int
    text: str = ""
    command: str = ""  # of the bot's menu
    payload: str | None = None  # of a button
    tap: str | None = None  # id of the tap, which Telegram wants acknowledged
    tapped: int | None = None  # the message that the button stands under
    message: int | None = None  # in a group: the message that is answered
    topic: int | None = None  # of a group with topics
    unreadable: bool = False  # a picture, a voice message, ...; its caption is the text
    album: str = ""  # shared by pictures sent together


@dataclass(frozen=True)
class Me:
    """The bot itself; the name is empty until Telegram has told it."""

    id: int
    name: str = ""


def read(update: object, me: Me, commands: frozenset[str]) -> Incoming | None:
    """What the update asks; None when it gets no answer."""
    fields, number = _mapping(update), number_of(update)
    if number is None:
        return None
    if "callback_query" in fields:
        return _tap(number, _mapping(fields["callback_query"]))
    if "message" in fields:  # not `edited_message`, `channel_post`, ...: those are no questions to the bot
        return _message(number, _mapping(fields["message"]), me, commands)
    return None


def number_of(update: object) -> int | None:
    """The number by which Telegram knows the update."""
    return _whole(_mapping(update).get("update_id"))


def _tap(number: int, query: Mapping[str, Any]) -> Incoming | None:
    message = _mapping(query.get("message"))  # of a very old message only its chat and number are told
    chat, person = _whole(_mapping(message.get("chat")).get("id")), _whole(_mapping(query.get("from")).get("id"))
    tap, payload = query.get("id"), query.get("data")
    if chat is None or person is None or not isinstance(tap, str) or not isinstance(payload, str):
        return None
    return Incoming(
        number, chat, person, payload=payload, tap=tap, tapped=_whole(message.get("message_id")), topic=_topic(message)
    )


def _message(number: int, message: Mapping[str, Any], me: Me, commands: frozenset[str]) -> Incoming | None:
    chat, person = _mapping(message.get("chat")), _person(message)
    chat_id, kind = _whole(chat.get("id")), chat.get("type")
    unreadable = any(name in message for name in UNREADABLE)
    text = _string(message.get("text")) or _string(message.get("caption"))
    if chat_id is None or person is None or not (text or unreadable) or kind not in ("private", *GROUPS):
        return None
    command, wanted, for_other = _command(_without_name(text, me), me, commands)
    group = kind in GROUPS
    if group and (for_other or not (command or _addressed(text, message, me))):
        return None
    return Incoming(
        number,
        chat_id,
        person,
        text=wanted,
        command=command,
        message=_whole(message.get("message_id")) if group else None,
        topic=_topic(message),
        unreadable=unreadable,
        album=_string(message.get("media_group_id")),
    )


def _person(message: Mapping[str, Any]) -> int | None:
    """Who wrote: a person, or in a group a chat that a person speaks for; None for bots and copied posts."""
    sender = _mapping(message.get("from"))
    if message.get("is_automatic_forward") is True or sender.get("id") == _NOT_A_PERSON:
        return None
    behind = _whole(_mapping(message.get("sender_chat")).get("id"))
    if behind is not None:
        return behind
    return None if sender.get("is_bot") is True else _whole(sender.get("id"))


def _command(text: str, me: Me, commands: frozenset[str]) -> tuple[str, str, bool]:
    """The command of the bot's menu, what remains as text, and whether another bot is meant.

    A slash before anything else means nothing here: people type it by mistake, and Rasa must not obey it.
    """
    found = _COMMAND.match(text)
    if found is None:
        return "", text.lstrip("/ \t\r\n"), False
    name, bot = found[1].lower(), (found[2] or "").lower()
    rest = text[found.end() :].strip()
    for_other = bool(bot) and bot != me.name.lower()
    if name in commands:
        return name, rest, for_other
    return "", f"{found[1]} {rest}".strip(), for_other


def _addressed(text: str, message: Mapping[str, Any], me: Me) -> bool:
    """Whether a message in a group speaks to the bot: names it, or answers what it said."""
    answered = _mapping(message.get("reply_to_message"))
    # In a group with topics every first message "answers" the notice that opened the topic.
    if _mapping(answered.get("from")).get("id") == me.id and "forum_topic_created" not in answered:
        return True
    entities = message.get("entities", message.get("caption_entities"))
    named = (
        _mapping(_mapping(entity).get("user")).get("id") for entity in entities or () if isinstance(entities, list)
    )
    return me.id in named or bool(me.name and _name_of(me).search(text))


def _without_name(text: str, me: Me) -> str:
    return re.sub(rf"\s*{_name_of(me).pattern}[,:]?\s*", " ", text, flags=re.IGNORECASE).strip() if me.name else text


def _name_of(me: Me) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)@{re.escape(me.name)}(?!\w)", re.IGNORECASE)


def _topic(message: Mapping[str, Any]) -> int | None:
    return _whole(message.get("message_thread_id")) if message.get("is_topic_message") is True else None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _whole(value: object) -> int | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if -(2**63) <= value < 2**63 else None


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""
