"""The tenfold classifier is a whole one: it ranks, and the copies are behind their originals."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.tenfold import COPIES, _multiply_classifier
from bot.classifier import AnswerClassifier
from bot.encoder import FEATURES


def test_a_tenfold_classifier_still_finds_the_answer(tmp_path: Path) -> None:
    chance = np.random.default_rng(0)
    centers = chance.normal(size=(30, FEATURES))
    labels = [f"topic.answer{i}" for i in range(30) for _ in range(4)]
    features = (np.repeat(centers, 4, axis=0) + 0.1 * chance.normal(size=(120, FEATURES))).astype(np.float32)
    AnswerClassifier.train(features, labels).save(tmp_path / "one.npz")
    (tmp_path / "ten.npz").write_bytes(_multiply_classifier((tmp_path / "one.npz").read_bytes()))
    tenfold = AnswerClassifier.load(tmp_path / "ten.npz")
    assert len(tenfold.answers) == 30 * (COPIES + 1)
    found = [tenfold.answers[i] for i in tenfold.probabilities(features).argmax(axis=1)]
    assert found == labels
