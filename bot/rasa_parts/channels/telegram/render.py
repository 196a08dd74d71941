"""A reply of the contract as what Telegram shows: texts, pictures and buttons."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.paths import KNOWLEDGE
from bot.rasa_parts.channels.telegram.richtext import LONGEST_CAPTION, Span, html, plain, split
from bot.reply import BULLET

LONGEST_PAYLOAD = 64  # bytes that a button may carry
FIGURES = KNOWLEDGE / "figures"
_LINK = re.compile(r"https?://\S+")
_FIGURE = re.compile(r"/figures/([a-z0-9-]+)\.svg")
_GAP = Span("\n\n")


@dataclass(frozen=True)
class Text:
    """One message of text; ``buttons`` are rows of title and payload."""

    spans: tuple[Span, ...]
    buttons: tuple[tuple[str, str], ...] = ()

    @property
    def html(self) -> str:
        return html(self.spans)

    @property
    def plain(self) -> str:
        return plain(self.spans)


@dataclass(frozen=True)
class Picture:
    """A picture from the server's own files, with what it shows in words below it."""

    path: Path
    caption: Text


Part = Text | Picture


def reply_parts(reply: Mapping[str, Any], sources_heading: str, note: str = "", figures: Path = FIGURES) -> list[Part]:
    """The messages for a reply, in order; the last one has the disclaimer and the buttons."""
    parts: list[Part] = []
    text = [Span(reply["opening"]), _GAP] if reply.get("opening") else []
    for answer in reply["answers"]:
        file = _file(answer.get("figure"), figures)
        parts += _texts([*text, *_answer(answer, sources_heading, in_words=file is None)])
        text = []
        if file is not None:
            parts += _picture(file, answer["figure"]["alt"])
    ending = [Span(note), _GAP] if note else []
    ending.append(Span(reply["disclaimer"], "i"))
    last = parts[-1] if parts else None
    if isinstance(last, Text):
        ending = [*last.spans, _GAP, *ending]
        parts.pop()
    return [*parts, *_texts([*text, *ending], _buttons(reply["suggestions"]))]


def notice_parts(text: str, disclaimer: str, buttons: Sequence[tuple[str, str]] = ()) -> list[Part]:
    """The messages for a sentence of the channel's own."""
    return [*_texts([Span(text), _GAP, Span(disclaimer, "i")], tuple(buttons))]


def _answer(answer: Mapping[str, Any], sources_heading: str, in_words: bool) -> list[Span]:
    spans = [Span(answer["title"], "b"), Span("\n" + answer["summary"])]
    for index, point in enumerate(answer["points"]):
        spans.append(Span(("\n" if index else "\n\n") + BULLET + point))
    if in_words and answer.get("figure"):
        spans += [_GAP, Span(f"({answer['figure']['alt']})")]
    if answer["sources"]:
        spans += [_GAP, Span(f"{sources_heading}:")]
    for source in answer["sources"]:
        spans += [Span(f"\n- {source['publisher']}: "), _link(source["title"], source["url"])]
    if answer.get("status"):
        spans += [_GAP, Span(answer["status"])]
    return spans


def _link(title: str, url: str) -> Span:
    return Span(title, "a", url) if _LINK.fullmatch(url) else Span(title)


def _file(figure: Mapping[str, str] | None, folder: Path) -> Path | None:
    """The file of a figure, if there is one."""
    name = _FIGURE.fullmatch(figure["src"]) if figure else None
    path = folder / f"{name[1]}.png" if name else None
    return path if path is not None and path.is_file() else None


def _picture(path: Path, alt: str) -> list[Part]:
    """The picture with what it shows in words; what is too long for a caption follows it."""
    first, *more = split([Span(alt)], LONGEST_CAPTION)
    return [Picture(path, Text(first)), *(Text(spans) for spans in more)]


def _texts(spans: Sequence[Span], buttons: tuple[tuple[str, str], ...] = ()) -> list[Text]:
    texts = [Text(part) for part in split(spans)]
    # A payload that Telegram would refuse costs its own button, not the whole reply.
    fitting = tuple(button for button in buttons if len(button[1].encode()) <= LONGEST_PAYLOAD)
    return [*texts[:-1], Text(texts[-1].spans, fitting)] if texts else []


def _buttons(suggestions: Sequence[Mapping[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((suggestion["title"], suggestion["payload"]) for suggestion in suggestions)
