"""Reading YAML files, with the line of every key for messages about data."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import YAMLError

from bot.errors import DataError, Problem

DEEPEST, MOST_VALUES, MOST_BYTES = 50, 200_000, 4_000_000
_NESTED = re.compile(rf"(?:[\[{{]\s*){{{DEEPEST}}}")


class _Plain(SafeConstructor):
    """Once Rasa is imported, ruamel would put environment variables, secrets too, in the place of ``${NAME}``."""


_Plain.add_constructor("!env_var", SafeConstructor.construct_yaml_str)


def _reader() -> YAML:
    reader = YAML(typ="safe")
    reader.Constructor = _Plain
    return reader


def read(path: Path) -> dict[str, Any]:
    """The mapping in a YAML file.

    Raises:
        DataError: not there, not UTF-8, not YAML or not a mapping; the problem names path and line.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise DataError([Problem(path, 1, "the file is larger than 4 MB", "split it")])
        text = path.read_text(encoding="utf-8")
        if _NESTED.search(text):  # before ruamel, which takes seconds over some thousand brackets
            raise DataError([_tangle_in(path)])
        content = _reader().load(text)
    except FileNotFoundError:
        raise DataError([Problem(path, 1, "the file is missing", "restore it")]) from None
    except UnicodeDecodeError:
        raise DataError([Problem(path, 1, "the file is not UTF-8 text", "save it as UTF-8")]) from None
    except YAMLError as error:
        raise DataError([_syntax_problem(path, error)]) from None
    except (ValueError, ArithmeticError, TypeError, AttributeError, LookupError, RecursionError):
        # ruamel's own ways to stumble: a day such as 2024-99-99, a tag such as !!int x, thousands of brackets
        raise DataError([Problem(path, 1, "a value cannot be read", "check dates, tags and brackets")]) from None
    if _tangled(content):
        raise DataError([_tangle_in(path)])
    if not isinstance(content, dict):
        raise DataError([Problem(path, 1, "the file holds no `key: value` entries", "see knowledge/README.md")])
    return content


def _tangle_in(path: Path) -> Problem:
    return Problem(path, 1, "values are nested too deep or refer to themselves", "write them out")


def _tangled(content: Any) -> bool:
    """Whether aliases (``&a``, ``*a``) make of a small file something endless or huge."""
    left, seen = [(content, 0)], 0
    while left:
        value, depth = left.pop()
        seen += 1
        if depth > DEEPEST or seen > MOST_VALUES:
            return True
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list | set) else ()
        left.extend((one, depth + 1) for one in inner)
    return False


def _syntax_problem(path: Path, error: YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or "this is not valid YAML"
    return Problem(path, mark.line + 1 if mark else 1, what, "check quotes, colons and indentation there")


class Lines:
    """Line numbers of the keys of a YAML file, for messages."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._root = _reader().compose(path.read_text(encoding="utf-8"))

    def of(self, *keys: str | int) -> int:
        """Line (from 1) of the deepest of ``keys`` that can be found."""
        node, line = self._root, 1
        for key in keys:
            step = _child(node, key)
            if step is None:
                break
            node, line = step
        return line


def _child(node: Any, key: str | int) -> tuple[Any, int] | None:
    if isinstance(key, int) and node.id == "sequence" and key < len(node.value):
        return node.value[key], node.value[key].start_mark.line + 1
    if node.id == "mapping":
        for name, value in node.value:
            if name.value == str(key):
                return value, name.start_mark.line + 1
    return None
