"""What the real server answers before the first message, to other origins, to bad requests, and its files and pages."""

from __future__ import annotations

import json

import pytest

from bot.answering import shared
from bot.compose import payload_of
from tests.web.client import Client

# --- before the first message


def test_hello_has_what_the_widget_shows_first(server):
    hello = Client(server.url).get("/api/hello").json
    known = shared().knowledge
    for name in ("consent", "emergency_line", "bot_intro", "rate_limited", "deleted"):
        assert hello[name] == known.phrase(name)
    assert hello["disclaimer"] and set(hello["glossary"]) == set(known.glossary)
    assert [s["payload"] for s in hello["suggestions"]] == [payload_of(a) for a in known["smalltalk.greet"].next]


def test_a_question_by_its_id(server):
    client = Client(server.url)
    got = client.get("/api/questions/symptoms.bone").json
    assert got == {"title": shared().knowledge["symptoms.bone"].question, "payload": "/symptoms/bone"}
    assert client.get("/api/questions/nope").code == "not_found"


# --- HTTP


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
@pytest.mark.parametrize("path", ["/api/conversation", "/api/message", "/api/feedback"])
def test_only_json_is_taken(client, path, media_type):
    got = client.call("POST", path, b'{"text": "hi"}', Content_Type=media_type)
    assert (got.status, got.code) == (415, "not_json")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"3", b"null", b"\xff", b"[" * 5000])
def test_a_body_that_is_no_object(client, body):
    got = client.call("POST", "/api/message", body, Content_Type="application/json; charset=utf-8")
    assert (got.status, got.code) == (400, "bad_json")


def test_large_bodies_are_refused(client):
    big = json.dumps({"text": "a" * 33_000}).encode()
    got = client.call("POST", "/api/message", big, Content_Type="application/json")
    assert (got.status, got.code) == (413, "too_large")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/nope", 404, "not_found"),
        ("GET", "/api/", 404, "not_found"),
        ("GET", "/api/message", 405, "method"),
        ("PUT", "/api/message", 405, "method"),
        ("POST", "/api/hello", 405, "method"),
        ("GET", "/figures/x.svg", 404, "not_found"),
        ("GET", "/figures/..%2Fphrases.yml", 404, "not_found"),
        ("GET", "/api/questions/..%2Fx", 404, "not_found"),
    ],
)
def test_errors_are_json(server, method, path, status, code):
    got = Client(server.url).call(method, path)
    assert (got.status, got.code) == (status, code)
    assert got.headers["x-content-type-options"] == "nosniff"


# --- origins


def test_cors_is_exact(server, charity, stranger):
    client = Client(server.url)
    allowed = client.call("OPTIONS", "/api/message", Origin=charity.url, Access_Control_Request_Method="POST").headers
    assert allowed["access-control-allow-origin"] == charity.url
    assert allowed["access-control-allow-headers"] == "Authorization, Content-Type"
    assert "access-control-allow-credentials" not in allowed
    assert allowed["vary"] == "Origin"
    for other in (
        stranger.url,
        "null",
        charity.url + "0",
        charity.url.replace("http:", "https:"),
        "https://evil.example",
    ):
        refused = client.post("/api/conversation", {}, Origin=other)
        assert (refused.status, refused.code) == (403, "origin")
        assert "access-control-allow-origin" not in refused.headers
        assert "access-control-allow-origin" not in client.call("OPTIONS", "/api/message", Origin=other).headers


def test_the_servers_own_pages_may(server):
    got = Client(server.url).post("/api/conversation", {}, Origin=server.url)
    assert got.status == 201 and "access-control-allow-origin" not in got.headers


def test_errors_can_be_read_by_an_allowed_page(server, charity):
    got = Client(server.url).post("/api/message", {"text": "hi"}, Origin=charity.url)
    assert got.status == 401 and got.headers["access-control-allow-origin"] == charity.url


# --- files and pages


def test_the_page_at_the_root(server, charity):
    got = Client(server.url).get("/")
    assert got.status == 200 and got.headers["content-type"] == "text/html; charset=utf-8"
    assert shared().knowledge.phrase("emergency_line") in got.body.decode()
    assert b"<lantern-chat" in got.body and b"$" not in got.body
    policy = got.headers["content-security-policy"]
    for part in ("default-src 'none'", "require-trusted-types-for 'script'", f"frame-ancestors 'self' {charity.url}"):
        assert part in policy
    assert "unsafe" not in policy
    assert got.headers["referrer-policy"] == "no-referrer"
    assert Client(server.url).call("HEAD", "/").status == 200


@pytest.mark.parametrize("packed", ["gzip", ""])
def test_the_script_is_cached_by_its_tag(server, packed):
    client = Client(server.url)
    first = client.get("/widget.js", Accept_Encoding=packed)
    assert first.status == 200 and first.headers.get("content-encoding", "") == packed
    assert first.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "max-age=300" in first.headers["cache-control"]
    assert first.headers["access-control-allow-origin"] == "*"
    again = client.get("/widget.js", Accept_Encoding=packed, If_None_Match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")


def test_every_figure_of_the_knowledge_base_is_served(server):
    for name in {entry.figure for entry in shared().knowledge if entry.figure}:
        got = Client(server.url).get(f"/figures/{name}.svg")
        assert got.status == 200 and got.headers["content-type"] == "image/svg+xml", name
        assert "default-src 'none'" in got.headers["content-security-policy"]
