from __future__ import annotations

import pytest

from bot.context import Context, asks_onward, leans_back, points_back, resolve


@pytest.mark.parametrize(
    ("message", "resolved"),
    [
        ("how is that treated?", "how is bone metastases treated?"),
        ("and its side effects?", "bone metastases's side effects?"),
        ("why?", "why bone metastases?"),
        ("ok, is it painful", "is bone metastases painful"),
    ],
)
def test_a_follow_up_gets_its_subject(message: str, resolved: str) -> None:
    assert resolve(message, "bone metastases") == resolved


def test_short_messages_and_pronouns_lean_back() -> None:
    assert leans_back("and the liver?")
    assert points_back("what are the side effects of that when taken for many years")
    assert not leans_back("what are the side effects of chemotherapy in older people")


@pytest.mark.parametrize("message", ["then?", "and then", "What comes next?", "what next"])
def test_what_comes_next_is_asked_in_few_words(message: str) -> None:
    assert asks_onward(message)
    assert not asks_onward(message.rstrip("?") + " to my job")


def test_the_slot_keeps_everything() -> None:
    context = Context(("spread.bone",), "bone metastases", 2, ("spread.lung",), ("overview.what_is",), ("liver",))
    assert Context.from_slot(context.as_slot()) == context


def test_names_are_remembered_the_newest_first() -> None:
    first = Context().after(("treatment.parp",), "olaparib", ("olaparib", "liver"))
    then = first.after(("spread.bone",), "bone metastases", ("bone", "liver"))
    assert then.terms == ("bone", "liver", "olaparib") and then.earlier == ("treatment.parp",)


@pytest.mark.parametrize("slot", [None, 3, "x", []])
def test_a_strange_slot_is_an_empty_memory(slot: object) -> None:
    assert Context.from_slot(slot) == Context()
