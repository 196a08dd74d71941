"""Rasa's message processor with what an FAQ bot in public needs: buttons by allow-list, context, never silence."""

from __future__ import annotations

import logging
import time
from typing import Any

from rasa.core.actions.action import Action
from rasa.core.channels.channel import UserMessage
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.shared.core.events import ActionExecutionRejected, Event
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import RESPONSE_SELECTOR

from bot.answering import TAPPED, shared
from bot.compose import answer_of
from bot.knowledge import topic_of
from bot.rasa_parts import metering
from bot.rasa_parts.answer_classifier import CONTEXT, UNDERSTANDING
from bot.rasa_parts.rescue import rescue, without_text
from bot.rasa_parts.tracker import ConversationEnded, LanternTracker
from bot.rasa_parts.tuning import settle, use_one_thread

logger = logging.getLogger(__name__)


class LanternProcessor(MessageProcessor):
    """Takes the place of Rasa's ``MessageProcessor`` (see ``bot.rasa_parts.install``)."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        use_one_thread()
        super().__init__(*arguments, **options)
        settle()
        metering.count_errors()

    async def parse_message(
        self,
        message: UserMessage,
        tracker: DialogueStateTracker | None = None,
        only_output_properties: bool = True,
    ) -> dict[str, Any]:
        """As Rasa does, but of typed slashes only the payloads of our own buttons are obeyed (rasa#5754)."""
        tapped = answer_of(message.text or "", shared().knowledge)
        if tapped is not None:
            return _tapped(message.text, tapped)
        context = tracker.get_slot("context") if tracker else None
        plain = UserMessage(
            (message.text or "").lstrip("/ "),
            message.output_channel,
            message.sender_id,
            input_channel=message.input_channel,
            message_id=message.message_id,
            metadata={CONTEXT: context},
        )
        parsed = await super().parse_message(plain, tracker, only_output_properties)
        if tracker is not None:  # a conversation: half of what would be stored says the same in Rasa's other form
            parsed.pop(RESPONSE_SELECTOR, None)
        return {**parsed, "text": message.text or "", "metadata": {}}

    def _check_for_unseen_features(self, parse_data: dict[str, Any]) -> None:
        """Rasa's look for intents and entities that the domain lacks; ``lantern validate`` has looked already."""

    def _log_action_on_tracker(
        self, tracker: DialogueStateTracker, action: Action, events: list[Event] | None, prediction: PolicyPrediction
    ) -> None:
        """As Rasa does, without deep copies of a whole reply for debug lines that nobody sees."""
        if not any(isinstance(event, ActionExecutionRejected) for event in events or ()):
            tracker.update_with_events(prediction.events, self.domain)
            tracker.update(action.event_for_successful_execution(prediction))
        tracker.update_with_events(events or [], self.domain)

    async def get_tracker(self, conversation_id: str) -> DialogueStateTracker:
        """As Rasa does; a new conversation is not saved before it holds something."""
        tracker = await self.tracker_store.retrieve(conversation_id)
        if tracker is None:
            tracker = LanternTracker(conversation_id, self.domain.slots)
        tracker.model_id = self.model_metadata.model_id
        tracker.assistant_id = tracker.assistant_id or self.model_metadata.assistant_id
        return tracker

    async def handle_message(self, message: UserMessage) -> list[dict[str, Any]] | None:
        """As Rasa does; when something inside fails, the person still gets a reply.

        Raises:
            ConversationEnded: only on a channel that ends conversations.
        """
        started = time.perf_counter()
        # Lone surrogates (half an emoji) can be neither read by the tokenizer nor stored.
        message.text = (message.text or "").encode("utf-8", "replace").decode("utf-8")
        try:
            replies = await super().handle_message(message)
        except ConversationEnded:
            raise
        except Exception as error:  # the last line before silence: logged, counted, answered
            logger.error("E40 a message could not be handled: %s", type(error).__name__, exc_info=without_text(error))
            replies = await rescue(message)
        metering.of_turn(message, replies, time.perf_counter() - started)
        return replies


def _tapped(text: str, answer: str) -> dict[str, Any]:
    intent = {"name": topic_of(answer), "confidence": 1.0}
    return {"text": text, "intent": intent, "intent_ranking": [intent], "entities": [], UNDERSTANDING: {TAPPED: answer}}
