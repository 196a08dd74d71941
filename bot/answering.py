"""The whole way from what was understood to a reply, as one object that both Rasa's processor and the actions share.

``bot.live`` puts another in its place when a file of the knowledge was edited. What is made of the knowledge and kept
is therefore a ``Following``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from bot import knowledge, terms
from bot.compose import Composer
from bot.context import Context
from bot.decide import Decision, Thresholds, decide, tapped
from bot.knowledge import Knowledge
from bot.names import Names
from bot.paths import KNOWLEDGE
from bot.reply import Reply
from bot.safety import SafetyRules
from bot.surroundings import Surroundings
from bot.terms import Terms
from bot.understand import Understanding

TAPPED = "tapped"
Stamp = tuple[tuple[str, int, int], ...]  # of each file: name, time of its last change in ns, size in bytes
Made = TypeVar("Made")


@dataclass(frozen=True)
class Answering:
    """Knowledge, terms, danger rules and thresholds; ``stamp`` tells of which files.

    All of it is in memory: a file that vanishes or breaks later changes nothing.
    """

    knowledge: Knowledge
    around: Surroundings
    limits: Thresholds
    composer: Composer
    names: Names
    safety: SafetyRules = field(repr=False)
    stamp: Stamp = field(repr=False)

    def decide(self, understood: Mapping[str, Any], context: Context) -> Decision:
        """From the JSON of ``bot.understand`` (or of a tapped button)."""
        if TAPPED in understood:
            return tapped(str(understood[TAPPED]))
        return decide(Understanding.from_json(understood), context, self.limits, self.around)

    def reply(self, understood: Mapping[str, Any], context: Context) -> tuple[Reply, Context]:
        """The reply, and what the conversation remembers after it."""
        decision = self.decide(understood, context)
        named = tuple(map(str, understood.get("whole", {}).get("terms", ())))
        remembered = self.composer.remember(decision, context, self._subject(named), named)
        return self.composer.reply(decision, context), remembered

    def _subject(self, named: Sequence[str]) -> str | None:
        """The drug, test, ... that a message names, when it is one. (A site is put better by the answer's subject.)"""
        names = [name for name in named if self.terms.by_name[name].group != "site"]
        return names[0] if len(names) == 1 else None

    @property
    def terms(self) -> Terms:
        return self.around.terms

    @property
    def sources_heading(self) -> str:
        return self.knowledge.phrase("sources_heading")


def load(terms_of: Answering | None = None, folder: Path = KNOWLEDGE) -> Answering:
    """Read the knowledge base, with the terms of another (the trained model knows those) where one is given.

    Raises:
        DataError: the knowledge base cannot be used.
    """
    stamp = stamp_of(folder)  # before reading: what is edited meanwhile must be noticed
    known = knowledge.load(folder)
    named = terms_of.terms if terms_of else terms.load(folder / "terms.yml")
    safety = SafetyRules.load(folder / "safety.yml")
    around, limits = Surroundings.of(known, named), Thresholds.load()
    return Answering(known, around, limits, Composer(known), Names(named, known), safety, stamp)


def stamp_of(folder: Path) -> Stamp:
    """What the files of a folder look like from outside; differs after an edit."""
    found = ((path.name, path.stat()) for path in sorted(folder.glob("*.yml")))
    return tuple((name, status.st_mtime_ns, status.st_size) for name, status in found)


class _Shared:
    """Holds the process's own."""

    answering: Answering | None = None


def shared() -> Answering:
    """The process's own; reads the knowledge base at first use.

    Raises:
        DataError: the knowledge base cannot be used.
    """
    found = _Shared.answering
    if found is None:
        found = _Shared.answering = load()
    return found


def share(answering: Answering | None) -> None:
    """Let everybody use this one from now on; with None it is read at the next use."""
    _Shared.answering = answering


class Following(Generic[Made]):
    """What is made of the knowledge: made at once, and anew when the knowledge was switched."""

    def __init__(self, make: Callable[[Knowledge], Made]) -> None:
        self._make = make
        self._of = shared().knowledge
        self._made = make(self._of)

    def __call__(self) -> Made:
        known = shared().knowledge
        if known is not self._of:
            self._made, self._of = self._make(known), known
        return self._made
