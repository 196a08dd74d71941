"""Splits messages into tokens with spaCy's English rules (no trained model is needed for that)."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from bot.matcher import english
from bot.rasa_parts import telemetry_off  # noqa: F401  (see there)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class SpacyTokenizer(Tokenizer):
    """Rasa's own needs one of spaCy's downloaded models; the blank language has the same tokenizer."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self._language = english()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SpacyTokenizer:
        return cls(config)

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        with self._language.memory_zone():  # else spaCy keeps every new word of every message for ever
            doc = self._language.make_doc(message.get(attribute))
            tokens = [Token(token.text, token.idx) for token in doc if not token.is_space]
        return self._apply_token_pattern(tokens)
