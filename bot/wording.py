"""Words of a message as people type them, and the phrases that stand in it.

Made for rules that a clinician can read (``knowledge/safety.yml``): a phrase is plain words. ``a|b`` are choices,
``word*`` is any word that begins so, ``...`` lets a few words stand between, ``<group>`` is any single word of a group.
Small words ("really", "my") may stand inside a phrase unasked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from rapidfuzz.distance import OSA

GAP = "..."
MAX_GAP = 6  # words that may stand where a phrase has `...`
MAX_FILLERS = 3  # small words that may stand between two words of a phrase
_WORD = re.compile(r"\d+(?:[.,]\d+)?|[^\W\d_]+(?:'[^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[!?;\n]|(?<!\.)\.(?!\.)")
_CLAUSE_END = re.compile(r"[,:()\u2013\u2014\u2026]|\.\.|\s-+\s")
_QUOTES = str.maketrans("\u2019\u2018\u201b\u02bc\u0060\u00b4", "''''''")
_BRACKET = re.compile(r"\(([^()]*)\)")
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


class Reader:
    """Cuts a message into words: lower case, no apostrophes, usual short forms and misspellings made standard."""

    def __init__(self, same: Mapping[str, Iterable[str]], spelling: Iterable[str], right: Iterable[str]) -> None:
        self._same: dict[str, list[tuple[list[str], list[str]]]] = {}
        for standard, variants in same.items():
            for variant in variants:
                first, *rest = variant.split()
                self._same.setdefault(first, []).append((rest, standard.split()))
        for choices in self._same.values():
            choices.sort(key=lambda choice: -len(choice[0]))
        self._right = frozenset(right) | frozenset(self._same)
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
            raw.text.append(self.standard(found[0].replace("'", "")))
            raw.spans.append(found.span())
            raw.sentence.append(sentence)
            raw.clause.append(clause)
        return self._standardized(raw)

    def _standardized(self, raw: Words) -> Words:
        done = Words()
        at = 0
        while at < len(raw):
            taken, words = self._replacement(raw, at)
            for word in words:
                done.text.append(word)
                done.spans.append((raw.spans[at][0], raw.spans[at + taken - 1][1]))
                done.sentence.append(raw.sentence[at])
                done.clause.append(raw.clause[at])
            at += taken
        return done

    def _replacement(self, raw: Words, at: int) -> tuple[int, list[str]]:
        for rest, standard in self._same.get(raw.text[at], ()):
            end = at + 1 + len(rest)
            if raw.text[at + 1 : end] == rest and raw.sentence[at] == raw.sentence[min(end, len(raw)) - 1]:
                return 1 + len(rest), standard
        return 1, [raw.text[at]]

    def _standard(self, word: str) -> str:
        """``heeelp`` is help, ``sucide`` is suicide; a word that is right as it stands stays."""
        if word in self._right or word[0].isdigit():
            return word
        if _ELONGATED.search(word):
            single, double = _ELONGATED.sub(r"\1", word), _ELONGATED.sub(r"\1\1", word)
            word = double if double in self._right else single
        return word if word in self._right or len(word) < 5 else self._spelt(word)

    def _spelt(self, word: str) -> str:
        for right in self._spelling.get(word[0], ()):
            limit = 1 if len(right) < 8 else 2
            if abs(len(right) - len(word)) <= limit and OSA.distance(word, right, score_cutoff=limit) <= limit:
                return right
        return word


class Lexicon:
    """Named groups of phrases; finds all of them in one pass over a message."""

    def __init__(
        self, groups: Mapping[str, Iterable[str]], fillers: Iterable[str], also: Mapping[str, str] | None = None
    ) -> None:
        self._fillers = frozenset(fillers)
        self._also = dict(also or {})
        self._index: dict[str, list[tuple[str, list[frozenset[str] | None]]]] = {}
        self.vocabulary: set[str] = set()
        for name, phrases in groups.items():
            for phrase in (plain for written in phrases for plain in _choices(written)):
                self._add(name, [_part(word, groups) for word in phrase.split()])
        stems = {atom[:-1] for atom in self._atoms() if atom.endswith("*")}
        self._stems = frozenset(stems)
        self._lengths = sorted({len(stem) for stem in stems})
        self.kinds = lru_cache(maxsize=20_000)(self._kinds)

    def _add(self, name: str, parts: list[frozenset[str] | None]) -> None:
        for part in parts:
            self.vocabulary |= part or set()
        for atom in parts[0] or ():
            self._index.setdefault(atom, []).append((name, parts[1:]))

    def _atoms(self) -> Iterator[str]:
        return iter(self.vocabulary)

    def _kinds(self, word: str) -> frozenset[str]:
        """The word itself, and each stem in use that it begins with."""
        stems = (word[:length] for length in self._lengths if length <= len(word))
        return frozenset({word, self._also.get(word, word), *(stem + "*" for stem in stems if stem in self._stems)})

    def find(self, words: Words) -> dict[str, list[Match]]:
        """Where each group's phrases stand, in order; groups not there are left out."""
        found: dict[str, list[Match]] = {}
        kinds = [self.kinds(word) for word in words.text]
        for start, atoms in enumerate(kinds):
            for atom in atoms:
                for name, parts in self._index.get(atom, ()):
                    places = self._follow(start, parts, words, kinds)
                    if places:
                        found.setdefault(name, []).append(Match(start, places[-1] + 1, places))
        return found

    def _follow(
        self, start: int, parts: list[frozenset[str] | None], words: Words, kinds: list[frozenset[str]]
    ) -> tuple[int, ...]:
        places, gap = [start], False
        for part in parts:
            if part is None:
                gap = True
                continue
            place = self._next(places[-1], part, gap, words, kinds)
            if place is None:
                return ()
            places.append(place)
            gap = False
        return tuple(places)

    def _next(
        self, after: int, part: frozenset[str], gap: bool, words: Words, kinds: list[frozenset[str]]
    ) -> int | None:
        last = min(len(words), after + 2 + (MAX_GAP if gap else MAX_FILLERS))
        for place in range(after + 1, last):
            if words.sentence[place] != words.sentence[after]:
                return None
            if not part.isdisjoint(kinds[place]):
                return place
            if not gap and words.text[place] not in self._fillers:
                return None
        return None


def _choices(phrase: str) -> Iterator[str]:
    """``(go|carry on) home`` as ``go home`` and ``carry on home``."""
    bracket = _BRACKET.search(phrase)
    if bracket is None:
        yield phrase
        return
    for choice in bracket[1].split("|"):
        yield from _choices(phrase[: bracket.start()] + choice + phrase[bracket.end() :])


def _part(word: str, groups: Mapping[str, Iterable[str]]) -> frozenset[str] | None:
    if word == GAP:
        return None
    if word.startswith("<"):
        return frozenset(str(entry) for entry in groups[word[1:-1]])
    return frozenset(word.split("|"))


def _lowered(text: str) -> str:
    lower = text.lower().translate(_QUOTES)
    if len(lower) == len(text):
        return lower
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text).translate(_QUOTES)


def flat(value: Any) -> list[str]:
    """A list of phrases, written as a list or as one comma-separated line."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return [phrase for item in value or () for phrase in flat(item)]
