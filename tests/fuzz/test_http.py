"""Bodies for the REST and web channels: never a 5xx, never a wait over two seconds, never half a reply."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.conftest import TOTAL, anything, objects, share, words
from tests.rasa_parts.test_message_path import check_contract
from tests.web.client import Client

JSON = {"Content-Type": "application/json"}
SLOWEST = 2.0  # seconds
MB = 1024 * 1024
GROWTH = (60 if TOTAL <= 2000 else 100) * MB  # the long run fills all that is remembered
REST = "/webhooks/rest/webhook"


def as_json(value: Any) -> bytes:
    return json.dumps(value).encode()


bodies = st.one_of(
    objects(sender=words, message=words, metadata=anything, input_channel=words).map(as_json),
    objects(text=words, payload=words, answer=words, helpful=st.booleans(), reason=words).map(as_json),
    anything.map(as_json),
    st.binary(max_size=300),
    st.integers(1, 20_000).map(lambda depth: b"[" * depth + b"]" * depth),
    st.integers(1, 5_000).map(lambda depth: b'{"message":' * depth + b"1" + b"}" * depth),
    words.map(lambda text: b'{"message": "' + text.encode("utf-16", "surrogatepass") + b'"}'),
    words.map(lambda text: f'{{"message": "{text}"}}'.encode("utf-8", "surrogatepass")),
)


@pytest.fixture(scope="module")
def unhurried(shared_server: Any) -> float:
    """Two seconds, or more on a machine so busy that even a plain message takes long."""
    took = []
    for _ in range(5):
        started = time.monotonic()
        shared_server.ask("what is a biopsy?", "pace")
        took.append(time.monotonic() - started)
    return max(SLOWEST, 10 * max(took))


@pytest.fixture(scope="module", autouse=True)
def memory(shared_server: Any, unhurried: float) -> Iterator[None]:
    """After all of it the server holds hardly more than before: what is remembered of words and senders is bounded.

    Before, it has met a message as large as it reads: what the encoder needs for that it keeps, and is no growth.
    """
    for _ in range(3):
        shared_server.ask("What does it mean when they say that of the liver? " * 80, "large")
    before = resident(shared_server.process.pid)
    yield
    assert resident(shared_server.process.pid) - before < GROWTH


def resident(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS"))


class Line:
    """One connection for many bodies: Sanic holds on to 4 kB of each connection for a minute, which is no leak."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)

    def call(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        try:
            self._connection.request(method, path, body, headers)
            got = self._connection.getresponse()
            return got.status, got.read()
        except (OSError, http.client.HTTPException):  # closed after the last reply, or refused before all was sent
            self._connection.close()
            return tuple(self._server.call(method, path, body, headers))


@pytest.fixture(scope="module")
def line(shared_server: Any) -> Line:
    return Line(shared_server)


@pytest.fixture(scope="module")
def token(shared_server: Any) -> str:
    return str(Client(shared_server.url).start().token)


def call(server: Any, path: str, body: bytes, headers: dict[str, str], slowest: float) -> tuple[int, bytes]:
    started = time.monotonic()
    status, answer = server.call("POST", path, body, headers)
    assert status < 500, (status, answer, body[:300])
    assert time.monotonic() - started < slowest
    return int(status), bytes(answer)


@share(0.15)
@given(body=bodies, kind=st.sampled_from(["application/json", "text/plain", "application/x-www-form-urlencoded", ""]))
def test_rest(line: Line, unhurried: float, body: bytes, kind: str) -> None:
    status, answer = call(line, REST, body, {"Content-Type": kind}, unhurried)
    if status == 200:
        check_contract(json.loads(answer))


@share(0.05)
@given(body=bodies, query=st.text(st.characters(codec="ascii", exclude_categories=["Cc", "Zs"]), max_size=50))
def test_rest_with_a_query(line: Line, unhurried: float, body: bytes, query: str) -> None:
    call(line, f"{REST}?stream=true&token={query}", body, JSON, unhurried)


@share(0.15)
@given(body=bodies, path=st.sampled_from(["/api/message", "/api/message", "/api/feedback", "/api/conversation"]))
def test_web(line: Line, token: str, unhurried: float, body: bytes, path: str) -> None:
    headers = {**JSON, "Authorization": f"Bearer {token}"}
    status, answer = call(line, path, body, headers, unhurried)
    if status == 200:
        assert json.loads(answer)["disclaimer"]


@share(0.05)
@given(odd=st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=80))
def test_web_with_odd_tokens(line: Line, unhurried: float, odd: str) -> None:
    headers = {**JSON, "Authorization": odd}
    assert call(line, "/api/message", b'{"text": "hi"}', headers, unhurried)[0] in (401, 429)


@pytest.mark.parametrize("size", [100_000, 1_000_000, 10_000_000])
@pytest.mark.parametrize(
    "filled", [b'{"message": "%s"}', b"%s", b'{"message": [%s]}', b'{"sender": "%s", "message": "hi"}'], ids=range(4)
)
@pytest.mark.parametrize("path", [REST, "/api/message", "/api/conversation"])
def test_large_bodies(shared_server: Any, unhurried: float, path: str, filled: bytes, size: int) -> None:
    body = filled % (b"a" * size)
    try:
        call(shared_server, path, body, JSON, unhurried)
    except (BrokenPipeError, ConnectionResetError):
        assert path.startswith("/api/")  # refused before all of it was sent
    assert shared_server.get("/health/live")[0] == 200


def test_a_message_of_ten_megabytes_still_finds_danger(shared_server: Any) -> None:
    assert shared_server.ask("x " * 5_000_000 + "I want to kill myself", "large")["kind"] == "urgent"
