"""Cutting and tagging text: whatever the text, Telegram takes every part and nothing is lost."""

from __future__ import annotations

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.rasa_parts.channels.telegram.richtext import Span, html, plain, split, utf16_length
from tests.channels.telegram_html import parse, units

LETTERS = st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from(" \n.!?<>&\"'😀👩‍⚕️é")
TEXT = st.text(LETTERS, max_size=120)
SPAN = st.one_of(
    st.builds(Span, TEXT),
    st.builds(Span, TEXT, st.sampled_from(["b", "i"])),
    st.builds(
        Span, TEXT, st.just("a"), st.builds("https://x.example/{}".format, st.text(st.sampled_from("ab&?=\"'<>%é")))
    ),
)


def without_space(text: str) -> str:
    return re.sub(r"\s", "", text)


@settings(max_examples=300, deadline=None)
@given(st.lists(SPAN, max_size=8), st.integers(2, 60))
@example([Span("😀" * 50)], 3)
@example([Span("a" * 50, "b"), Span(" \n ", "i"), Span("b", "a", "https://x")], 50)
@example([Span(" \n\n ")], 10)
def test_split(spans: list[Span], limit: int) -> None:
    parts = split(spans, limit)
    for part in parts:
        text = plain(part)
        assert text and text == text.strip() and units(text) <= limit
        shown, entities = parse(html(part))
        assert shown == text
        formed = [span for span in part if span.tag]
        assert sum(entity.length for entity in entities) == sum(units(span.text) for span in formed)
        assert [entity.url for entity in entities if entity.kind == "text_link"] == [
            s.href for s in part if s.tag == "a"
        ]
    assert without_space("".join(map(plain, parts))) == without_space(plain(spans))


@given(st.text(LETTERS))
def test_length(text: str) -> None:
    assert utf16_length(text) == units(text)


def test_fits() -> None:
    assert split([Span("short")]) == [(Span("short"),)]
    assert not split([Span("")]) and not split([])
    assert len(split([Span("a" * 4096)])) == 1 and len(split([Span("a" * 4097)])) == 2


def test_cuts_at_sentences() -> None:
    text = "One short sentence. " * 30
    parts = [plain(part) for part in split([Span(text)], 100)]
    assert all(part.endswith("sentence.") for part in parts) and len(parts) == 6


def test_cuts_at_paragraphs_before_sentences() -> None:
    first, second = "First. The one.", "Second. It is longer."
    assert [plain(part) for part in split([Span(f"{first}\n\n{second}")], 29)] == [first, second]


def test_does_not_cut_what_belongs_together() -> None:
    nurse = "👩🏽"  # two code points, one sign
    for part in split([Span(nurse * 10)], 7):
        assert plain(part) == nurse


def test_a_tag_goes_on_in_the_next_part() -> None:
    first, second = split([Span("one two", "a", "https://x.example/?a=1&b=2")], 4)
    assert html(first) == '<a href="https://x.example/?a=1&amp;b=2">one</a>' and "two</a>" in html(second)
