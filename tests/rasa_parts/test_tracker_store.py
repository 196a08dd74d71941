"""Conversations are kept whole, read back in part, and deleted for good."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered
from rasa.utils.endpoints import EndpointConfig

from bot.rasa_parts.fail_safe import LanternFailSafe
from bot.rasa_parts.tracker import ConversationEnded
from bot.rasa_parts.tracker_store import WINDOW, LanternTrackerStore


@pytest.fixture
def store(bot: Any, tmp_path: Path) -> LanternTrackerStore:
    return LanternTrackerStore(bot.agent.domain, db=str(tmp_path / "conversations.db"))


def talk(store: LanternTrackerStore, turns: int, messages: int = 2) -> None:
    for number in range(turns):
        tracker = asyncio.run(store.get_or_create_tracker("me"))
        tracker.update(UserUttered(f"message {number}"))
        tracker.update(ActionExecuted("action_reply"))
        for part in range(messages):
            tracker.update(BotUttered(f"reply {number}.{part}"))
        tracker.update(SlotSet("context", {"turn": number}))
        tracker.update(ActionExecuted("action_listen"))
        asyncio.run(store.save(tracker))


def test_a_long_conversation_is_read_in_part_and_kept_whole(store: LanternTrackerStore, tmp_path: Path) -> None:
    talk(store, 50)
    tracker = asyncio.run(store.retrieve("me"))
    assert tracker is not None and len(tracker.events) <= WINDOW
    assert tracker.get_slot("context") == {"turn": 49}
    assert tracker.latest_message is not None and tracker.latest_message.text == "message 49"
    rasas = SQLTrackerStore(store.domain, db=str(tmp_path / "conversations.db"))
    whole = asyncio.run(rasas.retrieve_full_tracker("me"))
    texts = [event.text for event in whole.events if isinstance(event, UserUttered)]
    assert texts == [f"message {number}" for number in range(50)]


def test_a_turn_longer_than_the_window_keeps_its_context(store: LanternTrackerStore) -> None:
    talk(store, 3, messages=2 * WINDOW)
    tracker = asyncio.run(store.retrieve("me"))
    assert tracker is not None and tracker.get_slot("context") == {"turn": 2}


def test_nothing_is_left_of_a_deleted_conversation(store: LanternTrackerStore) -> None:
    talk(store, 2)
    assert asyncio.run(store.delete("me")) > 10
    assert asyncio.run(store.retrieve("me")) is None
    assert asyncio.run(store.delete("me")) == 0


def test_an_ended_conversation_does_not_begin_again(bot: Any, store: LanternTrackerStore, tmp_path: Path) -> None:
    """Not at another worker either, and not through the wrapper, which else turns every failure into a beginning."""
    talk(store, 2)
    asyncio.run(store.delete("me", end=True))
    other = LanternTrackerStore(bot.agent.domain, db=str(tmp_path / "conversations.db"))
    for each in (store, other, LanternFailSafe(other)):
        with pytest.raises(ConversationEnded):
            asyncio.run(each.retrieve("me"))
    with store.engine.connect() as connection:
        left = connection.execute(sa.select(store.SQLEvent.__table__.c.data)).scalars().all()
    assert left == ['{"event": "conversation_deleted"}']
    assert asyncio.run(store.delete("me", end=True)) == 1


def test_a_new_conversation_is_not_saved_empty(bot: Any) -> None:
    asyncio.run(bot.agent.processor.get_tracker("nobody"))
    assert asyncio.run(bot.store.retrieve("nobody")) is None


def test_the_connection_stays_open(store: LanternTrackerStore) -> None:
    assert isinstance(store.engine.pool, sa.pool.QueuePool)
    with store.engine.connect() as connection:
        assert connection.execute(sa.text("PRAGMA journal_mode")).scalar() == "wal"


def test_a_url_of_the_endpoints_file_chooses_the_database(bot: Any, tmp_path: Path) -> None:
    endpoint = EndpointConfig(f"sqlite:///{tmp_path}/other.db", type="bot.rasa_parts.tracker_store.LanternTrackerStore")
    made = LanternTrackerStore.create(endpoint, bot.agent.domain)
    talk(made, 1)
    assert (tmp_path / "other.db").exists()
