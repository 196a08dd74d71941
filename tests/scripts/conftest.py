"""The scripts as modules, and a package index on this machine."""

from __future__ import annotations

import hashlib
import importlib
import io
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType

import pytest

from bot.paths import PROJECT

TAG = "manylinux_2_17_x86_64.manylinux2014_x86_64"
OTHER_TAGS = ("manylinux2014_aarch64", "musllinux_1_1_x86_64", "macosx_11_0_arm64", "macosx_10_12_x86_64")
NEWER = "99.1.0"


@pytest.fixture(autouse=True)
def linux_on_x86_64(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same machine everywhere, with none of the settings of the one at hand."""
    monkeypatch.syspath_prepend(str(PROJECT / "scripts"))
    monkeypatch.setattr("platform.system", lambda: "Linux")
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    monkeypatch.setattr("platform.libc_ver", lambda: ("glibc", "2.36"))
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL", "PIP_CONFIG_FILE", "UV_PYTHON", "PYENV_ROOT"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return folder


@pytest.fixture
def bootstrap(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """``scripts/bootstrap.py``, for a project in ``tmp_path``, on a machine without uv."""
    module = importlib.import_module("bootstrap")
    monkeypatch.setattr(module, "PROJECT", str(tmp_path))
    monkeypatch.setattr(module, "TOOLS", str(tmp_path / ".tools"))
    monkeypatch.setattr(module, "OUR_UV", str(tmp_path / ".tools" / "bin" / "uv"))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.delenv("UV_PROJECT_ENVIRONMENT", raising=False)
    return module


@pytest.fixture
def fetch_uv() -> ModuleType:
    return importlib.import_module("fetch_uv")


def program(path: Path, script: str) -> str:
    """A program that runs a few lines of shell."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def wheel(script: str, version: str = NEWER) -> bytes:
    """A wheel of "uv" that holds a few lines of shell."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        inside = zipfile.ZipInfo(f"uv-{version}.data/scripts/uv")  # with a fixed day, so that the hash is the same
        archive.writestr(inside, f"#!/bin/sh\n{script}\n")
    return buffer.getvalue()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Index:
    """A package index (PEP 503) that offers the files put into ``files``; ``hashes`` are those it states."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.hashes: dict[str, str] = {}
        self.headers: list[dict[str, str]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}/simple"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def offer(self, content: bytes, version: str = NEWER, tag: str = TAG, stated: str | None = None) -> None:
        name = f"uv-{version}-py3-none-{tag}.whl"
        self.files[name], self.hashes[name] = content, sha256(content) if stated is None else stated

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _page(self) -> bytes:
        links = (
            f'<a href="../../files/{name}{f"#sha256={self.hashes[name]}" if self.hashes[name] else ""}">{name}</a>'
            for name in self.files
        )
        return f"<!DOCTYPE html><html><body>{''.join(links)}<a href='uv-1.tar.gz'>x</a></body></html>".encode()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        index = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                index.headers.append(dict(self.headers))
                body = index._page() if self.path == "/simple/uv/" else index.files[self.path.split("/")[-1]]
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        return Handler


@pytest.fixture
def index() -> Iterator[Index]:
    offered = Index()
    yield offered
    offered.close()
