"""Nearest examples: the odd way of asking is found, and a file gives back what was kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.classifier import AnswerClassifier
from bot.encoder import FEATURES
from bot.neighbors import Neighbors

ANSWERS = ("a", "b", "c")


@pytest.fixture(scope="module")
def rows() -> tuple[np.ndarray, list[str]]:
    """Three answers of two clusters each, so far apart that no line tells "a" from the others."""
    chance = np.random.default_rng(0)
    centers = chance.normal(size=(6, FEATURES))
    labels = [ANSWERS[i % 3] for i in range(6) for _ in range(20)]
    features = np.repeat(centers, 20, axis=0) + 0.3 * chance.normal(size=(120, FEATURES))
    return features.astype(np.float32), labels


def test_the_examples_around_a_text_say_what_it_asks(rows: tuple[np.ndarray, list[str]]) -> None:
    features, labels = rows
    near = Neighbors.train(features, labels, ANSWERS)
    for row, label in zip(features[::7], labels[::7], strict=True):
        found = near.probabilities(row, np.arange(3))
        assert found.shape == (3,)
        assert found.sum() == pytest.approx(1)
        assert ANSWERS[found.argmax()] == label


def test_only_likely_answers_are_looked_at(rows: tuple[np.ndarray, list[str]]) -> None:
    features, labels = rows
    near = Neighbors.train(features, labels, ANSWERS)
    assert labels[0] == "a"
    assert near.probabilities(features[0], np.array([1, 2]))[0] == 0


def test_few_examples_are_enough() -> None:
    features = np.eye(2, FEATURES, dtype=np.float32)
    features[:, -1] = 1
    near = Neighbors.train(features, ["b", "a"], ("a", "b"))
    assert near.probabilities(features[0], np.array([0, 1])).argmax() == 1


def test_a_classifier_is_the_same_after_a_file(rows: tuple[np.ndarray, list[str]], tmp_path: Path) -> None:
    features, labels = rows
    trained = AnswerClassifier.train(features, labels)
    trained.save(tmp_path / "classifier.npz")
    read = AnswerClassifier.load(tmp_path / "classifier.npz")
    assert read.answers == ANSWERS
    np.testing.assert_allclose(read.probabilities(features), trained.probabilities(features), atol=0.02)
