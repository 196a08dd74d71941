from __future__ import annotations

from datetime import date

import pytest

from bot.compose import Composer, answer_of, payload_of
from bot.context import Context
from bot.decide import KINDS, Decision, kind_of, tapped
from bot.knowledge import FEELINGS, SOFT_TOPICS, UNCLEAR, Knowledge


def test_every_entry_makes_a_whole_reply(knowledge: Knowledge) -> None:
    composer = Composer(knowledge)
    for entry in knowledge:
        shown = composer.reply(tapped(entry.id)).as_json()
        assert shown["kind"] in KINDS
        assert shown["disclaimer"] and shown["answers"][0]["summary"]
        assert shown["answers"][0]["sources"] or entry.topic in SOFT_TOPICS
        assert len(shown["suggestions"]) <= 4


def test_urgent_replies_offer_nothing_to_tap(knowledge: Knowledge) -> None:
    assert Composer(knowledge).reply(tapped("urgent.emergency")).suggestions == ()


@pytest.mark.parametrize(
    ("kind", "answers", "name"),
    [
        ("answer", ("spread.bone",), "general"),
        ("answer", ("spread.bone", "treatment.cdk46"), "treatment"),
        ("answer", ("treatment.cdk46", "prognosis.overview"), "prognosis"),
        ("urgent", ("urgent.crisis",), "urgent"),
        ("personal", ("personal.prognosis",), "personal"),
    ],
)
def test_the_strictest_disclaimer_wins(knowledge: Knowledge, kind: str, answers: tuple[str, ...], name: str) -> None:
    assert Composer(knowledge).disclaimer(kind, answers).text == knowledge.phrase("disclaimer", name)


def test_not_understood_again_says_something_else(knowledge: Knowledge) -> None:
    composer, context, said = Composer(knowledge), Context(), []
    for _ in range(3):
        decision = Decision(kind_of(UNCLEAR), (UNCLEAR,), 0.3, ("spread.bone",))
        said.append(composer.reply(decision, context).answers[0].summary)
        context = composer.remember(decision, context)
    assert len(set(said)) == 3


def test_an_answer_is_remembered_and_small_talk_is_not(knowledge: Knowledge) -> None:
    composer = Composer(knowledge)
    after = composer.remember(tapped("treatment.parp"), Context())
    assert after.last == "treatment.parp" and after.subject
    assert composer.remember(tapped("smalltalk.thanks"), after).last == "treatment.parp"
    assert composer.remember(tapped("smalltalk.thanks"), Context()).last is None


def test_feelings_are_remembered_where_nothing_else_was(knowledge: Knowledge) -> None:
    composer = Composer(knowledge)
    assert composer.remember(tapped(FEELINGS), Context()).last == FEELINGS  # "what helps?"
    after = composer.remember(tapped("treatment.parp"), Context())
    assert composer.remember(tapped(FEELINGS), after).last == "treatment.parp"


def test_a_case_of_ones_own_is_about_what_was_spoken_of(knowledge: Knowledge) -> None:
    composer = Composer(knowledge)
    after = composer.remember(tapped("treatment.parp"), Context())
    own = composer.remember(tapped("personal.treatment"), after)
    assert own.subject == after.subject and own.last == "personal.treatment"
    assert composer.remember(tapped("personal.treatment"), Context()).subject


def test_a_stale_entry_says_so(knowledge: Knowledge) -> None:
    entry = knowledge["treatment.cdk46"]
    fresh = Composer(knowledge, today=entry.checked).status(entry)
    late = Composer(knowledge, today=date(entry.checked.year + 1, 12, 31)).status(entry)
    assert knowledge.phrase("stale") not in fresh
    assert knowledge.phrase("stale") in late


def test_nothing_claims_a_review_that_did_not_happen(knowledge: Knowledge) -> None:
    composer = Composer(knowledge)
    assert all(
        "No clinician has reviewed" in composer.status(entry) for entry in knowledge if entry.topic != "smalltalk"
    )


def test_only_payloads_of_answers_are_obeyed(knowledge: Knowledge) -> None:
    for entry in knowledge:
        assert answer_of(payload_of(entry.id), knowledge) == entry.id
        assert len(payload_of(entry.id).encode()) <= 64
    for typed in ("/restart", "/session_start", '/symptoms{"a": "b"}', "/symptoms", "symptoms/bone", "/symptoms/bone "):
        assert answer_of(typed, knowledge) is None
