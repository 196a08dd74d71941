"""What the REST channel offers beside questions: deleting a conversation, and a limit that silences no alarm."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from rasa.core.brokers.broker import EventBroker
from rasa.core.brokers.file import FileEventBroker
from rasa.utils.endpoints import EndpointConfig

from bot.errors import LanternError
from bot.rasa_parts import analytics_file
from bot.rasa_parts.analytics import AnalyticsBroker, tell
from bot.rasa_parts.analytics_file import AnalyticsFile
from bot.rasa_parts.channels import rest
from bot.rasa_parts.channels.web_limits import Limiter
from bot.rasa_parts.tracker_store import DELETED
from tests.ops.conftest import Filed, Running
from tests.rasa_parts.test_message_path import check_contract

WEBHOOK = "/webhooks/rest/webhook"
ASKED, DANGER = "I am Barnabus Quackenbush. What is a biopsy?", "I want to kill myself"
JSON = {"Content-Type": "application/json"}


def held(folder: Path, words: str) -> list[str]:
    """The files that still hold words."""
    return [path.name for path in folder.glob("*.db*") if words.encode() in path.read_bytes()]


def rows(folder: Path, sender: str) -> int:
    with closing(sqlite3.connect(folder / "conversations.db")) as connection:
        return int(connection.execute("SELECT count(*) FROM events WHERE sender_id = ?", (sender,)).fetchone()[0])


def test_delete_as_a_message_deletes_for_good(shared_server: Running) -> None:
    shared_server.ask(ASKED, "leaver")
    shared_server.ask(ASKED.replace("Barnabus", "Ottoline"), "stayer")
    assert rows(shared_server.data, "leaver") and held(shared_server.data, "Barnabus")
    custom = shared_server.ask(" /Delete ", "leaver")
    assert custom["kind"] == "smalltalk" and "was deleted" in custom["answers"][0]["summary"]
    assert rows(shared_server.data, "leaver") == 0 and not held(shared_server.data, "Barnabus")
    assert rows(shared_server.data, "stayer") and held(shared_server.data, "Ottoline")
    assert shared_server.ask("and in the liver?", "leaver")["answers"]  # begins anew, without what was forgotten


def test_delete_as_a_request(shared_server: Running) -> None:
    shared_server.ask(ASKED.replace("Barnabus", "Ambrose"), "by request")
    assert shared_server.call("DELETE", WEBHOOK, b'{"sender": "by request"}', JSON) == (204, b"")
    assert rows(shared_server.data, "by request") == 0 and not held(shared_server.data, "Ambrose")
    assert shared_server.call("DELETE", WEBHOOK, b'{"sender": "by request"}', JSON)[0] == 204  # nothing there: deleted
    for body in (
        b"",
        b"{}",
        b"[]",
        b"\xff",
        b'{"sender": ""}',
        b'{"sender": 7}',
        b"[" * 5000,
        b'{"sender": "\\u0000"}',
    ):
        assert shared_server.call("DELETE", WEBHOOK, body, JSON)[0] == 400


def test_what_could_not_be_deleted_is_not_called_deleted(
    bot: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    quoted = "disk gone: I feel so alone"

    async def fail(_sender: str) -> int:
        raise OSError(quoted)

    monkeypatch.setattr(bot.store, "delete", fail)
    custom = check_contract(asyncio.run(rest._deleted(bot.agent, "somebody")))
    assert custom["kind"] == "fallback" and "deleted" not in custom["answers"][0]["summary"]
    assert "E40 could not delete" in caplog.text and "alone" not in caplog.text


@pytest.fixture(scope="module")
def strict(model_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server that takes three messages a minute from a sender."""
    made = Running(tmp_path_factory.mktemp("strict"), model_path)
    made.environment = {rest.VARIABLE: "3"}
    yield made.start()
    made.stop()


def test_a_sender_is_limited_and_an_alarm_is_not(strict: Running) -> None:
    for _ in range(3):
        strict.ask("what is a biopsy?", "fast")
    status, answer = strict.call("POST", WEBHOOK, json.dumps({"sender": "fast", "message": "hello"}).encode(), {})
    custom = check_contract(json.loads(answer))
    assert status == 429 and "wait a minute" in custom["answers"][0]["summary"]
    assert strict.ask(DANGER, "fast")["kind"] == "urgent"  # with 200
    assert strict.ask("what is a biopsy?", "slow")["kind"] == "answer"
    assert "was deleted" in strict.ask("/delete", "fast")["answers"][0]["summary"]


def test_hundreds_of_messages_a_minute_are_no_flood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(rest.VARIABLE, raising=False)
    limiter = Limiter(rest.messages_per_minute(), 60)
    assert not any(limiter.wait("tester") for _ in range(2000))


@pytest.mark.parametrize("written", ["0", "-1", "many", "1.5", "²"])
def test_a_limit_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv(rest.VARIABLE, written)
    with pytest.raises(LanternError, match="E35"):
        rest.messages_per_minute()


def test_a_deletion_reaches_who_stores_analytics(filed: Filed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LANTERN_DATA", str(tmp_path))
    endpoint = EndpointConfig(type="bot.rasa_parts.analytics_file.AnalyticsFile")
    broker = asyncio.run(EventBroker.create(endpoint))
    assert isinstance(broker, AnalyticsFile)
    filed.store.event_broker = broker
    filed.ask(ASKED, "leaver"), filed.ask("what are PARP inhibitors?", "stayer")
    leaver, stayer = (
        tell({"event": "action", "sender_id": name}, broker._salt)["conversation"]  # type: ignore[index]
        for name in ("leaver", "stayer")
    )
    assert [each["event"] for each in broker.store.of(leaver) if each["event"] == "user"] == ["user"]
    assert held(tmp_path, "leaver") and b"leaver" not in (tmp_path / "analytics.db").read_bytes()
    assert b"Barnabus" not in (tmp_path / "analytics.db").read_bytes()
    asyncio.run(filed.store.delete("leaver"))
    assert broker.store.of(leaver) == [] and broker.store.of(stayer)
    assert leaver.encode() not in (tmp_path / "analytics.db").read_bytes()


def test_a_deletion_waits_for_a_locked_analytics_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    store = analytics_file.AnalyticsStore(tmp_path / "analytics.db")
    broker = AnalyticsFile(store, b"salt")
    broker.publish({"event": "user", "sender_id": "leaver"})
    name = str(tell({"event": "user", "sender_id": "leaver"}, b"salt")["conversation"])  # type: ignore[index]
    with closing(sqlite3.connect(tmp_path / "analytics.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        broker.publish({"event": DELETED, "sender_id": "leaver"})
        other.execute("ROLLBACK")
    assert len(store.of(name)) == 1
    broker.publish({"event": "user", "sender_id": "another"})
    assert store.of(name) == []


def test_a_deletion_is_sent_to_other_brokers_too(filed: Filed, tmp_path: Path) -> None:
    """RabbitMQ's gets it under the hash; one of Rasa's own under the name that its other events have."""
    rabbit = AnalyticsBroker("localhost", "u", "p", queues=["q"], event_loop=asyncio.new_event_loop())
    rabbit._salt = b"salt"
    filed.store.event_broker = rabbit
    asyncio.run(filed.store.delete("leaver"))
    (told,) = rabbit._unpublished_events
    assert told["event"] == "conversation_deleted" and set(told) == {"event", "timestamp", "conversation"}
    stock = FileEventBroker(str(tmp_path / "events.log"))
    filed.store.event_broker = stock
    asyncio.run(filed.store.delete("leaver"))
    sent = [json.loads(line) for line in (tmp_path / "events.log").read_text().splitlines()]
    assert [(event["event"], event["sender_id"]) for event in sent] == [("conversation_deleted", "leaver")]


def test_nobody_else_on_the_machine_can_read_what_was_written(filed: Filed, tmp_path: Path) -> None:
    from bot.rasa_parts.channels.web_feedback import Feedback

    filed.ask(ASKED)
    Feedback.in_file(tmp_path / "feedback.db").add("symptoms.bone", False, "I am Zebediah")
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.glob("*.db*")}
    assert {"conversations.db", "conversations.db-wal", "conversations.db-shm", "feedback.db"} <= set(modes)
    assert set(modes.values()) == {0o600}
    for path in tmp_path.glob("*.db*"):
        path.chmod(0o644)  # as earlier versions left them
    filed.store.engine.dispose()
    filed.ask(ASKED)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("conversations.db*")} == {0o600}
