"""Follow-ups: each stands after an answer that exists, and under one."""

from __future__ import annotations

from collections.abc import Iterator

from bot.checks.project import Project
from bot.errors import Problem
from bot.examples import given

TODO = "use an id of the knowledge"


def check(project: Project) -> Iterator[Problem]:
    """In the form answer before (or several, "first > last") -> right answer -> texts."""
    for file, content in project.follow_ups.items():
        for before, asked in content.items():
            for answer in {*given(before)} - {*project.ids}:
                yield project.problem(file, (before,), f"`{answer}` is no answer", TODO)
            if not isinstance(asked, dict):
                yield project.problem(
                    file, (before,), f"`{before}` leads to no answers", "name them, each with its texts"
                )
                continue
            for answer, texts in asked.items():
                if answer not in project.ids:
                    yield project.problem(file, (before, answer), f"`{answer}` is no answer", TODO)
                if not (isinstance(texts, list) and texts and all(isinstance(text, str) for text in texts)):
                    what = f"`{answer}` after `{before}` holds no list of texts"
                    yield project.problem(file, (before, answer), what, 'start each with "- ", in quotation marks')
