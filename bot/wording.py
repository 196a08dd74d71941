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
MAX_REMEMBERED = 6_000  # words that lead on from one state
MAX_FILLERS = 3  # small words that may stand between two words of a phrase
JOINED = frozenset(("it", "that", "what", "there", "here", "she", "he", "who", "how", "where", "let"))
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
                raw.text.append(self.standard(word))
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


class _Node:
    """A place in the tree of phrases; phrases that begin alike share it."""

    __slots__ = ("gap", "names", "steps")

    def __init__(self) -> None:
        self.names: list[str] = []
        self.steps: dict[frozenset[str], _Node] = {}
        self.gap: _Node | None = None


class _State:
    """Several nodes reached by the same words, followed as one; where a word leads is remembered."""

    __slots__ = ("_known", "_nodes", "gap", "names", "steps")

    def __init__(self, nodes: tuple[_Node, ...]) -> None:
        gaps = tuple(node.gap for node in nodes if node.gap)
        self.names = tuple(dict.fromkeys(name for node in nodes for name in node.names))
        self.gap = _State(gaps) if gaps else None
        self.steps = any(node.steps for node in nodes)
        self._nodes = nodes
        self._known: dict[frozenset[str], _State | None] = {}

    def step(self, kinds: frozenset[str]) -> _State | None:
        try:
            return self._known[kinds]
        except KeyError:
            pass
        nodes = [step for node in self._nodes for part, step in node.steps.items() if not part.isdisjoint(kinds)]
        state = _State(tuple(nodes)) if nodes else None
        if len(self._known) < MAX_REMEMBERED:
            self._known[kinds] = state
        return state


class Lexicon:
    """Named groups of phrases; finds all of them in one pass over a message."""

    def __init__(
        self, groups: Mapping[str, Iterable[str]], fillers: Iterable[str], same: ShortForms, also: Mapping[str, str]
    ) -> None:
        self._fillers = frozenset(fillers)
        self._also = dict(also)
        self.vocabulary: set[str] = set(self._also)
        root = _Node()
        for name, phrases in groups.items():
            for phrase in dict.fromkeys(plain for written in phrases for plain in _choices(written)):
                self._add(root, name, [_part(word, groups) for word in same.phrase(phrase)])
        self._root = _State((root,))
        self._stems = frozenset(atom[:-1] for atom in self.vocabulary if atom.endswith("*"))
        self._lengths = sorted({len(stem) for stem in self._stems})
        self._kinds = lru_cache(maxsize=20_000)(self._kinds_of)

    def _add(self, node: _Node, name: str, parts: list[frozenset[str] | None]) -> None:
        for part in parts:
            if part is None:
                node.gap = node.gap or _Node()
                node = node.gap
            else:
                self.vocabulary |= part
                node = node.steps.setdefault(part, _Node())
        node.names.append(name)

    def _kinds_of(self, word: str) -> frozenset[str]:
        """What of the vocabulary a word stands for: itself, and each stem that it begins with."""
        words = {word, self._also.get(word, word)} & self.vocabulary
        stems = (word[:length] for length in self._lengths if length <= len(word))
        return frozenset(words.union(stem + "*" for stem in stems if stem in self._stems))

    def find(self, words: Words) -> dict[str, list[Match]]:
        """Where each group's phrases stand, in order; groups not there are left out."""
        return _Search(words, [self._kinds(word) for word in words.text], self._fillers).run(self._root)


class _Search:
    """One pass over one message."""

    def __init__(self, words: Words, kinds: list[frozenset[str]], fillers: frozenset[str]) -> None:
        self._kinds = kinds
        self._fills = [word in fillers for word in words.text]
        self._ends = _sentence_ends(words.sentence)
        self._found: dict[str, list[Match]] = {}

    def run(self, root: _State) -> dict[str, list[Match]]:
        for start, kinds in enumerate(self._kinds):
            if kinds:
                state = root.step(kinds)
                if state is not None:
                    self._follow(state, (start,))
        return self._found

    def _follow(self, state: _State, places: tuple[int, ...]) -> None:
        after, end = places[-1] + 1, self._ends[places[-1]]
        for name in state.names:
            matches = self._found.setdefault(name, [])
            match = Match(places[0], after, places)
            if not matches or matches[-1] != match:
                matches.append(match)
        if state.steps:
            for place in range(after, min(end, after + 1 + MAX_FILLERS)):
                self._step(state, place, places)
                if not self._fills[place]:
                    break
        if state.gap is not None:
            for place in range(after, min(end, after + 1 + MAX_GAP)):
                self._step(state.gap, place, places)

    def _step(self, state: _State, place: int, places: tuple[int, ...]) -> None:
        kinds = self._kinds[place]
        if kinds:
            following = state.step(kinds)
            if following is not None:
                self._follow(following, (*places, place))


def _sentence_ends(sentence: list[int]) -> list[int]:
    """For each word the place where its sentence ends."""
    ends = [0] * len(sentence)
    end = len(sentence)
    for place in range(len(sentence) - 1, -1, -1):
        if place + 1 < len(sentence) and sentence[place] != sentence[place + 1]:
            end = place + 1
        ends[place] = end
    return ends


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
    """A list of phrases, written as a list, as comma-separated lines, or as a list of such lines."""
    if value is None:
        return []
    if isinstance(value, list):
        return [phrase for item in value for phrase in flat(item)]
    return [part.strip() for part in str(value).split(",") if part.strip()]
