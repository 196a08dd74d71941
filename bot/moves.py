"""What kind of move a follow-up's words make: staying with the same answer, going to another topic, back, or none.

"For which type?" stays after a drug and needs nothing before it after a biopsy: the last answer's topic counts, too, by
itself and times the main directions of the words.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot import regression
from bot.encoder import WIDTH
from bot.knowledge import topic_of

FLOOR = 0.003  # below that a probability says no more
LEAST = float(np.log(FLOOR))
STAY = "stay"  # the move to the same answer again; most others are named after the topic that they lead to
BACK = "back"  # to an answer before the last
OWN = "own"  # no move: the words need nothing that was said before
SURELY_ALONE = 0.85
INVERSE_REGULARIZATION = 3.0
STEPS = 40  # of the regression
DIRECTIONS = 16  # of the words, for each topic


@dataclass(frozen=True)
class Moves:
    """``weights`` has shape (inputs, moves), ``bias`` (moves); ``directions`` (384 x 16) are those of the words."""

    topics: tuple[str, ...]
    directions: np.ndarray
    names: tuple[str, ...]
    weights: np.ndarray
    bias: np.ndarray

    @classmethod
    def train(cls, features: np.ndarray, before: Sequence[str], moves: Sequence[str]) -> Moves:
        """Fit to the features of the bare words (n x 768), the answer before and the move of each."""
        words = features[:, :WIDTH]
        directions = np.linalg.eigh(words.T @ words)[1][:, -DIRECTIONS:].astype(np.float32)
        topics = tuple(sorted(set(map(topic_of, before))))
        rows = [_inputs(row, topic_of(last), topics, directions) for row, last in zip(features, before, strict=True)]
        return cls(topics, directions, *regression.fit(np.stack(rows), moves, INVERSE_REGULARIZATION, STEPS))

    def logs(self, features: np.ndarray, last: str) -> dict[str, float]:
        """The logarithm of each move's probability, for one text's features (768,) after the answer ``last``."""
        logits = _inputs(features, topic_of(last), self.topics, self.directions) @ self.weights + self.bias
        powers = np.exp(logits - logits.max())
        return dict(zip(self.names, np.log(powers / powers.sum() + FLOOR).tolist(), strict=True))

    def arrays(self) -> dict[str, np.ndarray]:
        """What a file needs to keep."""
        asked = {"move_topics": np.array(self.topics), "move_directions": self.directions}
        return {**asked, "moves": np.array(self.names), "move_weights": self.weights, "move_bias": self.bias}

    @classmethod
    def from_arrays(cls, saved: Mapping[str, np.ndarray]) -> Moves:
        """From what ``arrays`` gave."""
        topics, names = (tuple(map(str, saved[key])) for key in ("move_topics", "moves"))
        return cls(topics, saved["move_directions"], names, saved["move_weights"], saved["move_bias"])


def _inputs(features: np.ndarray, topic: str, topics: Sequence[str], directions: np.ndarray) -> np.ndarray:
    """The features, and for each topic whether it is that of the last answer, alone and times the main directions."""
    place = np.zeros(len(topics), dtype=features.dtype)
    if topic in topics:
        place[topics.index(topic)] = 1
    return np.concatenate([features, place, np.outer(place, features[:WIDTH] @ directions).ravel()])


def move(before: str, answer: str, earlier: Collection[str] = ()) -> str:
    """The name of the move from one answer to another; ``earlier`` are the answers before the first."""
    if answer == before:
        return STAY
    return BACK if answer in earlier else topic_of(answer)


def stands_alone(logs: Mapping[str, float]) -> bool:
    """Whether words surely need nothing before them, so that the costly second look at them is spared."""
    return logs.get(OWN, -np.inf) >= np.log(SURELY_ALONE)


def stays(logs: Mapping[str, float]) -> bool:
    """Whether words likeliest ask for the last answer again, or for one before it: "give me an example"."""
    return max(logs, key=logs.__getitem__) in (STAY, BACK)
