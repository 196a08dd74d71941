"""Puts the benchmark's table between the markers of README.md: ``python -m benchmarks.readme_table [--check]``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bot.paths import PROJECT

BEGIN, END = "<!-- benchmark -->", "<!-- /benchmark -->"
TABLE = PROJECT / "docs" / "benchmarks" / "table.md"


def put(text: str, table: str) -> str:
    """The text with the table between its markers.

    Raises:
        ValueError: a marker is missing.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"README.md needs the lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{table.strip()}\n{END}{after}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say whether the README is up to date")
    readme: Path = PROJECT / "README.md"
    old = readme.read_text(encoding="utf-8")
    new = put(old, TABLE.read_text(encoding="utf-8"))
    if parser.parse_args().check:
        return int(old != new)
    readme.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
