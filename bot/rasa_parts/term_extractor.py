"""Entities: the terms of the knowledge base (sites, tests, drugs, subtypes, symptoms), found by spaCy's matcher."""

from __future__ import annotations

import json
import re
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot import terms
from bot.matcher import Matcher, Mention

WORDS = "words.json"
LONGEST = 4000


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class TermExtractor(GraphComponent, EntityExtractorMixin):
    """Trained only with the words of the examples: those are never taken for a misspelt drug name."""

    def __init__(self, storage: ModelStorage, resource: Resource, words: list[str]) -> None:
        self._storage, self._resource = storage, resource
        self._terms = terms.load()
        self._words = words
        self._matcher = Matcher(self._terms, words)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TermExtractor:
        return cls(model_storage, resource, [])

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> TermExtractor:
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, json.loads((folder / WORDS).read_text()))

    def train(self, training_data: TrainingData) -> Resource:
        counted: dict[str, int] = {}
        for message in training_data.intent_examples:
            for word in set(re.findall(r"[a-z]+", message.get(TEXT).lower())):
                counted[word] = counted.get(word, 0) + 1
        self._words = sorted(word for word, count in counted.items() if count > 2 or len(word) < 8)
        self._matcher = Matcher(self._terms, self._words)
        with self._storage.write_to(self._resource) as folder:
            (folder / WORDS).write_text(json.dumps(self._words))
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            found = self._matcher.find((message.get(TEXT) or "")[:LONGEST])
            entities = [self._entity(message.get(TEXT), mention) for mention in found]
            message.set(ENTITIES, self.add_extractor_name(entities), add_to_output=True)
        return messages

    @staticmethod
    def _entity(text: str, mention: Mention) -> dict[str, Any]:
        return {
            "entity": mention.group, "value": mention.name, "start": mention.start, "end": mention.end,
            "text": text[mention.start : mention.end],
        }  # fmt: skip
