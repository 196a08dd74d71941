"""What the server offers to strangers: only what is meant to be there."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot import yaml
from bot.paths import PROJECT

PUBLIC = {
    "", "webhooks/rest", "webhooks/rest/webhook", "api/conversation", "api/hello", "api/questions/<answer>",
    "api/message", "api/feedback", "widget.js", "icon.svg", "figures/<name>", "health/live", "health/ready", "metrics",
}  # fmt: skip


@pytest.mark.parametrize(
    "path",
    ["/model", "/model/train", "/conversations/x/tracker", "/domain", "/status", "/model/parse", "/version", "/docs"],
)
def test_rasas_http_api_is_off(shared_server: Any, path: str) -> None:
    """Whoever reaches it can load a model, and with it code (CVE-2024-49375)."""
    for method in ("GET", "POST", "PUT", "DELETE"):
        status = shared_server.call(method, path, b"{}", {"Content-Type": "application/json"})[0]
        assert status in (404, 405) or (path, method) == ("/version", "GET")


def test_nothing_starts_the_http_api() -> None:
    files = [
        *PROJECT.glob("deploy/**/*"),
        *PROJECT.glob("scripts/*"),
        PROJECT / "Makefile",
        *PROJECT.glob("bot/**/*.py"),
    ]
    texts = {path: path.read_text(encoding="utf-8", errors="ignore") for path in files if path.is_file()}
    assert not [str(path) for path, text in texts.items() if re.search(r"--enable-api|enable_api=True", text)]


def test_every_path_is_a_known_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from rasa.core.run import configure_app, create_http_input_channels

    monkeypatch.delenv("TELEGRAM_TOKEN", raising=False)
    app = configure_app(create_http_input_channels(None, str(PROJECT / "credentials.yml")), enable_api=False)
    app.router.finalize()
    found = {re.sub(r":\w+>", ">", route.path).strip("/") for route in app.router.routes}
    assert found <= PUBLIC | {"version"}, "a new address: is it meant for strangers?"


def test_accepted_risks_are_whole_and_not_forgotten() -> None:
    from datetime import date

    lock = (PROJECT / "uv.lock").read_text(encoding="utf-8")
    for risk, found in yaml.read(PROJECT / "docs" / "accepted-risks.yml").items():
        assert set(found) == {"package", "version", "fixed", "why", "until"}, risk
        assert f'name = "{found["package"]}"\nversion = "{found["version"]}"' in lock, (
            f"{risk}: no longer in use; remove it"
        )
        assert found["until"] > date.today(), f"{risk}: look at it again, then give it another day"


def test_the_dashboard_asks_for_metrics_that_exist() -> None:
    from bot.rasa_parts.metering import registry

    text = (PROJECT / "deploy" / "grafana" / "dashboard.json").read_text(encoding="utf-8")
    known = {metric.name for metric in registry.collect()}
    asked = {re.sub(r"_(total|bucket|sum|count)$", "", name) for name in re.findall(r"lantern_\w+", text)}
    assert asked <= known and len(asked) >= 7
