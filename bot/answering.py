"""The whole way from what was understood to a reply, as one object that both Rasa's processor and the actions share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot import knowledge, terms
from bot.compose import Composer
from bot.context import Context
from bot.decide import Decision, Thresholds, decide, tapped
from bot.follow_up import Surroundings
from bot.knowledge import Knowledge
from bot.reply import Reply
from bot.terms import Terms
from bot.understand import Understanding

TAPPED = "tapped"


@dataclass(frozen=True)
class Answering:
    """Knowledge, terms and thresholds, loaded once a process."""

    knowledge: Knowledge
    around: Surroundings
    limits: Thresholds
    composer: Composer

    def decide(self, understood: Mapping[str, Any], context: Context) -> Decision:
        """From the JSON of ``bot.understand`` (or of a tapped button)."""
        if TAPPED in understood:
            return tapped(str(understood[TAPPED]))
        return decide(Understanding.from_json(understood), context, self.limits, self.around)

    def reply(self, understood: Mapping[str, Any], context: Context) -> tuple[Reply, Context]:
        """The reply, and what the conversation remembers after it."""
        decision = self.decide(understood, context)
        return self.composer.reply(decision, context), self.composer.remember(
            decision, context, self._named(understood)
        )

    def _named(self, understood: Mapping[str, Any]) -> str | None:
        """The drug, test, ... that a message names, when it is one. (A site is put better by the answer's subject.)"""
        names = [
            name for name in understood.get("whole", {}).get("terms", ()) if self.terms.by_name[name].group != "site"
        ]
        return str(names[0]) if len(names) == 1 else None

    @property
    def terms(self) -> Terms:
        return self.around.terms

    @property
    def sources_heading(self) -> str:
        return self.knowledge.phrase("sources_heading")


@lru_cache(maxsize=1)
def shared() -> Answering:
    """The process's own; reads the knowledge base at first use.

    Raises:
        DataError: the knowledge base cannot be used.
    """
    known = knowledge.load()
    return Answering(known, Surroundings.of(known, terms.load()), Thresholds.load(), Composer(known))
