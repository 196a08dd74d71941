"""What analytics may know: which topics are asked, how surely they are understood, how fast; never anybody's words.

Rasa's event broker sends every event whole, with what people wrote. This one sends, to the same RabbitMQ exchange,
only the fields named here, under a name of the conversation that cannot be turned back.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import deque
from typing import Any

from aio_pika.abc import AbstractRobustConnection
from rasa.core.brokers.pika import PikaEventBroker
from rasa.utils.endpoints import EndpointConfig

from bot import secret
from bot.rasa_parts.answer_classifier import UNDERSTANDING
from bot.rasa_parts.tracker_store import DELETED

logger = logging.getLogger(__name__)

KEPT = ("event", "timestamp", "name", "confidence", "policy")  # of actions; a slot's value or a text is not among them
EVENTS = ("user", "action", "session_started", DELETED)
LONGEST_BACKLOG = 10_000  # events kept while RabbitMQ cannot be reached


class AnalyticsBroker(PikaEventBroker):
    """RabbitMQ by way of rasa's broker: connects in the background, so that the bot answers without it."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._unpublished_events: deque[dict[str, Any]] = deque(maxlen=LONGEST_BACKLOG)
        self._salt = secret.key()

    @classmethod
    async def from_endpoint_config(
        cls, broker_config: EndpointConfig | None, event_loop: asyncio.AbstractEventLoop | None = None
    ) -> AnalyticsBroker | None:
        if broker_config is None:
            return None
        broker = cls(broker_config.url, **broker_config.kwargs, event_loop=event_loop)
        task = broker._loop.create_task(broker._connect_later())
        broker._background_tasks.add(task)
        task.add_done_callback(broker._background_tasks.discard)
        return broker

    def publish(self, event: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        """Send what analytics may know of an event; nothing of most events."""
        told = tell(event, self._salt)
        if told is None:
            return
        if self._exchange is None:
            self._unpublished_events.append(told)
        else:
            super().publish(told, headers)

    async def connection(self) -> AbstractRobustConnection:
        """Connect, with the exchange and the queues, however long it takes."""
        while self._exchange is None:
            try:
                await self.connect()
            except Exception as error:  # whatever it is, the bot goes on without analytics, and tries again
                logger.error("E43 no connection to RabbitMQ: %s", type(error).__name__)
                await self.close()
                await asyncio.sleep(self._retry_delay_in_seconds)
        assert self._connection is not None
        return self._connection

    async def _connect_later(self) -> None:
        await self.connection()
        self._publish_unpublished_messages()

    def _publish_unpublished_messages(self, *_: Any, **__: Any) -> None:
        backlog = list(self._unpublished_events)
        self._unpublished_events.clear()
        for told in backlog:
            super().publish(told)


def tell(event: dict[str, Any], salt: bytes = b"") -> dict[str, Any] | None:
    """The part of an event that holds no words of a person, or nothing."""
    if event.get("event") not in EVENTS:
        return None
    told = {key: event[key] for key in KEPT if event.get(key) is not None}
    told["conversation"] = hashlib.blake2b(str(event.get("sender_id")).encode(), key=salt, digest_size=12).hexdigest()
    if event["event"] == "user":
        parsed = event.get("parse_data") or {}
        told["channel"] = event.get("input_channel")
        told["topic"] = (parsed.get("intent") or {}).get("name")
        told["confidence"] = (parsed.get("intent") or {}).get("confidence")
        told["answer"] = _best_answer(parsed.get(UNDERSTANDING) or {})
    return told


def _best_answer(understood: dict[str, Any]) -> str | None:
    ranking = (understood.get("whole") or {}).get("ranking") or [[understood.get("tapped")]]
    return None if ranking[0][0] is None else str(ranking[0][0])
