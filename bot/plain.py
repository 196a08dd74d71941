"""A reply of the contract as wrapped plain text, for a terminal."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.reply import BULLET

WIDEST = 88  # longer lines are hard to read
NARROWEST = 24
STOCK_SHELL = "cmdline"  # the name of Rasa's own channel in a terminal


@dataclass(frozen=True)
class Line:
    """One line; ``style`` says what it is: title, alarm (the title in an emergency), text, source, note, ..."""

    text: str
    style: str = "text"


@dataclass(frozen=True)
class Headings:
    """The fixed words between the parts of a reply, from the knowledge base."""

    sources: str
    more: str

    @classmethod
    def load(cls) -> Headings:
        from bot.answering import shared

        known = shared().knowledge
        return cls(known.phrase("sources_heading"), known.phrase("more_questions"))


def render(reply: Mapping[str, Any], width: int | None = None, numbered: bool = False) -> str:
    """The whole reply as text; with ``numbered``, its suggestions as a menu to choose from."""
    return "\n".join(line.text for line in lines(reply, Headings.load(), width, numbered))


def lines(
    reply: Mapping[str, Any], headings: Headings, width: int | None = None, numbered: bool = False
) -> Iterator[Line]:
    """The lines of a reply, each with its style."""
    width = terminal_width() if width is None else max(NARROWEST, width)
    if reply.get("opening"):
        yield from _wrapped(reply["opening"], "text", width)
        yield Line("")
    title = "alarm" if reply["kind"] == "urgent" else "title"
    for answer in reply["answers"]:
        yield from _answer(answer, headings, width, title)
        yield Line("")
    yield from _wrapped(reply["disclaimer"], "disclaimer", width)
    if reply["suggestions"]:
        yield Line("")
        yield from _wrapped(f"{headings.more}:", "text", width)
    for number, suggestion in enumerate(reply["suggestions"], 1):
        yield from _wrapped(suggestion["title"], "choice", width, f"  {number}  " if numbered else "  - ")


def paragraph(text: str, width: int | None = None) -> str:
    """One paragraph, wrapped."""
    return "\n".join(line.text for line in _wrapped(text, "text", width or terminal_width()))


def for_stock_shell(responses: Sequence[Mapping[str, Any]], width: int | None = None) -> list[dict[str, Any]]:
    """A turn's responses as ``rasa shell`` shows them best: wrapped, without JSON, buttons under their own line."""
    shown: list[dict[str, Any]] = []
    for response in responses:
        words = {**response, "text": _rewrapped(response.get("text") or "", width or terminal_width()), "custom": {}}
        shown.append({**words, "buttons": []})
        if response.get("buttons"):  # the stock shell asks the text again as its question
            shown.append({"text": Headings.load().more, "buttons": response["buttons"], "custom": {}})
    return shown


def _rewrapped(text: str, width: int) -> str:
    """Text of ``bot.reply`` (one line for each paragraph or point) in lines of at most ``width``."""
    wrapped: list[str] = []
    for line in text.splitlines():
        lead = next((mark for mark in (BULLET, "- ") if line.startswith(mark)), "")
        wrapped += [part.text for part in _wrapped(line[len(lead) :], "text", width, lead)]
    return "\n".join(wrapped)


def terminal_width() -> int:
    """The terminal's width, within what is good to read."""
    return max(NARROWEST, min(WIDEST, shutil.get_terminal_size().columns - 1))


def _answer(answer: Mapping[str, Any], headings: Headings, width: int, title: str) -> Iterator[Line]:
    yield from _wrapped(answer["title"], title, width)
    yield from _wrapped(answer["summary"], "text", width)
    if answer["points"]:
        yield Line("")
    for point in answer["points"]:
        yield from _wrapped(point, "text", width, BULLET)
    if answer.get("figure"):
        yield Line("")
        yield from _wrapped(f"({answer['figure']['alt']})", "note", width)
    if answer["sources"]:
        yield Line("")
        yield Line(f"{headings.sources}:", "source")
    for source in answer["sources"]:
        yield from _wrapped(f"{source['publisher']}: {source['title']}", "source", width, "- ")
        yield Line(f"  {source['url']}", "source")  # whole, so that it can be clicked or copied
    if answer.get("status"):
        yield from _wrapped(answer["status"], "note", width)


def _wrapped(text: str, style: str, width: int, lead: str = "") -> Iterator[Line]:
    """Lines of at most ``width``, those after the first indented to stand under the first's text."""
    found = textwrap.wrap(
        " ".join(text.split()),
        width,
        initial_indent=lead,
        subsequent_indent=" " * len(lead),
        break_long_words=False,
        break_on_hyphens=False,
    )
    for line in found:
        yield Line(line, style)
