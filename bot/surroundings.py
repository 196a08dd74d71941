"""Which answers are near each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

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
        return self._sides.get(answer, frozenset())

    def sides_of(self, term: str) -> frozenset[str]:
        """All sides of a term, by its standard name; none for a name that is no term's."""
        found = self.terms.by_name.get(term)
        return frozenset(found.sides.values()) if found else frozenset()

    @cached_property
    def led_from(self) -> Mapping[str, frozenset[str]]:
        """The answers whose entries lead to an answer."""
        return turned(self.leads_to)

    @cached_property
    def _sides(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for term in self.terms.all:
            for answer in term.sides.values():
                found.setdefault(answer, set()).update(term.sides.values())
        return {answer: frozenset(sides - {answer}) for answer, sides in found.items()}


def turned(leads_to: Mapping[str, Iterable[str]]) -> Mapping[str, frozenset[str]]:
    """From what each leads to, to those that lead to each."""
    found: dict[str, set[str]] = {}
    for answer, following in leads_to.items():
        for after in following:
            found.setdefault(after, set()).add(answer)
    return {answer: frozenset(before) for answer, before in found.items()}
