from __future__ import annotations

from bot import terms
from bot.context import Context
from bot.decide import Thresholds, decide, tapped
from bot.safety import Danger
from bot.understand import Question, Understanding

TERMS = terms.load()
LIMITS = Thresholds(
    answer=0.4,
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
    decision = decide(understood, context, LIMITS, TERMS)
    return decision.kind, decision.answers


def danger(strength: str = "certain", silenced: str | None = None) -> Danger:
    return Danger("urgent.infection", "fever on treatment", strength, (), silenced)


FACT = question(("symptoms.bone", 0.9), ("spread.bone", 0.05))


def test_three_bands() -> None:
    assert decided(Understanding(FACT)) == ("answer", ("symptoms.bone",))
    unsure = question(("symptoms.bone", 0.3), ("spread.bone", 0.2))
    assert decided(Understanding(unsure)) == ("clarify", ("fallback.unclear",))
    assert decide(Understanding(unsure), Context(), LIMITS, TERMS).suggestions == ("symptoms.bone", "spread.bone")
    assert decided(Understanding(question(("symptoms.bone", 0.1)))) == ("fallback", ("fallback.out_of_scope",))
    assert decided(Understanding(question(("fallback.out_of_scope", 0.8)))) == ("fallback", ("fallback.out_of_scope",))


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
    decision = decide(Understanding(FACT, (hello, FACT)), Context(), LIMITS, TERMS)
    assert (decision.answers, decision.opening) == (("symptoms.bone",), "greeting")


def test_a_bare_name_is_enough() -> None:
    bare = Question((("fallback.out_of_scope", 0.9),), ("ribociclib",), False, 1, exact="treatment.cdk46")
    assert decided(Understanding(bare)) == ("answer", ("treatment.cdk46",))


def test_and_in_the_liver_takes_the_last_question_along() -> None:
    short = question(("spread.liver", 0.5), named=("liver",), words=3)
    follow_up = Understanding(short, follow_up=True)
    assert decided(follow_up, Context(("symptoms.bone",), "bone metastases"))[1] == ("symptoms.liver",)


def test_a_button_is_obeyed_without_doubt() -> None:
    decision = tapped("personal.treatment")
    assert (decision.kind, decision.answers, decision.confidence) == ("personal", ("personal.treatment",), None)


def test_a_mere_name_after_a_question_means_the_same_question_of_it() -> None:
    named = Question((("spread.liver", 0.8),), ("liver",), True, 3, exact="spread.liver")
    follow_up = Understanding(named, follow_up=True)
    assert decided(follow_up, Context(("symptoms.bone",), "bone metastases"))[1] == ("symptoms.liver",)
    assert decided(follow_up, Context(("living.travel",), "travel"))[1] == ("spread.liver",)


def test_a_follow_up_may_move_on_and_why_stays() -> None:
    context = Context(("symptoms.none",), "metastatic breast cancer without symptoms")
    torn = question(("symptoms.none", 0.5), ("diagnosis.how", 0.4))
    assert decided(Understanding(torn, follow_up=True), context)[1] == ("diagnosis.how",)
    staying = question(("symptoms.none", 0.5), ("diagnosis.how", 0.1))
    assert decided(Understanding(staying, follow_up=True), context)[1] == ("symptoms.none",)
    why = question(("fallback.unclear", 0.6), words=1)
    assert decided(Understanding(why, follow_up=True), context)[1] == ("symptoms.none",)
