"""Answers one update of Telegram's: who may be answered, what the bot says, how it is sent."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.answering import Following, shared
from bot.compose import answer_of, payload_of
from bot.knowledge import Knowledge
from bot.rasa_parts.channels.rest import bounded_text
from bot.rasa_parts.channels.telegram.api import BotApi, Refused, Unreachable
from bot.rasa_parts.channels.telegram.ledger import Ledger
from bot.rasa_parts.channels.telegram.render import FIGURES, Part, notice_parts, reply_parts
from bot.rasa_parts.channels.telegram.sender import Gone, Sender, Target
from bot.rasa_parts.channels.telegram.updates import Incoming, Me, read
from bot.rasa_parts.channels.web_limits import Limiter
from bot.rasa_parts.lock_store import LanternLockStore
from bot.rasa_parts.rescue import without_text

logger = logging.getLogger(__name__)
DEADLINE = 120.0  # seconds for one update, patience with Telegram included
MINUTE = 60.0
TYPING_PATIENCE = 1.0
MOST_REMEMBERED = 1_000  # albums, and people told that they write too fast

Ask = Callable[[str, str], Awaitable[Mapping[str, Any]]]  # conversation and text -> the contract's JSON
Forget = Callable[[str], Awaitable[None]]


@dataclass(frozen=True)
class Command:
    """A command of the menu, from the ``telegram`` block of knowledge/phrases.yml."""

    menu: str
    answer: str = ""
    note: str = ""
    choose: tuple[str, ...] = ()
    deletes: bool = False


class Desk:
    """Everything between an update and the messages that answer it. ``me`` is filled in once Telegram has told."""

    def __init__(self, api: BotApi, ask: Ask, forget: Forget, ledger: Ledger, me: Me, key: bytes) -> None:
        self.me = me
        self._commands = Following(commands)
        self._api, self._ask, self._forget, self._ledger, self._key = api, ask, forget, ledger, key
        self._sender = Sender(api)
        self._locks = LanternLockStore()
        self._told = _Recent()
        self._albums = _Recent()
        self.set_limit(20)
        self.figures: Path = FIGURES

    def set_limit(self, messages_per_minute: int) -> None:
        """How much one person may write in one chat, and all of a group together."""
        self._of_person, self._of_group = Limiter(messages_per_minute, MINUTE), Limiter(messages_per_minute, MINUTE)

    @property
    def commands(self) -> dict[str, Command]:
        """The menu as the knowledge has it now."""
        return self._commands()

    @property
    def _known(self) -> Knowledge:
        return shared().knowledge

    async def handle(self, update: object) -> None:
        """Answer an update. Never raises: what cannot be answered now will not be better when it is sent again."""
        incoming = read(update, self.me, frozenset(self.commands))
        if incoming is None or not self._ledger.begin(incoming.update):
            return
        conversation = self.conversation_of(incoming)
        try:
            async with self._locks.lock(conversation):  # one after the other, in the order they came
                await asyncio.wait_for(self._answer(incoming, conversation), DEADLINE)
        except Gone:
            logger.info("A chat takes no messages any more.")
        except (Refused, Unreachable) as error:
            logger.error("E50 a reply could not be sent: %s", error)
        except asyncio.TimeoutError:
            logger.error("E50 a reply could not be sent in %d s", DEADLINE)
        except Exception as error:  # the last line before a resend storm: logged, and done with
            logger.error("E51 an update could not be handled: %s", type(error).__name__, exc_info=without_text(error))
        self._ledger.done(incoming.update)

    def conversation_of(self, incoming: Incoming) -> str:
        """The conversation's name: who writes where, as a keyed hash that leads back to nobody."""
        who = f"telegram {incoming.chat} {incoming.person}".encode()
        return "telegram-" + hmac.new(self._key, who, hashlib.sha256).hexdigest()[:40]

    async def _answer(self, incoming: Incoming, conversation: str) -> None:
        if incoming.tap is not None:
            await self._quietly("answerCallbackQuery", callback_query_id=incoming.tap)
        if incoming.album and not self._albums.add(f"{conversation} {incoming.album}"):
            return
        parts = await self._parts(incoming, conversation)
        if not parts:
            return
        if incoming.tapped is not None:
            await self._clear(incoming.chat, incoming.tapped)
        with_buttons = await self._sender.send(Target(incoming.chat, incoming.message, incoming.topic), parts)
        before = self._ledger.swap_buttons(conversation, with_buttons)
        if before not in (None, incoming.tapped):
            await self._clear(incoming.chat, before)

    async def _parts(self, incoming: Incoming, conversation: str) -> list[Part]:
        command = self.commands.get(incoming.command)
        if command is not None and command.deletes:  # works however much was written before
            return await self._deleted(conversation)
        if self._too_many(incoming, conversation):
            return self._notice("rate_limited") if self._told.add(conversation) else []
        self._told.discard(conversation)
        if command is not None and command.choose:
            buttons = [(self._known[answer].question, payload_of(answer)) for answer in command.choose]
            return notice_parts(self._known.phrase("topics_intro"), self._disclaimer(), buttons)
        if incoming.payload is not None and answer_of(incoming.payload, self._known) is None:
            return self._notice("telegram", "old_button")
        if incoming.unreadable and not incoming.text and command is None:
            return self._notice("non_text")
        return await self._reply(incoming, conversation, command)

    def _too_many(self, incoming: Incoming, conversation: str) -> bool:
        if self._of_person.wait(conversation):
            return True
        # Telegram itself lets a bot send about 20 messages a minute to a group.
        return incoming.chat != incoming.person and bool(self._of_group.wait(str(incoming.chat)))

    async def _reply(self, incoming: Incoming, conversation: str, command: Command | None) -> list[Part]:
        """The bot's own reply, with a note where the command or a picture calls for one."""
        text, note = incoming.payload or bounded_text(incoming.text), ""
        if command is not None:
            text = payload_of(command.answer)
            note = self._known.phrase("telegram", command.note) if command.note else ""
        elif incoming.unreadable:
            note = self._known.phrase("non_text")
        elif not text:  # just a slash, or in a group just the bot's name
            text = payload_of(self.commands["help"].answer)
        typing = asyncio.ensure_future(self._typing(incoming))
        reply = await self._ask(conversation, text)
        # "Typing" must not arrive after the reply: it would stay on for seconds.
        await asyncio.wait({typing}, timeout=TYPING_PATIENCE)
        typing.cancel()
        return reply_parts(reply, self._known.phrase("sources_heading"), note, self.figures)

    async def _deleted(self, conversation: str) -> list[Part]:
        try:
            await self._forget(conversation)
        except Exception as error:  # "done" must be true
            logger.error("E51 could not delete: %s", type(error).__name__, exc_info=without_text(error))
            return self._notice("outage")
        return self._notice("telegram", "deleted")

    def _notice(self, *phrase: str) -> list[Part]:
        return notice_parts(self._known.phrase(*phrase), self._disclaimer())

    def _disclaimer(self) -> str:
        return self._known.phrase("disclaimer", "general")

    async def _typing(self, incoming: Incoming) -> None:
        topic = {} if incoming.topic is None else {"message_thread_id": incoming.topic}
        await self._quietly("sendChatAction", chat_id=incoming.chat, action="typing", **topic)

    async def _clear(self, chat: int, message: int | None) -> None:
        """Take the buttons off an earlier message, so that only the newest reply has some."""
        await self._quietly("editMessageReplyMarkup", chat_id=chat, message_id=message)

    async def _quietly(self, method: str, **fields: Any) -> None:
        """A call whose failing does not matter to the person."""
        try:
            await self._api.call(method, fields, timeout=5.0)
        except (Refused, Unreachable) as error:
            logger.debug("%s", error)


class _Recent:
    """The last names added."""

    def __init__(self) -> None:
        self._names: OrderedDict[str, None] = OrderedDict()

    def add(self, name: str) -> bool:
        """Whether it is new."""
        new = name not in self._names
        self._names[name] = None
        if len(self._names) > MOST_REMEMBERED:
            self._names.popitem(last=False)
        return new

    def discard(self, name: str) -> None:
        self._names.pop(name, None)


def commands(known: Knowledge) -> dict[str, Command]:
    """The commands of the menu, in its order."""
    listed = known.phrases["telegram"]["commands"]
    return {
        name: Command(
            menu=fields["menu"],
            answer=fields.get("answer", ""),
            note=fields.get("note", ""),
            choose=tuple(fields.get("choose", ())),
            deletes=bool(fields.get("deletes")),
        )
        for name, fields in listed.items()
    }
