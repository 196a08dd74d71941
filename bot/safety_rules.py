"""The danger rules as records, read from ``knowledge/safety.yml``, where all fields are explained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from bot import yaml
from bot.errors import DataError, Problem
from bot.paths import KNOWLEDGE
from bot.temperature import GROUPS as TEMPERATURES
from bot.wording import flat

CERTAIN, POSSIBLE, MILD = "certain", "possible", "mild"
CLAIMS, SUPPORTS, DOUBTS, SILENCES, NOTHING = "claims", "supports", "doubts", "silences", "nothing"
BEFORE, AFTER, AROUND, MESSAGE = "before", "after", "around", "message"
SPECIAL = (
    "harmless", "figures of speech", "question words", "list words", "stop words", "degree words", "other numbers",
    "temperature word",
)  # fmt: skip
EFFECTS = (CLAIMS, SUPPORTS, DOUBTS, SILENCES, NOTHING)
CHOICES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("frames", "effect"): EFFECTS,
    ("frames", "telling"): EFFECTS,
    ("frames", "side"): (BEFORE, AFTER, AROUND, MESSAGE),
    ("rules", "strength"): (CERTAIN, POSSIBLE, MILD),
}


@dataclass(frozen=True)
class Frame:
    """What phrases around a sign make of it."""

    name: str
    effect: str
    side: str = BEFORE
    reach: int = 12
    telling: str = ""
    firm: bool = False
    same_clause: bool = False
    lists: bool = False
    not_after: frozenset[str] = frozenset()
    not_behind: frozenset[str] = frozenset()

    def effect_on(self, rule: Rule) -> str:
        return self.telling if rule.telling and self.telling else self.effect

    @property
    def asks(self) -> bool:
        """Whether the frame is a question or a plan, not a denial or the past."""
        return self.effect in (SILENCES, DOUBTS) and not self.firm


@dataclass(frozen=True)
class Rule:
    """A danger sign; each item of ``all`` and ``anywhere`` is a choice of groups."""

    name: str
    answer: str
    all: tuple[tuple[str, ...], ...]
    strength: str = CERTAIN
    within: int = 10
    across: bool = False
    telling: bool = False
    only_claimed: bool = False
    max_words: int = 0
    anywhere: tuple[tuple[str, ...], ...] = ()
    unless: tuple[str, ...] = ()
    unless_within: int = 6
    unless_anywhere: tuple[str, ...] = ()
    ignores: frozenset[str] = frozenset()


def read(path: Path = KNOWLEDGE / "safety.yml") -> dict[str, Any]:
    """The content of the file.

    Raises:
        DataError: a rule or frame has an unknown field or value, or names a group, frame or answer that is not there.
    """
    content = yaml.read(path)
    faults = list(_faults(content))
    if faults:
        lines = yaml.Lines(path)
        raise DataError([Problem(path, lines.of(*where), what, "see the head of the file") for where, what in faults])
    return content


def frames(content: Mapping[str, Any]) -> list[Frame]:
    """The frames in the order of the file."""
    return [_frame(name, given) for name, given in content["frames"].items()]


def rules(content: Mapping[str, Any]) -> list[Rule]:
    """The rules in the order of the file."""
    return [_rule(name, given) for name, given in content["rules"].items()]


def _frame(name: str, given: Mapping[str, Any]) -> Frame:
    values = {key: value for key, value in given.items() if key not in ("words", "says")}
    for key in ("not_after", "not_behind"):
        values[key] = frozenset(flat(given.get(key)))
    return Frame(**{**values, "name": name})


def _rule(name: str, given: Mapping[str, Any]) -> Rule:
    values: dict[str, Any] = {key: value for key, value in given.items() if key != "says"}
    for key in ("unless", "unless_anywhere"):
        values[key] = tuple(flat(given.get(key)))
    for key in ("all", "anywhere"):
        values[key] = tuple(_choice(item) for item in flat(given.get(key)))
    return Rule(**{**values, "name": name, "ignores": frozenset(flat(given.get("ignores")))})


def _choice(item: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in item.split("|"))


def _faults(content: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    allowed = {
        "rules": {field.name for field in fields(Rule)} - {"name"} | {"says"},
        "frames": {field.name for field in fields(Frame)} - {"name"} | {"says", "words"},
    }
    for name in SPECIAL:
        if name not in content["words"]:
            yield ("words",), f"the group `{name}` is missing"
    for part, known in allowed.items():
        for name, given in content[part].items():
            for key, value in given.items():
                if key not in known:
                    yield (part, name, key), f"{name}: unknown field `{key}`"
                elif value not in CHOICES.get((part, key), (value,)):
                    yield (part, name, key), f"{name}: `{value}` is not one of {', '.join(CHOICES[part, key])}"
    for name, given in content["rules"].items():
        if given.keys() <= allowed["rules"]:
            yield from _unknown_names(_rule(name, given), content)


def _unknown_names(rule: Rule, content: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    groups = content["words"].keys() | TEMPERATURES
    named = {name for choice in (*rule.all, *rule.anywhere, rule.unless, rule.unless_anywhere) for name in choice}
    for group in sorted(named - groups):
        yield ("rules", rule.name), f"{rule.name}: no group of words is called `{group}`"
    for frame in sorted(rule.ignores - content["frames"].keys()):
        yield ("rules", rule.name, "ignores"), f"{rule.name}: no frame is called `{frame}`"
    if rule.answer not in content["answers"]:
        yield ("rules", rule.name, "answer"), f"{rule.name}: `{rule.answer}` is not one of the answers"
