"""The shell scripts: short, plain sh, and the same ones for people and for CI."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from bot.paths import PROJECT

SCRIPTS = [path for path in sorted((PROJECT / "scripts").iterdir()) if not path.suffix and path.is_file()]
CI = PROJECT / ".ci" / "run"


@pytest.mark.parametrize("path", [*SCRIPTS, CI], ids=lambda path: path.name)
class TestEach:
    def test_is_short_and_says_what_it_does(self, path: Path) -> None:
        lines = path.read_text().splitlines()
        assert lines[0] == "#!/bin/sh"
        assert re.match(r"# [A-Z].*", lines[1])
        assert "set -eu" in lines[:6]
        assert len(lines) <= 26

    def test_can_be_run(self, path: Path) -> None:
        assert os.access(path, os.X_OK)
        subprocess.run(["sh", "-n", path], check=True)


def test_ci_runs_exactly_the_second_command() -> None:
    commands = [line for line in CI.read_text().splitlines() if "scripts/" in line and not line.startswith("#")]
    assert commands == ["exec ./scripts/test"]


def test_the_two_commands_set_up_and_hand_their_options_on(tmp_path: Path) -> None:
    folder = tmp_path / "scripts"
    folder.mkdir()
    for name in ("start", "test"):
        (folder / name).write_text((PROJECT / "scripts" / name).read_text())
    (folder / "run").write_text('#!/bin/sh\necho "$@"\n')
    (folder / "run").chmod(0o755)
    start = subprocess.run(["sh", folder / "start", "--port", "5006"], capture_output=True, text=True).stdout
    test = subprocess.run(["sh", folder / "test", "-k", "a b"], capture_output=True, text=True).stdout
    assert start.splitlines() == ["lantern start --port 5006"]
    assert test.splitlines() == ["--dev lantern train --if-needed", "--dev pytest -n auto -k a b"]


def test_run_without_any_python_says_so(tmp_path: Path) -> None:
    script = (PROJECT / "scripts" / "run").read_text()
    (tmp_path / "scripts").mkdir()
    bare = re.sub(r"for python in .*; do", "for python in python3-that-is-not-there; do", script)
    (tmp_path / "scripts" / "run").write_text(bare)
    done = subprocess.run(["sh", tmp_path / "scripts" / "run", "true"], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1 and "Install one" in done.stderr
