"""Review dates and sign-offs: what is out of date is a warning, what is false an error."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot.checks.project import KNOWLEDGE, Project
from bot.errors import Problem
from bot.knowledge import SHORT_LIVED, SOFT_TOPICS
from bot.review import content_hash

SIGNED = KNOWLEDGE / "signed.yml"


def check(project: Project, today: date) -> Iterator[Problem]:
    """Days in the future, and verdicts that do not say who, when and about which words."""
    for entry in project.entries.values():
        if entry.checked > today:
            yield project.entry_problem(entry.id, ("checked",), "was checked in the future", "correct the day")
        review = entry.review
        if review.status != "unreviewed" and not (review.role and review.day and review.hash):
            what = f"is marked `{review.status}` without role, day and hash"
            yield project.entry_problem(entry.id, ("review",), what, "use `uv run lantern review import`")
    for answer in project.data(SIGNED.name):
        if answer not in project.ids:
            yield project.problem(SIGNED, (answer,), f"`{answer}` has no entry in the knowledge", "remove it here")


def warn(project: Project, today: date) -> Iterator[Problem]:
    """Answers past their review date, and sign-offs that a change of the words made void."""
    for entry in project.entries.values():
        if entry.is_stale(today) and not (entry.topic in SOFT_TOPICS and not entry.cites):
            months = 6 if entry.topic in SHORT_LIVED else 12
            what = f"was last checked on {entry.checked}, more than {months} months ago"
            yield project.entry_problem(entry.id, ("checked",), what, "compare it with its sources, then set `checked`")
        review = entry.review
        if review.status == "changes wanted":
            what = f"waits for changes that a reviewer wanted on {review.day}"
            yield project.entry_problem(entry.id, ("review",), what, "mend the words, then have them reviewed again")
        elif review.status == "approved" and review.hash != content_hash(entry):
            what = f"was changed after its sign-off on {review.day}, which is void now"
            yield project.entry_problem(entry.id, ("review",), what, "have it reviewed again")
