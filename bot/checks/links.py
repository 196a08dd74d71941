"""Links between entries: what to ask next, names by which they are known, terms that point to them."""

from __future__ import annotations

from collections.abc import Iterator

from bot.checks.phrasings import normal
from bot.checks.project import KNOWLEDGE, Project
from bot.errors import Problem
from bot.knowledge import topic_of
from bot.terms import GENERAL

TERMS = KNOWLEDGE / "terms.yml"
NEVER_NEXT = ("urgent", "fallback")


def check(project: Project) -> Iterator[Problem]:
    """Unknown or unfit ids under ``next``, names used twice, terms that point nowhere."""
    yield from _next(project)
    for field in ("title", "question", "synonyms"):
        yield from _repeated(project, field)
    yield from _terms(project)
    yield from _general(project)


def _next(project: Project) -> Iterator[Problem]:
    for entry in project.entries.values():
        for number, wanted in enumerate(entry.next):
            keys = ("next", number)
            if wanted not in project.ids:
                yield project.entry_problem(
                    entry.id, keys, f"suggests `{wanted}`, which does not exist", "correct the id"
                )
            elif wanted == entry.id:
                yield project.entry_problem(entry.id, keys, "suggests itself", "name another entry")
            elif topic_of(wanted) in NEVER_NEXT:
                todo = "name another entry: these are never offered as a button"
                yield project.entry_problem(entry.id, keys, f"suggests `{wanted}`", todo)


def _repeated(project: Project, field: str) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for entry in project.entries.values():
        written = getattr(entry, field)
        for number, name in enumerate([written] if isinstance(written, str) else written):
            owner = first.setdefault(normal(name), entry.id)
            if owner != entry.id:
                what = f'has the same {field.removesuffix("s")} as `{owner}`: "{name}"'
                keys = (field, number) if field == "synonyms" else (field,)
                yield project.entry_problem(entry.id, keys, what, "keep it where it fits best, change the other")


def _general(project: Project) -> Iterator[Problem]:
    for side, answer in project.terms.general.items():
        if answer not in project.ids:
            what = f"`{GENERAL}` points to `{answer}` for {side}, which does not exist"
            yield project.problem(TERMS, (GENERAL, side), what, "correct the id")


def _terms(project: Project) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for term in project.terms.all:
        keys = (term.group, term.name)
        for name in term.names:
            owner = first.get(name.casefold())
            if owner is not None:
                what = (
                    f'"{name}" names both `{owner}` and `{term.name}`'
                    if owner != term.name
                    else f'"{name}" stands twice'
                )
                yield project.problem(TERMS, keys, what, "keep it once, under one term")
            first[name.casefold()] = term.name
        for side, answer in term.sides.items():
            if answer not in project.ids:
                what = f"`{term.name}` points to `{answer}` for {side}, which does not exist"
                yield project.problem(TERMS, (*keys, side), what, "correct the id")
        if "about" not in term.sides:
            yield project.problem(TERMS, keys, f"`{term.name}` has no `about`", "name the answer for the bare name")
