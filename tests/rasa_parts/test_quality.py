"""A floor under what the bot understands: below it, a change has broken something. The figures are in README.md."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot import evaluate, questions

DATA = Path(__file__).parents[1] / "data"


def measured_on(file: str, bot: Any) -> dict[str, dict[str, float]]:
    return evaluate.measures(asyncio.run(evaluate.run(questions.read(DATA / file), bot.ask)))


@pytest.fixture(scope="module")
def measured(bot: Any) -> dict[str, dict[str, float]]:
    return measured_on("independent.jsonl", bot)


@pytest.fixture(scope="module")
def measured_later(bot: Any) -> dict[str, dict[str, float]]:
    return measured_on("second.jsonl", bot)


@pytest.mark.parametrize(
    ("name", "measure", "least"),
    [
        ("questions", "right", 0.93),
        ("urgent", "urgent recall", 1.0),
        ("urgent", "right", 0.85),
        ("personal", "right", 0.91),
        ("scope", "right", 0.92),
        ("smalltalk", "right", 0.89),
        ("robust", "right", 0.79),
        ("dialogues", "right", 0.81),
    ],
)
def test_no_less_is_right(measured: dict[str, dict[str, float]], name: str, measure: str, least: float) -> None:
    assert measured[name][measure] >= least


@pytest.mark.parametrize(("name", "most"), [("questions", 0.02), ("urgent", 0.05), ("scope", 0.0), ("smalltalk", 0.0)])
def test_no_more_false_alarms(measured: dict[str, dict[str, float]], name: str, most: float) -> None:
    assert measured[name]["false alarms"] <= most


@pytest.mark.parametrize(
    ("name", "measure", "least"),
    [
        ("questions", "right", 0.96),
        ("urgent", "urgent recall", 1.0),
        ("personal", "personal recall", 0.95),
        ("scope", "right", 0.85),
        ("smalltalk", "right", 0.92),
        ("dialogues", "right", 0.84),
    ],
)
def test_no_less_is_right_of_the_later_set(
    measured_later: dict[str, dict[str, float]], name: str, measure: str, least: float
) -> None:
    assert measured_later[name][measure] >= least
