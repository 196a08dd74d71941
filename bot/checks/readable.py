"""How hard the words are that a person reads. For `lantern validate` only: what measures it is no part of a server."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from bot.checks.project import KNOWLEDGE, Project
from bot.checks.words import GLOSSARY
from bot.errors import Problem
from bot.readability import HARDEST, LONGEST, MEDIAN, grade_of, measure, names_of

HARDEST_WORD = 6.0  # US grade of an explanation in the glossary


def check(project: Project) -> Iterator[Problem]:
    """Answers and explanations that are too hard, one by one and in the middle."""
    names = names_of(project.terms)
    grades = []
    for entry in project.entries.values():
        found = grade_of(entry, names)
        grades.append(found.grade)
        if found.grade > HARDEST:
            todo = "use shorter words and sentences"
            yield project.entry_problem(
                entry.id, (), f"needs US grade {found.grade:.1f}, at most {HARDEST:g} is allowed", todo
            )
        if found.words_per_sentence > LONGEST:
            what = f"has {found.words_per_sentence:.0f} words a sentence, at most {LONGEST:g} are allowed"
            yield project.entry_problem(entry.id, (), what, "make two sentences of the long ones")
    if grades and statistics.median(grades) > MEDIAN:
        what = f"the median grade of all answers is {statistics.median(grades):.1f}, at most {MEDIAN:g} is allowed"
        yield Problem(KNOWLEDGE, 1, what, "`uv run lantern validate --readability` shows the hardest")
    for term, meaning in project.glossary.items():
        grade = measure([meaning.text], names).grade
        if grade > HARDEST_WORD:
            what = f"the word `{term}` is explained at US grade {grade:.1f}, at most {HARDEST_WORD:g} is allowed"
            yield project.problem(GLOSSARY, (term,), what, "use shorter words and sentences")
