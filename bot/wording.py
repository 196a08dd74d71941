"""The words of a message as people type them, made standard: short forms, misspellings, repeated letters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from rapidfuzz.distance import OSA

LONGEST_KEPT = 40  # letters of a word whose reading is remembered: 20,000 of them must stay a few MB
JOINED = frozenset(("it", "that", "what", "there", "here", "she", "he", "who", "how", "where", "let"))
_WORD = re.compile(r"\d+(?:[.,]\d+)?|[^\W\d_]+(?:'[^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[!?;\n]|(?<!\.)\.(?!\.)")
_CLAUSE_END = re.compile(r"[,:()\u2013\u2014\u2026]|\.\.|\s-+\s")
_QUOTES = str.maketrans("\u2019\u2018\u201b\u02bc\u0060\u00b4", "''''''")
_ELONGATED = re.compile(r"(.)\1{2,}")


class Match(NamedTuple):
    """A phrase found: ``places`` are the positions of its words, ``end`` is one past the last."""

    start: int
    end: int
    places: tuple[int, ...]


@dataclass
class Words:
    """The words of a message side by side with where they stand."""

    text: list[str] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    sentence: list[int] = field(default_factory=list)
    clause: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.text)


class ShortForms:
    """Other ways to write a word or phrase, and its standard form: ``can not`` is ``cant``."""

    def __init__(self, same: Mapping[str, Iterable[str]]) -> None:
        self._by_first: dict[str, list[tuple[list[str], list[str]]]] = {}
        for standard, variants in same.items():
            for variant in variants:
                first, *rest = variant.split()
                self._by_first.setdefault(first, []).append((rest, standard.split()))
        for choices in self._by_first.values():
            choices.sort(key=lambda choice: -len(choice[0]))
        self.words = frozenset(self._by_first) | {word for standard in same for word in standard.split()}

    def at(self, words: list[str], place: int) -> tuple[int, list[str]]:
        """How many words are one form, and its standard form."""
        for rest, standard in self._by_first.get(words[place], ()):
            if words[place + 1 : place + 1 + len(rest)] == rest:
                return 1 + len(rest), standard
        return 1, [words[place]]

    def phrase(self, written: str) -> list[str]:
        """A phrase of the rules in standard form, so that rules may be written either way."""
        words, done, place = written.split(), [], 0
        while place < len(words):
            count, standard = self.at(words, place)
            if "|" in words[place]:
                standard = ["|".join(self._single(choice) for choice in words[place].split("|"))]
            done += standard
            place += count
        return done

    def _single(self, word: str) -> str:
        standard = self.at([word], 0)[1]
        return standard[0] if len(standard) == 1 else word


class Reader:
    """Cuts a message into words: lower case, no apostrophes, short forms and misspellings made standard."""

    def __init__(self, same: ShortForms, spelling: Iterable[str], right: Iterable[str]) -> None:
        self._same = same
        self._right = frozenset(right) | same.words
        self._spelling: dict[str, list[str]] = {}
        for word in spelling:
            self._spelling.setdefault(word[0], []).append(word)
        self.standard = lru_cache(maxsize=20_000)(self._standard)

    def read(self, text: str) -> Words:
        """The words of ``text``; spans are character offsets into it as it came."""
        lower = _lowered(text)
        raw = Words()
        end = sentence = clause = 0
        for found in _WORD.finditer(lower):
            between = lower[end : found.start()]
            if len(between) > 1 or between not in ("", " "):
                sentence += bool(_SENTENCE_END.search(between))
                clause += bool(_SENTENCE_END.search(between) or _CLAUSE_END.search(between))
            end = found.end()
            for word in self._parts(found[0]):
                raw.text.append(self.standard(word) if len(word) <= LONGEST_KEPT else self._standard(word))
                raw.spans.append(found.span())
                raw.sentence.append(sentence)
                raw.clause.append(clause)
        return self._standardized(raw)

    @staticmethod
    def _parts(word: str) -> list[str]:
        """``can't`` and ``it's`` are one word, ``mum's`` is ``mum`` and ``s``."""
        if word.endswith("'s") and word[:-2] not in JOINED:
            return [word[:-2].replace("'", ""), "s"]
        return [word.replace("'", "")]

    def _standardized(self, raw: Words) -> Words:
        done = Words()
        at = 0
        while at < len(raw):
            count, words = self._same.at(raw.text, at)
            if raw.sentence[at] != raw.sentence[at + count - 1]:
                count, words = 1, [raw.text[at]]
            for word in words:
                done.text.append(word)
                done.spans.append((raw.spans[at][0], raw.spans[at + count - 1][1]))
                done.sentence.append(raw.sentence[at])
                done.clause.append(raw.clause[at])
            at += count
        return done

    def _standard(self, word: str) -> str:
        """``heeelp`` is help, ``sucide`` is suicide; a word that is right as it stands stays."""
        if word in self._right or word[0].isdigit():
            return word
        if _ELONGATED.search(word):
            single, double = _ELONGATED.sub(r"\1", word), _ELONGATED.sub(r"\1\1", word)
            word = double if double in self._right else single
        return word if word in self._right or len(word) < 4 else self._spelt(word)

    def _spelt(self, word: str) -> str:
        for right in self._spelling.get(word[0], ()):
            limit = 1 if len(right) < 8 else 2
            if abs(len(right) - len(word)) <= limit and OSA.distance(word, right, score_cutoff=limit) <= limit:
                return right
        return word


def _lowered(text: str) -> str:
    lower = text.lower().translate(_QUOTES)
    if len(lower) == len(text):
        return lower
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text).translate(_QUOTES)


def flat(value: Any) -> list[str]:
    """A list of phrases, written as a list, as comma-separated lines, or as a list of such lines."""
    if value is None:
        return []
    if isinstance(value, list):
        return [phrase for item in value for phrase in flat(item)]
    return [part.strip() for part in str(value).split(",") if part.strip()]
