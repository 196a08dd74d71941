"""What kind of move a follow-up's words make: staying with the same answer, going to another topic, or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot import regression
from bot.knowledge import topic_of

FLOOR = 0.003  # below that a probability says no more
LEAST = float(np.log(FLOOR))
STAY = "stay"  # the move to the same answer again; all others are named after the topic that they lead to
OWN = "own"  # no move: the words need nothing that was said before
SURELY_ALONE = 0.9
INVERSE_REGULARIZATION = 3.0
STEPS = 40  # of the regression


@dataclass(frozen=True)
class Moves:
    """``weights`` has shape (features, moves), ``bias`` (moves)."""

    names: tuple[str, ...]
    weights: np.ndarray
    bias: np.ndarray

    @classmethod
    def train(cls, features: np.ndarray, moves: Sequence[str]) -> Moves:
        """Fit to the features of the bare words (n x 768) and the move of each."""
        return cls(*regression.fit(features, moves, INVERSE_REGULARIZATION, STEPS))

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


def move(before: str, answer: str) -> str:
    """The name of the move from one answer to another."""
    return STAY if answer == before else topic_of(answer)


def stands_alone(logs: Mapping[str, float]) -> bool:
    """Whether words surely need nothing before them, so that the costly second look at them is spared."""
    return logs.get(OWN, -np.inf) >= np.log(SURELY_ALONE)
