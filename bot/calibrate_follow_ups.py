"""Finds the weights of ``bot/follow_up.yml`` by cross-validation over data/follow_ups; a few minutes.

The numbers of each follow-up are made by a classifier that has seen no follow-up after the same answer. Weights that
were fitted to what the classifier knows by heart would trust it too much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot import examples
from bot import follow_up_training as training
from bot.answering import shared
from bot.calibrate import speller
from bot.classifier import AnswerClassifier
from bot.context import points_back
from bot.encoder import SentenceEncoder
from bot.follow_up_ranker import EARLIER, NAMES, OWN, WEIGHTS, FollowUp, FollowUpRanker, Moves

FOLDS = 4
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
    old = FollowUpRanker.load(answers, Moves((), np.empty((0, 0)), np.empty(0))).weights
    fixed = np.array([name in EARLIER for name in NAMES])  # nobody's follow-up here has a third answer before it
    before, now = (numbers @ old).argmax(axis=1) == right, np.empty(len(right), dtype=bool)
    for held in range(FOLDS):
        weights = fit(numbers[fold != held], right[fold != held], old, fixed)
        now[fold == held] = (numbers[fold == held] @ weights).argmax(axis=1) == right[fold == held]
    return Found(_shares(before, len(asked)), _shares(now, len(asked)), fit(numbers, right, old, fixed))


def _shares(right: np.ndarray, follow_ups: int) -> tuple[float, float]:
    return float(right[:follow_ups].mean()), float(right[follow_ups:].mean())


def write(weights: np.ndarray, path: Path = WEIGHTS) -> None:
    """Put new weights into the file, whose comments stay."""
    found = dict(zip(NAMES, weights, strict=True))
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(_with_number(line, found) for line in lines), encoding="utf-8")


def _with_number(line: str, found: dict[str, float]) -> str:
    name, colon, rest = line.partition(":")
    if not colon or name not in found:
        return line
    _, hash_, comment = rest.partition("#")
    number = f"{name}: {found[name]:.2f}"
    return f"{number:24} # {comment.lstrip()}" if hash_ else f"{number}\n"


def folds(before: Sequence[str]) -> np.ndarray:
    """A number below ``FOLDS`` for each: the same for all follow-ups after one answer."""
    order = sorted(set(before))
    shuffled = np.random.default_rng(1).permutation(len(order))
    number = {answer: int(place) % FOLDS for answer, place in zip(order, shuffled, strict=True)}
    return np.array([number[answer] for answer in before])


def _numbers(asked: training.FollowUps, fold: np.ndarray) -> tuple[tuple[str, ...], np.ndarray]:
    """What each answer to each message is weighed by, shape (messages, answers, numbers)."""
    encoder, trained = SentenceEncoder.load(2), examples.training()
    spelled = speller(encoder)
    texts = ([each.text for each in trained], asked.bare, asked.filled)
    own, bare, filled = (encoder.encode([spelled.mend(text) for text in some]) for some in texts)
    moves, leaning = np.array(asked.moves), np.array(asked.moves) != OWN
    made: dict[int, np.ndarray] = {}
    for held in range(FOLDS):
        learned, unseen = np.flatnonzero(fold != held), {asked.bare[i] for i in np.flatnonzero(fold == held)}
        kept, more = [i for i, each in enumerate(trained) if each.text not in unseen], learned[leaning[learned]]
        labels = [*(trained[i].answer for i in kept), *(asked.answers[i] for i in more)]
        classifier = AnswerClassifier.train(np.vstack([own[kept], filled[more]]), labels)
        ranker = FollowUpRanker.load(classifier.answers, Moves.train(bare[learned], moves[learned]))
        made |= _numbers_of(asked, np.flatnonzero(fold == held), bare, filled, classifier, ranker)
    return classifier.answers, np.stack([made[i] for i in range(len(fold))])


def _numbers_of(
    asked: training.FollowUps, rows: np.ndarray, bare: np.ndarray, filled: np.ndarray,
    classifier: AnswerClassifier, ranker: FollowUpRanker,
) -> dict[int, np.ndarray]:  # fmt: skip
    likely, filled_in = classifier.probabilities(bare[rows]), classifier.probabilities(filled[rows])
    return {
        int(i): ranker.numbers(
            FollowUp(one, other, ranker.moves.logs(bare[i]), points_back(asked.bare[i]), asked.before[i]),
            shared().around,
        )
        for i, one, other in zip(rows, likely, filled_in, strict=True)
    }


def fit(numbers: np.ndarray, right: np.ndarray, start: np.ndarray, fixed: np.ndarray) -> np.ndarray:
    """The weights that make the right answers (their columns) likeliest; ``fixed`` ones keep their value."""
    from scipy.optimize import minimize

    rows = np.arange(len(right))

    def loss(free: np.ndarray) -> tuple[float, np.ndarray]:
        weights = np.where(fixed, start, free)
        worth = numbers @ weights
        powers = np.exp(worth - worth.max(axis=1, keepdims=True))
        likely = powers / powers.sum(axis=1, keepdims=True)
        cost = -np.log(likely[rows, right] + 1e-12).sum() + PULL * (weights**2).sum() / 2
        likely[rows, right] -= 1
        return cost, np.where(fixed, 0.0, np.einsum("nak,na->k", numbers, likely) + PULL * weights)

    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 200})
    return np.where(fixed, start, found.x)
