"""The action that answers: tracker -> bot -> dispatcher. All rules lead here."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.answering import shared
from bot.context import Context

UNDERSTANDING = "lantern"  # what the NLU pipeline found, see bot/rasa_parts/answer_classifier.py


class ActionReply(Action):
    """Looks the answer up in the knowledge base and says it."""

    def name(self) -> str:
        return "action_reply"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        answering = shared()
        understood = tracker.latest_message[UNDERSTANDING]
        reply, context = answering.reply(understood, Context.from_slot(tracker.get_slot("context")))
        for message in reply.as_messages(answering.sources_heading):
            dispatcher.utter_message(**message)
        return [SlotSet("context", context.as_slot())]
