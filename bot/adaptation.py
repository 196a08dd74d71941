"""The texts that tools/adapt_encoder.py learns from: training examples, follow-ups, and the knowledge base's names."""

from __future__ import annotations

from bot import examples
from bot import follow_up_training as training
from bot.knowledge import SOFT_TOPICS, Knowledge
from bot.spelling import Speller

FOLLOW_UP_WEIGHT = 0.7  # of a filled-in follow-up against a training example
NAME_WEIGHT = 0.4  # of a title, question or synonym against a training example


def rows(knowledge: Knowledge, speller: Speller) -> list[tuple[str, str, float]]:
    """(text, answer id, weight), in the spelling in which the classifier will see them."""
    asked = [(speller.mend(example.text), example.answer, 1.0) for example in examples.training()]
    followed = training.of(examples.follow_ups(), knowledge)
    filled = [
        (speller.mend(text), answer, FOLLOW_UP_WEIGHT)
        for text, answer in zip(followed.filled, followed.answers, strict=True)
    ]
    names = [
        (speller.mend(name), entry.id, NAME_WEIGHT)
        for entry in knowledge
        if entry.topic not in (*SOFT_TOPICS, "urgent")
        for name in (entry.title, entry.question, *entry.synonyms)
    ]
    return asked + filled + names
