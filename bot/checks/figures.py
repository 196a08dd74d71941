"""Figures: drawn, described in words, and in step with the answers that show them."""

from __future__ import annotations

from collections.abc import Iterator

from bot import figures
from bot.checks.phrases import PHRASES
from bot.checks.project import KNOWLEDGE, Project
from bot.errors import Problem

DATA, FOLDER = KNOWLEDGE / "figures.yml", KNOWLEDGE / "figures"


def check(project: Project) -> Iterator[Problem]:
    """Pictures that are missing, out of date or not described, and numbers that no answer states."""
    data = project.data("figures.yml")
    described = project.phrases.get("figures") or {}
    wanted = {entry.figure: entry for entry in project.entries.values() if entry.figure}
    for name, entry in wanted.items():
        if name not in data:
            yield project.entry_problem(entry.id, ("figure",), f"shows `{name}`, which is not in figures.yml", "add it")
        if not described.get(name):
            what = f"the figure `{name}` is not described in words"
            yield project.problem(PHRASES, ("figures", name), what, "write its text alternative")
    for name, fields in data.items():
        if name not in wanted:
            yield project.problem(DATA, (name,), f"no answer shows the figure `{name}`", "name it in one, or remove it")
            continue
        for key in fields.get("sources") or ():
            if key not in project.sources:
                yield project.problem(
                    DATA, (name, "sources"), f"cites `{key}`, which is not in sources.yml", "correct it"
                )
        yield from _numbers(project, name, fields)
        yield from _drawn(project, name)


def _numbers(project: Project, name: str, fields: dict[str, object]) -> Iterator[Problem]:
    """A number in a picture must stand in words in each answer that shows it and in its description."""
    numbers = [str(bar["label"]) for bar in fields.get("bars") or ()]  # type: ignore[attr-defined]
    told = " ".join(str((project.phrases.get("figures") or {}).get(name, "")).split())
    for number in numbers:
        plain = number.replace("%", " percent")
        if plain not in told and number not in told:
            what = f"the description of `{name}` does not say {number}"
            yield project.problem(PHRASES, ("figures", name), what, "say the same numbers as figures.yml")
        if not any(number in entry.summary.text for entry in project.entries.values() if entry.figure == name):
            what = f"{number} stands in no summary of an answer that shows `{name}`"
            yield project.problem(DATA, (name, "bars"), what, "picture and words must state the same numbers")


def _drawn(project: Project, name: str) -> Iterator[Problem]:
    todo = "run `uv run lantern figures`"
    for suffix in (".svg", ".png"):
        if not (project.root / FOLDER / (name + suffix)).exists():
            yield project.problem(DATA, (name,), f"{FOLDER / (name + suffix)} is missing", todo)
    drawn = project.root / FOLDER / f"{name}.svg"
    if drawn.exists() and drawn.read_text(encoding="utf-8") != figures.svg(name, project.root):
        yield project.problem(DATA, (name,), f"{FOLDER / drawn.name} is not what figures.yml says now", todo)
