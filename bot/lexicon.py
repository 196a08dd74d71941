"""Finds named groups of phrases in a message.

Made for rules that a clinician can read (``knowledge/safety.yml``): a phrase is plain words. ``a|b`` are choices of one
word, ``(go|carry on)`` of several, ``word*`` is any word that begins so, ``...`` lets a few words stand between,
``<group>`` is any single word of a group. Small words ("really", "my") may stand inside a phrase unasked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from bot.wording import LONGEST_KEPT, Match, ShortForms, Words

GAP = "..."
MAX_GAP = 6  # words that may stand where a phrase has `...`
MAX_FILLERS = 3  # small words that may stand between two words of a phrase
MAX_REMEMBERED = 6_000  # words that lead on from one state
_BRACKET = re.compile(r"\(([^()]*)\)")


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
        kinds = [self._kinds(word) if len(word) <= LONGEST_KEPT else self._kinds_of(word) for word in words.text]
        return _Search(words, kinds, self._fillers).run(self._root)


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
