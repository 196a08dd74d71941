"""Thresholds from held-out phrasings: how many are answered rightly, wrongly or not at all at each limit.

Uses only tests/nlu (never the training examples, on which any limit looks good) and the classifier alone, so that the
curve takes seconds; ``lantern evaluate`` then shows what the chosen values do in the whole bot.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot import examples, model
from bot.answering import shared
from bot.classifier import AnswerClassifier
from bot.encoder import SentenceEncoder
from bot.knowledge import topic_of
from bot.spelling import Speller
from bot.words import known_words

OFF_TOPIC = ("fallback", "smalltalk")
STEPS = [round(0.05 * step, 2) for step in range(1, 17)]


@dataclass(frozen=True)
class Point:
    """Shares of the held-out phrasings at one limit; ``stray`` is of the off-topic ones alone."""

    limit: float
    right: float
    wrong: float
    asked_back: float
    stray: float


def curve() -> list[Point]:
    """The curve of the limit ``answer`` for the trained model.

    Raises:
        LanternError: E22, there is no model.
    """
    phrasings = examples.held_out()
    classifier, encoder = _trained(), SentenceEncoder.load(2)
    spelled = speller(encoder)
    probabilities = classifier.probabilities(encoder.encode([spelled.mend(p.text) for p in phrasings]))
    guessed = [classifier.answers[i] for i in probabilities.argmax(axis=1)]
    return [_point(limit, [p.answer for p in phrasings], guessed, probabilities.max(axis=1)) for limit in STEPS]


def speller(encoder: SentenceEncoder) -> Speller:
    """The speller as training makes it, for those who measure."""
    known = known_words(shared().terms, encoder.words())
    return Speller.of((example.text for example in examples.training()), known)


def _point(limit: float, wanted: Sequence[str], guessed: Sequence[str], sure: np.ndarray) -> Point:
    told = np.array([topic_of(answer) not in OFF_TOPIC for answer in guessed]) & (sure >= limit)
    right = np.array([a == b for a, b in zip(wanted, guessed, strict=True)])
    factual = np.array([topic_of(answer) not in OFF_TOPIC for answer in wanted])
    return Point(
        limit,
        right=float((told & right)[factual].mean()),
        wrong=float((told & ~right)[factual].mean()),
        asked_back=float((~told)[factual].mean()),
        stray=float(told[~factual].mean()),
    )


def table(points: Sequence[Point]) -> str:
    """The curve as a Markdown table."""
    rows = ["| limit | right | wrong | asked back | off-topic answered |", "| ---: | ---: | ---: | ---: | ---: |"]
    for p in points:
        cells = (f"{100 * share:.1f}%" for share in (p.right, p.wrong, p.asked_back, p.stray))
        rows.append(f"| {p.limit:.2f} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def _trained() -> AnswerClassifier:
    """The classifier inside the trained model's archive."""
    import tarfile

    with tarfile.open(model.path()) as archive, tempfile.TemporaryDirectory() as folder:
        member = next(m for m in archive.getmembers() if m.name.endswith("classifier.npz"))
        member.name = "classifier.npz"
        archive.extract(member, folder)
        return AnswerClassifier.load(Path(folder) / "classifier.npz")
