from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bot import examples
from bot.knowledge import Knowledge

DATA = Path(__file__).parents[1] / "data"
DEV = Path(__file__).parents[3] / "shared" / "questions-dev.jsonl"


def plain(text: str) -> str:
    return re.sub(r"[^a-z0-9 ]", "", text.lower()).strip()


def test_every_answer_is_asked_for(knowledge: Knowledge) -> None:
    asked = {example.answer for example in examples.training()}
    assert asked == set(knowledge.entries)


def test_held_out_phrasings_are_not_trained_on() -> None:
    trained = {plain(example.text) for example in examples.training()}
    assert [e.text for e in examples.held_out() if plain(e.text) in trained] == []


def test_lines_are_those_of_the_file() -> None:
    for example in [*examples.training()[::500], *examples.held_out()[::300]]:
        assert example.text in example.path.read_text(encoding="utf-8").splitlines()[example.line - 1]


@pytest.mark.parametrize(
    "path",
    [DATA / "independent.jsonl", DATA / "second.jsonl", DATA / "third.jsonl", DATA / "fourth.jsonl", DEV],
    ids=["independent", "second", "third", "fourth", "dev"],
)
def test_the_questions_to_measure_on_are_not_trained_on(path: Path) -> None:
    if not path.exists():
        pytest.skip("these questions are not part of the project")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    asked = {plain(row["text"]) for row in rows if "text" in row} - {""}  # turns such as "why?" are anybody's
    assert [e.text for e in examples.training() if plain(e.text) in asked] == []
