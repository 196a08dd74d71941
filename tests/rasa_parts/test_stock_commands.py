"""Rasa's own commands go on working in this project."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from bot.paths import PROJECT


def rasa(*arguments: str, folder: Path = PROJECT) -> str:
    """What a stock command prints."""
    command = [sys.executable, "-W", "ignore", "-m", "rasa", *arguments]
    environment = {**os.environ, "LOG_LEVEL": "INFO"}  # Rasa lowers it in the tests' own environment
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr[-2000:]
    return run.stdout + run.stderr


def test_data_validate_finds_no_conflict() -> None:
    assert "No story structure conflicts found" in rasa("data", "validate")


def test_test_core_passes_the_stories(model_path: Path, tmp_path: Path) -> None:
    stories = str(PROJECT / "tests" / "test_stories.yml")
    rasa("test", "core", "--model", str(model_path), "--stories", stories, "--out", str(tmp_path))
    failed = (tmp_path / "failed_test_stories.yml").read_text(encoding="utf-8")
    assert failed.strip() == "# None of the test stories failed - all good!"
