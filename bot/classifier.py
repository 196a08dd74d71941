"""Which answer a text asks for: logistic regression over the features of a sentence, joined with the nearest examples.

It trains in seconds and predicts in well under a millisecond, and the regression's probabilities can be calibrated
with one number (``sharpness``, see ``lantern calibrate``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot import regression
from bot.neighbors import Neighbors

Ranked = tuple[str, float]  # an answer with its probability
Ranking = tuple[Ranked, ...]
INVERSE_REGULARIZATION = 10.0
STEPS = 60  # of the regression; with 40 more off-topic messages get an answer, with 100 no fewer
NEIGHBOR_WEIGHT = 0.5  # of the nearest examples against the regression
LIKELY = 20  # answers whose examples are looked at: the right one is among them as often as among all
TOP = 6


@dataclass(frozen=True)
class AnswerClassifier:
    """``weights`` has shape (features, answers), ``bias`` (answers); ``sharpness`` scales the logits of these two."""

    answers: tuple[str, ...]
    weights: np.ndarray
    bias: np.ndarray
    neighbors: Neighbors
    sharpness: float = 1.0

    @classmethod
    def train(
        cls, features: np.ndarray, labels: Sequence[str], sharpness: float = 1.0, examples: int | None = None
    ) -> AnswerClassifier:
        """Fit to features (n x 768) and the answer id of each row.

        The first rows, so many as there are ``examples`` (all where it is None), are the neighbors. What comes behind
        them, filled-in follow-ups, is for the regression: as neighbors they would get in the way of plain questions.
        """
        answers, weights, bias = regression.fit(features, labels, INVERSE_REGULARIZATION, STEPS)
        near = Neighbors.train(features[:examples], labels[:examples], answers)
        return cls(answers, weights, bias, near, sharpness)

    def probabilities(self, features: np.ndarray) -> np.ndarray:
        """Shape (n, answers); rows sum to 1."""
        logits = self.sharpness * (features @ self.weights + self.bias)
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        linear = powers / powers.sum(axis=1, keepdims=True)
        likely = np.argpartition(-linear, min(LIKELY, linear.shape[1]) - 1, axis=1)[:, :LIKELY]
        near = np.stack([self.neighbors.probabilities(row, few) for row, few in zip(features, likely, strict=True)])
        return (1 - NEIGHBOR_WEIGHT) * linear + NEIGHBOR_WEIGHT * near

    def ranking(self, probabilities: np.ndarray) -> Ranking:
        """The best answers of one row of probabilities, with them."""
        order = np.argsort(-probabilities)[:TOP]
        return tuple((self.answers[i], round(float(probabilities[i]), 4)) for i in order)

    def save(self, path: Path) -> None:
        own = {"answers": np.array(self.answers), "weights": self.weights, "bias": self.bias}
        np.savez(path, sharpness=self.sharpness, **own, **self.neighbors.arrays())

    @classmethod
    def load(cls, path: Path) -> AnswerClassifier:
        """Read what ``save`` wrote (arrays only: nothing in the file is executed)."""
        with np.load(path, allow_pickle=False) as saved:
            answers = tuple(map(str, saved["answers"]))
            near = Neighbors.from_arrays(saved)
            return cls(answers, saved["weights"], saved["bias"], near, float(saved["sharpness"]))
