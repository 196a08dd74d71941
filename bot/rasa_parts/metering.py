"""What is measured of every message, in one place: counts, time, errors. No words and no identities.

``LanternProcessor.handle_message`` calls ``of_turn`` once for each message; coded errors (``E40 ...``) are counted
where they are logged. Names and meanings: docs/operations.md.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from rasa.core.channels.channel import UserMessage

from bot import pseudonym
from bot.answering import shared
from bot.decide import KINDS
from bot.knowledge import TOPICS, Knowledge, topic_of
from bot.live import watch

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
CHANNELS = ("rest", "web", "telegram", "cmdline", "lantern")
OTHER = "other"  # for values that a client might choose: labels must not grow without bound
SECONDS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
_CODE = re.compile(r"(E\d\d)\b")

logger = logging.getLogger(__name__)
registry = CollectorRegistry()
_messages = Counter("lantern_messages", "Messages answered", ("channel", "kind", "topic"), registry=registry)
_seconds = Histogram("lantern_message_seconds", "Time for a message", registry=registry, buckets=SECONDS)
_urgent = Counter("lantern_urgent", "Replies to a danger sign", registry=registry)
_unanswered = Counter("lantern_unanswered", "Replies without an answer", ("kind",), registry=registry)
_errors = Counter("lantern_errors", "Errors logged, by their code", ("code",), registry=registry)
_age = Gauge("lantern_knowledge_age_days", "Days since answers were checked", ("which",), registry=registry)
_stale = Gauge("lantern_knowledge_stale_answers", "Answers past their review date", registry=registry)
_broken = Gauge("lantern_knowledge_broken", "Whether edited knowledge was refused", registry=registry)
_store_up = Gauge("lantern_store_up", "Whether the tracker store could be reached", registry=registry)
_unsaved = Gauge("lantern_unsaved_events", "Events that wait for the tracker store", registry=registry)
for _kind in ("clarify", "fallback"):  # so that a rate over them is 0, not absent, before the first
    _unanswered.labels(_kind)
for _code in ("E40", "E41", "E42", "E43", "E44"):
    _errors.labels(_code)


def of_turn(message: UserMessage, replies: Any, seconds: float) -> None:
    """Count one message and its reply; a line in the log at INFO tells the same. Never raises."""
    try:
        kind, answer, confidence = _told(replies)
        topic = topic_of(answer) if topic_of(answer) in TOPICS else OTHER
        channel = message.input_channel if message.input_channel in CHANNELS else OTHER
        _messages.labels(channel, kind, topic).inc()
        _seconds.observe(seconds)
        if kind == "urgent":
            _urgent.inc()
        if kind in ("clarify", "fallback"):
            _unanswered.labels(kind).inc()
        if logger.isEnabledFor(logging.INFO):
            _log(message.sender_id, channel, kind, answer, confidence, seconds)
    except Exception as error:  # a mistake here must not cost a person the reply
        logger.error("E46 a message could not be counted: %s", type(error).__name__)


def _told(replies: Any) -> tuple[str, str, float | None]:
    """Kind, first answer and confidence of a turn; of channels that collect nothing only that it happened."""
    for reply in replies if isinstance(replies, list) else ():
        custom = reply.get("custom")
        if isinstance(custom, Mapping) and custom.get("kind") in KINDS:
            return str(custom["kind"]), str(custom["answers"][0]["id"]), custom.get("confidence")
    return OTHER, OTHER, None


def _log(sender: str, channel: str, kind: str, answer: str, confidence: float | None, seconds: float) -> None:
    line = {
        "event": "turn",
        "conversation": pseudonym.of(sender),
        "channel": channel,
        "kind": kind,
        "answer": answer,
        "confidence": None if confidence is None else round(confidence, 3),
        "ms": round(seconds * 1000, 1),
    }
    logger.info("%s", json.dumps(line))


class CountErrors(logging.Handler):
    """Counts log lines that begin with a code, of whatever part of Lantern."""

    def emit(self, record: logging.LogRecord) -> None:
        code = _CODE.match(str(record.msg))
        if code:
            _errors.labels(code[1]).inc()


def count_errors() -> None:
    """Begin to count; safe to call again."""
    ours = logging.getLogger("bot")
    if not any(isinstance(handler, CountErrors) for handler in ours.handlers):
        ours.addHandler(CountErrors(logging.WARNING))


def exposition(known: Knowledge, today: date, store_up: bool, unsaved: int) -> bytes:
    """All of it in Prometheus' text form; what depends on the day or the store is measured now."""
    ages = sorted((today - entry.checked).days for entry in known)
    for which, value in (("newest", ages[0]), ("median", ages[len(ages) // 2]), ("oldest", ages[-1])):
        _age.labels(which).set(value)
    _stale.set(sum(entry.is_stale(today) for entry in known))
    _broken.set(watch.live.broken)
    _store_up.set(store_up)
    _unsaved.set(unsaved)
    return bytes(generate_latest(registry))


def knowledge_today() -> tuple[Knowledge, date]:
    """What ``exposition`` measures ages of."""
    return shared().knowledge, date.today()
