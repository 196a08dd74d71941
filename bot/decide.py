"""What the bot does with a message: one pure function of what was understood, the conversation and the thresholds.

Order: danger first, then a person's own case, then facts, then small talk; where nothing is sure enough, a
"did you mean" or an honest "not my subject". Nothing here knows words, only ids and probabilities.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from bot import yaml
from bot.context import FEW_WORDS, Context
from bot.knowledge import topic_of
from bot.paths import THRESHOLDS
from bot.segments import MAX_QUESTIONS
from bot.terms import Terms
from bot.understand import Question, Understanding

OUT_OF_SCOPE, UNCLEAR = "fallback.out_of_scope", "fallback.unclear"
SUGGESTIONS = 3
SIBLING = 0.6  # sureness that "and in the liver?" means the last question, asked of the liver
OPENINGS = {"smalltalk.greet": "greeting", "smalltalk.thanks": "thanks", "smalltalk.feelings": "feeling"}
KINDS = ("urgent", "personal", "answer", "clarify", "smalltalk", "fallback")  # the most serious first
Ranked = tuple[str, float]


@dataclass(frozen=True)
class Thresholds:
    """Probabilities, 0 to 1; bot/thresholds.yml says what each decides and where its value comes from."""

    answer: float
    clarify: float
    scope: float
    personal: float
    urgent_confirm: float
    urgent_alone: float
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


def decide(understood: Understanding, context: Context, limits: Thresholds, terms: Terms) -> Decision:
    """The reply to a message, as ids."""
    ranked = [best(question, understood, context, terms) for question in asked(understood)]
    sure = _distinct([(answer, p) for answer, p in ranked if p >= limits.answer])
    facts = [answer for answer, _ in sure if kind_of(answer) == "answer"]
    urgent = urgent_answer(understood, limits)
    if urgent is not None:
        return Decision("urgent", (urgent, *facts[:2]), _mass(understood.whole, "urgent"))
    personal = personal_answer(understood, ranked, limits)
    if personal is not None:
        others = [answer for answer in facts if len(asked(understood)) > 1]
        return Decision("personal", (personal, *others[:2]), _mass(understood.whole, "personal"), (), opening(understood))
    if facts:
        return _facts(sure, facts, understood, limits)
    return _without_facts(ranked, understood, limits)


def _facts(sure: Sequence[Ranked], facts: list[str], understood: Understanding, limits: Thresholds) -> Decision:
    confidence = max(p for answer, p in sure if answer in facts)
    kept = [answer for answer, p in sure if answer in facts and (answer == facts[0] or p >= limits.also)]
    return Decision("answer", tuple(kept[:MAX_QUESTIONS]), confidence, (), opening(understood))


def _without_facts(ranked: Sequence[Ranked], understood: Understanding, limits: Thresholds) -> Decision:
    answer, p = max(ranked, key=lambda pair: pair[1])
    topic = topic_of(answer)
    if topic == "smalltalk" and p >= limits.clarify:
        return Decision("smalltalk", (answer,), p)
    near = nearest(understood)
    if topic == "fallback" and (answer == OUT_OF_SCOPE or not near) and p >= limits.scope:
        return Decision("fallback", (OUT_OF_SCOPE,), p)
    if p >= limits.clarify and near:
        return Decision("clarify", (UNCLEAR,), p, near)
    return Decision("fallback", (OUT_OF_SCOPE,), p)


def asked(understood: Understanding) -> tuple[Question, ...]:
    """The questions to answer, in order: the parts that ask, else the message as a whole."""
    asking = [part for part in understood.parts if part.asks]
    return tuple(asking[:MAX_QUESTIONS]) or (understood.whole,)


def best(question: Question, understood: Understanding, context: Context, terms: Terms) -> Ranked:
    """The best answer to one question, with what its terms and the conversation say taken in."""
    if question.bare:
        return terms.by_name[question.terms[0]].about, 1.0
    answer, p = question.ranking[0]
    if not understood.follow_up or context.last is None:
        return terms.fit(answer, question.terms), p
    sibling = terms.fit(context.last, question.terms)
    if sibling != context.last and p < SIBLING and question.words <= FEW_WORDS:
        return sibling, SIBLING  # "and in the liver?"
    named = question.terms or [term.name for term in terms.covering(context.last)]
    return terms.fit(answer, named), p


def urgent_answer(understood: Understanding, limits: Thresholds) -> str | None:
    """The danger that a message speaks of, if one: the rules, joined with the classifier."""
    questions = (understood.whole, *understood.parts)
    mass = max(_mass(question, "urgent") for question in questions)
    danger = understood.danger
    if danger is not None and danger.rings:
        if danger.certain or mass >= limits.urgent_confirm:
            return danger.answer
    if danger is None and mass >= limits.urgent_alone:
        return max((pair for q in questions for pair in q.ranking if topic_of(pair[0]) == "urgent"), key=_probability)[0]
    return None


def personal_answer(understood: Understanding, ranked: Sequence[Ranked], limits: Thresholds) -> str | None:
    """Which of the replies to a person's own case fits, if one does."""
    pairs = [pair for q in asked(understood) for pair in q.ranking if topic_of(pair[0]) == "personal"]
    if not pairs or ranked[0][1] >= 1.0:
        return None
    answer = max(pairs, key=_probability)[0]
    mass = max(_mass(question, "personal") for question in asked(understood))
    return answer if mass >= limits.personal else None


def nearest(understood: Understanding) -> tuple[str, ...]:
    """Up to three facts that a message may have meant."""
    pairs = sorted((pair for q in asked(understood) for pair in q.ranking), key=_probability, reverse=True)
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
