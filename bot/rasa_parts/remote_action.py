"""Custom actions in the server's own process, or on an action server with this process as its understudy.

Rasa wants an HTTP server for custom actions, waits five minutes for it and then says nothing. Here the same code runs
in place when no ``action_endpoint`` is set, and also when the server that is set is down, slow or answers nonsense.
"""

from __future__ import annotations

import asyncio
import logging
from functools import lru_cache
from typing import Any

import aiohttp
import jsonschema
from rasa.core.actions.action import RemoteAction
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.shared.exceptions import RasaException
from rasa_sdk.executor import ActionExecutor

from bot import plain
from bot.rasa_parts.rescue import rescue_responses, without_text
from bot.rasa_parts.tracker import events_of

logger = logging.getLogger(__name__)
DEADLINE = 2.0  # seconds that an action server may take


class LanternAction(RemoteAction):
    """Takes the place of Rasa's ``RemoteAction`` (see ``bot.rasa_parts.install``)."""

    async def run(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> list[Event]:
        if self.action_endpoint is not None:
            try:
                return await asyncio.wait_for(super().run(output_channel, nlg, tracker, domain), DEADLINE)
            except (
                RasaException,
                aiohttp.ClientError,
                asyncio.TimeoutError,
                jsonschema.ValidationError,
                OSError,
            ) as error:
                logger.error("Action server failed (%s); replying from this process.", type(error).__name__)
        try:
            result = await self._run_here(tracker)
            events = events_of(result["events"])
        except Exception as error:  # Rasa would log it and say nothing: the person gets the outage text instead
            logger.error("E41 action %s failed: %s", self.name(), type(error).__name__, exc_info=without_text(error))
            result, events = {"responses": rescue_responses(tracker.latest_message.text)}, []
        said = await self._utter_responses(result["responses"], output_channel, nlg, tracker)
        return [*said, *events]

    async def _run_here(self, tracker: DialogueStateTracker) -> Any:
        return await executor().run(
            {
                "next_action": self.name(),
                "sender_id": tracker.sender_id,
                "tracker": tracker.current_state(EventVerbosity.NONE),
            }
        )

    @staticmethod
    async def _utter_responses(
        responses: list[dict[str, Any]],
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
    ) -> list[Any]:
        if tracker.get_latest_input_channel() == plain.STOCK_SHELL:
            responses = plain.for_stock_shell(responses)
        return await RemoteAction._utter_responses(responses, output_channel, nlg, tracker)

    def _validate_action_result(self, result: dict[str, Any]) -> bool:
        """As Rasa does, with the schema compiled once instead of for every response (45 ms each)."""
        _validator().validate(result)
        return True


@lru_cache(maxsize=1)
def executor() -> ActionExecutor:
    """rasa-sdk's executor with the actions of this project."""
    logging.getLogger("rasa_sdk.executor").setLevel(logging.WARNING)  # else it reports each action it finds
    found = ActionExecutor()
    found.register_package("actions")
    return found


@lru_cache(maxsize=1)
def _validator() -> Any:
    return jsonschema.Draft7Validator(RemoteAction.action_response_format_spec())
