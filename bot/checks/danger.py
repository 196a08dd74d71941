"""The danger rules: of their form, and each leads to an answer that is there."""

from __future__ import annotations

from collections.abc import Iterator

from bot.checks.project import KNOWLEDGE, Project
from bot.errors import DataError, Problem
from bot.safety import SafetyRules

SAFETY = KNOWLEDGE / "safety.yml"


def check(project: Project) -> Iterator[Problem]:
    """Faults of ``safety.yml``; none where there is no such file (the start refuses that)."""
    path = project.root / SAFETY
    if not path.exists():
        return
    try:
        rules = SafetyRules.load(path)
    except DataError as error:
        yield from (Problem(project.below(each.path), each.line, each.what, each.todo) for each in error.problems)
        return
    except (KeyError, TypeError, AttributeError, ValueError, IndexError) as error:  # a part is missing or another thing
        what = f"a part is missing or not of its form ({type(error).__name__}: {error})"
        yield Problem(SAFETY, 1, what, "compare it with the version before")
        return
    for answer in rules.answers:
        if answer not in project.ids:
            yield project.problem(SAFETY, ("answers",), f"`{answer}` has no entry in the knowledge", "correct the id")
