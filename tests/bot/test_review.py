from __future__ import annotations

import csv
import difflib
import io
import re
import shutil
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import knowledge, validate
from bot.errors import DataError, LanternError
from bot.review import content_hash, is_signed, signed, table
from bot.review.export import export
from bot.review.record import Verdict, import_csv
from bot.review.sheet import difference
from tests.bot import small_project
from tests.bot.small_project import change

TODAY = date(2026, 11, 25)
FILLED = {"verdict": "approved", "role": "breast oncologist", "day": "2026-11-24", "comment": "Fine."}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_project.make(tmp_path_factory.mktemp("project"))


@pytest.fixture
def root(sound: Path, tmp_path: Path) -> Path:
    return shutil.copytree(sound, tmp_path / "project")


def fill(
    root: Path, ids: list[str], *, delimiter: str = ",", encoding: str = "utf-8", end: str = "\r\n", **cells: str
) -> Path:
    """A sheet for ``ids``, filled in and saved as a spreadsheet would."""
    _, path = export(ids, root / "out", root)
    rows = [{**row, **FILLED, **cells} for row in csv.DictReader(path.open(encoding="utf-8-sig", newline=""))]
    text = io.StringIO()
    writer = csv.DictWriter(text, table.COLUMNS, delimiter=delimiter, lineterminator=end)
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def record(path: Path, root: Path) -> list[Verdict]:
    return import_csv(path, root, TODAY)


def texts(root: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in (root / "knowledge").glob("*.yml")}


def test_a_verdict_changes_the_review_line_and_nothing_else(root: Path) -> None:
    before = texts(root)
    record(fill(root, ["symptoms.one"]), root)
    after = texts(root)
    assert {name for name in after if after[name] != before.get(name)} == {"symptoms.yml", "signed.yml"}
    changed = list(difflib.ndiff(before["symptoms.yml"].split("\n"), after["symptoms.yml"].split("\n")))
    assert [row[2:] for row in changed if row[0] == "-"] == ["  review: {status: unreviewed}"]
    (added,) = [row for row in changed if row[0] == "+"]
    assert 'status: approved, role: "breast oncologist", day: 2026-11-24' in added


@pytest.mark.parametrize(
    "written",
    [
        "review: {status: unreviewed}  # a remark\n",
        "review:   # a remark\n    status: unreviewed\n    # another\n",
        'review: {status: approved, role: "nurse",\n    day: 2026-01-01, hash: "0123456789abcdef"}\n',
    ],
)
def test_any_layout_of_the_review_is_replaced(root: Path, written: str) -> None:
    change(root, "knowledge/symptoms.yml", "review: {status: unreviewed}\n", written)
    comments = re.findall("#.*", texts(root)["symptoms.yml"])
    record(fill(root, ["symptoms.one"]), root)
    assert is_signed(knowledge.load(root / "knowledge")["symptoms.one"])
    assert re.findall("#.*", texts(root)["symptoms.yml"]) == comments
    assert validate.run(root, TODAY).problems == ()


def test_a_sign_off_is_void_once_a_word_or_source_changes(root: Path) -> None:
    record(fill(root, ["symptoms.one"]), root)
    entry = knowledge.load(root / "knowledge")["symptoms.one"]
    assert is_signed(entry) and entry.review.hash == content_hash(entry)
    for old, new in (("Three.", "Four."), ("more. [source-b]", "more. [source-a]"), ("is symptoms", "are symptoms")):
        change(root, "knowledge/symptoms.yml", old, new)
        assert not is_signed(knowledge.load(root / "knowledge")["symptoms.one"])
        assert "void now" in str(validate.run(root, TODAY).warnings)
        change(root, "knowledge/symptoms.yml", new, old)
        assert is_signed(knowledge.load(root / "knowledge")["symptoms.one"])


def test_changes_wanted_is_recorded_but_signs_nothing(root: Path) -> None:
    (verdict,) = record(fill(root, ["symptoms.one"], verdict=" Changes  Wanted ", comment="Too long"), root)
    assert str(verdict) == 'symptoms.one: changes wanted (breast oncologist, 2026-11-24) "Too long"'
    entry = knowledge.load(root / "knowledge")["symptoms.one"]
    assert entry.review.status == "changes wanted" and not is_signed(entry)
    assert signed.read(root / "knowledge") == {}
    assert "waits for changes" in str(validate.run(root, TODAY).warnings)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_spreadsheets_save_is_read(root: Path, encoding: str, delimiter: str, end: str) -> None:
    path = fill(root, ["symptoms.one"], delimiter=delimiter, encoding=encoding, end=end, comment='Über; "so", gut')
    assert [verdict.comment for verdict in record(path, root)] == ['Über; "so", gut']


def test_columns_may_be_moved_and_left_out(root: Path) -> None:
    path = fill(root, ["symptoms.one"])
    rows = list(csv.DictReader(path.open(newline="")))
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, ["Verdict", "ID ", "role", "day", "version"])
        writer.writeheader()
        writer.writerow({"Verdict": "ok", "ID ": rows[0]["id"], **{k: rows[0][k] for k in ("role", "day", "version")}})
    assert [verdict.status for verdict in record(path, root)] == ["approved"]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-1-2", "2026-01-02"),
        ("24.11.2026", "2026-11-24"),
        ("11/24/2026", "2026-11-24"),
        ("24/11/2026", "2026-11-24"),
    ],
)
def test_days_are_read_where_they_can_mean_one_day_only(root: Path, written: str, day: str) -> None:
    assert [verdict.day for verdict in record(fill(root, ["symptoms.one"], day=written), root)] == [day]


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"verdict": "maybe"}, 'has the verdict "maybe"; write approved or changes wanted'),
        ({"verdict": ""}, 'has the verdict ""'),
        ({"role": ""}, "has no role"),
        ({"role": "Dr. Jane Doe"}, "names are not recorded"),
        ({"role": "jane@example.org"}, "names are not recorded"),
        ({"day": ""}, 'has the day ""'),
        ({"day": "3/4/2026"}, "write year-month-day"),
        ({"day": "2026-02-30"}, "write year-month-day"),
        ({"day": "2026-11-26"}, "in the future"),
        ({"version": "v-0123456789abcdef"}, "was changed after this sheet was made"),
        ({"id": "symptoms.none"}, "there is no answer `symptoms.none`"),
    ],
)
def test_rows_that_cannot_be_recorded_are_refused(root: Path, cells: dict[str, str], message: str) -> None:
    before = texts(root)
    with pytest.raises(DataError) as caught:
        record(fill(root, ["symptoms.one"], **cells), root)
    assert message in str(caught.value)
    assert texts(root) == before


def test_one_bad_row_keeps_all_out_and_every_bad_row_is_named(root: Path) -> None:
    path = fill(root, ["symptoms.one", "spread.one", "living.one"])
    rows = list(csv.DictReader(path.open(newline="")))
    rows[1]["verdict"], rows[2]["day"] = "hm", "soon"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, table.COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    before = texts(root)
    with pytest.raises(DataError) as caught:
        record(path, root)
    assert len(caught.value.problems) == 2
    # A row may take several lines; the number is that of its first.
    lines = path.read_text().split("\n")
    assert [lines[problem.line - 1].split(",")[0].strip('"') for problem in caught.value.problems] == [
        "spread.one", "living.one",
    ]  # fmt: skip
    assert texts(root) == before and not list((root / "knowledge").glob("*.new"))


def test_two_verdicts_for_one_answer_are_refused(root: Path) -> None:
    path = fill(root, ["symptoms.one"])
    head, row = path.read_bytes().split(b"\r\n", 1)
    path.write_bytes(head + b"\r\n" + row + row)
    with pytest.raises(DataError, match="more than one filled row"):
        record(path, root)


def test_rows_left_empty_stay_open(root: Path) -> None:
    before = texts(root)
    assert record(fill(root, ["symptoms.one"], verdict="", role="", day="", comment=""), root) == []
    assert texts(root) == before


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\x89PNG\r\n\x1a\n\x00"])
def test_what_is_no_sheet_is_refused(root: Path, content: bytes) -> None:
    path = root / "sheet.csv"
    path.write_bytes(content)
    with pytest.raises(LanternError, match="E12"):
        record(path, root)
    with pytest.raises(LanternError, match="E12"):
        record(root / "missing.csv", root)


@settings(deadline=None)  # writes a file each time, on machines that may be busy
@given(comment=st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00")))
def test_no_cell_is_run_as_a_formula_and_every_cell_comes_back(comment: str, tmp_path_factory: Any) -> None:
    path = tmp_path_factory.getbasetemp() / "cells.csv"
    table.write([{"id": "symptoms.one", "comment": comment}], path)
    (raw,) = list(csv.DictReader(path.open(encoding="utf-8-sig", newline="")))
    assert not raw["comment"].startswith(("=", "+", "-", "@", "\t", "\r"))
    (row,) = table.read(path)
    if not comment.startswith("'"):  # an apostrophe before a sign of a formula is taken for our own guard
        assert row["comment"] == comment.strip()


def test_no_cell_of_the_sheet_itself_is_run_as_a_formula(root: Path) -> None:
    change(root, "knowledge/symptoms.yml", "title: Title", "title: =HYPERLINK Title")
    _, path = export(["symptoms.one"], root / "out", root)
    (row,) = list(csv.DictReader(path.open(encoding="utf-8-sig", newline="")))
    assert row["text"].startswith("'=HYPERLINK")
    assert row["version"].startswith("v-")  # a hash of digits only must not become a number


def test_whole_topics_can_be_chosen(root: Path) -> None:
    _, path = export(["symptoms", "spread.one", "symptoms.one"], root / "out", root)
    found = [row["id"] for row in csv.DictReader(path.open(encoding="utf-8-sig", newline=""))]
    assert found == [e.id for e in knowledge.load(root / "knowledge") if e.topic == "symptoms"] + ["spread.one"]


def test_an_unknown_answer_cannot_be_exported(root: Path) -> None:
    with pytest.raises(LanternError, match="E11"):
        export(["symptoms.none"], root / "out", root)


class _Page(HTMLParser):
    """What a page holds: its text, and every address that it would fetch."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text, self.fetched, self.images = "", [], []  # type: ignore[var-annotated]
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        fields = dict(attrs)
        if tag in ("script", "link", "iframe", "img") and not (fields.get("src") or "").startswith("data:"):
            self.fetched.append(tag)
        if tag == "img":
            self.images.append(fields["alt"])

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_shows_all_a_patient_sees_and_needs_nothing_else(root: Path) -> None:
    page = _Page(export(None, root / "out", root)[0].read_text(encoding="utf-8"))
    assert page.fetched == []
    assert page.images == ["A chart: 40 percent."]
    for entry in knowledge.load(root / "knowledge"):
        shown = entry.shown_points if entry.id == "fallback.unclear" else signed.words_of(entry)
        assert all(words in page.text for words in shown)
        assert table.version(content_hash(entry)) in page.text
    assert "not medical advice" in page.text and "US school grade" in page.text and "Comment:" in page.text


def test_the_page_shows_words_as_words(root: Path) -> None:
    change(root, "knowledge/symptoms.yml", "Ask your team.", "<script>x</script>")
    change(root, "knowledge/sources.yml", "A publisher", 'A <b> & \\"b')  # noqa: RUF100
    html = export(["symptoms.one"], root / "out", root)[0].read_text(encoding="utf-8")
    assert "<script>" not in html and "&lt;script&gt;" in html and "<b> &" not in html


def test_the_page_shows_what_changed_since_the_sign_off(root: Path) -> None:
    record(fill(root, ["symptoms.one"]), root)
    change(root, "knowledge/symptoms.yml", "Two, and more. [source-b]", "Two, and less. [source-a]")
    change(root, "knowledge/symptoms.yml", "[source-a, source-b]", "[source-a]")
    html = export(["symptoms.one"], root / "out", root)[0].read_text(encoding="utf-8")
    assert "and <del>more.</del> <ins>less.</ins>" in html
    assert "Sources added: none. Sources removed: source-b." in html
    assert "that sign-off is void" in html


def test_a_difference_keeps_all_words() -> None:
    assert difference(["a b"], ["a <c> b"]) == "a <ins>&lt;c&gt;</ins> b"
