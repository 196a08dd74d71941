"""Puts the tables of docs/benchmarks/ between their markers: ``python -m benchmarks.readme_table [--check]``.

Speed and size (table.md) stand in README.md and docs/benchmarks.md, the ways to understand (nlu.json) in the latter.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from benchmarks import nlu
from bot.paths import PROJECT

FIGURES = PROJECT / "docs" / "benchmarks"
SPEED, UNDERSTANDING = "benchmark", "understanding"
PLACES = {PROJECT / "README.md": (SPEED,), PROJECT / "docs" / "benchmarks.md": (SPEED, UNDERSTANDING)}


def markers(name: str) -> tuple[str, str]:
    """The lines around a table."""
    return f"<!-- {name} -->", f"<!-- /{name} -->"


def put(text: str, table: str, name: str = SPEED) -> str:
    """The text with the table between its markers.

    Raises:
        ValueError: a marker is missing.
    """
    first, last = markers(name)
    before, begin, rest = text.partition(first)
    _, end, after = rest.partition(last)
    if not begin or not end:
        raise ValueError(f"README.md and docs/benchmarks.md need the lines {first} and {last}")
    return f"{before}{first}\n{table.strip()}\n{last}{after}"


def tables() -> dict[str, str]:
    """In Markdown, by name."""
    measured = json.loads((FIGURES / "nlu.json").read_text(encoding="utf-8"))
    return {SPEED: (FIGURES / "table.md").read_text(encoding="utf-8"), UNDERSTANDING: nlu.table(measured)}


def filled() -> dict[Path, str]:
    """The pages with the tables as they are now."""
    found, made = {}, tables()
    for page, names in PLACES.items():
        text = page.read_text(encoding="utf-8")
        for name in names:
            text = put(text, made[name], name)
        found[page] = text
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say whether the pages are up to date")
    check = parser.parse_args().check
    for page, text in filled().items():
        if check and page.read_text(encoding="utf-8") != text:
            print(f"{page.relative_to(PROJECT)}: run `uv run python -m benchmarks.readme_table`", file=sys.stderr)
            return 1
        if not check:
            page.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
