"""The parser of the fake Bot API is as strict as Telegram's."""

from __future__ import annotations

import pytest

from tests.channels.telegram_html import Entity, Unparsable, parse

REFUSED = [
    ("Blood < 5", 'Unsupported start tag "" at byte offset 6'),
    ("a <p>b</p>", 'Unsupported start tag "p" at byte offset 2'),
    ("a <br>", 'Unsupported start tag "br" at byte offset 2'),
    ("ü <b>x", 'Can\'t find end tag corresponding to start tag "b"'),
    ("ü </b>", "Unexpected end tag at byte offset 3"),
    ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
    ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
    ("<b>x</b", "Unclosed end tag at byte offset 4"),
    ("a<b", "Unclosed start tag at byte offset 1"),
    ('<a href="x', "Unclosed|Unexpected"),
    ("<a href=https://x>y</a>", "Unexpected end of name token at byte offset 8"),
    ('<i ="x">y</i>', 'Empty attribute name in the tag "i" at byte offset 0'),
    ("&#xD800;", "invalid Unicode"),
]
ACCEPTED = [
    ("5 &lt; 6 &amp; 7 &gt 2 &ge; &nbsp; > 1", "5 < 6 & 7 > 2 &ge; &nbsp; > 1", []),
    ("🏟 <b>🏟 x</b>", "🏟 🏟 x", [Entity("bold", 3, 4)]),
    ("<i>a<b>b</b></i>", "ab", [Entity("italic", 0, 2), Entity("bold", 1, 1)]),
    ("<b></b>x</>", None, []),
    ('<a href="https://x.example/?a=1&amp;b=2">y</a>', "y", [Entity("text_link", 0, 1, "https://x.example/?a=1&b=2")]),
    ("<b>x</ >", "x", [Entity("bold", 0, 1)]),
]


@pytest.mark.parametrize("html, words", REFUSED)
def test_refused(html: str, words: str) -> None:
    with pytest.raises(Unparsable) as refusal:
        parse(html)
    assert any(part in str(refusal.value) for part in words.split("|"))


@pytest.mark.parametrize("html, text, entities", ACCEPTED)
def test_accepted(html: str, text: str | None, entities: list[Entity]) -> None:
    if text is None:
        with pytest.raises(Unparsable):
            parse(html)
    else:
        assert parse(html) == (text, entities)
