"""The battery's own checks: each finds what it is there for, and nothing in a good reply."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.compose import Composer
from bot.decide import tapped
from bot.knowledge import Knowledge
from bot.plain import Headings, lines
from tests.battery.checks import Shown, problems

Reply = dict[str, Any]


def good(knowledge: Knowledge, answer: str) -> tuple[Shown, Reply]:
    reply = Composer(knowledge).reply(tapped(answer)).as_json()
    text = "\n".join(line.text for line in lines(reply, Headings("Sources", "More"), 80))
    buttons = [(suggestion["title"], suggestion["payload"]) for suggestion in reply["suggestions"]]
    return Shown(text, [reply], buttons, carries_json=True), reply


def without(words: Callable[[Reply], str]) -> Callable[[Shown, Reply], Shown]:
    return lambda shown, reply: replace(shown, text=" ".join((shown.text or "").split()).replace(words(reply), ""))


FAULTS: dict[str, tuple[str, Callable[[Shown, Reply], Shown]]] = {
    "something": ("nothing was shown", lambda shown, _: replace(shown, text=" ")),
    "no disclaimer": ("no disclaimer", without(lambda reply: reply["disclaimer"])),
    "disclaimer first": (
        "stands after the disclaimer",
        lambda shown, reply: replace(
            shown, text=reply["disclaimer"] + (shown.text or "").rsplit(reply["disclaimer"][:20], 1)[0]
        ),
    ),
    "no source": ("does not show", without(lambda reply: reply["answers"][0]["sources"][0]["title"])),
    "a point lost": ("lost: ", without(lambda reply: reply["answers"][0]["points"][1])),
    "points out of order": (
        "out of order: ",
        lambda shown, reply: replace(shown, text=f"{reply['answers'][0]['points'][-1]} {shown.text}".replace(
            "\n• " + reply["answers"][0]["points"][-1][:30], "\n"
        )),
    ),
    "a button lost": ("buttons", lambda shown, _: replace(shown, buttons=(shown.buttons or [])[1:])),
    "JSON twice": ("2 times JSON", lambda shown, _: replace(shown, json=shown.json * 2)),
    "other JSON": ("differs", lambda shown, _: replace(shown, json=[{**shown.json[0], "kind": "fallback"}])),
    "raw JSON": ("would show it", lambda shown, _: replace(shown, carries_json=False)),
    "litter": ("litter", lambda shown, _: replace(shown, text=f"{shown.text} <b>")),
}  # fmt: skip


@pytest.mark.parametrize("answer", ["symptoms.bone", "spread.where", "urgent.emergency", "smalltalk.greet"])
def test_a_good_reply(knowledge: Knowledge, answer: str) -> None:
    assert not problems(*good(knowledge, answer))


@pytest.mark.parametrize("words, fault", FAULTS.values(), ids=list(FAULTS))
def test_a_fault(knowledge: Knowledge, words: str, fault: Callable[[Shown, Reply], Shown]) -> None:
    shown, reply = good(knowledge, "symptoms.bone")
    assert any(words in problem for problem in problems(fault(shown, reply), reply))


def test_an_emergency_that_begins_with_something_else(knowledge: Knowledge) -> None:
    shown, reply = good(knowledge, "urgent.emergency")
    assert any("stands before" in problem for problem in problems(replace(shown, text=f"Hello. {shown.text}"), reply))
