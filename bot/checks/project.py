"""All data of the project, read once for the checks; what cannot be read is left out and reported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from bot import examples, knowledge, schema, terms, yaml
from bot.errors import DataError, Problem
from bot.examples import Example
from bot.knowledge import TOPICS, Entry, Source, Statement
from bot.terms import Terms

KNOWLEDGE, NLU, HELD_OUT = Path("knowledge"), Path("data", "nlu"), Path("tests", "nlu")
FOLLOW_UPS = Path("data", "follow_ups")
Read = TypeVar("Read")


@dataclass(frozen=True)
class Project:
    """The data below ``root``.

    ``entries`` holds those whose form is right, ``ids`` maps every id to its file, ``asked`` the files of phrasings
    to the ids they name, ``follow_ups`` those of follow-ups to their contents, and ``faults`` says what could not be
    read. ``complete`` is false where a whole file could not: then the other checks would only report what follows
    from that.
    """

    root: Path
    entries: Mapping[str, Entry]
    ids: Mapping[str, Path]
    sources: Mapping[str, Source]
    glossary: Mapping[str, Statement]
    phrases: Mapping[str, Any]
    terms: Terms
    training: tuple[Example, ...]
    held_out: tuple[Example, ...]
    asked: Mapping[Path, tuple[str, ...]]
    follow_ups: Mapping[Path, Mapping[str, Any]]
    faults: tuple[Problem, ...]
    complete: bool
    _lines: dict[Path, yaml.Lines] = field(default_factory=dict)

    def problem(self, file: Path, keys: tuple[str | int, ...], what: str, todo: str) -> Problem:
        """A problem at the line where ``keys`` stand in ``file`` (a path below ``root``)."""
        if file not in self._lines:
            self._lines[file] = yaml.Lines(self.root / file)
        return Problem(file, self._lines[file].of(*keys), what, todo)

    def entry_problem(self, entry_id: str, keys: tuple[str | int, ...], what: str, todo: str) -> Problem:
        """A problem of one entry, at one of its fields."""
        return self.problem(self.ids[entry_id], (entry_id, *keys), f"`{entry_id}` {what}", todo)

    def below(self, path: Path) -> Path:
        """A path as messages name it: seen from ``root``."""
        return path.relative_to(self.root) if path.is_relative_to(self.root) else path

    def data(self, name: str) -> dict[str, Any]:
        """Another data file of the knowledge; empty where it is missing."""
        path = self.root / KNOWLEDGE / name
        return yaml.read(path) if path.exists() else {}


def read(root: Path) -> Project:
    """All data below ``root``."""
    return _Reader(root).project()


class _Reader:
    """Reads the files and collects what is wrong with their form."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._faults: list[Problem] = []
        self._complete = True

    def project(self) -> Project:
        ids: dict[str, Path] = {}
        entries: dict[str, Entry] = {}
        for topic in TOPICS:
            file = KNOWLEDGE / f"{topic}.yml"
            content, broken = self._form(file)
            ids |= dict.fromkeys(content, file)
            entries |= {key: knowledge.entry_of(key, value) for key, value in content.items() if key not in broken}
        sources, broken = self._form(KNOWLEDGE / "sources.yml")
        glossary = self._yaml(KNOWLEDGE / "glossary.yml")
        term_list = self._load(lambda: terms.load(self._root / KNOWLEDGE / "terms.yml"), Terms((), {}))
        asked = self._asked()
        sound = self._complete  # phrasings of a wrong form cannot be read further
        return Project(
            root=self._root,
            entries=entries,
            ids=ids,
            sources={k: Source(k, **knowledge.source_fields(v)) for k, v in sources.items() if k not in broken},
            glossary={str(term): Statement.parse(str(text or "")) for term, text in glossary.items()},
            phrases=self._yaml(KNOWLEDGE / "phrases.yml"),
            terms=term_list,
            training=tuple(examples.training(self._root / NLU)) if sound else (),
            held_out=tuple(examples.held_out(self._root / HELD_OUT)) if sound else (),
            asked=asked,
            follow_ups={
                FOLLOW_UPS / path.name: self._yaml(FOLLOW_UPS / path.name)
                for path in sorted((self._root / FOLLOW_UPS).glob("*.yml"))
            },
            faults=tuple(dict.fromkeys(self._faults)),
            complete=self._complete,
        )

    def _load(self, load: Callable[[], Read], otherwise: Read) -> Read:
        try:
            return load()
        except DataError as error:
            self._faults += [Problem(p.path.relative_to(self._root), p.line, p.what, p.todo) for p in error.problems]
            self._complete = False
            return otherwise

    def _yaml(self, file: Path) -> dict[str, Any]:
        return self._load(lambda: yaml.read(self._root / file), {})

    def _form(self, file: Path) -> tuple[dict[str, Any], set[str]]:
        """A file with a fixed form, and the keys of it whose form is wrong."""
        content = self._yaml(file)
        problems = schema.problems_of(self._root / file) if content else []
        if not problems:
            return content, set()
        self._faults += [Problem(file, problem.line, *_plain(problem)) for problem in problems]
        lines = yaml.Lines(self._root / file)
        starts = sorted((lines.of(key), key) for key in content)
        return content, {[key for line, key in starts if line <= problem.line][-1] for problem in problems}

    def _asked(self) -> dict[Path, tuple[str, ...]]:
        """The ids that each file of phrasings names, also those without a phrasing."""
        found: dict[Path, tuple[str, ...]] = {}
        for path in sorted((self._root / NLU).glob("*.yml")):
            items = self._yaml(NLU / path.name).get("nlu") or []
            found[NLU / path.name] = tuple(
                item["intent"].replace("/", ".", 1) for item in items if self._is_intent(item, NLU / path.name)
            )
        for path in sorted((self._root / HELD_OUT).glob("*.yml")):
            content = self._yaml(HELD_OUT / path.name)
            for answer, texts in content.items():
                if not isinstance(texts, list):
                    self._fault(HELD_OUT / path.name, f"`{answer}` holds no list of phrasings", 'start each with "- "')
            found[HELD_OUT / path.name] = tuple(map(str, content))
        return found

    def _is_intent(self, item: Any, file: Path) -> bool:
        if isinstance(item, dict) and "intent" not in item:
            return False  # synonyms, lookup tables and regexes of Rasa
        sound = isinstance(item, dict) and isinstance(item["intent"], str) and isinstance(item.get("examples"), str)
        if not sound:
            self._fault(file, "a block has no `intent:` with `examples: |`", "give it the form of its neighbors")
        return sound

    def _fault(self, file: Path, what: str, todo: str) -> None:
        self._faults.append(Problem(file, 1, what, todo))
        self._complete = False


def _plain(problem: Problem) -> tuple[str, str]:
    """A field that waits to be written gets a plainer message than JSON Schema's."""
    field_name, _, fault = problem.what.rpartition(": ")
    if fault.startswith("None is not of type"):
        return f"{field_name} is still empty", "write it; knowledge/README.md explains each field"
    return problem.what, problem.todo
