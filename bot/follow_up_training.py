"""What is learned from follow-ups: their filled-in words for the classifier, their moves, and the ranker's weights."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.context import leans_back, resolve
from bot.examples import FollowUpExample
from bot.follow_up_ranker import move
from bot.knowledge import Knowledge


@dataclass(frozen=True)
class FollowUps:
    """Side by side: the answer before, the message, the message with what was spoken of filled in, the right answer."""

    before: tuple[str, ...]
    bare: tuple[str, ...]
    filled: tuple[str, ...]
    answers: tuple[str, ...]

    @property
    def moves(self) -> list[str]:
        return [move(before, answer) for before, answer in zip(self.before, self.answers, strict=True)]


def of(examples: Iterable[FollowUpExample], knowledge: Knowledge) -> FollowUps:
    """Those that the bot takes for follow-ups; longer ones without a pronoun are questions of their own."""
    leaning = [each for each in examples if leans_back(each.text)]
    return FollowUps(
        tuple(each.before for each in leaning),
        tuple(each.text for each in leaning),
        tuple(resolve(each.text, knowledge[each.before].called) for each in leaning),
        tuple(each.answer for each in leaning),
    )
