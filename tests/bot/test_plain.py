"""Replies as wrapped plain text."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.compose import Composer
from bot.decide import Decision, tapped
from bot.knowledge import Knowledge
from bot.plain import NARROWEST, Headings, for_stock_shell, lines, render

HEADINGS = Headings("Sources", "You may also want to ask")


def reply(knowledge: Knowledge, decision: Decision) -> dict[str, Any]:
    return Composer(knowledge).reply(decision).as_json()


@pytest.mark.parametrize("width", [1, NARROWEST, 40, 80, 200])
def test_no_line_is_too_long(knowledge: Knowledge, width: int) -> None:
    """But for addresses, which stay whole, and for single long words."""
    for entry in knowledge:
        for line in lines(reply(knowledge, tapped(entry.id)), HEADINGS, width, numbered=True):
            longest_word = max(map(len, line.text.split()), default=0)
            assert len(line.text) <= max(width, NARROWEST, longest_word + 5) or "://" in line.text
            assert line.text == line.text.rstrip()


def test_the_whole_reply(knowledge: Knowledge) -> None:
    text = render(reply(knowledge, tapped("symptoms.bone")), 80)
    entry = knowledge["symptoms.bone"]
    assert text.startswith(f"{entry.title}\n{entry.summary.text[:30]}")
    assert all(knowledge.sources[key].url in text for key in entry.cites)
    assert knowledge.phrase("disclaimer", "general") in " ".join(text.split())
    assert f"  - {knowledge[entry.next[0]].question}" in text


def test_points_hang(knowledge: Knowledge) -> None:
    found = [line.text for line in lines(reply(knowledge, tapped("symptoms.bone")), HEADINGS, 40)]
    first = next(index for index, line in enumerate(found) if line.startswith("• "))
    assert found[first + 1].startswith("  ") and not found[first + 1].startswith("   ")


def test_a_menu(knowledge: Knowledge) -> None:
    found = list(lines(reply(knowledge, tapped("symptoms.bone")), HEADINGS, 80, numbered=True))
    assert [line.text[:5] for line in found if line.style == "choice"] == ["  1  ", "  2  ", "  3  "]


def test_styles(knowledge: Knowledge) -> None:
    calm = next(lines(reply(knowledge, tapped("symptoms.bone")), HEADINGS, 80))
    alarm = next(lines(reply(knowledge, tapped("urgent.emergency")), HEADINGS, 80))
    assert (calm.style, alarm.style) == ("title", "alarm")


def test_for_rasa_shell(knowledge: Knowledge) -> None:
    """Wrapped, without blank lines (Rasa would split there), no JSON; buttons below the disclaimer."""
    messages = Composer(knowledge).reply(tapped("symptoms.bone")).as_messages("Sources")
    shown = for_stock_shell([{**m, "custom": m.pop("json_message", {})} for m in messages], 60)
    assert all(len(line) <= 60 for message in shown for line in message["text"].splitlines())
    assert not any(message["custom"] or "\n\n" in message["text"] for message in shown)
    assert [bool(message["buttons"]) for message in shown] == [False] * (len(shown) - 1) + [True]
    assert shown[-1]["text"] == knowledge.phrase("more_questions")
    json.dumps(shown)
