"""Which answer a follow-up asks for, learned from follow-ups: (the answer before, the message) -> the right answer.

"How long for?" after tablets means something else than after radiotherapy. Each answer is weighed by a few numbers: how
likely the bare words make it, how likely they do with what was spoken of filled in, how near they are to what its entry
says, whether it is the last answer again or near it, and what kind of move such words usually are. What a number is
worth depends on the circumstances of the message, and on the other numbers. ``bot/follow_up.yml`` holds the weights
(``lantern calibrate --follow-ups`` finds them).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from bot import yaml
from bot.context import FEW_WORDS
from bot.knowledge import UNCLEAR, topic_of
from bot.moves import BACK, FLOOR, LEAST, OWN, STAY
from bot.paths import PROJECT
from bot.surroundings import Surroundings

WEIGHTS = PROJECT / "bot" / "follow_up.yml"
COUPLED = ("bare", "filled", "move", "same", "next", "side", "topic", "leads_back", "says", "says_filled")
NUMBERS = (*COUPLED, "says_again", "earlier", "earlier_side", "says_earlier")
CIRCUMSTANCES = ("always", "pointing", "sure", "alone", "length", "filled_sure", "returning")
KINDS = ("smalltalk", "out_of_scope", "unclear", "personal", "urgent")  # topics, or what fallback.* answers say
PAIRS = tuple(itertools.combinations_with_replacement(COUPLED, 2))
NAMES = (*itertools.product(CIRCUMSTANCES, NUMBERS), *(("kind", kind) for kind in KINDS), *PAIRS)
LOGS, NEARNESS = 3, 3.0  # the first so many numbers are logarithms, which count a third in pairs; scale of cosines


@dataclass(frozen=True)
class Reading:
    """What the words of a message say by themselves, of each answer: its probability, and how near its entry is."""

    likely: np.ndarray
    near: np.ndarray


@dataclass(frozen=True)
class FollowUp:
    """What is known of a follow-up: its bare and its filled-in words, the logs of moves, how many words it has.

    The rest is what the conversation remembers (``bot.context``).
    """

    bare: Reading
    filled: Reading
    moves: Mapping[str, float]
    pointing: bool
    returning: bool
    words: int
    last: str
    subject: str = ""
    earlier: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()


@dataclass(frozen=True)
class FollowUpRanker:
    """``answers`` names the columns; ``weights`` has one number for each of ``NAMES``."""

    answers: tuple[str, ...]
    weights: np.ndarray

    @classmethod
    def load(cls, answers: Sequence[str], path: Path = WEIGHTS) -> FollowUpRanker:
        """With the weights of the file.

        Raises:
            DataError: it cannot be read.
        """
        return cls(tuple(answers), weights_of(yaml.read(path)))

    def probabilities(self, asked: FollowUp, around: Surroundings) -> np.ndarray:
        """Shape (answers,); sums to 1. Words that point back ("why?") are never unclear."""
        worth = self.weights @ self.numbers(asked, around)
        if asked.pointing:
            worth[self._these((UNCLEAR,))] = -np.inf
        powers = np.exp(worth - worth.max())
        return powers / powers.sum()

    def numbers(self, asked: FollowUp, around: Surroundings) -> np.ndarray:
        """What each answer is weighed by, shape (``NAMES``, answers)."""
        plain = self._plain(asked, around)
        likely = asked.bare.likely.max(), asked.filled.likely.max()
        alone = np.exp(asked.moves.get(OWN, -np.inf))
        times = (1.0, asked.pointing, likely[0], alone, asked.words / FEW_WORDS, likely[1], asked.returning)
        coupled = plain[: len(COUPLED)].copy()
        coupled[:LOGS] /= 3
        pairs = coupled[_FIRST] * coupled[_SECOND]
        return np.vstack([*(plain * float(factor) for factor in times), self._kinds, pairs])

    def _plain(self, asked: FollowUp, around: Surroundings) -> np.ndarray:
        """Shape (``NUMBERS``, answers)."""
        last, earlier = self._these((asked.last,)), self._these(asked.earlier) & ~self._these((asked.last,))
        sides_before = (*map(around.sides, asked.earlier), *map(around.sides_of, asked.terms))
        return np.array(
            [
                np.log(asked.bare.likely + FLOOR),
                np.log(asked.filled.likely + FLOOR),
                self._move(asked.moves, last, earlier),
                last,
                self._these(around.leads_to.get(asked.last, ())),
                self._these(around.sides(asked.last) | around.sides_of(asked.subject)) & ~last,
                (self._topics == topic_of(asked.last)) & ~last,
                self._these(around.led_from.get(asked.last, ())),
                NEARNESS * asked.bare.near,
                NEARNESS * asked.filled.near,
                NEARNESS * asked.bare.near * last,
                earlier,
                self._these(frozenset().union(*sides_before)),
                NEARNESS * asked.bare.near * earlier,
            ],
            dtype=np.float64,
        )

    def _these(self, answers: Iterable[str]) -> np.ndarray:
        """Which of all answers are among these, shape (answers,)."""
        found = np.zeros(len(self.answers), dtype=bool)
        found[[self._places[answer] for answer in answers if answer in self._places]] = True
        return found

    def _move(self, moves: Mapping[str, float], last: np.ndarray, earlier: np.ndarray) -> np.ndarray:
        """The logarithm of the move that would lead to each answer."""
        there = self._by_topic(moves)
        there = np.where(earlier, np.maximum(there, moves.get(BACK, LEAST)), there)
        return np.where(last, moves.get(STAY, LEAST), there)

    def _by_topic(self, moves: Mapping[str, float]) -> np.ndarray:
        names, places = self._numbered_topics
        return np.array([moves.get(name, LEAST) for name in names])[places]

    @cached_property
    def _numbered_topics(self) -> tuple[np.ndarray, np.ndarray]:
        """Each topic once, and for each answer which of them is its own."""
        return np.unique(self._topics, return_inverse=True)

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {answer: place for place, answer in enumerate(self.answers)}

    @cached_property
    def _topics(self) -> np.ndarray:
        return np.array([topic_of(answer) for answer in self.answers])

    @cached_property
    def _kinds(self) -> np.ndarray:
        """Shape (``KINDS``, answers)."""
        named = np.array([answer.removeprefix("fallback.") for answer in self.answers])
        return np.array([(self._topics == kind) | (named == kind) for kind in KINDS], dtype=np.float64)


_FIRST, _SECOND = ([COUPLED.index(pair[place]) for pair in PAIRS] for place in (0, 1))


def weights_of(saved: Mapping[str, Any]) -> np.ndarray:
    """The weights in the order of ``NAMES``, from what the file holds."""
    return np.array([float(saved[group][name]) for group, name in NAMES])
