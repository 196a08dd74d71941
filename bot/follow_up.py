"""What a follow-up asks for: its ranking, read in the light of the answer before it.

"And its side effects?" names nothing. The answer before it says which drug is meant, and that something near that
answer is likelier than something far from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.classifier import Ranked
from bot.context import FEW_WORDS
from bot.knowledge import Knowledge, topic_of
from bot.terms import Terms
from bot.understand import Question

NEAR = 1.5  # how many times likelier an answer is for being near the last one
NEXT_BEST = 0.6  # share of the last answer's probability at which a follow-up has moved on to another
SIBLING = 0.6  # sureness that "and in the liver?" means the last question, asked of the liver


@dataclass(frozen=True)
class Surroundings:
    """For each answer the ones near it: what its entry leads to, and the other sides of its terms."""

    terms: Terms
    leads_to: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, knowledge: Knowledge, terms: Terms) -> Surroundings:
        return cls(terms, {entry.id: entry.next for entry in knowledge})

    def near(self, answer: str) -> frozenset[str]:
        """The ids near ``answer``, without itself."""
        sides = {side for term in self.terms.covering(answer) for side in term.sides.values()}
        return frozenset(sides | set(self.leads_to.get(answer, ()))) - {answer}


def best(question: Question, last: str, clear: float, around: Surroundings) -> Ranked:
    """The answer to a follow-up after ``last``; names in it do not change an answer that is at least ``clear``."""
    if question.onward and around.leads_to.get(last):
        return around.leads_to[last][0], SIBLING  # "and then?"
    sibling = around.terms.fit(last, question.terms)
    mere_name = question.exact is not None or (question.ranking[0][1] < SIBLING and question.words <= FEW_WORDS)
    if sibling != last and mere_name:
        return sibling, max(question.ranking[0][1], SIBLING)  # "and in the liver?"
    if question.exact is not None and question.terms:
        return question.exact, 1.0
    answer, p = moved_on(question, last, around.near(last))
    named = question.terms or tuple(term.name for term in around.terms.covering(last))
    if p >= clear and not around.terms.is_general(answer):
        return answer, p
    return around.terms.fit(answer, named), p


def moved_on(question: Question, last: str, near: frozenset[str]) -> Ranked:
    """The best answer to a follow-up. Filling in the last subject speaks for the last answer more than it should."""
    top, _ = question.ranking[0]
    if topic_of(top) == "fallback" and question.words <= 2:
        return last, SIBLING  # "why?"
    ranking = leaned(question, near)
    (top, p), rest = ranking[0], ranking[1:]
    others = [pair for pair in rest if topic_of(pair[0]) not in ("fallback", "smalltalk")]
    if top == last and others and others[0][1] >= NEXT_BEST * p:
        return others[0]
    return top, p


def leaned(question: Question, near: frozenset[str]) -> list[Ranked]:
    """The ranking with what is near the last answer made likelier."""
    weighed = [(answer, p * (NEAR if answer in near else 1.0)) for answer, p in question.ranking]
    whole = 1.0 + sum(more - p for (_, more), (_, p) in zip(weighed, question.ranking, strict=True))
    return sorted(((answer, p / whole) for answer, p in weighed), key=lambda pair: -pair[1])
