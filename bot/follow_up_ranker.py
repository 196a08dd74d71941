"""Which answer a follow-up asks for, learned from follow-ups: (the answer before, the message) -> the right answer.

"How long for?" after tablets means something else than after radiotherapy. Each answer is weighed by a few numbers: how
likely the bare words make it, how likely they do with what was spoken of filled in, whether it is the last answer again
or near it, and what kind of move such words usually are. ``bot/follow_up.yml`` holds the weights
(``lantern calibrate --follow-ups`` finds them); what the words say of the move is trained with the model.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from bot import yaml
from bot.knowledge import topic_of
from bot.paths import PROJECT
from bot.surroundings import Surroundings

WEIGHTS = PROJECT / "bot" / "follow_up.yml"
FLOOR = 0.003  # below that a probability says no more
LEAST = float(np.log(FLOOR))
STAY = "stay"  # the move to the same answer again; all others are named after the topic that they lead to
INVERSE_REGULARIZATION = 3.0
STEPS = 40  # of the regression on moves
NUMBERS = ("bare", "filled", "move", "same", "next", "side", "topic", "leads_back")
POINTING = tuple(f"{name}_pointing" for name in NUMBERS)  # what is added for a message that points back: "is it ..."
SURE = tuple(f"{name}_sure" for name in NUMBERS)  # the same, times how sure the bare words are of their best answer
SURELY_ALONE = 0.9
OWN = "own"  # no move: the words need nothing that was said before
ALONE = tuple(f"{name}_alone" for name in NUMBERS)  # the same, times how surely the words need nothing before them
KINDS = ("smalltalk", "out_of_scope", "unclear", "personal", "urgent")  # topics, or what fallback.* answers say
EARLIER = ("earlier", "earlier_side")  # no follow-up of data/follow_ups has a third answer before it: set by hand
NAMES = (*NUMBERS, *POINTING, *SURE, *ALONE, *KINDS, *EARLIER)


@dataclass(frozen=True)
class Moves:
    """What kind of move a follow-up's words are: ``weights`` (features, moves), ``bias`` (moves)."""

    names: tuple[str, ...]
    weights: np.ndarray
    bias: np.ndarray

    @classmethod
    def train(cls, features: np.ndarray, moves: Sequence[str]) -> Moves:
        """Fit to the features of the bare words (n x 768) and the move of each."""
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression(C=INVERSE_REGULARIZATION, max_iter=STEPS, tol=1e-3)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # it is stopped on purpose
            model.fit(features, list(moves))
        names = tuple(map(str, model.classes_))
        return cls(names, model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32))

    def logs(self, features: np.ndarray) -> dict[str, float]:
        """The logarithm of each move's probability, for one text's features (768,)."""
        logits = features @ self.weights + self.bias
        powers = np.exp(logits - logits.max())
        return dict(zip(self.names, np.log(powers / powers.sum() + FLOOR).tolist(), strict=True))

    def arrays(self) -> dict[str, np.ndarray]:
        """What a file needs to keep."""
        return {"moves": np.array(self.names), "move_weights": self.weights, "move_bias": self.bias}

    @classmethod
    def from_arrays(cls, saved: Mapping[str, np.ndarray]) -> Moves:
        """From what ``arrays`` gave."""
        return cls(tuple(map(str, saved["moves"])), saved["move_weights"], saved["move_bias"])


def stands_alone(logs: Mapping[str, float]) -> bool:
    """Whether words surely need nothing before them, so that the costly second look at them is spared."""
    return logs.get(OWN, -np.inf) >= np.log(SURELY_ALONE)


def move(before: str, answer: str) -> str:
    """The name of the move from one answer to another."""
    return STAY if answer == before else topic_of(answer)


@dataclass(frozen=True)
class FollowUp:
    """What is known of a follow-up: probabilities (answers) of its bare and its filled-in words, the logs of moves."""

    bare: np.ndarray
    filled: np.ndarray
    moves: Mapping[str, float]
    pointing: bool
    last: str
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True)
class FollowUpRanker:
    """``answers`` names the columns; ``weights`` has one number for each of ``NAMES``."""

    answers: tuple[str, ...]
    moves: Moves
    weights: np.ndarray

    @classmethod
    def load(cls, answers: Sequence[str], moves: Moves, path: Path = WEIGHTS) -> FollowUpRanker:
        """With the weights of the file.

        Raises:
            DataError: it cannot be read.
        """
        saved = yaml.read(path)
        return cls(tuple(answers), moves, np.array([float(saved[name]) for name in NAMES]))

    def probabilities(self, asked: FollowUp, around: Surroundings) -> np.ndarray:
        """Shape (answers,); sums to 1."""
        worth = self.numbers(asked, around) @ self.weights
        powers = np.exp(worth - worth.max())
        return powers / powers.sum()

    def numbers(self, asked: FollowUp, around: Surroundings) -> np.ndarray:
        """What each answer is weighed by, shape (answers, ``NAMES``)."""
        last = self._these((asked.last,))
        own_topic = self._topics == topic_of(asked.last)
        plain = np.array(
            [
                np.log(asked.bare + FLOOR),
                np.log(asked.filled + FLOOR),
                np.where(last, asked.moves.get(STAY, LEAST), self._by_topic(asked.moves)),
                last,
                self._these(around.leads_to.get(asked.last, ())),
                self._these(around.sides(asked.last)),
                own_topic & ~last,
                self._these(around.led_from.get(asked.last, ())),
            ],
            dtype=np.float64,
        )
        times = (1.0, float(asked.pointing), float(asked.bare.max()), np.exp(asked.moves.get(OWN, -np.inf)))
        near_earlier = {side for answer in asked.earlier for side in around.sides(answer)}
        remembered = [self._these(asked.earlier), self._these(near_earlier)]
        return np.vstack([*(plain * factor for factor in times), self._kinds, *remembered]).T

    def _these(self, answers: Iterable[str]) -> np.ndarray:
        """Which of all answers are among these, shape (answers,)."""
        found = np.zeros(len(self.answers), dtype=bool)
        found[[self._places[answer] for answer in answers if answer in self._places]] = True
        return found

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
