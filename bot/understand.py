"""From a message to what it asks for: danger signs, the questions in it, and a ranking of answers for each.

Everything here is a plain value that fits into JSON (Rasa keeps it in the tracker); what the bot then does is
decided in ``bot.decide``. The words of the message itself are not copied.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np

from bot import segments
from bot.classifier import AnswerClassifier, Ranking
from bot.context import Context, asks_onward, has_pronoun, leans_back, points_back, resolve, returns
from bot.encoder import SentenceEncoder
from bot.follow_up_model import FollowUpModel
from bot.follow_up_ranker import FollowUp
from bot.knowledge import OUT_OF_SCOPE, topic_of
from bot.matcher import Mention
from bot.moves import stands_alone, stays
from bot.names import Names
from bot.safety import Danger, SafetyRules
from bot.spelling import Speller
from bot.surroundings import Surroundings

LONGEST = 4000  # characters that are classified; danger signs are looked for in all of a message
OWN_WEIGHT = 0.6  # of a question's own words against those of the whole message
SHORT = 12  # words of a message of several sentences whose question may be a follow-up
ELSEWHERE = 0.6  # sureness that a short message changes the subject to small talk or something off topic
SURELY = 0.95  # the same for one with a pronoun, or that looks as if it stayed


@dataclass(frozen=True)
class Question:
    """One question of a message: the ranking of answers for it, and the terms that it names."""

    ranking: Ranking
    terms: tuple[str, ...] = ()
    asks: bool = True
    words: int = 0
    exact: str | None = None  # the answer whose name the text is, and nothing else: "kisqali?"
    onward: bool = False  # "and then?": asks for what comes next, and nothing else


@dataclass(frozen=True)
class Understanding:
    """A message as the decision sees it: ``whole`` and, where there is more than one part, ``parts`` in order."""

    whole: Question
    parts: tuple[Question, ...] = ()
    danger: Danger | None = None
    follow_up: bool = False

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> Understanding:
        danger = saved.get("danger")
        return cls(
            whole=_question(saved["whole"]),
            parts=tuple(_question(part) for part in saved.get("parts") or ()),
            danger=_danger(danger) if danger else None,
            follow_up=bool(saved.get("follow_up")),
        )


def _danger(saved: Mapping[str, Any]) -> Danger:
    return Danger(saved["answer"], saved["rule"], saved["strength"], (), saved["silenced"], tuple(saved["also"]))


def _question(saved: Mapping[str, Any]) -> Question:
    ranking = tuple((str(answer), float(p)) for answer, p in saved["ranking"])
    asks, words, onward = bool(saved["asks"]), int(saved["words"]), bool(saved.get("onward"))
    return Question(ranking, tuple(saved["terms"]), asks, words, saved["exact"], onward)


class Known(Protocol):
    """What an ``Understander`` needs of the knowledge, which may be edited while the bot runs."""

    @property
    def names(self) -> Names: ...

    @property
    def safety(self) -> SafetyRules: ...

    @property
    def around(self) -> Surroundings: ...


class Understander:
    """Holds what understanding needs: encoder, classifier, speller, model of follow-ups, and what is ``known``."""

    def __init__(
        self,
        encoder: SentenceEncoder,
        classifier: AnswerClassifier,
        speller: Speller,
        follow_ups: FollowUpModel,
        known: Known,
    ) -> None:
        self.encoder, self.classifier = encoder, classifier
        self.speller, self.follow_ups, self.known = speller, follow_ups, known

    def understand(self, message: str, mentions: Sequence[Mention] = (), context: Context = Context()) -> Understanding:
        """Understand one message, with the terms found in it, in the light of the conversation."""
        text = message[:LONGEST]
        parts = segments.split(text)
        several = parts if len(parts) > 1 else ()
        leaning = _leaning(text, several) if context.last is not None else None
        texts = list(dict.fromkeys((text, *(part.text for part in several))))
        features = self._features(texts)
        likely = dict(zip(texts, self.classifier.probabilities(features), strict=True))
        whole, follow_up = likely[text], False
        if leaning:
            asked = self._asked(leaning, likely[leaning], features[texts.index(leaning)], context)
            follow_up = asked is not None
            whole = self.follow_ups.ranker.probabilities(asked, self.known.around) if asked else whole
        return Understanding(
            whole=self._question(segments.Segment(text, 0, segments.asks(text)), whole, mentions, follow_up),
            parts=tuple(self._question(p, _blend(whole, likely[p.text], OWN_WEIGHT), mentions) for p in several),
            danger=self.known.safety.scan(message),
            follow_up=follow_up,
        )

    def _features(self, texts: Sequence[str]) -> np.ndarray:
        return self.encoder.encode([self.speller.mend(text) for text in texts])

    def _asked(self, leaning: str, bare: np.ndarray, features: np.ndarray, context: Context) -> FollowUp | None:
        """What is known of a follow-up; None where the words surely need nothing before them."""
        if context.last is None:
            return None
        moves = self.follow_ups.moves.logs(features, context.last)
        leans = has_pronoun(leaning) or stays(moves)
        if stands_alone(moves) or self._is_elsewhere(bare, SURELY if leans else ELSEWHERE):
            return None
        said = self._features([resolve(leaning, context.subject)])
        return FollowUp(
            bare=self.follow_ups.reading(bare, features),
            filled=self.follow_ups.reading(self.classifier.probabilities(said)[0], said[0]),
            moves=moves,
            pointing=points_back(leaning),
            returning=returns(leaning),
            words=len(leaning.split()),
            last=context.last,
            subject=context.subject,
            earlier=context.earlier,
            terms=context.terms,
        )

    def _is_elsewhere(self, row: np.ndarray, sure: float) -> bool:
        """Whether a text is small talk or off topic by itself: "will it rain tomorrow" needs nothing said before."""
        answer, p = self.classifier.ranking(row)[0]
        return p >= sure and (answer == OUT_OF_SCOPE or topic_of(answer) == "smalltalk")

    def _question(
        self, part: segments.Segment, row: np.ndarray, mentions: Sequence[Mention], follow_up: bool = False
    ) -> Question:
        inside = [m for m in mentions if part.start <= m.start and m.end <= part.end]
        terms = tuple(dict.fromkeys(mention.name for mention in inside))
        pointing = follow_up and has_pronoun(part.text)  # "is it painful?" does not name pain
        exact = None if pointing else self.known.names.answer(part.text)
        if exact is None and len(inside) == 1 and not pointing:  # a misspelt name: look the right one up in its place
            at, end = inside[0].start - part.start, inside[0].end - part.start
            exact = self.known.names.answer(part.text[:at] + inside[0].name + part.text[end:])
        words, onward = len(part.text.split()), asks_onward(part.text)
        return Question(self.classifier.ranking(row), terms, part.asks, words, exact, onward)


def _leaning(text: str, parts: Sequence[segments.Segment]) -> str | None:
    """The words of a message that need the one before it: all of a short one, or what it asks after "thank you."."""
    if not parts:
        return text if leans_back(text) else None
    asking = [part.text for part in parts if part.asks]
    short = len(asking) == 1 and len(text.split()) <= SHORT
    return asking[0] if short and leans_back(asking[0]) else None


def _blend(first: np.ndarray, second: np.ndarray, weight: float) -> np.ndarray:
    return (1 - weight) * first + weight * second
