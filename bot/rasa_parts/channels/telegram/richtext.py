"""Text with bold, italic and links, cut to Telegram's lengths and written in its HTML.

Telegram counts UTF-16 units, after the tags are gone. Text is therefore cut first and tagged afterwards: no tag can
break.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024

# Where to cut, the best place first, and how much of the room must be used for it to be worth while.
_CUTS = (
    (re.compile(r"\n\s*\n\s*"), 0.5),
    (re.compile(r"\n\s*"), 0.5),
    (re.compile(r"[.!?…][\"')\]\u201d\u2019]*\s+"), 0.25),
    (re.compile(r"\s+"), 0.0),
)
_JOINED = re.compile("[\u0300-\u036f\u200d\ufe0f\u20e3\U0001f3fb-\U0001f3ff]")  # belongs to the character before it


@dataclass(frozen=True)
class Span:
    """A run of text; ``tag`` is empty, ``b``, ``i`` or ``a`` (then with an address)."""

    text: str
    tag: str = ""
    href: str = ""


def utf16_length(text: str) -> int:
    """The length as Telegram counts it."""
    return len(text) + sum(character > "\uffff" for character in text)


def plain(spans: Iterable[Span]) -> str:
    """The text without its form."""
    return "".join(span.text for span in spans)


def html(spans: Iterable[Span]) -> str:
    """The spans in Telegram's HTML."""
    return "".join(map(_tagged, spans))


def _tagged(span: Span) -> str:
    text = escape(span.text, quote=False)
    if not span.tag:
        return text
    attribute = f' href="{escape(span.href)}"' if span.tag == "a" else ""
    return f"<{span.tag}{attribute}>{text}</{span.tag}>"


def split(spans: Sequence[Span], limit: int = LONGEST_TEXT) -> list[tuple[Span, ...]]:
    """Parts of at most ``limit`` units, cut at paragraphs, lines or sentences where that is possible."""
    parts, rest = [], stripped(spans)
    while rest:
        text = plain(rest)
        at = _cut(text, limit)
        parts.append(stripped(_slice(rest, 0, at)))
        rest = stripped(_slice(rest, at, len(text)))
    return parts


def stripped(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Without white space at the ends, and without empty spans."""
    text = plain(spans)
    start = len(text) - len(text.lstrip())
    return _slice(spans, start, max(start, len(text.rstrip())))


def _cut(text: str, limit: int) -> int:
    """Where to end the first part of ``text`` (which starts with something visible); at least 1."""
    if utf16_length(text) <= limit:
        return len(text)
    room = _fitting(text, limit)
    for pattern, least in _CUTS:
        ends = [match.end() for match in pattern.finditer(text, 0, room)]
        if ends and ends[-1] >= max(1, room * least):
            return ends[-1]
    while room > 1 and _JOINED.match(text, room):
        room -= 1
    return room


def _fitting(text: str, limit: int) -> int:
    """How many characters have at most ``limit`` units."""
    units = 0
    for index, character in enumerate(text):
        units += 2 if character > "\uffff" else 1
        if units > limit:
            return max(1, index)
    return len(text)


def _slice(spans: Sequence[Span], start: int, end: int) -> tuple[Span, ...]:
    found, position = [], 0
    for span in spans:
        text = span.text[max(0, start - position) : max(0, end - position)]
        if text:
            found.append(replace(span, text=text))
        position += len(span.text)
    return tuple(found)
