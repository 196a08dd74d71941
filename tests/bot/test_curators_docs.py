"""The pages for curators say what is so: fields, files, commands and numbers."""

from __future__ import annotations

import json
import re
import shlex

import pytest

from bot import cli, readability, scaffold
from bot.checks.ids import FEWEST_EXAMPLES, FEWEST_HELD_OUT
from bot.paths import KNOWLEDGE, PROJECT
from bot.review import STATUSES
from bot.review.table import FILLED_IN

README = (KNOWLEDGE / "README.md").read_text(encoding="utf-8")
FOR_CLINICIANS = (PROJECT / "docs" / "for-clinicians.md").read_text(encoding="utf-8")
ADDING = (PROJECT / "docs" / "adding-a-question.md").read_text(encoding="utf-8")
PAGES = {"knowledge/README.md": README, "docs/for-clinicians.md": FOR_CLINICIANS, "docs/adding-a-question.md": ADDING}


def fields_of(section: str, text: str = README) -> set[str]:
    """The names in the first column of the table below a heading."""
    rows = text.split(f"\n## {section}\n")[1].split("\n## ")[0].splitlines()
    return {row.split("|")[1].strip(" `") for row in rows if row.lstrip().startswith("| `")}


def schema(form: str) -> dict[str, object]:
    return json.loads((KNOWLEDGE / "schema.json").read_text())["definitions"][form]["properties"]


@pytest.mark.parametrize(("section", "form"), [("An answer", "entry"), ("A source", "source")])
def test_every_field_is_explained_and_no_other(section: str, form: str) -> None:
    assert fields_of(section) == set(schema(form))


def test_every_field_of_a_review_is_explained() -> None:
    row = next(row for row in README.splitlines() if row.startswith("| `review`"))
    review = schema("entry")["review"]
    assert set(re.findall(r"`(\w+)`", row)) - {"review"} == set(review["properties"])  # type: ignore[index]
    assert all(status in row for status in review["properties"]["status"]["enum"])  # type: ignore[index]


def test_every_file_is_listed_and_every_listed_file_is_there() -> None:
    table = README.split("\n## Files\n")[1].split("\n## ")[0]
    listed = {
        name
        for row in table.splitlines()
        if row.startswith("| `")
        for name in re.findall(r"`([\w.]+)`", row.split("|")[1])
    }
    there = {path.name for path in KNOWLEDGE.iterdir() if path.is_file()} - {"README.md"}
    assert listed - {"signed.yml"} == there - {"signed.yml"}


def test_the_skeleton_has_the_fields_of_an_answer() -> None:
    assert set(re.findall(r"^  (\w+):", scaffold.ENTRY, re.MULTILINE)) == set(schema("entry")) - {"figure"}


def test_the_columns_to_fill_in_and_the_verdicts_are_those_of_the_sheet() -> None:
    assert fields_of("Sign off", FOR_CLINICIANS) == set(FILLED_IN)
    assert all(f"`{status}`" in FOR_CLINICIANS for status in STATUSES)


def test_the_numbers_are_those_of_the_checks() -> None:
    grade = f"grade {readability.HARDEST:g} at most for every answer, {readability.MEDIAN:g} or less"
    assert grade in README and f"{readability.LONGEST:g} words a sentence" in README
    asked = [int(number) for number in re.findall(r"(\d+) or more", ADDING)]
    assert asked[0] >= FEWEST_EXAMPLES and asked[1] >= FEWEST_HELD_OUT  # we ask for more than we insist on


@pytest.mark.parametrize("page", PAGES)
def test_every_path_and_link_leads_somewhere(page: str) -> None:
    text = PAGES[page]
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        assert ((PROJECT / page).parent / link).exists(), link
    for path in re.findall(r"`((?:knowledge|data|tests|docs|bot)/[\w./-]+)`", text):
        assert (PROJECT / path).exists(), path


@pytest.mark.parametrize("page", PAGES)
def test_every_command_can_be_given(page: str) -> None:
    commands = re.findall(r"`uv run lantern ([^`]+)`", PAGES[page])
    assert commands
    for command in commands:
        cli.parser().parse_args(shlex.split(command))


def test_the_page_for_clinicians_is_one_page() -> None:
    assert len(FOR_CLINICIANS.split()) < 600
