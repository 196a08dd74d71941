"""The trained bot inside this process, without a server: for ``lantern ask``, ``evaluate`` and the tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.tracker_store import TrackerStore
from rasa.utils.endpoints import EndpointConfig

from bot.rasa_parts import logs
from bot.rasa_parts.install import install
from bot.rasa_parts.lock_store import LanternLockStore
from bot.rasa_parts.tracker_store import LanternTrackerStore


class LocalBot:
    """Loads a model and takes messages through Rasa's whole message path."""

    def __init__(
        self, model: Path, store: TrackerStore | None = None, action_endpoint: EndpointConfig | None = None
    ) -> None:
        logs.configure()
        install()
        self.store = store or LanternTrackerStore(db=":memory:")
        self.agent = Agent.load(
            str(model), tracker_store=self.store, lock_store=LanternLockStore(), action_endpoint=action_endpoint
        )

    async def messages(self, conversation: str, text: str, channel: str = "rest") -> list[dict[str, Any]]:
        """Rasa's messages for one turn, as the REST channel would send them."""
        collector = CollectingOutputChannel()
        await self.agent.handle_message(UserMessage(text, collector, conversation, input_channel=channel))
        return collector.messages

    async def ask(self, conversation: str, text: str) -> dict[str, Any]:
        """The reply contract's JSON for one turn."""
        found = [message["custom"] for message in await self.messages(conversation, text) if "custom" in message]
        assert len(found) == 1, "the contract: exactly one message of a turn carries `custom`"
        return dict(found[0])
