"""How near a message is to what each entry of the knowledge base says, sentence by sentence.

"Can I eat bread with it?" after a drug whose entry speaks of blood sugar: the words are near that entry's own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.encoder import WIDTH, SentenceEncoder
from bot.knowledge import Knowledge
from bot.neighbors import units

_SENTENCES = re.compile(r"(?<=[.!?])\s+")
SHORTEST = 16  # letters of a sentence that says something


@dataclass(frozen=True)
class EntryTexts:
    """``vectors`` (sentences x 384), unit rows; those of answer ``i`` begin at ``starts[i]``."""

    vectors: np.ndarray
    starts: np.ndarray

    @classmethod
    def of(cls, knowledge: Knowledge, answers: Sequence[str], encoder: SentenceEncoder) -> EntryTexts:
        """Of the entries of ``answers``, in that order."""
        said = [sentences(knowledge, answer) for answer in answers]
        starts = np.cumsum([0, *map(len, said[:-1])])
        features = encoder.encode([sentence for each in said for sentence in each])
        return cls(units(features[:, :WIDTH]), starts)

    def nearness(self, features: np.ndarray) -> np.ndarray:
        """The cosine of the nearest sentence of each answer, for one text's features (768,): shape (answers,)."""
        return np.maximum.reduceat(self.vectors @ units(features[None, :WIDTH])[0], self.starts)

    def arrays(self) -> dict[str, np.ndarray]:
        """What a file needs to keep; half precision is enough for a cosine."""
        return {"sentences": self.vectors.astype(np.float16), "sentence_starts": self.starts}

    @classmethod
    def from_arrays(cls, saved: Mapping[str, np.ndarray]) -> EntryTexts:
        """From what ``arrays`` gave."""
        return cls(saved["sentences"].astype(np.float32), saved["sentence_starts"])


def sentences(knowledge: Knowledge, answer: str) -> list[str]:
    """What the entry of an answer says; its title where it says nothing long enough."""
    entry = knowledge[answer]
    parts = (part for text in (entry.summary.text, *entry.shown_points) for part in _SENTENCES.split(text))
    return [part for part in parts if len(part) >= SHORTEST] or [entry.title]
