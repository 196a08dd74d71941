"""Names of sites, tests, drugs, subtypes and symptoms, and the answers that belong to each.

``knowledge/terms.yml`` holds them. A term has sides: ``about`` for its bare name, ``symptoms``, ``treatment``,
``side_effects``, ... Together they let one answer stand in for its sibling: the symptoms of lung metastases for
those of bone metastases.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bot import yaml
from bot.paths import KNOWLEDGE

ABOUT = "about"
EXCHANGEABLE = ("site", "subtype", "drug")  # groups whose answers come in families
GENERAL = "general"  # key of the answers that hold for all terms


@dataclass(frozen=True)
class Term:
    """One named thing: ``group`` is the entity (site, drug, ...), ``sides`` maps a side to an answer id."""

    group: str
    name: str
    names: tuple[str, ...]
    sides: Mapping[str, str]

    @property
    def about(self) -> str:
        return self.sides[ABOUT]


@dataclass(frozen=True)
class Terms:
    """All terms; ``by_name`` finds one by its standard name. ``general`` maps a side to the answer for no term."""

    all: tuple[Term, ...]
    general: Mapping[str, str]

    @cached_property
    def by_name(self) -> Mapping[str, Term]:
        return {term.name: term for term in self.all}

    @cached_property
    def _families(self) -> Mapping[tuple[str, str], frozenset[str]]:
        found: dict[tuple[str, str], set[str]] = {}
        for term in self.all:
            for side, answer in term.sides.items():
                found.setdefault((term.group, side), set()).add(answer)
        return {key: frozenset(ids) for key, ids in found.items()}

    def side_of(self, answer: str, group: str) -> str | None:
        """Which side of the terms of ``group`` an answer speaks of, if one."""
        for (of_group, side), family in self._families.items():
            if of_group == group and answer in family:
                return side
        return None

    def covering(self, answer: str) -> tuple[Term, ...]:
        """The terms of which ``answer`` is one side."""
        return tuple(term for term in self.all if answer in term.sides.values())

    def fit(self, answer: str, mentioned: Iterable[str]) -> str:
        """``answer``, or its sibling where the message names one other term of the same group.

        "herceptin side effects", taken for the side effects of chemotherapy, becomes those of HER2-targeted therapy.
        """
        terms = [self.by_name[name] for name in dict.fromkeys(mentioned)]
        for group in EXCHANGEABLE:
            named = [term for term in terms if term.group == group]
            side = self.side_of(answer, group)
            wanted = {term.sides[side] for term in named if side is not None and side in term.sides}
            if len(wanted) == 1 and answer not in wanted:
                return wanted.pop()
        own = {term.sides[side] for side in self._general_sides(answer) for term in terms if side in term.sides}
        return own.pop() if len(own) == 1 else answer

    def is_general(self, answer: str) -> bool:
        """Whether an answer holds for all sites, drugs, ..., each of which may have one of its own."""
        return bool(self._general_sides(answer))

    def _general_sides(self, answer: str) -> list[str]:
        return [side for side, general in self.general.items() if general == answer]


def load(path: Path = KNOWLEDGE / "terms.yml") -> Terms:
    """Read the terms.

    Raises:
        DataError: the file cannot be read.
    """
    groups = dict(yaml.read(path))
    general = {str(side): str(answer) for side, answer in groups.pop(GENERAL, {}).items()}
    terms = (_term(group, str(name), fields) for group, names in groups.items() for name, fields in names.items())
    return Terms(tuple(terms), general)


def _term(group: str, name: str, fields: dict[str, object]) -> Term:
    written = fields.get("names")
    names = tuple(str(other) for other in written) if isinstance(written, list) else ()
    return Term(group, name, (name, *names), {k: str(v) for k, v in fields.items() if k != "names"})
