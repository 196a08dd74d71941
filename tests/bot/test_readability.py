from __future__ import annotations

import pytest

from bot import readability, terms
from bot.knowledge import Knowledge
from bot.readability import HARDEST, LONGEST, MEDIAN, grade_of, measure, names_of

NAMES = names_of(terms.load())


def test_every_answer_is_easy_enough(knowledge: Knowledge) -> None:
    found = {entry.id: grade_of(entry, NAMES) for entry in knowledge}
    assert [i for i, reading in found.items() if reading.grade > HARDEST] == []
    assert [i for i, reading in found.items() if reading.words_per_sentence > LONGEST] == []
    assert sorted(reading.grade for reading in found.values())[len(found) // 2] <= MEDIAN


def test_the_limits_are_those_of_the_project() -> None:
    assert (HARDEST, MEDIAN, LONGEST) == (8, 6, 20)


def test_names_count_as_one_simple_word_only_in_the_first_grade() -> None:
    reading = measure(["You take trastuzumab deruxtecan by drip."], NAMES)
    assert reading.grade < reading.grade_plain
    assert measure(["You take it by drip."], NAMES).grade == measure(["You take it by drip."]).grade


def test_the_words_of_the_glossary_stay_hard(knowledge: Knowledge) -> None:
    assert "micrometastases" in knowledge.glossary and "micrometastases" not in NAMES


@pytest.mark.parametrize(
    ("points", "words"),
    [(["One two three.", "Four five six."], 3), (["One two three", "Four five six:"], 3), (["a b? c d!"], 2)],
)
def test_points_without_a_full_stop_end_too(points: list[str], words: float) -> None:
    assert measure(points).words_per_sentence == words


def test_the_table_shows_the_hardest_first(knowledge: Knowledge) -> None:
    lines = readability.table(knowledge, terms.load())
    assert len(lines) == len(knowledge.entries) + 3
    grades = [float(line.split()[1]) for line in lines[1:-2]]
    assert grades == sorted(grades, reverse=True) and grades[0] <= HARDEST
    assert lines[-2].startswith(f"median of {len(knowledge.entries)}")
