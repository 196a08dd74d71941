"""Recording what clinicians decided: from the filled sheet into the entries, all rows or none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot import knowledge
from bot.errors import DataError, Problem
from bot.knowledge import Entry
from bot.paths import PROJECT
from bot.review import STATUSES, content_hash, signed, table
from bot.review.edit import with_reviews
from bot.review.signed import Signed
from bot.review.table import Row

LONGEST_ROLE = 60
_SAME = {"approve": "approved", "ok": "approved", "changes": "changes wanted", "change wanted": "changes wanted"}
_NAME = re.compile(r"\b(?:dr|prof|professor|mr|mrs|ms|md)\b\.?|@", re.IGNORECASE)


@dataclass(frozen=True)
class Verdict:
    """One filled row; ``day`` is an ISO day."""

    entry: Entry
    status: str
    role: str
    day: str
    comment: str

    def __str__(self) -> str:
        said = f' "{self.comment}"' if self.comment else ""
        return f"{self.entry.id}: {self.status} ({self.role}, {self.day}){said}"


def import_csv(path: Path, root: Path = PROJECT, today: date | None = None) -> list[Verdict]:
    """Record every verdict of a filled sheet in the knowledge below ``root``; rows left empty are passed over.

    Raises:
        LanternError: E12, the file is not a review sheet.
        DataError: with all rows that cannot be recorded; then nothing is.
    """
    folder = root / "knowledge"
    known = knowledge.load(folder)
    verdicts, problems = _read(table.read(path), known.entries, path, today or date.today())
    if problems:
        raise DataError(problems)
    _replace(_texts(verdicts, folder, list(known.entries)))
    return verdicts


def _read(
    rows: Iterable[Row], entries: Mapping[str, Entry], path: Path, today: date
) -> tuple[list[Verdict], list[Problem]]:
    filled = [row for row in rows if any(row[column] for column in table.FILLED_IN)]
    times = Counter(row["id"] for row in filled)
    verdicts, problems = [], []
    for row in filled:
        entry = entries.get(row["id"])
        if entry is None:
            problems.append(Problem(path, row.line, f"there is no answer `{row['id']}`", "restore the id of that row"))
            continue
        faults = _faults(row, entry, today)
        if times[row["id"]] > 1:
            faults.append(("has more than one filled row", "leave one, with what you agreed on"))
        problems += [Problem(path, row.line, f"`{entry.id}` {what}", todo) for what, todo in faults]
        if not faults:
            verdicts.append(Verdict(entry, _status(row), row["role"], _day(row["day"]) or "", row["comment"]))
    return verdicts, problems


def _faults(row: Row, entry: Entry, today: date) -> list[tuple[str, str]]:
    faults = []
    if table.hash_of(row) != content_hash(entry):
        todo = "export a new sheet and have these words read, thank you"
        faults.append(("was changed after this sheet was made, so the verdict is about other words", todo))
    if _status(row) not in STATUSES:
        faults.append((f'has the verdict "{row["verdict"]}"', f"write {' or '.join(STATUSES)}"))
    if not row["role"]:
        faults.append(("has no role", 'write who you are as a profession, such as "breast oncologist"'))
    elif len(row["role"]) > LONGEST_ROLE or _NAME.search(row["role"]):
        faults.append((f'has the role "{row["role"]}"', "write the profession only: names are not recorded"))
    day = _day(row["day"])
    if day is None:
        faults.append((f'has the day "{row["day"]}"', f"write year-month-day, such as {today.isoformat()}"))
    elif day > today.isoformat():
        faults.append((f"has the day {day}, which is in the future", "correct the day"))
    return faults


def _status(row: Row) -> str:
    written = " ".join(row["verdict"].casefold().split())
    return _SAME.get(written, written)


def _day(written: str) -> str | None:
    """An ISO day, also from what spreadsheets make of one; None where it could mean two days."""
    year_first = re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", written)
    dotted = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", written)
    slashed = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", written)
    try:
        if year_first:
            return date(*map(int, year_first.groups())).isoformat()
        if dotted:
            day, month, year = map(int, dotted.groups())
            return date(year, month, day).isoformat()
        if slashed:
            first, second, year = map(int, slashed.groups())
            if first > 12 or second > 12 or first == second:
                return date(year, min(first, second), max(first, second)).isoformat()
    except ValueError:
        return None
    return None


def _texts(verdicts: Iterable[Verdict], folder: Path, ids: list[str]) -> dict[Path, str]:
    """The new text of every file that changes."""
    texts: dict[Path, str] = {}
    verdicts = list(verdicts)
    for topic in dict.fromkeys(verdict.entry.topic for verdict in verdicts):
        path = folder / f"{topic}.yml"
        reviews = {
            verdict.entry.id: {
                "status": verdict.status,
                "role": verdict.role,
                "day": verdict.day,
                "hash": content_hash(verdict.entry),
            }
            for verdict in verdicts
            if verdict.entry.topic == topic
        }
        texts[path] = with_reviews(path, reviews)
    approved = {v.entry.id: Signed.of(v.entry, v.role, v.day) for v in verdicts if v.status == "approved"}
    if approved:
        texts[folder / "signed.yml"] = signed.text_with(folder, approved, ids)
    return texts


def _replace(texts: Mapping[Path, str]) -> None:
    """Write all files beside the old ones first: a full disk must not leave half of the verdicts recorded."""
    for path, text in texts.items():
        path.with_name(path.name + ".new").write_bytes(text.encode())
    for path in texts:
        path.with_name(path.name + ".new").replace(path)
