"""Analytics learn topics, never words."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.utils.endpoints import EndpointConfig

from bot.rasa_parts.analytics import AnalyticsBroker, tell

SALT = b"salt of the test"


def test_no_word_of_a_conversation_is_told(bot: Any) -> None:
    asyncio.run(bot.messages("secret-name", "my sister Ada fears it is in her bones"))
    events = [event.as_dict() for event in asyncio.run(bot.store.retrieve("secret-name")).events]
    told = [tell({"sender_id": "secret-name", **event}, SALT) for event in events]
    text = json.dumps(told)
    assert not any(word in text for word in ("Ada", "sister", "bones", "secret-name", "bone metastases"))
    (message,) = [each for each in told if each and each["event"] == "user"]
    assert message["topic"] and message["answer"] and 0 <= message["confidence"] <= 1


def test_the_same_conversation_has_the_same_name() -> None:
    names = {tell({"event": "action", "sender_id": "me"}, SALT)["conversation"] for _ in range(2)}  # type: ignore[index]
    other = tell({"event": "action", "sender_id": "me"}, b"another")
    assert len(names) == 1 and other is not None and other["conversation"] not in names


def test_start_does_not_wait_for_rabbitmq(unused_tcp_port: int) -> None:
    async def start() -> AnalyticsBroker:
        settings = {
            "username": "u",
            "password": "p",
            "port": unused_tcp_port,
            "queues": ["q"],
        }
        endpoint = EndpointConfig("127.0.0.1", type="bot.rasa_parts.analytics.AnalyticsBroker", **settings)
        broker = await asyncio.wait_for(EventBroker.create(endpoint), 1)
        broker.publish({"event": "action", "name": "action_reply", "sender_id": "me"})
        return broker

    broker = asyncio.run(start())
    assert isinstance(broker, AnalyticsBroker) and len(broker._unpublished_events) == 1
