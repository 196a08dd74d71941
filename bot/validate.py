"""The data of the project as a whole: every problem at once, each with its file, its line and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot import readability
from bot.checks import danger, figures, follow_ups, ids, links, phrases, phrasings, readable, reviews, sources, words
from bot.checks.project import Project, read
from bot.errors import Problem
from bot.paths import PROJECT
from bot.review import is_signed

CHECKS = (
    ids.check,
    phrasings.check,
    follow_ups.check,
    sources.check,
    links.check,
    phrases.check,
    figures.check,
    danger.check,
    words.check,
    readable.check,
)


@dataclass(frozen=True)
class Report:
    """``problems`` keep the bot from being released; ``warnings`` ask for a look."""

    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    answers: int

    def lines(self) -> list[str]:
        """What a person reads, with a last line that sums it up."""
        lines = [str(problem) for problem in self.problems]
        lines += [f"warning: {warning}" for warning in self.warnings]
        found = f"{_count(len(self.problems), 'problem')} and {_count(len(self.warnings), 'warning')}"
        return [*lines, f"{self.answers} answers checked: {found}."]


def run(root: Path = PROJECT, today: date | None = None) -> Report:
    """Check everything below ``root``."""
    return _report(read(root), today or date.today())


def problems(root: Path = PROJECT) -> list[Problem]:
    """What must be mended, in the order of file and line."""
    return list(run(root).problems)


def coverage(root: Path = PROJECT) -> list[str]:
    """A line for each answer: how it can be asked for, what it rests on, when it was checked, who signed it."""
    project = read(root)
    lines = [f"{'answer':<34} {'examples':>8} {'held out':>8} {'sources':>7} {'checked':<10} review"]
    for entry in project.entries.values():
        examples = sum(example.answer == entry.id for example in project.training)
        held_out = sum(example.answer == entry.id for example in project.held_out)
        review = f"{entry.review.role}, {entry.review.day}" if is_signed(entry) else entry.review.status
        if entry.review.status == "approved" and not is_signed(entry):
            review = "void (changed after sign-off)"
        row = f"{entry.id:<34} {examples:>8} {held_out:>8} {len(entry.cites):>7} {entry.checked} {review}"
        lines.append(row)
    signed = sum(is_signed(entry) for entry in project.entries.values())
    total = f"{len(project.entries)} answers, {len(project.training)} examples, {len(project.held_out)} held out"
    return [*lines, f"{total}, {len(project.sources)} sources, {signed} signed by a clinician"]


def readability_table(root: Path = PROJECT) -> list[str]:
    """The reading grade of each answer, the hardest first."""
    project = read(root)
    return readability.table(project.entries.values(), project.terms)


def _report(project: Project, today: date) -> Report:
    if not project.complete:
        return Report(_sorted(project.faults), (), len(project.entries))
    found = [*project.faults, *_checked(project), *reviews.check(project, today)]
    return Report(_sorted(found), _sorted(reviews.warn(project, today)), len(project.entries))


def _checked(project: Project) -> Iterator[Problem]:
    for check in CHECKS:
        yield from check(project)


def _sorted(found: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(dict.fromkeys(found), key=lambda problem: (str(problem.path), problem.line, problem.what)))


def _count(number: int, name: str) -> str:
    return f"{number or 'no'} {name}{'' if number == 1 else 's'}"
