"""Puts a message into the spelling that the classifier knows: short forms, stretched letters, typing slips.

A word is only changed when nobody writes it: it stands neither in the examples and the knowledge base nor among the
whole words of the sentence encoder's vocabulary. Danger signs and drug names are found in the message as typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot import yaml
from bot.paths import KNOWLEDGE

SHORTEST = 4  # letters of a word that may be a slip
MOST_SLIPS = 20  # words looked at in one text; more than that is no typing slip
_WORD = re.compile(r"[A-Za-z][A-Za-z']*(?:/[A-Za-z]+|/)?")
_STRETCHED = re.compile(r"([a-z])\1{2,}", re.IGNORECASE)


class Speller:
    """Holds the words that are right (``correct``) and those among which a slip is mended (``common``)."""

    def __init__(
        self, common: Iterable[str], correct: Iterable[str], shorthand: Mapping[str, Mapping[str, str]]
    ) -> None:
        self._common = sorted({word for word in common if len(word) >= SHORTEST})
        self._correct = frozenset(correct) | frozenset(self._common)
        self._short = {short.lower(): words for short, words in shorthand["words"].items()}
        self._pictures = shorthand["pictures"]
        self._picture = re.compile("|".join(map(re.escape, self._pictures)) or r"(?!)")

    @classmethod
    def load(cls, common: Iterable[str], correct: Iterable[str], path: Path = KNOWLEDGE / "shorthand.yml") -> Speller:
        """With the short forms of the knowledge base.

        Raises:
            DataError: they cannot be read.
        """
        return cls(common, correct, yaml.read(path))

    def mend(self, text: str) -> str:
        """The text in usual spelling; what is not understood stays as it is."""
        text = self._picture.sub(lambda match: f" {self._pictures[match[0]]} ", text)
        budget = [MOST_SLIPS]
        return " ".join(_WORD.sub(lambda match: self._mend_word(match[0], budget), text).split())

    def _mend_word(self, word: str, budget: list[int]) -> str:
        lower = word.lower()
        if lower in self._short:
            return self._short[lower]
        if len(lower) < SHORTEST or lower in self._correct or not lower.isalpha():
            return word
        for plain in (_STRETCHED.sub(r"\1\1", lower), _STRETCHED.sub(r"\1", lower)):
            if plain in self._correct:
                return plain
        if budget[0] <= 0:
            return word
        budget[0] -= 1
        return self._nearest(_STRETCHED.sub(r"\1", lower)) or word

    def _nearest(self, word: str) -> str | None:
        slips = 1 if len(word) < 7 else 2
        found = process.extractOne(word, self._common, scorer=OSA.distance, score_cutoff=slips)
        return str(found[0]) if found else None


def common_words(texts: Iterable[str], often: int = 2) -> list[str]:
    """The words of texts that occur in at least ``often`` of them (a slip of one writer occurs once)."""
    counted: dict[str, int] = {}
    for text in texts:
        for word in {match[0].lower() for match in _WORD.finditer(text)}:
            counted[word] = counted.get(word, 0) + 1
    return sorted(word for word, count in counted.items() if count >= often)
