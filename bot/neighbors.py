"""The training examples most like a text, and what they ask for.

A line between two answers (``bot.classifier``'s regression) is drawn through everything that was said about both; the
examples nearest by know the odd ways of asking that such a line cuts off. The two err on different messages, so their
mean is right more often and, above all, less sure where it is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.encoder import WIDTH

DIMENSIONS = 256  # kept of 768: as right as all of them, at a third of the size
VIEW_WEIGHT = 0.3  # of the encoder's second half (names, spelling) against the sentence vector, in the squared length
NEAREST = 12
SHARPNESS = 20.0  # of a cosine of 0.1 less, an example's say falls to exp(-2)


@dataclass(frozen=True)
class Neighbors:
    """``projection`` (features x 256); ``examples`` (n x 256), unit rows grouped by answer, in the answers' order.

    The examples of answer ``i`` are the rows from ``starts[i]`` up to ``starts[i + 1]``.
    """

    projection: np.ndarray
    examples: np.ndarray
    starts: np.ndarray

    @classmethod
    def train(cls, features: np.ndarray, labels: Sequence[str], answers: Sequence[str]) -> Neighbors:
        """Keep the examples (features n x 768, the answer id of each) along their main directions."""
        weighed = _weighed(features)
        _, directions = np.linalg.eigh(weighed.T @ weighed)
        kept = directions[:, -min(DIMENSIONS, len(weighed)) :].astype(np.float32)
        number = np.array([answers.index(label) for label in labels])
        order = np.argsort(number, kind="stable")
        starts = np.searchsorted(number[order], np.arange(len(answers) + 1))
        return cls(kept, units(weighed[order] @ kept), starts)

    def probabilities(self, features: np.ndarray, likely: np.ndarray) -> np.ndarray:
        """For one text's features (768,): shape (answers,), sum 1. Looks at the answers numbered in ``likely`` only."""
        vector = units(_weighed(features[None]) @ self.projection)[0]
        cosines = np.concatenate([self.examples[self.starts[i] : self.starts[i + 1]] @ vector for i in likely])
        owners = np.repeat(likely, self.starts[likely + 1] - self.starts[likely])
        last = max(0, len(cosines) - NEAREST)
        nearest = np.argpartition(cosines, last)[last:]  # in no order; sorting all of them takes ten times as long
        says = np.exp(SHARPNESS * (cosines[nearest] - cosines[nearest].max()))
        return np.bincount(owners[nearest], says / says.sum(), minlength=len(self.starts) - 1)

    def arrays(self) -> dict[str, np.ndarray]:
        """What a file needs to keep; half precision is enough for a cosine."""
        return {
            "projection": self.projection.astype(np.float16),
            "examples": self.examples.astype(np.float16),
            "starts": self.starts,
        }

    @classmethod
    def from_arrays(cls, saved: Mapping[str, np.ndarray]) -> Neighbors:
        """From what ``arrays`` gave."""
        return cls(saved["projection"].astype(np.float32), saved["examples"].astype(np.float32), saved["starts"])


def _weighed(features: np.ndarray) -> np.ndarray:
    """The two halves of the features at unit length, the second one weighed less."""
    return np.hstack([units(features[:, :WIDTH]), np.sqrt(VIEW_WEIGHT) * units(features[:, WIDTH:])])


def units(rows: np.ndarray) -> np.ndarray:
    """The rows at unit length; rows of zeros stay as they are."""
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
