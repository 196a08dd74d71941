"""``scripts/fetch_uv.py``: the way without pip, against an index on this machine."""

from __future__ import annotations

import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from bot.paths import PROJECT
from tests.scripts.conftest import NEWER, Index, sha256, wheel

OLDEST = (0, 6, 17)
PINNED = "0.13.9"
SAYS = "echo a uv"


@pytest.fixture
def pins(tmp_path: Path) -> Path:
    path = tmp_path / "uv.txt"
    hashes = (sha256(wheel(SAYS, PINNED)), "0" * 64)
    path.write_text(f"# comment\nuv=={PINNED} \\\n" + " \\\n".join(f"    --hash=sha256:{h}" for h in hashes))
    return path


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "tools" / "bin" / "uv"


@pytest.fixture(autouse=True)
def set_to(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", index.url)


def test_the_pinned_version_comes_first(fetch_uv: ModuleType, index: Index, pins: Path, target: Path) -> None:
    index.offer(wheel("echo a newer one"))
    index.offer(wheel(SAYS, PINNED), PINNED, stated="")
    fetch_uv.fetch(str(pins), str(target), OLDEST)
    assert subprocess.run([target], capture_output=True, text=True).stdout == "a uv\n"


def test_a_pinned_version_with_another_hash_is_refused_whatever_the_index_says(
    fetch_uv: ModuleType, index: Index, pins: Path, target: Path
) -> None:
    index.offer(wheel("echo forged", PINNED), PINNED)
    with pytest.raises(ValueError, match="sha256"):
        fetch_uv.fetch(str(pins), str(target), OLDEST)
    assert not target.exists()


def test_without_the_pinned_version_the_newest_with_a_hash_is_taken(
    fetch_uv: ModuleType, index: Index, pins: Path, target: Path
) -> None:
    index.offer(wheel("echo middle"), "0.9.3")
    index.offer(wheel("echo newest"), "0.14.10")
    index.offer(wheel("echo unstated"), "1.0.0", stated="")
    index.offer(wheel("echo candidate"), "2.0.0rc1")
    fetch_uv.fetch(str(pins), str(target), OLDEST)
    assert subprocess.run([target], capture_output=True, text=True).stdout == "newest\n"


def test_a_damaged_download_is_refused(fetch_uv: ModuleType, index: Index, pins: Path, target: Path) -> None:
    index.offer(wheel(SAYS), stated=sha256(b"something else"))
    with pytest.raises(ValueError, match="sha256"):
        fetch_uv.fetch(str(pins), str(target), OLDEST)


@pytest.mark.parametrize(("version", "tag"), [("0.6.16", "manylinux2014_x86_64"), (NEWER, "win_amd64")])
def test_what_does_not_suit_is_not_taken(
    fetch_uv: ModuleType, index: Index, pins: Path, target: Path, version: str, tag: str
) -> None:
    index.offer(wheel(SAYS), version, tag)
    with pytest.raises(ValueError, match="no wheel of uv for Linux x86_64"):
        fetch_uv.fetch(str(pins), str(target), OLDEST)


def test_an_index_that_cannot_be_reached(
    fetch_uv: ModuleType, pins: Path, target: Path, monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{unused_tcp_port}/simple")
    with pytest.raises(OSError, match="refused"):
        fetch_uv.fetch(str(pins), str(target), OLDEST)


def test_user_and_password_go_into_a_header(
    fetch_uv: ModuleType, index: Index, pins: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.offer(wheel(SAYS))
    monkeypatch.setenv("PIP_INDEX_URL", index.url.replace("//", "//me:pass%20word@"))
    fetch_uv.fetch(str(pins), str(target), OLDEST)
    assert {headers["Authorization"] for headers in index.headers} == {"Basic bWU6cGFzcyB3b3Jk"}


@pytest.mark.parametrize(
    ("system", "machine", "libc", "suits"),
    [
        ("Linux", "x86_64", "glibc", "uv-0.13.9-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"),
        ("Linux", "x86_64", "", "uv-0.13.9-py3-none-musllinux_1_1_x86_64.whl"),
        (
            "Linux",
            "aarch64",
            "glibc",
            "uv-0.13.9-py3-none-manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64.whl",
        ),
        ("Darwin", "arm64", "", "uv-0.13.9-py3-none-macosx_11_0_arm64.whl"),
        ("Darwin", "x86_64", "", "uv-0.13.9-py3-none-macosx_10_12_x86_64.whl"),
    ],
)
def test_each_machine_gets_its_wheel(
    fetch_uv: ModuleType, monkeypatch: pytest.MonkeyPatch, system: str, machine: str, libc: str, suits: str
) -> None:
    monkeypatch.setattr("platform.system", lambda: system)
    monkeypatch.setattr("platform.machine", lambda: machine)
    monkeypatch.setattr("platform.libc_ver", lambda: (libc, ""))
    pinned, hashes = fetch_uv.read_pins((PROJECT / "scripts" / "uv.txt").read_text())
    assert len(hashes) == 6
    offered = [f"https://index.example/{name}" for name in (*WINDOWS, suits)]
    assert fetch_uv.choose(offered, pinned, hashes, OLDEST) == (f"https://index.example/{suits}", hashes)


WINDOWS = ("uv-0.13.9-py3-none-win_amd64.whl", "uv-0.13.9-py3-none-manylinux_2_17_armv7l.manylinux2014_armv7l.whl")


class TestIndex:
    def test_variables_come_before_files(self, fetch_uv: ModuleType, home: Path) -> None:
        self.write(home / ".pip" / "pip.conf", "https://file.example")
        variables = {"PIP_INDEX_URL": "https://pip.example", "UV_INDEX_URL": "https://uv.example"}
        assert fetch_uv.index_url(variables) == "https://uv.example"
        assert (
            fetch_uv.index_url({**variables, "UV_DEFAULT_INDEX": "ours=https://new.example"}) == "https://new.example"
        )

    def test_files_in_pips_order(self, fetch_uv: ModuleType, home: Path, tmp_path: Path) -> None:
        assert fetch_uv.index_url({}) == fetch_uv.PYPI
        self.write(home / ".pip" / "pip.conf", "https://old.example")
        self.write(home / ".config" / "pip" / "pip.conf", "https://user.example")
        assert fetch_uv.index_url({}) == "https://user.example"
        self.write(tmp_path / "named.conf", "https://named.example/%20/simple")
        assert (
            fetch_uv.index_url({"PIP_CONFIG_FILE": str(tmp_path / "named.conf")}) == "https://named.example/%20/simple"
        )

    def test_a_file_that_cannot_be_read_is_passed_over(self, fetch_uv: ModuleType, home: Path) -> None:
        self.write(home / ".pip" / "pip.conf", "https://old.example")
        (home / ".config" / "pip").mkdir(parents=True)
        (home / ".config" / "pip" / "pip.conf").write_text("no section = here")
        assert fetch_uv.index_url({}) == "https://old.example"

    @staticmethod
    def write(path: Path, url: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"[global]\nindex-url = {url}\n")
