"""Labelled questions to measure on: one JSON object a line, as docs/evaluation.md describes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import LanternError


@dataclass(frozen=True)
class Turn:
    """A message, the ids that are best for it and those that are also fair."""

    text: str
    expect: tuple[str, ...]
    accept: tuple[str, ...]

    @property
    def fair(self) -> frozenset[str]:
        return frozenset(self.expect + self.accept)

    def expects(self, topic: str) -> bool:
        """Whether the best ids are all of one topic."""
        return all(answer.startswith(f"{topic}.") for answer in self.expect)


@dataclass(frozen=True)
class Case:
    """A conversation of one turn or more; ``set`` says which measure it belongs to."""

    id: str
    set: str
    turns: tuple[Turn, ...]


def read(path: Path) -> list[Case]:
    """The cases of a file.

    Raises:
        LanternError: E13, with the line that cannot be read.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise LanternError("E13", f"{path}: {error}") from None
    cases = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                cases.append(_case(json.loads(line)))
            except (ValueError, KeyError, TypeError) as error:
                raise LanternError("E13", f"{path}:{number}: {type(error).__name__} {error}") from None
    return cases


def _case(row: dict[str, Any]) -> Case:
    turns = row.get("turns") or [row]
    return Case(
        str(row["id"]),
        str(row["set"]),
        tuple(Turn(str(t["text"]), tuple(t["expect"]), tuple(t.get("accept") or ())) for t in turns),
    )
