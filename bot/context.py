"""What a conversation remembers between two messages, and what a short follow-up means in its light."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_PRONOUN = re.compile(r"\b(it|that|this|these|those|they|them|the ones?|these ones|those ones)\b", re.IGNORECASE)
_POSSESSIVE = re.compile(r"\b(its|their|theirs)\b", re.IGNORECASE)
_LEADING = re.compile(
    r"^(?:and|but|so|ok so|okay so|then|what about|how about|what if|same for|why|how so|how come)\b", re.IGNORECASE
)
_OPENER = re.compile(r"^(?:ok|okay|right|and|so|but|then|well|hm+|oh)[,.]?\s+", re.IGNORECASE)
_RETURNING = re.compile(
    r"\b(?:back to|again|earlier|before|first|second|last|other|previous|former|mentioned|said|asked)\b", re.IGNORECASE
)
_ONWARD = re.compile(r"^(?:and |so |ok |what |what comes |what is )?(?:then|next)\W*$", re.IGNORECASE)
FEW_WORDS = 9  # of a message that may be a follow-up without a word that points back
MOST_EARLIER = 6


@dataclass(frozen=True)
class Context:
    """The last answers (ids), what they were about in words, how often in a row nothing was understood.

    ``earlier`` are the answers before the last, ``terms`` the names that the person used; the newest first.
    """

    answers: tuple[str, ...] = ()
    subject: str = ""
    misses: int = 0
    offered: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()

    @classmethod
    def from_slot(cls, slot: object) -> Context:
        """From the value of the tracker's slot; anything else counts as nothing remembered."""
        if not isinstance(slot, Mapping):
            return cls()
        return cls(
            answers=tuple(map(str, slot.get("answers") or ())),
            subject=str(slot.get("subject") or ""),
            misses=int(slot.get("misses") or 0),
            offered=tuple(map(str, slot.get("offered") or ())),
            earlier=tuple(map(str, slot.get("earlier") or ())),
            terms=tuple(map(str, slot.get("terms") or ())),
        )

    def as_slot(self) -> dict[str, Any]:
        return {
            "answers": list(self.answers),
            "subject": self.subject,
            "misses": self.misses,
            "offered": list(self.offered),
            "earlier": list(self.earlier),
            "terms": list(self.terms),
        }

    def after(self, answers: tuple[str, ...], subject: str, named: tuple[str, ...] = ()) -> Context:
        """What is remembered once ``answers`` about ``subject`` were given to a message with the ``named`` terms."""
        before = tuple(answer for answer in (*self.answers, *self.earlier) if answer not in answers)
        earlier, terms = _newest(before), _newest((*named, *self.terms))
        return Context(answers, subject, earlier=earlier, terms=terms)

    @property
    def last(self) -> str | None:
        return self.answers[0] if self.answers else None


def _newest(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))[:MOST_EARLIER]


def leans_back(message: str) -> bool:
    """Whether a message needs the one before it: "and its side effects?", "how is that treated?", "why?"."""
    return points_back(message) or len(message.split()) <= FEW_WORDS


def points_back(message: str) -> bool:
    """Whether a message has a word that stands for something said before."""
    return bool(_PRONOUN.search(message) or _POSSESSIVE.search(message) or _LEADING.search(message))


def has_pronoun(message: str) -> bool:
    """Whether a pronoun stands for what was said before: "is it painful?" asks of that, and not of pain."""
    return bool(_PRONOUN.search(message))


def returns(message: str) -> bool:
    """Whether a message may mean something said before the last answer: "back to the pill", "the other one"."""
    return bool(_RETURNING.search(message))


def asks_onward(message: str) -> bool:
    """Whether a message only asks what comes next: "and then?"."""
    return bool(_ONWARD.search(message.strip()))


def resolve(message: str, subject: str) -> str:
    """The message with what it points to put in words, for the classifier: "how are bone metastases treated"."""
    plain = _OPENER.sub("", message)
    if _POSSESSIVE.search(plain):
        return _POSSESSIVE.sub(f"{subject}'s", plain, count=1)
    if _PRONOUN.search(plain):
        return _PRONOUN.sub(subject, plain, count=1)
    return f"{plain.rstrip('?!. ')} {subject}?"
