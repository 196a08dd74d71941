"""Words that a person reads: what must not stand among them, the shape of an answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bot.checks.phrases import PHRASES, is_key, leaves
from bot.checks.project import KNOWLEDGE, Project
from bot.errors import Problem
from bot.knowledge import SOFT_TOPICS, Entry

FORBIDDEN, GLOSSARY, FIGURES = (KNOWLEDGE / f"{name}.yml" for name in ("forbidden", "glossary", "figures"))
FREE_TOPICS = (*SOFT_TOPICS, "urgent")  # may have any number of points, and no `subject`
TREATMENT_LABELS = ("How it works", "What it may do", "Main risks", "How it is given", "Other choices")
_LITTER = re.compile(r"[<>*_{}\[\]|\u2190-\U0010ffff]|https?://")
_PLACE = re.compile(r"\{\w+\}")  # what the program fills in
_DOSE = re.compile(r"\b\d+(?:[.,]\d+)? ?(?:mg|mcg|µg|ml|milligrams?)\b", re.IGNORECASE)
_ONE_COUNTRY, EVERYWHERE = re.compile(r"(?<![\w-])(?:911|999|112)(?![\w-])"), "local emergency number"
Text = tuple[tuple[Any, ...], str]


def check(project: Project) -> Iterator[Problem]:
    """Forbidden or unfit words, and answers without the parts they need."""
    yield from _shape(project)
    yield from _unfit(project)
    yield from _everywhere(project)


def _shape(project: Project) -> Iterator[Problem]:
    for entry in project.entries.values():
        if entry.topic in FREE_TOPICS:
            continue
        if not 3 <= len(entry.points) <= 6:
            yield project.entry_problem(entry.id, ("points",), f"has {len(entry.points)} points", "write 3 to 6")
        if not entry.subject:
            todo = 'add what "it" would mean in a question after this answer, such as "bone metastases"'
            yield project.entry_problem(entry.id, (), "has no `subject`", todo)
        if not entry.next:
            yield project.entry_problem(entry.id, (), "has no `next`", "name 2 or 3 ids a person would want next")
        labels = [point.text.partition(":")[0] for point in entry.points]
        if entry.topic == "treatment" and TREATMENT_LABELS[0] in labels:
            for label in set(TREATMENT_LABELS) - set(labels):
                yield project.entry_problem(entry.id, ("points",), f'has no point "{label}: ..."', "add it")
    for term in project.glossary:
        word = re.compile(rf"(?<!\w){re.escape(term)}(?!\w)", re.IGNORECASE)
        if not any(word.search(text) for entry in project.entries.values() for _, text in shown(entry)):
            what = f"the word `{term}` stands in no answer"
            yield project.problem(GLOSSARY, (term,), what, "write it as the answers do, or remove it")


def _unfit(project: Project) -> Iterator[Problem]:
    """What must not be shown: promotion, promises, doses, British spelling, markup."""
    rules = project.data("forbidden.yml")
    words = {str(word): str(why) for word, why in (rules.get("shown") or {}).items()}
    pattern = _any_of(words)
    for file, keys, text in _all_shown(project):
        for hit in pattern.findall(text):
            what = f'"{hit}" must not be shown ({words[hit.casefold()]})'
            yield project.problem(file, keys, what, "say it in another way")
        for dose in _DOSE.findall(text):
            yield project.problem(
                file, keys, f'"{dose}" is a dose', "never name one: doses differ from person to person"
            )
        if _ONE_COUNTRY.search(text) and EVERYWHERE not in text:
            what = "an emergency number of one country stands alone"
            yield project.problem(file, keys, what, f'write "your {EVERYWHERE}"')
        for sign in _LITTER.findall(text):
            todo = "write plain words: no markup, links or pictures"
            yield project.problem(file, keys, f'"{sign}" must not stand in a text', todo)


def _everywhere(project: Project) -> Iterator[Problem]:
    """Names that must stand nowhere in the knowledge, not even in a source or a comment."""
    words = {str(word): str(why) for word, why in (project.data("forbidden.yml").get("anywhere") or {}).items()}
    pattern = _any_of(words)
    for path in sorted((project.root / KNOWLEDGE).glob("*.yml")):
        if path.name == FORBIDDEN.name:
            continue
        for line, row in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            for hit in pattern.findall(row):
                what = f'"{hit}" must not stand in the knowledge ({words[hit.casefold()]})'
                yield Problem(project.below(path), line, what, "remove it")


def shown(entry: Entry) -> Iterator[Text]:
    """Every text of an entry that a person reads, with the fields it stands in."""
    yield ("title",), entry.title
    yield ("question",), entry.question
    yield ("summary",), entry.summary.text
    for number, point in enumerate(entry.points):
        yield ("points", number), point.text
    if entry.ask:
        yield ("ask",), entry.ask


def _all_shown(project: Project) -> Iterator[tuple[Any, tuple[Any, ...], str]]:
    for entry in project.entries.values():
        for keys, text in shown(entry):
            yield project.ids[entry.id], (entry.id, *keys), text
    for term, meaning in project.glossary.items():
        yield GLOSSARY, (term,), f"{term} {meaning.text}"
    for keys, text in leaves(project.phrases):
        if not is_key(text):
            yield PHRASES, keys, _PLACE.sub("", text)
    for keys, text in leaves(project.data("figures.yml")):
        if " " in text:
            yield FIGURES, keys, text


def _any_of(words: dict[str, str]) -> re.Pattern[str]:
    found = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{found or '(?!)'})(?!\w)", re.IGNORECASE)
