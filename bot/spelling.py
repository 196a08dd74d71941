"""Puts a message into the spelling that the classifier knows: short forms, stretched letters, typing slips.

A word is changed when nobody writes it: it stands neither in the examples nor in a dictionary. One that people do
write, but never in the examples, is changed only where a word a slip away makes a pair that is often written: "brian
mets". Danger signs and drug names are found in the message as typed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot import yaml
from bot.paths import KNOWLEDGE
from bot.words import SHORTEST, WORD, Words, sound

LONG = 7  # letters from which on a word may have two slips; shorter ones only in their vowels
MOST_SLIPS = 20  # words looked at in one text; more than that is no typing slip
CANDIDATES = 40
SLIP = 4.0  # what a slip costs, against the logarithm of how often a word is written
SOUND = 3.0  # what the same sound is worth: "boan" is bone and no boat
PAIR = 3.0  # what a neighbor is worth beside which the word is often written
SHORTEST_OF_SEVERAL = 9  # letters of what may be several words without a space
OFTEN_APART, OFTEN_APART_LONG = {2: 500, 3: 100}, 10  # examples with each of those words, by its letters
_STRETCHED = re.compile(r"([a-z])\1{2,}", re.IGNORECASE)


class Speller:
    """Holds the words that are right; ``words`` are those of the examples."""

    def __init__(self, words: Words, known: Iterable[str], shorthand: Mapping[str, Mapping[str, str]]) -> None:
        self.words = words
        self._common = sorted(word for word in words.counts if len(word) >= SHORTEST)
        self._right = frozenset(known)
        self._short = {short.lower(): meant for short, meant in shorthand["words"].items()}
        self._pictures, self._alone = shorthand["pictures"], shorthand["pictures_alone"]
        self._picture = re.compile("|".join(map(re.escape, [*self._pictures, *self._alone])) or r"(?!)")

    @classmethod
    def load(cls, words: Words, known: Iterable[str], path: Path = KNOWLEDGE / "shorthand.yml") -> Speller:
        """With the short forms of the knowledge base.

        Raises:
            DataError: they cannot be read.
        """
        return cls(words, known, yaml.read(path))

    @classmethod
    def of(cls, texts: Iterable[str], known: Collection[str]) -> Speller:
        """From the texts of the training examples.

        Raises:
            DataError: as ``load``.
        """
        return cls.load(Words.of(texts, known), known)

    def mend(self, text: str) -> str:
        """The text in usual spelling; what is not understood stays as it is."""
        said = self._pictures if WORD.search(text) else {**self._pictures, **self._alone}
        text = self._picture.sub(lambda match: f" {said.get(match[0], '')} ", text)
        found = list(WORD.finditer(text))
        around = ["", *(match[0].lower() for match in found), ""]
        budget, end, pieces = [MOST_SLIPS], 0, []
        for place, match in enumerate(found):
            pieces += [text[end : match.start()], self._mend_word(match[0], around[place], around[place + 2], budget)]
            around[place + 1] = pieces[-1].lower()
            end = match.end()
        return " ".join("".join([*pieces, text[end:]]).split())

    def _mend_word(self, word: str, before: str, after: str, budget: list[int]) -> str:
        lower = word.lower()
        if lower in self._short:
            return self._short[lower]
        if len(lower) < SHORTEST or lower in self.words.counts or not lower.isalpha() or budget[0] <= 0:
            return word
        budget[0] -= 1
        if lower in self._right:
            return self._misplaced(lower, before, after) or word
        shorter = _STRETCHED.sub(r"\1", lower)
        for plain in (_STRETCHED.sub(r"\1\1", lower), shorter):
            if plain in self._right or plain in self.words.counts:
                return plain
        return self._nearest(shorter, before, after) or self._taken_apart(shorter) or word

    def _nearest(self, word: str, before: str, after: str) -> str | None:
        """The likeliest word that was meant."""
        near = self._near(word, 2)
        may_be = [
            other for other, slips in near.items() if slips < 2 or len(word) >= LONG or sound(word) == sound(other)
        ]
        return max(may_be, key=lambda other: self._worth(word, other, near[other], before, after), default=None)

    def _misplaced(self, word: str, before: str, after: str) -> str | None:
        """For a right word that nobody writes here: the one a slip away that fits beside its neighbors."""
        fits = [other for other in self._near(word, 1) if self._is_pair(before, other, after)]
        return max(fits, key=self.words.counts.__getitem__, default=None)

    def _near(self, word: str, most: int) -> dict[str, float]:
        found = process.extract(word, self._common, scorer=OSA.distance, score_cutoff=most, limit=CANDIDATES)
        return {other: slips for other, slips, _ in found}

    def _worth(self, word: str, other: str, slips: float, before: str, after: str) -> float:
        same, pair = sound(word) == sound(other), self._is_pair(before, other, after)
        return math.log(self.words.counts[other]) - SLIP * slips + SOUND * same + PAIR * pair

    def _is_pair(self, before: str, word: str, after: str) -> bool:
        return (before, word) in self.words.pairs or (word, after) in self.words.pairs

    def _taken_apart(self, text: str) -> str | None:
        """The fewest frequent words that give ``text`` when written as one."""
        if len(text) < SHORTEST_OF_SEVERAL:
            return None
        fewest: dict[int, list[str]] = {0: []}  # by the number of letters that they cover
        for end in range(2, len(text) + 1):
            ways = [[*fewest[start], text[start:end]] for start in fewest if self._is_often(text[start:end])]
            if ways:
                fewest[end] = min(ways, key=len)
        return " ".join(fewest[len(text)]) if len(text) in fewest else None

    def _is_often(self, word: str) -> bool:
        return self.words.counts.get(word, 0) >= OFTEN_APART.get(len(word), OFTEN_APART_LONG)
