"""Phrasings: none under two answers, none twice, and what is held out stands in no training example."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from bot.checks.project import Project
from bot.errors import Problem
from bot.examples import Example


def check(project: Project) -> Iterator[Problem]:
    """Compared without regard to capitals, accents' form and punctuation."""
    yield from _repeated(project, project.training)
    yield from _repeated(project, project.held_out)
    trained = {normal(example.text): example for example in reversed(project.training)}
    for example in project.held_out:
        twin = trained.get(normal(example.text))
        if twin is not None:
            what = f'"{example.text}" is held out, but stands in training too ({_place(project, twin)})'
            yield Problem(project.below(example.path), example.line, what, "put it in other words here")


def normal(text: str) -> str:
    """A phrasing as the comparison sees it; plus and minus at a word's end stay (HER2+ is not HER2-)."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("'", "").replace("\u2019", "")
    words = re.sub(r"-(?=\w)|[^\w+\-]", " ", plain).split()
    said = " ".join(word for word in words if any(sign.isalnum() for sign in word))
    return said or text.strip()  # "?" and an emoji are phrasings too


def _repeated(project: Project, examples: Sequence[Example]) -> Iterator[Problem]:
    first: dict[str, Example] = {}
    for example in examples:
        twin = first.setdefault(normal(example.text), example)
        if twin is example:
            continue
        where = "twice" if twin.answer == example.answer else f"under `{twin.answer}` and `{example.answer}`"
        what = f'"{example.text}" stands {where} (first: {_place(project, twin)})'
        yield Problem(project.below(example.path), example.line, what, "keep one of the two")


def _place(project: Project, example: Example) -> str:
    return f"{project.below(example.path)}:{example.line}"
