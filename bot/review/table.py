"""The review sheet as a table (CSV): written for spreadsheets, read back from what they make of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.errors import LanternError

COLUMNS = ("id", "version", "text", "sources", "grade", "changes", "verdict", "role", "day", "comment")
FILLED_IN = ("verdict", "role", "day", "comment")
_MUST_HAVE = ("id", "version", "verdict", "role", "day")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a cell that begins so is run as a formula by spreadsheets
_VERSION = "v-"  # keeps a hash of digits from being turned into a number


@dataclass(frozen=True)
class Row:
    """One line of a filled sheet; ``line`` is where it begins in the file."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


def version(content_hash: str) -> str:
    """A hash as the sheet shows it."""
    return _VERSION + content_hash


def hash_of(row: Row) -> str:
    """The hash of the words that a row is about."""
    return row["version"].removeprefix(_VERSION)


def write(rows: Iterable[Mapping[str, str]], path: Path) -> None:
    """Write a sheet that opens in a spreadsheet with two clicks (hence the byte order mark)."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows({column: _guarded(row.get(column, "")) for column in COLUMNS} for row in rows)


def read(path: Path) -> list[Row]:
    """The rows of a filled sheet, whatever the spreadsheet chose: commas, semicolons or tabs, UTF-8 or UTF-16.

    Raises:
        LanternError: E12, when the file is not such a sheet.
    """
    text = _decoded(path)
    head = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count))
    try:
        return _rows(reader)
    except csv.Error as error:
        raise LanternError("E12", f"{path}: {error}") from None
    except _NoSheet as error:
        raise LanternError("E12", f"{path}: {error}") from None


class _NoSheet(Exception):
    pass


def _rows(reader: Iterable[list[str]]) -> list[Row]:
    rows: list[Row] = []
    head: list[str] | None = None
    ended = 0
    for cells in reader:
        line, ended = ended + 1, reader.line_num  # type: ignore[attr-defined]
        if head is None:
            head = [cell.strip().casefold() for cell in cells]
            missing = [column for column in _MUST_HAVE if column not in head]
            if missing:
                raise _NoSheet(f"its first line lacks {', '.join(missing)}")
        elif any(cell.strip() for cell in cells):
            rows.append(Row(line, {name: _unguarded(cell).strip() for name, cell in zip(head, cells, strict=False)}))
    if head is None:
        raise _NoSheet("it is empty")
    return rows


def _decoded(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise LanternError("E12", f"{path}: {error.strerror}") from None
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")  # what Excel on Windows saves as plain "CSV"


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
