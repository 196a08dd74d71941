"""What a follow-up asks for, beyond its ranking (``bot.follow_up_ranker``): the names in it, and those before it.

"And in the liver?" asks the last question of another site; "how is it treated?" has an answer of its own for each site.
"""

from __future__ import annotations

from bot.classifier import Ranked
from bot.surroundings import Surroundings
from bot.understand import Question

NAME_WORDS = 5  # of a message that may be a mere name: "and in the liver then?"
SIBLING = 0.6  # sureness that "and in the liver?" means the last question, asked of the liver


def best(question: Question, last: str, clear: float, around: Surroundings) -> Ranked:
    """The answer to a follow-up after ``last``; names in it do not change an answer that is at least ``clear``."""
    if question.onward and around.leads_to.get(last):
        return around.leads_to[last][0], SIBLING  # "and then?"
    answer, p = question.ranking[0]
    sibling = around.terms.fit(last, question.terms)
    mere_name = question.exact is not None or (p < SIBLING and question.words <= NAME_WORDS)
    if sibling != last and mere_name:
        return sibling, max(p, SIBLING)  # "and in the liver?"
    if question.exact is not None and question.terms:
        return question.exact, 1.0
    if p >= clear and not around.terms.is_general(answer):
        return answer, p
    named = question.terms or tuple(term.name for term in around.terms.covering(last))
    return around.terms.fit(answer, named), p
