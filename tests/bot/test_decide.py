from __future__ import annotations

from bot import knowledge, terms
from bot.context import Context
from bot.decide import Thresholds, decide, tapped
from bot.safety import Danger
from bot.surroundings import Surroundings
from bot.understand import Question, Understanding

AROUND = Surroundings.of(knowledge.load(), terms.load())
LIMITS = Thresholds(
    answer=0.4,
    follow_up=0.3,
    clarify=0.2,
    scope=0.3,
    personal=0.3,
    personal_share=0.75,
    elsewhere=0.6,
    clear=0.7,
    urgent_confirm=0.1,
    urgent_alone=0.7,
    urgent_despite=0.97,
    also=0.5,
)


def question(*ranking: tuple[str, float], named: tuple[str, ...] = (), asks: bool = True, words: int = 6) -> Question:
    return Question(ranking, named, asks, words)


def decided(understood: Understanding, context: Context = Context()) -> tuple[str, tuple[str, ...]]:
    decision = decide(understood, context, LIMITS, AROUND)
    return decision.kind, decision.answers


def danger(strength: str = "certain", silenced: str | None = None) -> Danger:
    return Danger("urgent.infection", "fever on treatment", strength, (), silenced)


FACT = question(("symptoms.bone", 0.9), ("spread.bone", 0.05))


def test_three_bands() -> None:
    assert decided(Understanding(FACT)) == ("answer", ("symptoms.bone",))
    unsure = question(("symptoms.bone", 0.3), ("spread.bone", 0.2))
    assert decided(Understanding(unsure)) == ("clarify", ("fallback.unclear",))
    assert decide(Understanding(unsure), Context(), LIMITS, AROUND).suggestions == ("symptoms.bone", "spread.bone")
    assert decided(Understanding(question(("symptoms.bone", 0.1)))) == ("fallback", ("fallback.out_of_scope",))
    assert decided(Understanding(question(("fallback.out_of_scope", 0.8)))) == ("fallback", ("fallback.out_of_scope",))


def test_a_follow_up_need_not_be_so_sure() -> None:
    unsure = question(("symptoms.bone", 0.3), ("spread.bone", 0.1))
    assert decided(Understanding(unsure))[0] == "clarify"
    assert decided(Understanding(unsure, follow_up=True))[0] == "answer"


def test_a_certain_danger_comes_first_and_the_fact_after_it() -> None:
    assert decided(Understanding(FACT, danger=danger())) == ("urgent", ("urgent.infection", "symptoms.bone"))


def test_a_possible_danger_needs_the_classifier() -> None:
    assert decided(Understanding(FACT, danger=danger("possible")))[0] == "answer"
    leaning = question(("symptoms.bone", 0.6), ("urgent.infection", 0.15))
    assert decided(Understanding(leaning, danger=danger("possible")))[0] == "urgent"


def test_a_silenced_danger_outweighs_the_classifier() -> None:
    alarmed = question(("urgent.infection", 0.95))
    assert decided(Understanding(alarmed, danger=danger(silenced="a question about it")))[0] != "urgent"
    assert decided(Understanding(alarmed)) == ("urgent", ("urgent.infection",))


def test_a_persons_own_case_comes_before_facts() -> None:
    own = question(("personal.prognosis", 0.55), ("prognosis.overview", 0.4))
    assert decided(Understanding(own)) == ("personal", ("personal.prognosis",))


def test_several_questions_get_several_answers_in_order() -> None:
    parts = (question(("diagnosis.pet", 0.8)), question(("diagnosis.biopsy", 0.9)), question(("diagnosis.pet", 0.7)))
    assert decided(Understanding(FACT, parts)) == ("answer", ("diagnosis.pet", "diagnosis.biopsy"))


def test_a_greeting_before_a_question_warms_the_answer() -> None:
    hello = question(("smalltalk.greet", 0.9), asks=False)
    decision = decide(Understanding(FACT, (hello, FACT)), Context(), LIMITS, AROUND)
    assert (decision.answers, decision.opening) == (("symptoms.bone",), "greeting")


def test_a_bare_name_is_enough() -> None:
    bare = Question((("fallback.out_of_scope", 0.9),), ("ribociclib",), False, 1, exact="treatment.cdk46")
    assert decided(Understanding(bare)) == ("answer", ("treatment.cdk46",))


def test_a_button_is_obeyed_without_doubt() -> None:
    decision = tapped("personal.treatment")
    assert (decision.kind, decision.answers, decision.confidence) == ("personal", ("personal.treatment",), None)


def test_doubt_about_an_alarm_gets_it_again_and_a_new_question_does_not() -> None:
    context = Context(("urgent.infection",), "fever")
    doubt = Understanding(question(("treatment.chemotherapy", 0.25), ("living.family", 0.2)), follow_up=True)
    assert decided(doubt, context) == ("urgent", ("urgent.infection",))
    again = Understanding(question(("urgent.infection", 0.4), ("fallback.unclear", 0.3)))
    assert decided(again, context) == ("urgent", ("urgent.infection",))
    puzzling = Understanding(question(("fallback.unclear", 0.7)))
    assert decided(puzzling, context) == ("urgent", ("urgent.infection",))
    moved = Understanding(question(("living.travel", 0.8)), follow_up=True)
    assert decided(moved, context) == ("answer", ("living.travel",))


def test_feelings_and_a_goodbye_after_a_crisis_get_the_help_lines_again() -> None:
    sad, leaving = (Understanding(question((f"smalltalk.{what}", 0.8))) for what in ("feelings", "goodbye"))
    assert decided(leaving, Context(("urgent.crisis",), "")) == ("urgent", ("urgent.crisis",))
    assert decided(sad, Context(("urgent.crisis",), "")) == ("urgent", ("urgent.crisis",))
    assert decided(sad, Context(("urgent.infection",), "")) == ("smalltalk", ("smalltalk.feelings",))


def test_a_sentence_of_a_calm_message_rings_no_alarm_by_itself() -> None:
    torn = question(("urgent.crisis", 0.8))
    assert decided(Understanding(FACT, (FACT, torn)))[0] == "answer"
    uneasy = question(("symptoms.bone", 0.6), ("urgent.crisis", 0.2))
    assert decided(Understanding(uneasy, (FACT, torn)))[0] == "urgent"
