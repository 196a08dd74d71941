"""How hard a text is to read: US school grade and sentence length.

Grade is the Flesch-Kincaid grade level (Kincaid et al., 1975), by textstat. Names of drugs, tests and
tumor types cannot be made simpler, so the grade is given twice: as the text stands, and with each such
name counted as one simple word.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache

import textstat

from bot.knowledge import Entry
from bot.terms import Terms

SIMPLE_WORD = "word"
HARDEST, MEDIAN, LONGEST = 8.0, 6.0, 20.0  # limits: grade of each answer, median grade, mean words a sentence


@dataclass(frozen=True)
class Readability:
    """Grades are US school years; ``words_per_sentence`` is a mean."""

    grade: float
    grade_plain: float
    words_per_sentence: float


def measure(sentences: Sequence[str], names: Iterable[str] = ()) -> Readability:
    """Measure text given as sentences or short points (a point without a full stop still ends).

    ``grade`` counts each of ``names`` as one simple word, ``grade_plain`` does not.
    """
    text = " ".join(_closed(s) for s in sentences)
    simple = _pattern(tuple(names)).sub(SIMPLE_WORD, text)
    return Readability(
        grade=_grade(simple),
        grade_plain=_grade(text),
        words_per_sentence=len(text.split()) / max(1, _count_sentences(text)),
    )


def names_of(terms: Terms) -> tuple[str, ...]:
    """The names that cannot be made simpler.

    The words of the glossary are not among them: those are explained, but stay hard to read.
    """
    return tuple(name for term in terms.all for name in term.names)


def grade_of(entry: Entry, names: Iterable[str]) -> Readability:
    """How hard an answer is to read: its summary, its points and what to ask the team."""
    return measure([entry.summary.text, *entry.shown_points], names)


def table(entries: Iterable[Entry], terms: Terms) -> list[str]:
    """A line for each answer, the hardest first, and a last line with the medians."""
    names = names_of(terms)
    rows = sorted(((grade_of(entry, names), entry.id) for entry in entries), key=lambda row: -row[0].grade)
    lines = [f"{'answer':<34} {'grade':>5} {'with names':>10} {'words a sentence':>16}"]
    lines += [f"{answer:<34} {_figures(found)}" for found, answer in rows]
    if rows:
        middle = Readability(*(statistics.median(getattr(row, f.name) for row, _ in rows) for f in fields(Readability)))
        lines.append(f"{'median of ' + str(len(rows)):<34} {_figures(middle)}")
    limits = f"Limits: grade {HARDEST:g} for each answer, {MEDIAN:g} for the median, {LONGEST:g} words a sentence."
    return [*lines, f"{limits} `with names`: names of drugs and tests not counted as one simple word."]


def _figures(found: Readability) -> str:
    return f"{found.grade:>5.1f} {found.grade_plain:>10.1f} {found.words_per_sentence:>16.1f}"


def _grade(text: str) -> float:
    return float(textstat.flesch_kincaid_grade(text))


def _closed(sentence: str) -> str:
    sentence = sentence.strip().rstrip(":;,")
    return sentence if sentence.endswith((".", "!", "?")) else sentence + "."


def _count_sentences(text: str) -> int:
    return len(re.findall(r"[.!?](?=\s|$)", text))


@lru_cache(maxsize=8)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted((re.escape(n) for n in names if n), key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(longest_first or [r"(?!)"]) + r")\b", re.IGNORECASE)
