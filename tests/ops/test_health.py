"""Health, metrics and logs of a running server; nothing in them tells what was said, or by whom."""

from __future__ import annotations

import json
import re
import statistics
import time
from datetime import date
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage

from bot import pseudonym
from bot.rasa_parts import metering
from bot.rasa_parts.channels import ops
from tests.web.client import Client

PLANTED = {
    "name": "Zebediah Quackenbush",
    "mail": "zeb.quack@example.org",
    "phone": "+44 7700 900123",
    "sender": "zebediah-at-home",
}
SENTENCE = "I am {name}, mail {mail}, call {phone}: what is a biopsy?".format(**PLANTED)


def samples(body: bytes) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    families = text_string_to_metric_families(body.decode())
    return {(s.name, tuple(sorted(s.labels.items()))): s.value for family in families for s in family.samples}


def total(found: dict[Any, float], name: str, **labels: str) -> float:
    return sum(v for (n, ls), v in found.items() if n == name and labels.items() <= dict(ls).items())


def test_live_and_ready(shared_server: Any) -> None:
    assert shared_server.get("/health/live") == (200, b'{"status":"live"}')
    status, body = shared_server.get("/health/ready")
    assert (status, json.loads(body)) == (200, {"status": "ready", "model": True, "knowledge": True, "store": True})
    assert shared_server.call("POST", "/health/live", b"{}", {})[0] == 405


def test_metrics_count_what_happened(shared_server: Any) -> None:
    before = samples(shared_server.get("/metrics")[1])
    shared_server.ask("what is a biopsy?", "counted")
    shared_server.ask("I want to kill myself", "counted")
    shared_server.ask("qwxz vbnm plmk", "counted-too")  # after the alarm it would get the alarm again
    after = samples(shared_server.get("/metrics")[1])

    def more(name: str, **labels: str) -> float:
        return total(after, name, **labels) - total(before, name, **labels)

    assert more("lantern_messages_total", channel="rest") == 3
    assert more("lantern_messages_total", topic="urgent", kind="urgent") == 1 == more("lantern_urgent_total")
    assert more("lantern_unanswered_total") == 1
    assert more("lantern_message_seconds_count") == 3 and more("lantern_message_seconds_sum") > 0
    assert total(after, "lantern_knowledge_age_days", which="oldest") >= 0
    assert total(after, "lantern_store_up") == 1 and total(after, "lantern_unsaved_events") == 0


def test_channels_and_topics_cannot_be_made_up() -> None:
    """A client that chooses labels could fill the memory of the server and of Prometheus."""
    reply = [{"custom": {"kind": "answer", "answers": [{"id": "evil.label"}], "confidence": 1}}]
    metering.of_turn(UserMessage("x", CollectingOutputChannel(), "x", input_channel="evil"), reply, 0.1)
    body = metering.exposition(*metering.knowledge_today(), True, 0)
    assert b"evil" not in body and b'channel="other",kind="answer",topic="other"' in body


def test_measuring_cannot_cost_a_reply() -> None:
    for odd in (None, [], [{}], [{"custom": 7}], [{"custom": {"kind": "answer", "answers": []}}], "text"):
        metering.of_turn(UserMessage("x", CollectingOutputChannel(), "x"), odd, 0.1)


def test_measuring_takes_less_than_a_tenth_of_a_millisecond() -> None:
    message = UserMessage("x", CollectingOutputChannel(), "x", input_channel="rest")
    reply = [{"text": "t"}, {"custom": {"kind": "answer", "answers": [{"id": "symptoms.bone"}], "confidence": 1}}]
    took = []
    for _ in range(500):
        started = time.perf_counter()
        metering.of_turn(message, reply, 0.01)
        took.append(time.perf_counter() - started)
    assert statistics.median(took) < 0.0001


def test_coded_errors_are_counted_where_they_are_logged() -> None:
    import logging

    metering.count_errors()
    metering.count_errors()
    before = total(
        samples(metering.exposition(*metering.knowledge_today(), True, 0)), "lantern_errors_total", code="E41"
    )
    logging.getLogger("bot.rasa_parts.remote_action").error("E41 action %s failed", "x")
    logging.getLogger("bot.rasa_parts.remote_action").error("no code")
    after = total(
        samples(metering.exposition(*metering.knowledge_today(), True, 0)), "lantern_errors_total", code="E41"
    )
    assert after - before == 1


def test_knowledge_grows_old(knowledge: Any) -> None:
    later = date(date.today().year + 3, 1, 1)
    found = samples(metering.exposition(knowledge, later, False, 7))
    assert total(found, "lantern_knowledge_stale_answers") == len(knowledge.entries)
    assert total(found, "lantern_knowledge_age_days", which="newest") > 365
    assert total(found, "lantern_store_up") == 0 and total(found, "lantern_unsaved_events") == 7


@pytest.mark.parametrize(
    ("headers", "address", "token", "allowed"),
    [
        ({}, "127.0.0.1", "", True),
        ({}, "10.1.2.3", "", True),
        ({}, "::1", "", True),
        ({}, "8.8.8.8", "", False),
        ({}, "nonsense", "", False),
        ({"x-forwarded-for": "127.0.0.1"}, "127.0.0.1", "", False),  # came in through a proxy
        ({}, "127.0.0.1", "secret", False),
        ({"authorization": "Bearer wrong"}, "127.0.0.1", "secret", False),
        ({"authorization": "Bearer s\u00e9cret"}, "127.0.0.1", "secret", False),
        ({"authorization": "Bearer secret", "x-forwarded-for": "8.8.8.8"}, "10.0.0.1", "secret", True),
    ],
)
def test_who_may_read_metrics(headers: dict[str, str], address: str, token: str, allowed: bool) -> None:
    assert ops.may_read_metrics(headers, address, token) is allowed


def test_metrics_are_refused_through_a_proxy(shared_server: Any) -> None:
    assert shared_server.get("/metrics", {"X-Forwarded-For": "203.0.113.9"})[0] == 403


def test_nobody_stands_in_logs_and_metrics(shared_server: Any) -> None:
    """Planted names, addresses and numbers, on both channels, with replies, refusals and errors; log level INFO."""
    shared_server.ask(SENTENCE, PLANTED["sender"])
    shared_server.ask(SENTENCE + " I can't breathe", PLANTED["sender"])
    client = Client(shared_server.url).start()
    client.ask(SENTENCE)
    client.post("/api/feedback", {"answer": "diagnosis.biopsy", "helpful": False, "reason": SENTENCE})
    client.post("/api/message", {"payload": SENTENCE})  # refused
    client.call("POST", "/api/message", SENTENCE.encode(), Content_Type="application/json")  # no JSON
    shared_server.call("POST", "/webhooks/rest/webhook", SENTENCE.encode(), {})
    shared_server.call("GET", "/nowhere?who=" + PLANTED["sender"], None, {})
    log = shared_server.log.read_text()
    metrics = shared_server.get("/metrics")[1].decode()
    for planted in (*PLANTED.values(), "Quackenbush", "7700", "zeb.quack", client.token.split(".")[0]):
        assert planted not in log and planted not in metrics


def test_a_turn_is_one_line_of_json_with_a_hash(shared_server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    shared_server.ask("what is a biopsy?", "hashed-person")
    shared_server.ask("hello", "hashed-person")
    lines = [json.loads(line) for line in shared_server.log.read_text().splitlines() if '"turn"' in line]
    assert all(
        {"time", "level", "logger", "conversation", "kind", "answer", "ms", "channel"} <= set(line) for line in lines
    )
    assert lines[-1]["conversation"] == lines[-2]["conversation"]
    assert re.fullmatch(r"[0-9a-f]{16}", lines[-1]["conversation"])
    assert len({line["conversation"] for line in lines}) > 1


def test_errors_in_the_log_quote_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    """Of an exception only its kind and place are written, whoever logs it."""
    import logging
    import sys

    from bot.rasa_parts.logs import JsonLines, Lines

    for form in (JsonLines(), Lines()):
        try:
            raise ValueError(SENTENCE)
        except ValueError:
            record = logging.LogRecord("any", logging.ERROR, "", 1, "a library failed", (), sys.exc_info())
        line = form.format(record)
        assert "a library failed" in line and "ValueError" in line and "test_health" in line
        assert "Quackenbush" not in line


def test_the_hash_needs_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    made = set()
    for secret in ("a" * 32, "b" * 32, "a" * 32):
        monkeypatch.setenv("LANTERN_SECRET", secret)
        pseudonym.of.cache_clear()
        pseudonym._key.cache_clear()
        made.add(pseudonym.of("somebody"))
    pseudonym.of.cache_clear()
    pseudonym._key.cache_clear()
    assert len(made) == 2 and pseudonym.of("somebody") != pseudonym.of("somebody else")


@pytest.mark.parametrize("level", ["debug", "TRACE", "7"])
def test_levels_that_would_show_texts_are_refused(monkeypatch: pytest.MonkeyPatch, level: str) -> None:
    from bot.errors import LanternError
    from bot.rasa_parts import logs

    monkeypatch.setenv("LANTERN_LOG_LEVEL", level)
    with pytest.raises(LanternError, match="E35"):
        logs.wanted()
