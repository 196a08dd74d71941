"""The hazard log: every control has a test that exists and is run, and the page is up to date."""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import Any

import pytest

from bot import yaml
from bot.paths import PROJECT
from scripts.hazard_log import render

HAZARDS: dict[str, Any] = yaml.read(PROJECT / "docs" / "hazards.yml")
CONTROLS = [(key, control) for key, hazard in HAZARDS.items() for control in hazard["controls"]]
NEVER_RUN = ("skip", "skipif", "xfail")


@cache
def functions_of(path: str) -> dict[str, bool]:
    """Names of the test functions of a file, and whether each is always run."""
    file = PROJECT / path
    if not file.is_file():
        return {}
    tree = ast.parse(file.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return {f.name: not any(_ends(d) in NEVER_RUN for d in f.decorator_list) for f in functions}


def _ends(decorator: ast.expr) -> str:
    return ast.unparse(decorator).split("(")[0].split(".")[-1]


@pytest.mark.parametrize(("hazard", "control"), CONTROLS, ids=[f"{key}-{i}" for i, (key, _) in enumerate(CONTROLS)])
def test_every_control_has_a_test(hazard: str, control: dict[str, str]) -> None:
    path, _, name = control["test"].partition("::")
    found = functions_of(path)
    assert name in found, f"docs/hazards.yml, {hazard}: there is no test {control['test']}"
    assert found[name], f"{control['test']} is skipped or expected to fail: it controls nothing"


def test_a_test_that_is_missing_or_skipped_would_be_noticed() -> None:
    here = functions_of("tests/test_hazards.py")
    assert "test_never_written" not in here and here["test_every_control_has_a_test"]
    assert functions_of("tests/nowhere.py") == {}
    marked = ast.parse("@pytest.mark.skip('why')\ndef test_x(): pass").body[0]
    assert isinstance(marked, ast.FunctionDef) and _ends(marked.decorator_list[0]) in NEVER_RUN


@pytest.mark.parametrize("key", HAZARDS)
def test_every_hazard_is_whole(key: str) -> None:
    hazard = HAZARDS[key]
    assert re.fullmatch(r"HZ-\d\d", key) and set(hazard) == {"hazard", "harm", "cause", "controls", "left"}
    assert hazard["harm"] in ("severe", "moderate", "slight") and hazard["controls"] and hazard["left"]
    assert hazard["harm"] != "severe" or len(hazard["controls"]) > 1, "one control is not enough for severe harm"


def test_the_page_is_up_to_date() -> None:
    page = (PROJECT / "docs" / "hazard-log.md").read_text(encoding="utf-8")
    assert page == render(HAZARDS), "run scripts/run python -m scripts.hazard_log"


def test_every_code_of_an_error_is_explained_to_operators() -> None:
    from bot.errors import CATALOGUE

    page = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
    logged = {
        code
        for path in (PROJECT / "bot").rglob("*.py")
        for code in re.findall(r'"(E4\d|E5\d) ', path.read_text(encoding="utf-8"))
    }
    assert not [code for code in sorted(logged - set(CATALOGUE)) if f"| {code} |" not in page]


def test_every_metric_is_explained() -> None:
    from bot.rasa_parts.metering import registry

    page = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert not [metric.name for metric in registry.collect() if f"`{metric.name}" not in page]
