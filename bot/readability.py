"""How hard a text is to read: US school grade and sentence length.

Grade is the Flesch-Kincaid grade level (Kincaid et al., 1975), by textstat. Names of drugs, tests and
tumor types cannot be made simpler, so the grade is given twice: as the text stands, and with each such
name counted as one simple word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import textstat

SIMPLE_WORD = "word"


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
