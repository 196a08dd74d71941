"""The form of the knowledge files, checked by knowledge/schema.json (JSON Schema draft 7)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import jsonschema

from bot import yaml
from bot.errors import DataError, Problem
from bot.paths import KNOWLEDGE

TOPIC_FORM, SOURCE_FORM = "entry", "source"


def read(folder: Path) -> dict[str, dict[str, Any]]:
    """Entries and sources by the name of their file, their form checked.

    Raises:
        DataError: with every problem of every file at once.
    """
    contents: dict[str, dict[str, Any]] = {}
    problems: list[Problem] = []
    for path in knowledge_files(folder):
        try:
            contents[path.stem] = yaml.read(path)
            problems += _problems_in(path, contents[path.stem])
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)
    return contents


def knowledge_files(folder: Path) -> list[Path]:
    """The files with a fixed form: one a topic, and the sources."""
    from bot.knowledge import TOPICS

    return [folder / f"{name}.yml" for name in (*TOPICS, "sources")]


def problems_of(path: Path) -> list[Problem]:
    """What is wrong with the form of one file."""
    try:
        content = yaml.read(path)
    except DataError as error:
        return error.problems
    return _problems_in(path, content)


def _problems_in(path: Path, content: dict[str, Any]) -> list[Problem]:
    form = _validator(SOURCE_FORM if path.stem == "sources" else TOPIC_FORM)
    faults = list(_faults(form, content, path))
    if not faults:
        return []
    lines = yaml.Lines(path)
    return [Problem(path, lines.of(*where), what, "see knowledge/README.md for the fields") for where, what in faults]


def _faults(form: Any, content: dict[str, Any], path: Path) -> Iterator[tuple[list[Any], str]]:
    for key, fields in content.items():
        if path.stem != "sources" and not str(key).startswith(f"{path.stem}."):
            yield [key], f"`{key}` does not belong in this file"
        for error in form.iter_errors(_plain(fields)):
            field = ".".join(str(part) for part in error.path)
            yield [key, *error.path], f"{key}{' ' + field if field else ''}: {error.message}"


def _plain(value: Any) -> Any:
    """Dates as ISO text, so that a JSON schema can check them."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


@lru_cache(maxsize=2)
def _validator(form: str) -> Any:
    schema = json.loads((KNOWLEDGE / "schema.json").read_text(encoding="utf-8"))
    return jsonschema.Draft7Validator({**schema, "$ref": f"#/definitions/{form}"})
