"""Sources: every statement rests on one that exists, and every source is used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from bot.checks.project import KNOWLEDGE, Project
from bot.errors import Problem
from bot.knowledge import SOFT_TOPICS, Entry, Statement

SOURCES, GLOSSARY = KNOWLEDGE / "sources.yml", KNOWLEDGE / "glossary.yml"
NEED_TWO = ("treatment", "side_effects", "prognosis")


def check(project: Project) -> Iterator[Problem]:
    """Statements without a source, dead keys, too few sources, unused or unusable sources."""
    for entry in project.entries.values():
        yield from _entry(project, entry)
    for term, meaning in project.glossary.items():
        for what, todo in _statement(project, meaning, needs_source=True):
            yield project.problem(GLOSSARY, (term,), f"the word `{term}` {what}", todo)
    yield from _list(project)


def _entry(project: Project, entry: Entry) -> Iterator[Problem]:
    factual = entry.topic not in SOFT_TOPICS
    places: list[tuple[tuple[str | int, ...], Statement]] = [(("summary",), entry.summary)]
    places += [(("points", number), point) for number, point in enumerate(entry.points)]
    for keys, statement in places:
        for what, todo in _statement(project, statement, needs_source=factual):
            yield project.entry_problem(entry.id, keys, what, todo)
    if entry.topic in NEED_TWO and len(set(entry.cites)) < 2:
        todo = "treatment, side effects and prognosis need two that agree"
        yield project.entry_problem(entry.id, ("summary",), f"cites {len(set(entry.cites))} source", todo)
    pages = Counter(project.sources[key].url for key in entry.cites if key in project.sources)
    for url, times in pages.items():
        if times > 1:
            yield project.entry_problem(entry.id, ("summary",), f"lists {url} {times} times", "cite it by one key")


def _statement(project: Project, statement: Statement, *, needs_source: bool) -> Iterator[tuple[str, str]]:
    if needs_source and not statement.cites:
        yield f'has no source for "{statement.text[:50]}"', "end it with [key of a source]"
    for key in statement.cites:
        if key not in project.sources:
            yield f"cites `{key}`, which is not in sources.yml", "correct the key, or add the source"


def _list(project: Project) -> Iterator[Problem]:
    used = {key for entry in project.entries.values() for key in entry.cites}
    used |= {key for meaning in project.glossary.values() for key in meaning.cites}
    used |= {key for figure in project.data("figures.yml").values() for key in figure.get("sources") or ()}
    for key, source in project.sources.items():
        if key not in used:
            yield project.problem(SOURCES, (key,), f"the source `{key}` is not used", "cite it, or remove it")
        if any(sign.isspace() for sign in source.url):
            yield project.problem(
                SOURCES, (key, "url"), f"the address of `{key}` has a space", "give the plain address"
            )
        if source.accessed > date.today().isoformat():
            yield project.problem(SOURCES, (key, "accessed"), f"`{key}` was read in the future", "correct the day")
