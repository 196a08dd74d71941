"""What is learned from follow-ups: their filled-in words for the classifier, their moves, and the ranker's weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, replace

import numpy as np

from bot.context import FEW_WORDS, leans_back, resolve
from bot.examples import Example, FollowUpExample
from bot.knowledge import Knowledge
from bot.moves import OWN, move
from bot.surroundings import turned

NEVER_BEFORE = ("smalltalk", "fallback", "personal", "urgent")


@dataclass(frozen=True)
class FollowUps:
    """Side by side: the answers before the last, the last, the message, it filled in, the right answer, the move."""

    earlier: tuple[tuple[str, ...], ...]
    before: tuple[str, ...]
    bare: tuple[str, ...]
    filled: tuple[str, ...]
    answers: tuple[str, ...]
    moves: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.bare)

    def __add__(self, other: FollowUps) -> FollowUps:
        return FollowUps(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))


def of(examples: Sequence[FollowUpExample], knowledge: Knowledge) -> FollowUps:
    """Those that the bot takes for follow-ups; longer ones without a pronoun are questions of their own."""
    leaning = [each for each in examples if leans_back(each.text)]
    some_earlier = _some_earlier(knowledge)
    return FollowUps(
        tuple(each.earlier or some_earlier(each.before) for each in leaning),
        tuple(each.before for each in leaning),
        tuple(each.text for each in leaning),
        tuple(resolve(each.text, knowledge[each.before].called) for each in leaning),
        tuple(each.answer for each in leaning),
        tuple(move(each.before, each.answer, each.earlier) for each in leaning),
    )


def _some_earlier(knowledge: Knowledge) -> Callable[[str], tuple[str, ...]]:
    """For follow-ups with one answer before them: another one that may have led to it, so that it is not overrated."""
    chance, led_from = np.random.default_rng(3), turned({entry.id: entry.next for entry in knowledge})
    return lambda before: tuple(chance.permutation(sorted(led_from.get(before, ())))[:1].tolist())


def alone(examples: Sequence[Example], knowledge: Knowledge, count: int) -> FollowUps:
    """As many questions that need nothing before them: short examples, each after an answer of somewhere else."""
    chance = np.random.default_rng(2)
    short = [each for each in examples if len(each.text.split()) <= FEW_WORDS]
    before = [entry.id for entry in knowledge if entry.topic not in NEVER_BEFORE]
    chosen = [short[i] for i in chance.permutation(len(short))[:count]]
    made = of([FollowUpExample(str(chance.choice(before)), each.text, each.answer) for each in chosen], knowledge)
    return replace(made, moves=(OWN,) * len(made))
