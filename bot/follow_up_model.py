"""All that is trained to understand follow-ups, in one file of the model: moves, the entries' texts, and the ranker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.entry_texts import EntryTexts
from bot.follow_up_ranker import FollowUpRanker, Reading
from bot.moves import Moves


@dataclass(frozen=True)
class FollowUpModel:
    """``moves`` and ``texts`` are trained; the ranker's weights come from ``bot/follow_up.yml``."""

    moves: Moves
    texts: EntryTexts
    ranker: FollowUpRanker

    def reading(self, likely: np.ndarray, features: np.ndarray) -> Reading:
        """What a text's words say, from its probabilities (answers,) and its features (768,)."""
        return Reading(likely, self.texts.nearness(features))

    def save(self, path: Path) -> None:
        np.savez(path, **self.moves.arrays(), **self.texts.arrays())

    @classmethod
    def load(cls, path: Path, answers: Sequence[str]) -> FollowUpModel:
        """Read what ``save`` wrote (arrays only: nothing in the file is executed).

        Raises:
            DataError: the ranker's weights cannot be read.
        """
        with np.load(path, allow_pickle=False) as saved:
            return cls(Moves.from_arrays(saved), EntryTexts.from_arrays(saved), FollowUpRanker.load(answers))
