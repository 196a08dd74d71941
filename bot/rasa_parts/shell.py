"""A conversation in the terminal: ``lantern shell``, and beside the server ``lantern start``."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rasa.core.agent import Agent

from bot import plain
from bot.answering import shared
from bot.compose import payload_of
from bot.knowledge import Knowledge
from bot.rasa_parts.channels.rest import bounded_text
from bot.rasa_parts.rescue import without_text
from bot.rasa_parts.terminal import ReadLine, Say, terminal
from bot.rasa_parts.turn import forget, reply_to

logger = logging.getLogger(__name__)
CHANNEL = "shell"
LEAVING = frozenset({"/stop", "/quit", "/exit", "stop", "quit", "exit"})
DELETING = "/delete"


async def converse(agent: Agent) -> None:
    """Talk until the person leaves."""
    known = shared().knowledge
    with terminal(known.phrase("shell", "prompt") + " ") as (read_line, say):
        await Shell(agent, known, read_line, say).run()


def run(bot: Any) -> None:
    """Talk with a ``LocalBot`` until the person leaves."""
    asyncio.run(converse(bot.agent))


@dataclass
class Shell:
    """One conversation; ``read_line`` gives None at the end of the input."""

    agent: Agent
    known: Knowledge
    read_line: ReadLine
    say: Say
    width: int | None = None
    conversation: str = field(default_factory=lambda: f"shell-{uuid.uuid4().hex}")
    offered: list[str] = field(default_factory=list)  # what the numbers of the menu stand for

    async def run(self) -> None:
        """From the first line to the last."""
        self._tell(self.known.phrase("shell_welcome"))
        self._tell(self.known.phrase("shell", "hint"), "note")
        while (line := await self.read_line()) is not None:
            text = line.strip()
            if text.lower() in LEAVING:
                break
            if text:
                await self._turn(text)
        self._tell(self.known.phrase("shell", "goodbye"))
        self._tell(self.known.phrase("disclaimer", "general"), "disclaimer")

    async def _turn(self, text: str) -> None:
        if text.lower() == DELETING:
            await self._delete()
            return
        if text.isdecimal() and self.offered and len(text) <= 2:
            chosen = int(text) - 1
            if not 0 <= chosen < len(self.offered):
                self._tell(self.known.phrase("shell", "no_number"))
                return
            text = self.offered[chosen]
        else:
            text = self._typed(text)
        self._show(await reply_to(self.agent.handle_message, self.conversation, text, CHANNEL))

    async def _delete(self) -> None:
        try:
            await forget(self.agent, self.conversation)
        except Exception as error:  # "done" must be true
            logger.error("E51 could not delete: %s", type(error).__name__, exc_info=without_text(error))
            self._tell(self.known.phrase("outage"))
            return
        self.offered = []
        self._tell(self.known.phrase("shell", "deleted"))

    def _typed(self, text: str) -> str:
        """What the bot is to read. The menu commands of Telegram work here too; other slashes mean nothing."""
        command = self.known.phrases["telegram"]["commands"].get(text.lower().lstrip("/")) if text[0] == "/" else None
        if command is not None:
            return payload_of(command.get("answer", "smalltalk.capabilities"))
        return bounded_text(text.lstrip("/ "))

    def _show(self, reply: Mapping[str, Any]) -> None:
        self.offered = [suggestion["payload"] for suggestion in reply["suggestions"]]
        headings = plain.Headings(self.known.phrase("sources_heading"), self.known.phrase("more_questions"))
        self.say([plain.Line(""), *plain.lines(reply, headings, self.width, numbered=True), plain.Line("")])

    def _tell(self, text: str, style: str = "text") -> None:
        self.say([plain.Line(line, style) for line in plain.paragraph(text, self.width).splitlines()])
