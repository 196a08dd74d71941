"""Telegram's HTML, parsed as strictly as Telegram does it.

Written from its documentation and from the examples in the tests of tdlib, the library inside Telegram's own server:
which tags there are, what the errors say, that an entity needs no semicolon, that an empty end tag closes anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "code": "code", "pre": "pre",
    "a": "text_link", "tg-spoiler": "spoiler", "span": "spoiler", "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}  # fmt: skip
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,8})|#([0-9]{1,8})|(lt|gt|amp|quot));?")
_NAME = re.compile(r"[^\s>/]*")
_ATTRIBUTE = re.compile(r"\s*([^\s=>]*)\s*(?:=\s*(?:\"([^\"]*)\"|'([^']*)'|([A-Za-z0-9.\-]*)))?")


class Unparsable(ValueError):
    """What Telegram says after "can't parse entities: "."""


@dataclass(frozen=True)
class Entity:
    """A run with a form, in UTF-16 units."""

    kind: str
    offset: int
    length: int
    url: str = ""


def units(text: str) -> int:
    """The length in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def parse(html: str) -> tuple[str, list[Entity]]:
    """The text and its entities.

    Raises:
        Unparsable: with Telegram's words.
    """
    text, open_tags, entities, at = "", [], [], 0  # type: ignore[var-annotated]
    while at < len(html):
        byte = len(html[:at].encode())
        if html[at] == "&" and (reference := _REFERENCE.match(html, at)):
            text, at = text + _decoded(reference), reference.end()
        elif html.startswith("</", at):
            if not open_tags:
                raise Unparsable(f"Unexpected end tag at byte offset {byte}")
            end = html.find(">", at)
            if end < 0:
                raise Unparsable(f"Unclosed end tag at byte offset {byte}")
            name, (tag, start, url) = html[at + 2 : end].strip().lower(), open_tags.pop()
            if name not in ("", tag):
                raise Unparsable(f'Unmatched end tag at byte offset {byte}, expected "</{tag}>", found "</{name}>"')
            if units(text) > start and (tag != "a" or url):
                entities.append(Entity(TAGS[tag], start, units(text) - start, url))
            at = end + 1
        elif html[at] == "<":
            tag, url, at = _start(html, at, byte)
            open_tags.append((tag, units(text), url))
        else:
            text, at = text + html[at], at + 1
    if open_tags:
        raise Unparsable(f'Can\'t find end tag corresponding to start tag "{open_tags[-1][0]}"')
    return text, sorted(entities, key=lambda entity: (entity.offset, -entity.length))


def _decoded(reference: re.Match[str]) -> str:
    hexadecimal, decimal, name = reference.groups()
    if name:
        return _NAMED[name]
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    if 0xD800 <= code < 0xE000:
        raise Unparsable("Text contains invalid Unicode characters after decoding HTML entities")
    return chr(code) if 0 < code < 0x110000 else reference[0]


def _start(html: str, at: int, byte: int) -> tuple[str, str, int]:
    name = _NAME.match(html, at + 1)
    assert name is not None
    tag, position, url = name[0].lower(), name.end(), ""
    if position >= len(html):
        raise Unparsable(f"Unclosed start tag at byte offset {byte}")
    if tag not in TAGS:
        raise Unparsable(f'Unsupported start tag "{tag}" at byte offset {byte}')
    while not html.startswith(">", position + len(html[position:]) - len(html[position:].lstrip())):
        attribute = _ATTRIBUTE.match(html, position)
        assert attribute is not None
        if not attribute[1]:
            raise Unparsable(f'Empty attribute name in the tag "{tag}" at byte offset {byte}')
        if attribute.end() >= len(html) or attribute.end() == position:
            raise Unparsable(f'Unclosed start tag "{tag}" at byte offset {byte}')
        if attribute[4] == "" or (attribute[4] and html[attribute.end()] not in " \t\r\n>"):
            raise Unparsable(f"Unexpected end of name token at byte offset {len(html[: attribute.start(4)].encode())}")
        if (tag, attribute[1].lower()) == ("a", "href"):
            url = _REFERENCE.sub(_decoded, next(value for value in (*attribute.groups()[1:], "") if value is not None))
        position = attribute.end()
    return tag, url, html.index(">", position) + 1
