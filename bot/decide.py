"""What the bot does with a message: one pure function of what was understood, the conversation and the thresholds.

Order: danger first, then a person's own case, then facts, then small talk; where nothing is sure enough, a
"did you mean" or an honest "not my subject". Nothing here knows words, only ids and probabilities.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

from bot import follow_up, yaml
from bot.classifier import Ranked
from bot.context import Context
from bot.knowledge import FEELINGS, OUT_OF_SCOPE, UNCLEAR, topic_of
from bot.paths import THRESHOLDS
from bot.segments import MAX_QUESTIONS
from bot.surroundings import Surroundings
from bot.understand import Question, Understanding

CRISIS = "urgent.crisis"
STILL_IN_CRISIS = (FEELINGS, "smalltalk.goodbye")  # what somebody may say who has just spoken of ending it
SUGGESTIONS = 3
SURE = 0.5  # below it a follow-up to an alarm is taken for doubt about the alarm
LEAST_REST = 0.1  # of the probability, that is left for other answers where an alarm was thought of and dropped
MILD = "mild"  # a rule knows the words and they are harmless: the classifier cannot ring against it
ELSEWHERE = "elsewhere"  # group of terms for cancers and stages that the bot does not cover
OPENINGS = {"smalltalk.greet": "greeting", "smalltalk.thanks": "thanks", FEELINGS: "feeling"}
KINDS = ("urgent", "personal", "answer", "clarify", "smalltalk", "fallback")  # the most serious first


@dataclass(frozen=True)
class Thresholds:
    """Probabilities, 0 to 1; bot/thresholds.yml says what each decides and where its value comes from."""

    answer: float
    follow_up: float
    clarify: float
    scope: float
    personal: float
    personal_share: float
    elsewhere: float
    clear: float
    urgent_confirm: float
    urgent_alone: float
    urgent_despite: float
    also: float

    @classmethod
    def load(cls, path: Path = THRESHOLDS) -> Thresholds:
        """Read the thresholds.

        Raises:
            DataError: the file cannot be read.
        """
        saved = yaml.read(path)
        return cls(**{field.name: float(saved[field.name]) for field in fields(cls)})


@dataclass(frozen=True)
class Decision:
    """``answers`` in the order shown; ``opening`` names a warm first line; ``confidence`` is None for a button."""

    kind: str
    answers: tuple[str, ...]
    confidence: float | None
    suggestions: tuple[str, ...] = ()
    opening: str | None = None


def tapped(answer: str) -> Decision:
    """The decision for a button: exactly that answer."""
    return Decision(kind_of(answer), (answer,), None)


def kind_of(answer: str) -> str:
    """The reply's kind for an answer id."""
    topic = topic_of(answer)
    if answer == UNCLEAR:
        return "clarify"
    return topic if topic in KINDS else "answer"


def decide(understood: Understanding, context: Context, limits: Thresholds, around: Surroundings) -> Decision:
    """The reply to a message, as ids."""
    urgent = urgent_answer(understood, context, limits)
    calm = without_urgent(understood)
    questions = asked(calm, limits)
    ranked = [best(question, calm, context, limits, around) for question in questions]
    sure = limits.follow_up if understood.follow_up else limits.answer
    facts = [answer for answer, p in _distinct(ranked) if p >= sure and kind_of(answer) == "answer"]
    if urgent is not None:
        return Decision("urgent", (urgent, *facts[:2]), _mass(understood.whole, "urgent"))
    personal = personal_answer(calm, questions, ranked, limits)
    if personal is not None:
        others = facts[:2] if len(questions) > 1 else []
        return Decision("personal", (personal, *others), _mass(calm.whole, "personal"), (), opening(calm))
    if facts:
        return Decision("answer", tuple(facts), max(p for _, p in ranked), (), opening(calm))
    return _without_facts(ranked, nearest(questions), limits)


def _without_facts(ranked: Sequence[Ranked], near: tuple[str, ...], limits: Thresholds) -> Decision:
    answer, p = max(ranked, key=_probability)
    if topic_of(answer) == "smalltalk" and p >= limits.clarify:
        return Decision("smalltalk", (answer,), p)
    if answer == OUT_OF_SCOPE and p >= limits.scope:
        return Decision("fallback", (OUT_OF_SCOPE,), p)
    if answer == UNCLEAR and p >= limits.scope:
        return Decision("clarify", (UNCLEAR,), p)
    if p >= limits.clarify and near:
        return Decision("clarify", (UNCLEAR,), p, near)
    return Decision("fallback", (OUT_OF_SCOPE,), p)


def without_urgent(understood: Understanding) -> Understanding:
    """The same without the classifier's urgent guesses, for when the alarm is decided already."""
    parts = tuple(_calm(part) for part in understood.parts)
    return replace(understood, whole=_calm(understood.whole), parts=parts)


def _calm(question: Question) -> Question:
    kept = [(answer, p) for answer, p in question.ranking if topic_of(answer) != "urgent"]
    if not kept:
        return replace(question, ranking=((UNCLEAR, 0.0),))
    rest = 1.0 - _mass(question, "urgent")
    return replace(question, ranking=tuple((answer, min(1.0, p / max(rest, LEAST_REST))) for answer, p in kept))


def asked(understood: Understanding, limits: Thresholds) -> tuple[Question, ...]:
    """The questions to answer, in order: several only where each is surely another one.

    Else the whole message, whose story says what is meant; after a mere greeting, or the like, the clearest part of it.
    """
    asking = [part for part in understood.parts if part.asks]
    sure: dict[str, Question] = {}
    for part in asking:
        answer, p = part.ranking[0]
        if p >= limits.also and kind_of(answer) in ("answer", "personal"):
            sure.setdefault(answer, part)
    if len(sure) > 1:
        return tuple(sure.values())[:MAX_QUESTIONS]
    if asking and kind_of(understood.whole.ranking[0][0]) in ("smalltalk", "clarify", "fallback"):
        return (max((understood.whole, *asking), key=lambda question: question.ranking[0][1]),)
    return (understood.whole,)


def best(
    question: Question, understood: Understanding, context: Context, limits: Thresholds, around: Surroundings
) -> Ranked:
    """The best answer to one question, with what its terms and the conversation say taken in."""
    answer, p = question.ranking[0]
    groups = {around.terms.by_name[name].group for name in question.terms}
    if ELSEWHERE in groups and "site" not in groups and p < limits.elsewhere:
        return OUT_OF_SCOPE, limits.elsewhere
    if understood.follow_up and context.last is not None:
        return follow_up.best(question, context.last, limits.clear, around)
    if question.exact is not None and question is understood.whole:
        return question.exact, 1.0  # a mere name is all of the message
    return (answer if p >= limits.clear else around.terms.fit(answer, question.terms)), p


def urgent_answer(understood: Understanding, context: Context, limits: Thresholds) -> str | None:
    """The danger that a message speaks of, if one: the rules, joined with the classifier."""
    if context.last is not None and _still_urgent(understood, context.last):
        return context.last
    questions = (understood.whole, *understood.parts)
    mass = max(_mass(question, "urgent") for question in questions)
    danger = understood.danger
    if danger is not None and danger.rings:
        return danger.answer if danger.certain or mass >= limits.urgent_confirm else None
    if danger is not None and danger.silenced == MILD:
        return None
    if _mass(understood.whole, "urgent") < limits.urgent_confirm:
        return None  # a sentence torn out of a calm message ("just the one?!") says little by itself
    if mass < (limits.urgent_alone if danger is None else limits.urgent_despite):
        return None
    return max((pair for q in questions for pair in q.ranking if topic_of(pair[0]) == "urgent"), key=_probability)[0]


def _still_urgent(understood: Understanding, last: str) -> bool:
    """Whether a message after an alarm leaves it standing: "is it really that serious?", or words hard to make out."""
    top, p = understood.whole.ranking[0]
    if topic_of(last) != "urgent":
        return False
    if top in (last, UNCLEAR) or (last == CRISIS and top in STILL_IN_CRISIS):
        return True
    return understood.follow_up and p < SURE and topic_of(top) != "smalltalk"


def personal_answer(
    understood: Understanding, questions: Sequence[Question], ranked: Sequence[Ranked], limits: Thresholds
) -> str | None:
    """Which of the replies to a person's own case fits, if one does."""
    looked_at = (*questions, understood.whole)
    question = max(looked_at, key=lambda q: _mass(q, "personal"))
    mass, fact = _mass(question, "personal"), max(p for _, p in ranked)
    own_words = question in questions or question.ranking[0][0].startswith("personal.")
    if not own_words or mass < limits.personal or mass < limits.personal_share * fact:
        return None
    return max((pair for pair in question.ranking if topic_of(pair[0]) == "personal"), key=_probability)[0]


def nearest(questions: Sequence[Question]) -> tuple[str, ...]:
    """Up to three facts that a message may have meant."""
    pairs = sorted((pair for question in questions for pair in question.ranking), key=_probability, reverse=True)
    return tuple(dict.fromkeys(answer for answer, _ in pairs if kind_of(answer) == "answer"))[:SUGGESTIONS]


def opening(understood: Understanding) -> str | None:
    """The warm first line that a greeting, thanks or a feeling beside the question calls for."""
    for part in understood.parts:
        answer, p = part.ranking[0]
        if answer in OPENINGS and p >= 0.4:
            return OPENINGS[answer]
    return None


def _mass(question: Question, topic: str) -> float:
    return sum(p for answer, p in question.ranking if topic_of(answer) == topic)


def _probability(pair: Ranked) -> float:
    return pair[1]


def _distinct(pairs: Sequence[Ranked]) -> list[Ranked]:
    found: dict[str, float] = {}
    for answer, p in pairs:
        found.setdefault(answer, p)
    return list(found.items())
