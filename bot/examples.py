"""How people ask: training examples (data/nlu, Rasa's format), follow-ups and held-out phrasings.

The last two are in forms of their own, see ``follow_ups`` and tests/nlu.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot import yaml
from bot.paths import FOLLOW_UPS, HELD_OUT, NLU


@dataclass(frozen=True)
class Example:
    """A message and the id of the answer it should get; ``path`` and ``line`` say where it stands."""

    text: str
    answer: str
    path: Path
    line: int


def training(folder: Path = NLU) -> list[Example]:
    """All training examples.

    Raises:
        DataError: a file cannot be read.
    """
    return [example for path in sorted(folder.glob("*.yml")) for example in _training_file(path)]


def held_out(folder: Path = HELD_OUT) -> list[Example]:
    """Phrasings to measure on, never trained on.

    Raises:
        DataError: a file cannot be read.
    """
    return [example for path in sorted(folder.glob("*.yml")) for example in _held_out_file(path)]


@dataclass(frozen=True)
class FollowUpExample:
    """What somebody writes after the answer ``before``, and the id of the answer that it should get.

    ``earlier`` are the answers before that one, the newest first.
    """

    before: str
    text: str
    answer: str
    earlier: tuple[str, ...] = ()


def follow_ups(folder: Path = FOLLOW_UPS) -> list[FollowUpExample]:
    """All follow-ups; each file maps the answer before, or several in order (``given``), to the next one to texts.

    Raises:
        DataError: a file cannot be read.
    """
    return [
        FollowUpExample(before, str(text), answer, tuple(reversed(earlier)))
        for path in sorted(folder.glob("*.yml"))
        for answers, asked in yaml.read(path).items()
        for *earlier, before in [given(answers)]
        for answer, texts in asked.items()
        for text in texts
    ]


def given(answers: str) -> list[str]:
    """The answers that were given before a follow-up, in order, from how data/follow_ups names them: "first > last"."""
    return answers.split(" > ")


def _training_file(path: Path) -> list[Example]:
    found = []
    lines = yaml.Lines(path)
    for index, item in enumerate(yaml.read(path).get("nlu") or []):
        if "intent" not in item:
            continue
        answer = item["intent"].replace("/", ".", 1)
        first = lines.of("nlu", index) + 2  # the examples' block starts below `intent` and `examples`
        rows = item["examples"].splitlines()
        found += [
            Example(row[2:].strip(), answer, path, first + i) for i, row in enumerate(rows) if row.startswith("- ")
        ]
    return found


def _held_out_file(path: Path) -> list[Example]:
    lines = yaml.Lines(path)
    return [
        Example(str(text), answer, path, lines.of(answer, index))
        for answer, texts in yaml.read(path).items()
        for index, text in enumerate(texts)
    ]
