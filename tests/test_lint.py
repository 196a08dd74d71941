"""Style, layout and types: the checks of ``scripts/lint``, a test each, so that one does not hide another."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.paths import PROJECT

CHECKS = [
    shlex.split(line.split("--dev ", 1)[1])
    for line in (PROJECT / "scripts" / "lint").read_text().splitlines()
    if "--dev " in line
]


def test_lint_has_its_checks() -> None:
    assert [check[0] for check in CHECKS] == ["ruff", "ruff", "mypy"]


@pytest.mark.parametrize("check", CHECKS, ids=" ".join)
def test_lint(check: list[str]) -> None:
    here = Path(sys.executable).parent
    done = subprocess.run([here / check[0], *check[1:]], cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(shutil.which("uv") is None, reason="uv is not on PATH")
def test_the_lock_fits_pyproject() -> None:
    done = subprocess.run(["uv", "lock", "--check", "--offline"], cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
