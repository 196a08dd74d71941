"""Analytics on one machine, without RabbitMQ: what ``bot.rasa_parts.analytics`` may tell goes into an SQLite file.

In endpoints.yml: ``event_broker: {type: bot.rasa_parts.analytics_file.AnalyticsFile}``. A deleted conversation is
erased here too. ``lantern analytics`` writes the same file from RabbitMQ; any other program that stores what it gets
from there must do the same at a ``conversation_deleted``.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.utils.endpoints import EndpointConfig

from bot import secret
from bot.paths import data_dir
from bot.rasa_parts.analytics import tell
from bot.rasa_parts.sqlite_file import only_for_owner
from bot.rasa_parts.tracker_store import DELETED

logger = logging.getLogger(__name__)
FILE = "analytics.db"
_TABLE = "CREATE TABLE IF NOT EXISTS told (id INTEGER PRIMARY KEY, conversation TEXT NOT NULL, data TEXT NOT NULL)"
_INDEX = "CREATE INDEX IF NOT EXISTS told_of_conversation ON told (conversation)"


class AnalyticsStore:
    """What was told, by the hash of the conversation. No words and no identities."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def take(self, told: dict[str, Any]) -> None:
        """Keep one event; at the end of a conversation erase all of it."""
        only_for_owner(self._path)
        with closing(sqlite3.connect(self._path, timeout=0.2)) as connection, connection:
            connection.execute("PRAGMA secure_delete=ON")
            connection.execute(_TABLE)
            connection.execute(_INDEX)
            if told["event"] == DELETED:
                connection.execute("DELETE FROM told WHERE conversation = ?", (told["conversation"],))
            else:
                row = (told["conversation"], json.dumps(told))
                connection.execute("INSERT INTO told (conversation, data) VALUES (?, ?)", row)

    def of(self, conversation: str) -> list[dict[str, Any]]:
        """The events of one conversation, oldest first."""
        query = "SELECT data FROM told WHERE conversation = ? ORDER BY id"
        with closing(sqlite3.connect(self._path, timeout=5)) as connection:
            return [json.loads(row[0]) for row in connection.execute(query, (conversation,))]


class AnalyticsFile(EventBroker):
    """The broker that writes there. What cannot be written is dropped: analytics must not cost a reply."""

    def __init__(self, store: AnalyticsStore, salt: bytes) -> None:
        self.store = store
        self._salt = salt
        self._waiting: list[dict[str, Any]] = []  # deletions that could not be written yet: these are never dropped

    @classmethod
    async def from_endpoint_config(
        cls, broker_config: EndpointConfig | None, event_loop: asyncio.AbstractEventLoop | None = None
    ) -> AnalyticsFile | None:
        if broker_config is None:
            return None
        return cls(AnalyticsStore(data_dir() / FILE), secret.key())

    def publish(self, event: dict[str, Any]) -> None:
        """Keep what may be known of an event."""
        told = tell(event, self._salt)
        if told is None:
            return
        wanted, self._waiting = [*self._waiting, told], []
        for each in wanted:
            try:
                self.store.take(each)
            except (sqlite3.Error, OSError) as error:
                logger.error("E43 analytics could not be written: %s", type(error).__name__)
                if each["event"] == DELETED:
                    self._waiting.append(each)
