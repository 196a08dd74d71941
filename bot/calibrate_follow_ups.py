"""Finds the weights of ``bot/follow_up.yml`` by cross-validation over data/follow_ups; a few minutes.

The numbers of each follow-up are made by a classifier that has seen no follow-up after the same answer. Weights that
were fitted to what the classifier knows by heart would trust it too much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ruamel.yaml import YAML

from bot import examples
from bot import follow_up_training as training
from bot.answering import shared
from bot.calibrate import speller
from bot.classifier import AnswerClassifier
from bot.context import points_back, returns
from bot.encoder import SentenceEncoder
from bot.entry_texts import EntryTexts
from bot.follow_up_model import FollowUpModel
from bot.follow_up_ranker import NAMES, WEIGHTS, FollowUp, FollowUpRanker
from bot.moves import OWN, Moves

FOLDS = 4
STEPS = 120
PULL = 1.0  # of the weights towards 0


@dataclass(frozen=True)
class Found:
    """Shares ranked rightly of follow-ups and of questions that need nothing before them.

    ``before`` by the weights in use, ``now`` by new ones fitted to the other folds.
    """

    before: tuple[float, float]
    now: tuple[float, float]
    weights: np.ndarray

    def __str__(self) -> str:
        lines = (("in use", self.before), ("new", self.now))
        return "\n".join(
            f"weights {name}: follow-ups {a:.1%} right, questions of their own {b:.1%}" for name, (a, b) in lines
        )


def find() -> Found:
    """Cross-validate, then fit the weights to all follow-ups and as many questions that need nothing before them."""
    asked = training.of(examples.follow_ups(), shared().knowledge)
    alone = training.alone(examples.training(), shared().knowledge, len(asked))
    fold = np.concatenate([folds(asked.before), np.arange(len(alone)) % FOLDS])
    answers, numbers = _numbers(asked + alone, fold)
    right = np.array([answers.index(answer) for answer in (asked + alone).answers])
    old = FollowUpRanker.load(answers).weights
    before, now = _best(numbers, old) == right, np.empty(len(right), dtype=bool)
    for held in range(FOLDS):
        weights = fit(numbers[:, fold != held], right[fold != held], old)
        now[fold == held] = _best(numbers[:, fold == held], weights) == right[fold == held]
    return Found(_shares(before, len(asked)), _shares(now, len(asked)), fit(numbers, right, old))


def _best(numbers: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return _worth(numbers, weights).argmax(axis=1)


def _worth(numbers: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return np.tensordot(weights.astype(numbers.dtype), numbers, 1).astype(np.float64)


def _shares(right: np.ndarray, follow_ups: int) -> tuple[float, float]:
    return float(right[:follow_ups].mean()), float(right[follow_ups:].mean())


def write(weights: np.ndarray, path: Path = WEIGHTS) -> None:
    """Put new weights into the file, whose comments stay."""
    editor = YAML()
    editor.width = 120  # type: ignore[assignment]  # ruamel says None
    saved = editor.load(path)
    for (group, name), weight in zip(NAMES, weights.tolist(), strict=True):
        saved[group][name] = round(weight, 2)
    editor.dump(saved, path)


def folds(before: Sequence[str]) -> np.ndarray:
    """A number below ``FOLDS`` for each: the same for all follow-ups after one answer."""
    order = sorted(set(before))
    shuffled = np.random.default_rng(1).permutation(len(order))
    number = {answer: int(place) % FOLDS for answer, place in zip(order, shuffled, strict=True)}
    return np.array([number[answer] for answer in before])


def _numbers(asked: training.FollowUps, fold: np.ndarray) -> tuple[tuple[str, ...], np.ndarray]:
    """What each answer to each message is weighed by, float32, shape (numbers, messages, answers)."""
    encoder, trained = SentenceEncoder.load(2), examples.training()
    spelled = speller(encoder)
    texts = ([each.text for each in trained], asked.bare, asked.filled)
    own, bare, filled = (encoder.encode([spelled.mend(text) for text in some]) for some in texts)
    moves, leaning = np.array(asked.moves), np.array(asked.moves) != OWN
    made: np.ndarray | None = None
    for held in range(FOLDS):
        rows, learned = np.flatnonzero(fold == held), np.flatnonzero(fold != held)
        unseen = {asked.bare[i] for i in rows}
        kept, more = [i for i, each in enumerate(trained) if each.text not in unseen], learned[leaning[learned]]
        labels = [*(trained[i].answer for i in kept), *(asked.answers[i] for i in more)]
        classifier = AnswerClassifier.train(np.vstack([own[kept], filled[more]]), labels, examples=len(kept))
        moving = Moves.train(bare[learned], [asked.before[i] for i in learned], moves[learned])
        said = EntryTexts.of(shared().knowledge, classifier.answers, encoder)
        model = FollowUpModel(moving, said, FollowUpRanker.load(classifier.answers))
        if made is None:
            made = np.empty((len(NAMES), len(fold), len(classifier.answers)), dtype=np.float32)
        made[:, rows] = _numbers_of(asked, rows, bare, filled, classifier, model)
    assert made is not None, "there are folds"
    return classifier.answers, made


def _numbers_of(
    asked: training.FollowUps, rows: np.ndarray, bare: np.ndarray, filled: np.ndarray,
    classifier: AnswerClassifier, model: FollowUpModel,
) -> np.ndarray:  # fmt: skip
    likely, filled_in = classifier.probabilities(bare[rows]), classifier.probabilities(filled[rows])
    return np.stack([
        model.ranker.numbers(
            FollowUp(
                bare=model.reading(one, bare[i]),
                filled=model.reading(other, filled[i]),
                moves=model.moves.logs(bare[i], asked.before[i]),
                pointing=points_back(asked.bare[i]),
                returning=returns(asked.bare[i]),
                words=len(asked.bare[i].split()),
                last=asked.before[i],
                earlier=asked.earlier[i],
            ),
            shared().around,
        ).astype(np.float32)
        for i, one, other in zip(rows, likely, filled_in, strict=True)
    ], axis=1)  # fmt: skip


def fit(numbers: np.ndarray, right: np.ndarray, start: np.ndarray) -> np.ndarray:
    """The weights that make the right answers (their columns) likeliest."""
    from scipy.optimize import minimize

    rows = np.arange(len(right))

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        worth = _worth(numbers, weights)
        powers = np.exp(worth - worth.max(axis=1, keepdims=True))
        likely = powers / powers.sum(axis=1, keepdims=True)
        cost = -np.log(likely[rows, right] + 1e-12).sum() + PULL * (weights**2).sum() / 2
        likely[rows, right] -= 1
        slope = np.tensordot(numbers, likely.astype(numbers.dtype), 2)
        return cost, slope + PULL * weights

    found: np.ndarray = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS}).x
    return found
