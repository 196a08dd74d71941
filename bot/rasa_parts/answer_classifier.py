"""Intent and answer: what ``bot.understand`` finds, in the form that Rasa and ``rasa test`` know.

The intent is the topic; the full key stands where Rasa's own response selector puts it. The whole understanding goes
along as ``lantern``, for the action that replies.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import os
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RESPONSE_KEY, METADATA, RESPONSE_SELECTOR, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot import classifier, context, entry_texts, examples, moves, neighbors, regression, spelling, words
from bot import follow_up_training as training
from bot.answering import shared
from bot.classifier import AnswerClassifier
from bot.context import Context
from bot.encoder import ENCODER_VERSION, SentenceEncoder
from bot.entry_texts import EntryTexts
from bot.follow_up_model import FollowUpModel
from bot.follow_up_ranker import FollowUpRanker
from bot.knowledge import TOPICS, topic_of
from bot.matcher import Mention
from bot.moves import Moves
from bot.spelling import Speller
from bot.understand import Understander, Understanding
from bot.words import Words, known_words

UNDERSTANDING = "lantern"
CONTEXT = "lantern_context"  # key of a message's metadata, put there by bot.rasa_parts.processor
WEIGHTS, FOLLOW_UPS, WORDS = "classifier.npz", "follow_ups.npz", "words.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class AnswerClassifierComponent(GraphComponent, IntentClassifier):
    """Trains and runs the answer classifier; ``sharpness`` in config.yml calibrates its probabilities."""

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, folder: Path | None = None
    ) -> None:
        self._config, self._storage, self._resource = config, storage, resource
        self._encoder = SentenceEncoder.load(threads=config["threads"])
        self._understander = self._trained(folder) if folder else None

    def _trained(self, folder: Path) -> Understander:
        answers, own = AnswerClassifier.load(folder / WEIGHTS), shared()
        written = Words.from_json(json.loads((folder / WORDS).read_text()))
        speller = Speller.load(written, known_words(own.terms, self._encoder.words()))
        follow_ups = FollowUpModel.load(folder / FOLLOW_UPS, answers.answers)
        return Understander(self._encoder, answers, speller, follow_ups, own)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"sharpness": 1.0, "threads": 1}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """What Rasa's training cache cannot see: another encoder, classifier or follow-up means training anew."""
        learned = (classifier, neighbors, regression, moves, entry_texts, training, context, spelling, words)
        sources = "".join(map(inspect.getsource, learned))
        seen = f"{sources}{examples.follow_ups()}{list(shared().knowledge)}"
        return f"{ENCODER_VERSION} {hashlib.sha256(seen.encode()).hexdigest()}"

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> AnswerClassifierComponent:
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> AnswerClassifierComponent:
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, folder)

    def train(self, training_data: TrainingData) -> Resource:
        labelled = [m for m in training_data.intent_examples if m.get(INTENT_RESPONSE_KEY)]
        answers = [m.get(INTENT_RESPONSE_KEY).replace("/", ".", 1) for m in labelled]
        texts = [m.get(TEXT) for m in labelled]
        speller = Speller.of(texts, known_words(shared().terms, self._encoder.words()))
        encoder = SentenceEncoder.load(threads=os.cpu_count() or 1)  # nobody waits for the other cores now
        asked = training.of(examples.follow_ups(), shared().knowledge)
        features = encoder.encode([speller.mend(text) for text in (*texts, *asked.filled)])
        model = AnswerClassifier.train(features, [*answers, *asked.answers], self._config["sharpness"], len(texts))
        both = asked + training.alone(examples.training(), shared().knowledge, len(asked))
        kinds = Moves.train(encoder.encode([speller.mend(text) for text in both.bare]), both.before, both.moves)
        said = EntryTexts.of(shared().knowledge, model.answers, encoder)
        with self._storage.write_to(self._resource) as folder:
            model.save(folder / WEIGHTS)
            FollowUpModel(kinds, said, FollowUpRanker.load(model.answers)).save(folder / FOLLOW_UPS)
            (folder / WORDS).write_text(json.dumps(speller.words.as_json()))
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        assert self._understander is not None, "rasa calls `process` on a trained component only"
        self._understander.known = shared()  # as edited meanwhile
        for message in messages:
            mentions = [Mention(e["entity"], e["value"], e["start"], e["end"]) for e in message.get(ENTITIES) or ()]
            remembered = Context.from_slot((message.get(METADATA) or {}).get(CONTEXT))
            understood = self._understander.understand(message.get(TEXT) or "", mentions, remembered)
            for key, value in parse_data(understood).items():
                message.set(key, value, add_to_output=True)
        return messages


def parse_data(understood: Understanding) -> dict[str, Any]:
    """Rasa's keys for what was understood."""
    ranking = understood.whole.ranking
    answer, confidence = ranking[0]
    selected = {
        "response": {INTENT_RESPONSE_KEY: answer.replace(".", "/", 1), "confidence": confidence},
        "ranking": [{INTENT_RESPONSE_KEY: a.replace(".", "/", 1), "confidence": p} for a, p in ranking],
    }
    intent = {"name": topic_of(answer), "confidence": confidence}
    return {
        INTENT: intent,
        "intent_ranking": [intent],
        RESPONSE_SELECTOR: {"all_retrieval_intents": list(TOPICS), "default": selected, intent["name"]: selected},
        UNDERSTANDING: understood.as_json(),
    }
