"""Finds the terms of the knowledge base in a message: spaCy's phrase matcher, and misspelt drug names.

Only long names of drugs, tests and subtypes tolerate misspelling ("hercepton", "palbocyclib"), and never a word that
stands in the examples or the knowledge base in its own right.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import spacy
from rapidfuzz import fuzz, process
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.util import filter_spans

from bot.terms import Terms

TOLERANT_GROUPS = ("drug",)
TOLERANT_LENGTH = 6  # shorter names come too near to ordinary words
CUTOFF = 82  # rapidfuzz ratio: about one wrong letter in six
METS = ("met", "mets", "metastasis", "metastases", "secondaries")


@dataclass(frozen=True)
class Mention:
    """A term in a text; ``start`` and ``end`` are character offsets."""

    group: str
    name: str
    start: int
    end: int


@lru_cache(maxsize=1)
def english() -> Language:
    """spaCy's English tokenizer, built once: everything here runs in one thread."""
    return spacy.blank("en")


class Matcher:
    """Finds terms; build once, use for every message (spaCy objects are not thread-safe, the server has one thread)."""

    def __init__(self, terms: Terms, known_words: Iterable[str] = ()) -> None:
        self._language = english()
        self._phrases = PhraseMatcher(self._language.vocab, attr="LOWER")
        self._groups = {term.name: term.group for term in terms.all}
        self._fuzzy: dict[str, str] = {}
        for term in terms.all:
            names = term.names + tuple(f"{name} {word}" for name in term.names for word in METS if term.group == "site")
            self._phrases.add(term.name, [self._language.make_doc(name) for name in names])
            if term.group in TOLERANT_GROUPS:
                single = (name.lower() for name in term.names if name.isalpha() and len(name) >= TOLERANT_LENGTH)
                self._fuzzy.update(dict.fromkeys(single, term.name))
        self._known = frozenset(known_words) - frozenset(self._fuzzy)

    def find(self, text: str) -> list[Mention]:
        """Mentions in order; of overlapping names the longest."""
        with self._language.memory_zone():  # else spaCy keeps every new word of every message for ever
            doc = self._language.make_doc(text)
            spans = filter_spans(self._phrases(doc, as_spans=True))
            exact = [Mention(self._groups[s.label_], s.label_, s.start_char, s.end_char) for s in spans]
            taken = {token.i for span in spans for token in span}
            misspelt = [m for token in doc if token.i not in taken for m in self._misspelt(token.text, token.idx)]
        return sorted(exact + misspelt, key=lambda mention: mention.start)

    def _misspelt(self, word: str, start: int) -> list[Mention]:
        lower = word.lower()
        if len(lower) < TOLERANT_LENGTH or not lower.isalpha() or lower in self._known:
            return []
        best = process.extractOne(lower, self._fuzzy.keys(), scorer=fuzz.ratio, score_cutoff=CUTOFF)
        if best is None or best[0][0] != lower[0]:
            return []
        name = self._fuzzy[best[0]]
        return [Mention(self._groups[name], name, start, start + len(word))]
