"""Pictures of measurements: the confusion of topics, the threshold curve."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib
import numpy as np

from bot.calibrate import Point
from bot.evaluate import Outcome
from bot.knowledge import TOPICS, topic_of

matplotlib.use("Agg")
import matplotlib.pyplot as plt


def confusion(outcomes: Sequence[Outcome], path: Path) -> None:
    """Which topic was expected (rows) and which was given (columns), as counts."""
    counts = np.zeros((len(TOPICS), len(TOPICS)), dtype=int)
    for outcome in outcomes:
        wanted, given = topic_of(outcome.turn.expect[0]), topic_of(outcome.first)
        if wanted in TOPICS and given in TOPICS:
            given = wanted if outcome.right else given
            counts[TOPICS.index(wanted), TOPICS.index(given)] += 1
    figure, axes = plt.subplots(figsize=(8, 7))
    axes.imshow(np.sqrt(counts), cmap="Blues")
    for row, column in zip(*np.nonzero(counts), strict=True):
        shade = "white" if counts[row, column] > counts.max() / 3 else "black"
        axes.text(column, row, counts[row, column], ha="center", va="center", color=shade, fontsize=9)
    axes.set(xticks=range(len(TOPICS)), yticks=range(len(TOPICS)), xlabel="topic given", ylabel="topic expected")
    axes.set_xticklabels(TOPICS, rotation=60, ha="right")
    axes.set_yticklabels(TOPICS)
    _save(figure, path)


def curve(points: Sequence[Point], path: Path) -> None:
    """Right, wrong and asked back over the limit ``answer``."""
    figure, axes = plt.subplots(figsize=(7, 4))
    limits = [point.limit for point in points]
    for name, style in (("right", "-"), ("wrong", "--"), ("asked_back", "-."), ("stray", ":")):
        axes.plot(limits, [100 * getattr(p, name) for p in points], style, label=name.replace("_", " "))
    axes.set(xlabel="limit of `answer`", ylabel="share of held-out phrasings (%)")
    axes.legend()
    _save(figure, path)


def _save(figure: object, path: Path) -> None:
    figure.tight_layout()  # type: ignore[attr-defined]
    figure.savefig(path, dpi=110, metadata={"Software": None})  # type: ignore[attr-defined]
    plt.close(figure)
