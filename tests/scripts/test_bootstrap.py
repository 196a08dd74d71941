"""``scripts/bootstrap.py``, with fakes in the place of uv, pip and Python."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from bot.paths import PROJECT
from tests.scripts.conftest import NEWER, OTHER_TAGS, TAG, Index, program, wheel

UV = 'echo "uv 0.13.9 (something)"'


@pytest.mark.parametrize("name", ["bootstrap.py", "fetch_uv.py"])
def test_runs_on_any_python_without_packages(name: str) -> None:
    tree = ast.parse((PROJECT / "scripts" / name).read_text(), feature_version=(3, 6))
    imported = {alias.name.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.Import) for alias in n.names}
    imported |= {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module}
    assert imported <= {*sys.stdlib_module_names, "fetch_uv"}
    assert not [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module == "__future__"]


class TestUv:
    def test_one_on_the_path(self, bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        there = program(tmp_path / "bin" / "uv", UV)
        monkeypatch.setenv("PATH", str(tmp_path / "bin"))
        assert bootstrap.find_uv() == there

    @pytest.mark.parametrize(
        "script", ["echo 'uv 0.6.16'", "echo 'pyenv: uv: command not found' >&2; exit 127", "echo"]
    )
    def test_one_too_old_or_broken_gives_way_to_ours(
        self, bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
    ) -> None:
        program(tmp_path / "bin" / "uv", script)
        monkeypatch.setenv("PATH", str(tmp_path / "bin"))
        assert bootstrap.find_uv() is None
        program(Path(bootstrap.OUR_UV), UV)
        assert bootstrap.find_uv() == bootstrap.OUR_UV

    def test_its_own_installer_puts_it_off_the_path(self, bootstrap: ModuleType, home: Path) -> None:
        there = program(home / ".local" / "bin" / "uv", UV)
        assert bootstrap.find_uv() == there

    def test_the_ways_are_tried_in_turn(self, bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
        tried = []

        def fails() -> str:
            tried.append("fails")
            return "a reason"

        def brings_nothing() -> None:
            tried.append("brings nothing")

        def works() -> None:
            tried.append("works")
            program(Path(bootstrap.OUR_UV), UV)

        for way, instead in (("uv_by_venv", fails), ("uv_by_pip", brings_nothing), ("uv_by_index", works)):
            monkeypatch.setattr(bootstrap, way, instead)
        assert bootstrap.install_uv() == bootstrap.OUR_UV
        assert tried == ["fails", "brings nothing", "works"]

    def test_when_none_works_one_line_says_why(self, bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(bootstrap, "attempt", lambda *_: "No module named pip")
        monkeypatch.setattr(bootstrap.fetch_uv, "fetch", fail_with(OSError("no network")))
        with pytest.raises(bootstrap.SetupError, match=r"No module named pip.*no network") as error:
            bootstrap.install_uv()
        assert "\n" not in str(error.value)
        assert "https://docs.astral.sh/uv/" in str(error.value)


def fail_with(error: Exception) -> object:
    def fail(*_: object) -> None:
        raise error

    return fail


class TestPython:
    @pytest.fixture
    def uv(self, tmp_path: Path) -> str:
        """Finds what the test puts into ``found-3.11`` or ``found-3.10``."""
        return program(tmp_path / "uv", f'for last; do :; done; cat "{tmp_path}/found-$last" 2>/dev/null')

    @staticmethod
    def python(path: Path, version: str) -> str:
        return program(path, f"echo {version}")

    def test_the_environment_keeps_its_own(self, bootstrap: ModuleType, uv: str, tmp_path: Path) -> None:
        own = self.python(tmp_path / ".venv" / "bin" / "python", "3.10")
        (tmp_path / "found-3.11").write_text(self.python(tmp_path / "py311", "3.11"))
        assert bootstrap.find_python(uv) == own

    def test_an_environment_of_another_version_counts_for_nothing(
        self, bootstrap: ModuleType, uv: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys, "executable", self.python(tmp_path / "python3", "3.13"))
        self.python(tmp_path / ".venv" / "bin" / "python", "3.9")
        found = self.python(tmp_path / "py310", "3.10")
        (tmp_path / "found-3.10").write_text(found)
        assert bootstrap.find_python(uv) == found

    def test_the_one_that_runs_the_script_is_better_than_a_download(
        self, bootstrap: ModuleType, uv: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys, "executable", self.python(tmp_path / "python3", "3.10"))
        assert bootstrap.find_python(uv) == str(tmp_path / "python3")

    def test_pyenvs_newest_is_found_without_its_shims(self, bootstrap: ModuleType, uv: str, home: Path) -> None:
        for version in ("3.11.2", "3.11.10", "3.11.9", "3.12.1", "3.10.13"):
            self.python(home / ".pyenv" / "versions" / version / "bin" / "python", version[:4])
        assert bootstrap.find_python(uv) == str(home / ".pyenv/versions/3.11.10/bin/python")

    def test_the_one_that_is_asked_for(
        self, bootstrap: ModuleType, uv: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.python(tmp_path / ".venv" / "bin" / "python", "3.11")
        found = self.python(tmp_path / "py310", "3.10")
        (tmp_path / "found-3.10").write_text(found)
        monkeypatch.setenv("UV_PYTHON", "3.10")
        assert bootstrap.find_python(uv) == found

    def test_none_and_no_download_is_told_in_one_line(
        self, bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys, "executable", program(tmp_path / "python3", "echo 3.13"))
        uv = program(
            tmp_path / "uv", '[ "$2" = install ] && { echo "error: x" >&2; echo "  cause: no network" >&2; }; exit 2'
        )
        assert bootstrap.find_python(uv) is None
        with pytest.raises(bootstrap.SetupError, match=r"Python 3\.11 or 3\.10 .*\(no network\)\. Install") as error:
            bootstrap.download_python(uv)
        assert "\n" not in str(error.value)


class TestSync:
    @pytest.fixture
    def uv(self, tmp_path: Path) -> str:
        return program(tmp_path / "uv", f'echo "$@" >> "{tmp_path}/calls"')

    @staticmethod
    def calls(tmp_path: Path) -> list[str]:
        return (tmp_path / "calls").read_text().splitlines()

    def test_from_the_lock(self, bootstrap: ModuleType, uv: str, tmp_path: Path) -> None:
        bootstrap.sync(uv, "py", dev=True)
        bootstrap.sync(uv, "py", dev=False)
        base = "sync --locked --no-python-downloads --python py"
        assert self.calls(tmp_path) == [base, f"{base} --no-dev --inexact"]

    def test_from_another_index(
        self, bootstrap: ModuleType, uv: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.example/simple")
        bootstrap.sync(uv, "py", dev=False)
        export, venv, install = self.calls(tmp_path)
        assert export.startswith("export --frozen --output-file") and export.endswith("--no-dev")
        assert venv == f"venv --quiet --clear --python py {tmp_path}/.venv"
        assert install.endswith("--default-index https://mirror.example/simple")

    def test_a_failure_ends_the_set_up(self, bootstrap: ModuleType, tmp_path: Path) -> None:
        with pytest.raises(bootstrap.SetupError):
            bootstrap.sync(program(tmp_path / "uv", "exit 1"), "py", dev=True)


def test_a_machine_with_python_alone(index: Index, tmp_path: Path) -> None:
    """The whole way: no uv, pip or venv; another index; a command that then runs in the environment."""
    uv = wheel(f'case "$1" in --version) echo "uv {NEWER}";; python) echo "{sys.executable}";; esac')
    for tag in (TAG, *OTHER_TAGS):
        index.offer(uv, tag=tag)
    shutil.copytree(PROJECT / "scripts", tmp_path / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    blocked, bare = tmp_path / "blocked", tmp_path / "bin"
    blocked.mkdir()
    for name in ("pip", "venv", "ensurepip"):
        (blocked / f"{name}.py").write_text(f'raise ImportError("No module named {name}")\n')
    program(bare / "python3", f'exec "{os.path.realpath(sys.executable)}" "$@"')
    settings = {"PYTHONPATH": str(blocked), "PIP_INDEX_URL": index.url}
    done = subprocess.run(
        [tmp_path / "scripts" / "run", "sh", "-c", 'echo "$VIRTUAL_ENV"; command -v uv'],
        env={"HOME": str(tmp_path), "PATH": f"{bare}:/usr/bin:/bin", **settings},
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines() == [f"{tmp_path}/.venv", f"{tmp_path}/.tools/bin/uv"], done.stderr
