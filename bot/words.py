"""The words that people write: how often in the examples, which side by side, and which stand in a dictionary."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.terms import Terms

WORD = re.compile(r"(?<!\w)[A-Za-z][A-Za-z0-9']*(?!\w)(?:/[A-Za-z]+|/)?")  # whole, with the digits of a name: HER2
SHORTEST = 4  # letters of a word that may be a slip
OFTEN = 2  # texts with a word, for one that is not a slip of one writer
OFTEN_TOGETHER = 5  # texts with a pair of words
RARER = 8  # times that a slip which several make is rarer than the word that was meant
_DOUBLE = re.compile(r"(.)\1+")
_SOFT_C = re.compile(r"c(?=[eiy])")
_SOUNDS = str.maketrans("ckqzy", "kkksi")
_VOWELS = str.maketrans("", "", "aeiouhw")


@dataclass(frozen=True)
class Words:
    """What texts are made of: how many hold each word, and the pairs of words that often stand side by side."""

    counts: Mapping[str, int]
    pairs: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, texts: Iterable[str], known: Collection[str]) -> Words:
        """Without the slips, which stand in texts too, but not among the ``known`` words."""
        words: Counter[str] = Counter()
        pairs: Counter[tuple[str, str]] = Counter()
        for text in texts:
            found = [match[0].lower() for match in WORD.finditer(text)]
            words.update(set(found))
            pairs.update(set(itertools.pairwise(found)))
        common = {word: count for word, count in words.items() if count >= OFTEN}
        kept = {word: count for word, count in common.items() if word in known or not _is_slip(word, common)}
        return cls(kept, frozenset(pair for pair, count in pairs.items() if count >= OFTEN_TOGETHER))

    def as_json(self) -> dict[str, Any]:
        return {"counts": dict(self.counts), "pairs": sorted(self.pairs)}

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> Words:
        """From what ``as_json`` gave."""
        return cls(dict(saved["counts"]), frozenset((first, second) for first, second in saved["pairs"]))


def known_words(terms: Terms, others: Iterable[str]) -> frozenset[str]:
    """Those of the dictionary, those in the names of ``terms``, and others."""
    names = (name.lower() for term in terms.all for name in term.names)
    return dictionary() | frozenset(word for name in names for word in WORD.findall(name)) | frozenset(others)


def dictionary() -> frozenset[str]:
    """83,000 English words."""
    path = resources.files("symspellpy") / "frequency_dictionary_en_82_765.txt"
    return frozenset(line.split()[0] for line in path.read_text("utf-8-sig").splitlines())


def sound(word: str) -> str:
    """The consonants of a word as they sound: "boan" and "bone" are the same."""
    plain = _SOFT_C.sub("s", word.replace("ph", "f")).translate(_SOUNDS)
    return plain[:1] + _DOUBLE.sub(r"\1", plain[1:].translate(_VOWELS))


def _is_slip(word: str, counts: Mapping[str, int]) -> bool:
    """Whether a word is a rare form of a frequent one; "cant" and "mums" are how many write."""
    if len(word) < SHORTEST or "'" in word:
        return False
    often = [other for other, count in counts.items() if count >= RARER * counts[word]]
    near = process.extract(word, often, scorer=OSA.distance, score_cutoff=1)
    if len(word) == SHORTEST:  # short ones are often short forms: MDTs are no mets
        near = [found for found in near if sound(found[0]) == sound(word)]
    return bool(near) and not any(other.replace("'", "") in (word, word[:-1]) for other, *_ in near)
