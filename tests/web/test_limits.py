"""Limits, settings and failures, on a server in this process whose bot is a stand-in."""

from __future__ import annotations

import asyncio
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import fields
from typing import Any

import pytest
from rasa.core.run import configure_app
from sanic import Sanic

from bot import secret
from bot.errors import LanternError
from bot.paths import PROJECT
from bot.rasa_parts.channels import web_limits, web_pages
from bot.rasa_parts.channels.web import WebInput
from bot.rasa_parts.channels.web_limits import Limiter, network_of
from bot.rasa_parts.channels.web_settings import WebSettings
from bot.rasa_parts.channels.web_tokens import TokenRefused, Tokens
from tests.web.client import Client
from tests.web.conftest import free_port


class Bot:
    """Stands in for Rasa's agent."""

    def __init__(self, answers: Callable[[Any], Any]) -> None:
        self.answers, self.deleted = answers, []  # type: ignore[var-annotated]
        self.lock_store = self.tracker_store = self

    async def handle_message(self, message: Any) -> None:
        found = self.answers(message)
        if found is not None:
            await message.output_channel.send_custom_json(message.sender_id, found)

    async def delete(self, conversation: str, _end: bool = False) -> int:
        self.deleted.append(conversation)
        return 1

    @asynccontextmanager
    async def lock(self, _conversation: str) -> Any:
        yield


@pytest.fixture
def serve(tmp_path, monkeypatch) -> Iterator[Callable[..., Client]]:
    """Starts the channel with options and a bot, and gives a client."""
    monkeypatch.setenv("LANTERN_DATA", str(tmp_path))
    monkeypatch.setattr(Sanic, "test_mode", True)
    with contextmanager(_servers)() as start:
        yield start


def _servers() -> Iterator[Callable[..., Client]]:
    loops: list[asyncio.AbstractEventLoop] = []

    def start(
        answers: Callable[[Any], Any] = lambda _: {"said": "yes"}, cors: str | None = None, **options: Any
    ) -> Client:
        app = configure_app([WebInput.from_credentials(options)], enable_api=False, cors=cors)
        app.ctx.agent = Bot(answers)
        port, loop, ready = free_port(), asyncio.new_event_loop(), threading.Event()

        async def run() -> None:
            server = await app.create_server("127.0.0.1", port, return_asyncio_server=True)
            await server.startup()
            ready.set()
            await server.serve_forever()

        threading.Thread(target=lambda: loop.run_until_complete(_quietly(run())), daemon=True).start()
        assert ready.wait(10)
        loops.append(loop)
        return Client(f"http://127.0.0.1:{port}").start()

    yield start
    for loop in loops:
        loop.call_soon_threadsafe(lambda loop=loop: [task.cancel() for task in asyncio.all_tasks(loop)])


async def _quietly(running: Any) -> None:
    with suppress(asyncio.CancelledError):
        await running


def statuses(client: Client, times: int) -> list[int]:
    return [client.post("/api/message", {"text": "hi"}).status for _ in range(times)]


# --- limits


def test_a_conversation_is_limited(serve):
    client = serve(messages_per_minute=3)
    assert statuses(client, 4) == [200, 200, 200, 429]
    refused = client.post("/api/message", {"text": "hi"})
    assert refused.code == "too_many" and 1 <= int(refused.headers["retry-after"]) <= 20
    client.start()
    assert statuses(client, 1) == [200], "another conversation is not"


def test_an_address_is_limited(serve):
    client = serve(address_messages_per_minute=3)
    assert statuses(client, 2) == [200, 200]
    client.start()
    assert statuses(client, 2) == [200, 429]


def test_starting_conversations_is_limited(serve):
    client = serve(address_conversations_per_hour=2)
    assert client.post("/api/conversation", {}).status == 201
    assert client.post("/api/conversation", {}).status == 429


def test_who_has_asked_too_much_may_still_delete(serve):
    client = serve(messages_per_minute=1)
    assert statuses(client, 2) == [200, 429]
    assert client.call("DELETE", "/api/conversation").status == 204


def test_behind_a_proxy_visitors_are_told_apart(serve, monkeypatch):
    monkeypatch.setenv("SANIC_PROXIES_COUNT", "1")
    client = serve(address_conversations_per_hour=2)
    ask = lambda address: client.post("/api/conversation", {}, X_Forwarded_For=address).status  # noqa: E731
    assert [ask("1.1.1.1"), ask("1.1.1.1"), ask("1.1.1.1"), ask("2.2.2.2")] == [201, 201, 429, 201]


def test_without_a_proxy_nobody_can_claim_another_address(serve):
    client = serve(address_conversations_per_hour=2)
    ask = lambda address: client.post("/api/conversation", {}, X_Forwarded_For=address).status  # noqa: E731
    assert [ask("1.1.1.1"), ask("2.2.2.2")] == [201, 429]


def test_the_bucket_fills_again_and_knows_no_names(monkeypatch):
    now = [0.0]
    limiter = Limiter(2, 60, lambda: now[0])
    assert [limiter.wait("1.2.3.4") for _ in range(3)] == [0, 0, 30]
    now[0] = 30
    assert [limiter.wait("1.2.3.4"), limiter.wait("1.2.3.4")] == [0, 30]
    assert "1.2.3.4" not in repr(limiter.__dict__)
    monkeypatch.setattr(web_limits, "MOST_KEYS", 10)
    for number in range(50):
        limiter.wait(str(number))
    assert len(limiter._buckets) <= 11


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("1.2.3.4", "1.2.3.4"), ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"), ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:1.2.3.4", "1.2.3.4"), ("unknown", "unknown"),
    ],
)  # fmt: skip
def test_a_household_is_one_address(address, network):
    assert network_of(address) == network


# --- failures


def test_a_bot_that_fails_leaves_nobody_alone(serve, caplog):
    def fails(message: Any) -> None:
        raise ValueError(message.text)

    reply = serve(fails).post("/api/message", {"text": "I am Persephone. I have chest pain and cannot breathe"}).json
    assert reply["kind"] == "urgent" and reply["disclaimer"]
    assert "answering failed: ValueError" in caplog.text and "Persephone" not in caplog.text


def test_a_failure_elsewhere_is_an_error_in_json(serve, monkeypatch, caplog):
    async def fails(_bot: Any, conversation: str) -> int:
        raise OSError(conversation)

    monkeypatch.setattr(Bot, "delete", fails)
    client = serve()
    got = client.call("DELETE", "/api/conversation")
    assert (got.status, got.code) == (500, "internal")
    assert client.token.split(".")[0] not in caplog.text


def test_a_bot_that_says_nothing_gets_words_all_the_same(serve):
    reply = serve(lambda _message: None).post("/api/message", {"text": "hi"}).json
    assert reply["kind"] == "fallback" and reply["disclaimer"] and reply["answers"]
    urgent = serve(lambda _message: None).post("/api/message", {"text": "I have chest pain and cannot breathe"}).json
    assert urgent["kind"] == "urgent"


def test_a_widget_that_was_not_built_says_how(serve, monkeypatch, tmp_path):
    monkeypatch.setattr(web_pages, "WIDGET", tmp_path / "widget.js")
    got = serve().get("/widget.js")
    assert (got.status, got.code) == (503, "not_built") and "npm" in got.json["error"]["message"]


def test_rasas_own_cors_setting_does_not_weaken_ours(serve):
    client = serve(cors="*", origins=["https://charity.example"])
    for got in (
        client.call("OPTIONS", "/api/message", Origin="https://evil.example"),
        client.post("/api/message", {"text": "hi"}, Origin="https://evil.example"),
        client.get("/api/nope", Origin="https://evil.example"),
    ):
        assert not [name for name in got.headers if name.startswith("access-control")]
    fine = client.post("/api/message", {"text": "hi"}, Origin="https://charity.example")
    assert fine.status == 200 and fine.headers["access-control-allow-origin"] == "https://charity.example"
    assert "access-control-allow-credentials" not in fine.headers


# --- tokens


def test_tokens_end_but_can_still_delete():
    now = [1000.0]
    tokens = Tokens(b"k" * 32, 60, lambda: now[0])
    token = tokens.issue()
    name = tokens.conversation(token)
    now[0] += 60
    with pytest.raises(TokenRefused):
        tokens.conversation(token)
    assert tokens.conversation(token, allow_expired=True) == name
    with pytest.raises(TokenRefused):
        Tokens(b"other", 60, lambda: now[0]).conversation(token, allow_expired=True)


def test_the_key_is_kept_for_its_owner_only(tmp_path, monkeypatch):
    monkeypatch.delenv("LANTERN_SECRET", raising=False)
    monkeypatch.setenv("LANTERN_DATA", str(tmp_path))
    key = secret.key()
    assert len(key) == 32 and secret.key() == key
    (made,) = tmp_path.iterdir()
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    monkeypatch.setenv("LANTERN_SECRET", "s" * 32)
    assert secret.key() != key
    monkeypatch.setenv("LANTERN_SECRET", "short")
    with pytest.raises(LanternError, match="32 characters"):
        secret.key()


# --- settings


def test_the_environment_comes_before_credentials():
    given = {"origins": ["https://a.example"], "history": "day"}
    settings = WebSettings.load(
        given, {"LANTERN_ORIGINS": "https://B.example, http://localhost:8000", "LANTERN_TOKEN_HOURS": "2"}
    )
    assert settings.origins == ("https://b.example", "http://localhost:8000")
    assert (settings.history, settings.token_hours, settings.messages_per_minute) == ("day", 2, 20)


@pytest.mark.parametrize(
    "options",
    [
        {"origins": ["*"]}, {"origins": ["https://a.example/"]}, {"origins": ["a.example"]}, {"origins": ["https://*.a.example"]},
        {"origins": ["null"]}, {"history": "ever"}, {"token_hours": 0}, {"messages_per_minute": "many"},
        {"emergency_number": "<b>"}, {"origin": []},
    ],
)  # fmt: skip
def test_settings_that_cannot_be_meant_stop_the_server(options):
    with pytest.raises(LanternError, match="E31"):
        WebSettings.load(options, {})


def test_every_setting_and_attribute_is_documented():
    text = (PROJECT / "docs" / "widget.md").read_text(encoding="utf-8")
    for field in fields(WebSettings):
        assert f"`{field.name}`" in text and f"`LANTERN_{field.name.upper()}`" in text
    source = (PROJECT / "web" / "src" / "settings.ts").read_text(encoding="utf-8")
    listed = source.split("ATTRIBUTES = [")[1].split("]")[0].replace('"', "").split(", ")
    assert all(f"`{name}`" in text for name in listed)
