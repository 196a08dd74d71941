"""Follow-ups: what a few words mean after an answer."""

from __future__ import annotations

import pytest

from bot import knowledge, terms
from bot.follow_up import best
from bot.surroundings import Surroundings
from bot.understand import Question

AROUND = Surroundings.of(knowledge.load(), terms.load())
CLEAR = 0.7


def follow_up(*ranking: tuple[str, float], named: tuple[str, ...] = (), words: int = 6) -> Question:
    return Question(ranking, named, True, words)


def answer(question: Question, last: str) -> str:
    return best(question, last, CLEAR, AROUND)[0]


def test_and_in_the_liver_takes_the_last_question_along() -> None:
    assert answer(follow_up(("spread.liver", 0.5), named=("liver",), words=3), "symptoms.bone") == "symptoms.liver"


def test_a_mere_name_after_a_question_means_the_same_question_of_it() -> None:
    named = Question((("spread.liver", 0.8),), ("liver",), True, 3, exact="spread.liver")
    assert answer(named, "symptoms.bone") == "symptoms.liver"
    assert answer(named, "living.travel") == "spread.liver"


@pytest.mark.parametrize(
    ("general", "last", "own"),
    [
        ("treatment.overview", "symptoms.liver", "treatment.liver_mets"),
        ("side_effects.overview", "treatment.radiation", "side_effects.radiation"),
        ("symptoms.general", "spread.brain", "symptoms.brain"),
        ("overview.causes", "symptoms.hypercalcemia", "symptoms.hypercalcemia"),
        ("treatment.overview", "living.travel", "treatment.overview"),  # travel has no treatment of its own
    ],
)
def test_a_general_answer_gives_way_to_that_of_what_was_spoken_of(general: str, last: str, own: str) -> None:
    assert answer(follow_up((general, 0.9)), last) == own


def test_and_then_goes_on_along_the_path() -> None:
    onward = Question((("spread.detachment", 0.6),), (), True, 1, onward=True)
    assert answer(onward, "spread.detachment") == "spread.invasion"
    assert answer(onward, "spread.invasion") == "spread.circulation_entry"
