"""A floor under what the bot understands: below it, a change has broken something. The figures are in README.md."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot import evaluate, questions

DATA = Path(__file__).parents[1] / "data"
Measured = dict[str, dict[str, dict[str, float]]]


@pytest.fixture(scope="module")
def measured(bot: Any) -> Measured:
    return {
        file: evaluate.measures(asyncio.run(evaluate.run(questions.read(DATA / f"{file}.jsonl"), bot.ask)))
        for file in ("independent", "second", "third")
    }


@pytest.mark.parametrize(
    ("file", "name", "measure", "least"),
    [
        ("independent", "questions", "right", 0.93),
        ("independent", "urgent", "urgent recall", 1.0),
        ("independent", "urgent", "right", 0.85),
        ("independent", "personal", "right", 0.91),
        ("independent", "scope", "right", 0.92),
        ("independent", "smalltalk", "right", 0.89),
        ("independent", "robust", "right", 0.87),
        ("independent", "dialogues", "right", 0.81),
        ("second", "questions", "right", 0.96),
        ("second", "urgent", "urgent recall", 1.0),
        ("second", "personal", "personal recall", 0.95),
        ("second", "scope", "right", 0.85),
        ("second", "smalltalk", "right", 0.92),
        ("second", "dialogues", "right", 0.90),
        ("third", "questions", "right", 0.90),
        ("third", "urgent", "urgent recall", 1.0),
        ("third", "personal", "personal recall", 0.93),
        ("third", "scope", "right", 0.85),
        ("third", "smalltalk", "right", 0.92),
        ("third", "dialogues", "right", 0.77),
    ],
)
def test_no_less_is_right(measured: Measured, file: str, name: str, measure: str, least: float) -> None:
    assert measured[file][name][measure] >= least


@pytest.mark.parametrize(("name", "most"), [("questions", 0.02), ("urgent", 0.05), ("scope", 0.0), ("smalltalk", 0.0)])
def test_no_more_false_alarms(measured: Measured, name: str, most: float) -> None:
    assert measured["independent"][name]["false alarms"] <= most
