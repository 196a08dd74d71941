"""Which answers are near each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.knowledge import Knowledge
from bot.terms import Terms


@dataclass(frozen=True)
class Surroundings:
    """For each answer the ones near it: what its entry leads to, and the other sides of its terms."""

    terms: Terms
    leads_to: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, knowledge: Knowledge, terms: Terms) -> Surroundings:
        return cls(terms, {entry.id: entry.next for entry in knowledge})

    def sides(self, answer: str) -> frozenset[str]:
        """The other sides of the terms that ``answer`` is about."""
        sides = {side for term in self.terms.covering(answer) for side in term.sides.values()}
        return frozenset(sides - {answer})
