"""The reply contract on Rasa's whole message path: for every text there is one whole reply."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.decide import KINDS
from bot.knowledge import SOFT_TOPICS, Knowledge

NASTY = [
    "", " ", "\n", "?", "/", "//", "/restart", "/session_start", "/back", '/symptoms{"site": "bone"}', "/symptoms",
    "/nonsense/bone", "\x00", "\u202e\u202d", "😀" * 50, "a" * 5000, "<script>alert(1)</script>",
    "'; DROP TABLE events; --", "{" * 200, "EXTERNAL: reminder", "null", "ñ ü 漢字 العربية", "bone " * 3000,
]  # fmt: skip


def check_contract(messages: list[dict[str, Any]]) -> dict[str, Any]:
    """One turn's messages against the reply contract; returns the JSON."""
    (custom,) = [message["custom"] for message in messages if "custom" in message]
    text = "\n".join(message.get("text", "") for message in messages)
    assert custom["version"] == 1 and custom["kind"] in KINDS
    assert custom["answers"] and custom["disclaimer"] and custom["disclaimer"] in text
    for answer in custom["answers"]:
        for words in (answer["summary"], *answer["points"], *(s["title"] for s in answer["sources"])):
            assert words in text
        assert answer["sources"] or answer["id"].split(".")[0] in SOFT_TOPICS
    assert len(custom["suggestions"]) <= 4
    assert custom["confidence"] is None or 0 <= custom["confidence"] <= 1
    assert "<b>" not in text and "**" not in text
    return custom


def turn(bot: Any, text: str, conversation: str = "contract") -> dict[str, Any]:
    return check_contract(asyncio.run(bot.messages(conversation, text)))


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_nasty_input_gets_a_whole_reply(bot: Any, text: str) -> None:
    turn(bot, text)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_any_text_gets_a_whole_reply(bot: Any, text: str) -> None:
    turn(bot, text, "hypothesis")


def test_every_button_gives_its_answer(bot: Any, knowledge: Knowledge) -> None:
    for entry in knowledge:
        for follower in entry.next:
            assert follower in knowledge.entries
    custom = turn(bot, "/symptoms/bone")
    assert (custom["kind"], custom["answers"][0]["id"], custom["confidence"]) == ("answer", "symptoms.bone", None)


def test_typed_slashes_are_text(bot: Any) -> None:
    typed = turn(bot, '/urgent{"drug": "x"}')
    assert typed["kind"] != "urgent"
    assert typed["confidence"] is not None  # understood as words; a button has none
    turn(bot, "/restart", "slash")
    assert turn(bot, "what are the symptoms of bone metastases?", "slash")["answers"][0]["id"] == "symptoms.bone"


def test_conversations_do_not_mix(bot: Any) -> None:
    turn(bot, "what are the symptoms of bone metastases?", "one")
    turn(bot, "what are PARP inhibitors?", "two")
    assert turn(bot, "and in the liver?", "one")["answers"][0]["id"] == "symptoms.liver"


def test_what_a_pronoun_stands_for_is_asked_about(bot: Any) -> None:
    turn(bot, "/diagnosis/biopsy", "pronoun")
    assert turn(bot, "is it painful?", "pronoun")["answers"][0]["id"] == "diagnosis.biopsy"
    turn(bot, "/diagnosis/tumor_markers", "pronoun")
    assert turn(bot, "can they be trusted?", "pronoun")["answers"][0]["id"] == "diagnosis.tumor_markers"


def test_the_plain_words_get_the_survival_rate(bot: Any) -> None:
    assert turn(bot, "What's the survival rate", "plain")["answers"][0]["id"] == "prognosis.survival_rate"


def test_the_survival_answer_gives_the_newest_figure_and_names_the_old_one(bot: Any) -> None:
    answer = turn(bot, "what is the 5-year survival rate of metastatic breast cancer?", "survival")["answers"][0]
    words = " ".join([answer["summary"], *answer["points"]])
    assert answer["id"] == "prognosis.survival_rate"
    assert "2015" in words and "2021" in words and "29" in words and "older" in words
    assert "relative" in words


def test_danger_comes_first(bot: Any) -> None:
    custom = turn(bot, "I can't feel my legs since this morning", "danger")
    assert (custom["kind"], custom["answers"][0]["id"]) == ("urgent", "urgent.spinal_cord")
    assert custom["answers"][0]["summary"].startswith("Call")


def test_a_change_of_subject_after_danger_is_no_alarm(bot: Any) -> None:
    turn(bot, "I can't feel my legs since this morning", "calm")
    assert turn(bot, "will it rain tomorrow", "calm")["kind"] == "fallback"
    assert turn(bot, "thank you", "calm")["kind"] == "smalltalk"
