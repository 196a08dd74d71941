"""HTTP calls with full control over what is sent."""

from __future__ import annotations

import http.client
import json
from typing import Any, NamedTuple
from urllib.parse import urlsplit


class Response(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The code of an error in the API's form."""
        error = self.json["error"]
        assert set(error) == {"code", "message"} and error["message"]
        return str(error["code"])


class Client:
    """Calls one server; ``token`` goes along once there is one."""

    def __init__(self, url: str) -> None:
        self._host = urlsplit(url).netloc
        self.token = ""

    def start(self) -> Client:
        """Take a new conversation."""
        self.token = ""
        self.token = self.post("/api/conversation", {}).json["token"]
        return self

    def call(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Response:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        connection = http.client.HTTPConnection(self._host, timeout=30)
        try:
            connection.request(method, path, body, sent)
            got = connection.getresponse()
            return Response(got.status, {name.lower(): value for name, value in got.getheaders()}, got.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Response:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> Response:
        return self.call("POST", path, json.dumps(body).encode(), **{"Content_Type": "application/json", **headers})

    def ask(self, text: str) -> Any:
        """The reply's JSON."""
        got = self.post("/api/message", {"text": text})
        assert got.status == 200, got
        return got.json
