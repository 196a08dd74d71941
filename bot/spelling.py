"""Puts a message into the spelling that the classifier knows: short forms, stretched letters, typing slips.

A word is changed when nobody writes it: it stands neither in the examples nor in a dictionary. One that people do
write, but never in the examples, is changed after these, and only where a word a slip away makes a pair that is often
written: "brian mets". Danger signs and drug names are found in the message as typed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot import yaml
from bot.paths import KNOWLEDGE
from bot.words import SHORTEST, WORD, Words, sound

LONG = 7  # letters from which on a word may have two slips; shorter ones only where it sounds the same
MOST_SLIPS = 20  # words looked at in one text; more than that is no typing slip
SLIP = 4.0  # what a slip costs, against the logarithm of how often a word is written
SOUND = 3.0  # what the same sound is worth: "boan" is bone and no boat
PAIR = 3.0  # what a neighbor is worth beside which the word is often written
SHORTEST_OF_SEVERAL = 8  # letters of what may be several words without a space
SHORTEST_WITH_DIGIT = 6  # "her2low": a name with a digit in it is seldom part of a word
OFTEN_APART, OFTEN_APART_LONG = {2: 500, 3: 100}, 10  # examples with each of those words, by its letters
Better = Callable[[str, str, str], "str | None"]  # a word, and those before and after it, to a better word
_NAME = re.compile(r"[a-z][A-Z]|[A-Z]{2}[a-z]")  # capitals inside a word: SERMs, HERtwo
_STRETCHED = re.compile(r"([a-z])\1{2,}", re.IGNORECASE)


class Speller:
    """Holds the words that are right; ``words`` are those of the examples."""

    def __init__(self, words: Words, known: Iterable[str], shorthand: Mapping[str, Mapping[str, str]]) -> None:
        self.words = words
        self._common = sorted(word for word in words.counts if len(word) >= SHORTEST and word.isalpha())
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
        words = [self._short.get(match[0].lower(), match[0]) for match in found]
        self._revise(words, self._is_unknown, self._meant)
        self._revise(words, self._is_unwritten, self._misplaced)
        ends = [0, *(match.end() for match in found)]
        pieces = [text[end : match.start()] + word for end, match, word in zip(ends, found, words, strict=False)]
        return " ".join("".join([*pieces, text[ends[-1] :]]).split())

    @staticmethod
    def _revise(words: list[str], wanted: Callable[[str], bool], better: Better) -> None:
        """Put the ``better`` words in the place of the ``wanted`` ones."""
        places = [place for place, word in enumerate(words) if not _NAME.search(word) and wanted(word.lower())]
        for place in places[:MOST_SLIPS]:
            before, after = (words[at].lower() if 0 <= at < len(words) else "" for at in (place - 1, place + 1))
            words[place] = better(words[place].lower(), before, after) or words[place]

    def _is_unknown(self, word: str) -> bool:
        return len(word) >= SHORTEST and word not in self.words.counts and word not in self._right

    def _is_unwritten(self, word: str) -> bool:
        return len(word) >= SHORTEST and word not in self.words.counts and word in self._right

    def _meant(self, word: str, before: str, after: str) -> str | None:
        """For what is no word: a word without its stretched letters, the likeliest one near, or several."""
        if not word.isalpha():
            return self._taken_apart(word, SHORTEST_WITH_DIGIT) if word.isalnum() else None
        shorter = _STRETCHED.sub(r"\1", word)
        for plain in (_STRETCHED.sub(r"\1\1", word), shorter):
            if plain in self._right or plain in self.words.counts:
                return plain
        near = self._near(shorter, 2).items()
        likely = {other: n for other, n in near if n < 2 or len(shorter) >= LONG or _alike(shorter, other)}
        return self._best(shorter, likely, before, after) or self._taken_apart(shorter, SHORTEST_OF_SEVERAL)

    def _misplaced(self, word: str, before: str, after: str) -> str | None:
        """For a right word that nobody writes here: the one a slip away that fits beside its neighbors."""
        fits = {other: n for other, n in self._near(word, 1).items() if self._is_pair(before, other, after)}
        return self._best(word, fits, before, after)

    def _near(self, word: str, most: int) -> dict[str, float]:
        """The words at most so many slips away, with how many these are."""
        found = process.extract(word, self._common, scorer=OSA.distance, score_cutoff=most, limit=None)
        return {other: slips for other, slips, _ in found}

    def _best(self, word: str, near: Mapping[str, float], before: str, after: str) -> str | None:
        return max(near, key=lambda other: self._worth(word, other, near[other], before, after), default=None)

    def _worth(self, word: str, other: str, slips: float, before: str, after: str) -> float:
        pair = self._is_pair(before, other, after)
        return math.log(self.words.counts[other]) - SLIP * slips + SOUND * _alike(word, other) + PAIR * pair

    def _is_pair(self, before: str, word: str, after: str) -> bool:
        return (before, word) in self.words.pairs or (word, after) in self.words.pairs

    def _taken_apart(self, text: str, shortest: int) -> str | None:
        """The fewest frequent words and numbers that give ``text`` when written as one."""
        if len(text) < shortest:
            return None
        fewest: dict[int, list[str]] = {0: []}  # by the number of letters that they cover
        for end in range(1, len(text) + 1):
            ways = [[*fewest[start], text[start:end]] for start in fewest if self._is_often(text[start:end])]
            if ways:
                fewest[end] = min(ways, key=len)
        return " ".join(fewest[len(text)]) if len(text) in fewest else None

    def _is_often(self, word: str) -> bool:
        often = OFTEN_APART.get(len(word), OFTEN_APART_LONG)
        return word.isdigit() or (len(word) > 1 and self.words.counts.get(word, 0) >= often)


def _alike(one: str, other: str) -> bool:
    return sound(one) == sound(other)
