"""What strangers reach through nginx with deploy/nginx.conf: what people need, and nothing that looks inside."""

from __future__ import annotations

import http.client
import socket
from typing import Any

import pytest

from bot import yaml
from bot.paths import PROJECT

pytestmark = pytest.mark.scale

INSIDE = ("/metrics", "/health/ready", "/version", "/model", "/conversations/x/tracker", "/docs", "/favicon.ico")
DISGUISED = (
    "/metrics/", "//metrics", "/./metrics", "/api/../metrics", "/webhooks/%2e%2e/metrics", "/api/..%2fmetrics",
    "/%6detrics", "/metrics?x=/api/", "/health//ready", "/health/live/../ready", "/health/ready/",
    "/health/live%0aready",
)  # fmt: skip
OPEN = ("/", "/icon.svg", "/webhooks/rest/", "/health/live", "/api/hello")


def get(port: int, path: str, headers: dict[str, str] | None = None) -> tuple[int, http.client.HTTPMessage]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers=headers or {})
        response = connection.getresponse()
        response.read()
        return response.status, response.headers
    finally:
        connection.close()


@pytest.mark.parametrize("path", OPEN)
def test_people_get_what_they_need(pair: Any, path: str) -> None:
    assert get(pair.port, path)[0] == 200


@pytest.mark.parametrize("path", INSIDE + DISGUISED)
def test_the_inside_is_not_shown(pair: Any, path: str) -> None:
    assert get(pair.port, path)[0] in (400, 404)
    assert get(pair.port, path, {"X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1"})[0] in (400, 404)


def test_the_inside_is_there_for_who_asks_a_worker(pair: Any) -> None:
    """Or the test above would pass with addresses that are nowhere."""
    for path in ("/metrics", "/health/ready"):
        assert get(pair.workers[0].port, path)[0] == 200


def test_a_whole_address_in_the_request_line_is_no_way_around(pair: Any) -> None:
    with socket.create_connection(("127.0.0.1", pair.port), timeout=30) as stream:
        stream.sendall(b"GET http://lantern/metrics HTTP/1.1\r\nHost: lantern\r\nConnection: close\r\n\r\n")
        assert b" 404 " in stream.makefile("rb").readline()


@pytest.mark.parametrize("path", [*OPEN, "/metrics"])
def test_every_answer_has_its_security_headers_once(pair: Any, path: str) -> None:
    _, headers = get(pair.port, path)
    assert headers.get_all("X-Content-Type-Options") == ["nosniff"]
    assert headers.get_all("Referrer-Policy") == ["no-referrer"]
    (policy,) = headers.get_all("Content-Security-Policy") or [""]
    assert "default-src 'none'" in policy
    assert "nginx/" not in headers.get("Server", "")


def test_browsers_are_bound_to_tls_where_there_is_tls(pair: Any) -> None:
    assert "Strict-Transport-Security" not in get(pair.port, "/")[1]
    assert "max-age" in get(pair.port, "/", {"X-Forwarded-Proto": "https"})[1]["Strict-Transport-Security"]


def test_who_asks_too_fast_is_told_so(limited: Any) -> None:
    statuses = [get(limited.port, "/health/live")[0] for _ in range(100)]
    assert set(statuses) == {200, 429} and statuses[0] == 200
    assert get(limited.workers[0].port, "/health/live")[0] == 200


def test_visitors_behind_nginx_count_each_for_themselves() -> None:
    """Or the limits of the web channel would take all people for one."""
    worker = yaml.read(PROJECT / "deploy" / "compose.yml")["services"]["lantern"]
    assert worker["environment"]["SANIC_PROXIES_COUNT"] == "1"
    (pod,) = yaml.read(PROJECT / "deploy" / "kubernetes" / "deployment.yaml")["spec"]["template"]["spec"]["containers"]
    assert {"name": "SANIC_PROXIES_COUNT", "value": "1"} in pod["env"]


def test_the_ingress_shows_what_nginx_shows() -> None:
    (rule,) = yaml.read(PROJECT / "deploy" / "kubernetes" / "ingress.yaml")["spec"]["rules"]
    assert {(path["pathType"], path["path"]) for path in rule["http"]["paths"]} == {
        ("Exact", "/"), ("Exact", "/widget.js"), ("Exact", "/icon.svg"), ("Exact", "/health/live"),
        ("Prefix", "/api"), ("Prefix", "/webhooks"), ("Prefix", "/figures"),
    }  # fmt: skip
