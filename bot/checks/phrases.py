"""Fixed phrases: every one that the code asks for is there, with fields that the code fills in."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from bot.checks.project import KNOWLEDGE, Project
from bot.errors import Problem
from bot.knowledge import TOPICS
from bot.paths import PROJECT

PHRASES = KNOWLEDGE / "phrases.yml"
# Phrases whose key the code works out as it runs; all others are found in the code itself.
WORKED_OUT = (
    *(("disclaimer", name) for name in ("general", "treatment", "prognosis", "urgent", "personal")),
    *(("fallback", name) for name in ("first", "second", "third")),
    *(("warm_openings", name) for name in ("greeting", "thanks", "feeling")),
    ("checked",),
    ("reviewed",),
)
FIELDS = {"checked": {"date"}, "reviewed": {"date", "reviewed"}}  # what compose.py fills in


def check(project: Project) -> Iterator[Problem]:
    """Missing or empty phrases, and fields in braces that nothing fills in."""
    for needed in sorted({*WORKED_OUT, *asked_for()}):
        if not _found(project.phrases, needed):
            what = f"the phrase `{'.'.join(needed)}` is missing or empty, and the bot needs it"
            yield project.problem(PHRASES, needed, what, "write it")
    for name, allowed in FIELDS.items():
        for named in _fields(str(project.phrases.get(name, ""))) - allowed:
            what = f"the phrase `{name}` has {{{named}}}, which nothing fills in"
            yield project.problem(PHRASES, (name,), what, f"use only {', '.join(sorted(allowed))}")
    for keys, text in leaves(project.phrases):
        if text.partition(".")[0] in TOPICS and is_key(text) and text not in project.ids:
            yield project.problem(PHRASES, keys, f"`{text}` has no entry in the knowledge", "correct the id")


@lru_cache(maxsize=1)
def asked_for() -> frozenset[tuple[str, ...]]:
    """The keys of all calls ``phrase("...", "...")`` in the project's code, up to the first that is not a constant."""
    found = set()
    for folder in ("bot", "actions"):
        for path in (PROJECT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "phrase":
                    found.add(tuple(_constants(node.args)))
    return frozenset(found - {()})


def leaves(value: Any, keys: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every text below ``value``, with the keys that lead to it."""
    if isinstance(value, (dict, list)):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, (*keys, key))
    elif isinstance(value, str):
        yield keys, value


def is_key(text: str) -> bool:
    """Whether a text is a name for the program (an id, another phrase) and never shown."""
    return re.fullmatch(r"[a-z0-9]+[._][a-z0-9._]+", text) is not None


def _constants(arguments: list[ast.expr]) -> Iterator[str]:
    for argument in arguments:
        if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
            return
        yield argument.value


def _found(phrases: Any, keys: tuple[str, ...]) -> Any:
    for key in keys:
        if not isinstance(phrases, dict):
            return None
        phrases = phrases.get(key)
    return phrases


def _fields(text: str) -> set[str]:
    try:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError:
        return {"a brace without its partner"}
