"""Splits a message into the questions it holds.

People write a greeting, a story and two questions in one breath. Sentences end at ``. ? ! ;`` or a line break; a
sentence is also cut before "and what", "and how", ... where a second question starts without a mark.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_QUESTIONS = 3
MAX_SENTENCES = 12
_ASKING = (
    "what|what's|whats|which|who|who's|whos|whom|whose|when|when's|where|where's|why|how|how's|hows|"
    "is|are|am|was|were|isn't|aren't|can|can't|cant|could|couldn't|do|does|did|don't|doesn't|doesnt|didn't|"
    "will|won't|wont|would|wouldn't|should|shouldn't|shall|may|might|must|has|have|had|hasn't|haven't"
)
_END = re.compile(r"(?<=[.?!;])\s+|\n+|(?<=[a-z]{3}[.?!])(?=[A-Z])")
_SECOND = re.compile(
    r"\s*(?:,|\s-+)?\s+(?:and|also|plus|but)\s+(?:also\s+)?(?=(?:what|which|who|when|where|why|how)\b)"
    r"|\s+(?:and|also|plus)\s+(?:also\s+)?(?=(?:is|are|can|could|do|does|will|should|would)\s+(?:i|it|she|he|they|there|we|you|my|the)\b)",
    re.IGNORECASE,
)
_QUESTION = re.compile(rf"^(?:and|but|so|ok|okay|also|please|pls)?,?\s*(?:{_ASKING})\b", re.IGNORECASE)
_REQUEST = re.compile(
    r"\b(?:tell me|explain|describe|i(?:'d| would)? (?:want|like|need) to (?:know|understand|ask)|wondering|"
    r"information (?:on|about)|info (?:on|about)|can you|could you|any (?:advice|tips|ideas)|what (?:is|are|about))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Segment:
    """A part of a message from character ``start`` on; ``asks``: it is put as a question or request."""

    text: str
    start: int
    asks: bool

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def split(message: str) -> tuple[Segment, ...]:
    """Sentences of a message in order; of more than ``MAX_SENTENCES`` the first, and the last which often ask."""
    kept = [
        Segment(message[start:end], start, asks(message[start:end]))
        for outer in _pieces(message, 0, len(message), _END)
        for start, end in _pieces(message, *outer, _SECOND)
        if any(character.isalnum() for character in message[start:end])
    ]
    if len(kept) > MAX_SENTENCES:
        kept = kept[: MAX_SENTENCES // 2] + kept[-MAX_SENTENCES // 2 :]
    return tuple(kept)


def _pieces(message: str, start: int, end: int, border: re.Pattern[str]) -> list[tuple[int, int]]:
    """Offsets of what stands between the borders, without white space around it."""
    cuts = [match.span() for match in border.finditer(message, start, end)]
    begins = [start, *(cut[1] for cut in cuts)]
    ends = [*(cut[0] for cut in cuts), end]
    return [_trimmed(message, *span) for span in zip(begins, ends, strict=True)]


def _trimmed(message: str, start: int, end: int) -> tuple[int, int]:
    inner = message[start:end]
    return start + len(inner) - len(inner.lstrip()), end - (len(inner) - len(inner.rstrip()))


def asks(sentence: str) -> bool:
    """Whether a sentence is put as a question or as a request for an answer."""
    return sentence.endswith("?") or bool(_QUESTION.search(sentence)) or bool(_REQUEST.search(sentence))
