"""A reply and its two forms: the JSON of the reply contract (version 1) and plain text that stands alone.

A ``Reply`` cannot be built without a ``Disclaimer``, and a ``Disclaimer`` cannot be empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

VERSION = 1
BULLET = "• "


@dataclass(frozen=True)
class Disclaimer:
    """The sentence that stands under every reply."""

    text: str

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError("a disclaimer cannot be empty")


@dataclass(frozen=True)
class Figure:
    """A picture: address below the server's root, and the same in words."""

    src: str
    alt: str


@dataclass(frozen=True)
class Answer:
    """One entry as it is shown; ``sources`` are dicts of title, publisher, url and accessed."""

    id: str
    title: str
    summary: str
    points: tuple[str, ...]
    sources: tuple[dict[str, str], ...]
    checked: str
    status: str
    figure: Figure | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "title": self.title,
            "summary": self.summary,
            "points": list(self.points),
            "sources": list(self.sources),
            "checked": self.checked,
            "status": self.status,
            "figure": {"src": self.figure.src, "alt": self.figure.alt} if self.figure else None,
        }


@dataclass(frozen=True)
class Suggestion:
    """Something the person may want next; ``payload`` is what a button sends."""

    title: str
    payload: str


@dataclass(frozen=True)
class Reply:
    """What a person gets for one message."""

    kind: str
    answers: tuple[Answer, ...]
    disclaimer: Disclaimer
    opening: str = ""
    suggestions: tuple[Suggestion, ...] = ()
    confidence: float | None = None

    def as_json(self) -> dict[str, Any]:
        """The ``custom`` object of the contract."""
        return {
            "version": VERSION,
            "kind": self.kind,
            "opening": self.opening,
            "answers": [answer.as_json() for answer in self.answers],
            "disclaimer": self.disclaimer.text,
            "suggestions": [{"title": s.title, "payload": s.payload} for s in self.suggestions],
            "confidence": self.confidence,
        }

    def as_messages(self, sources_heading: str) -> list[dict[str, Any]]:
        """Rasa's form: a text for each answer; the last one has disclaimer, buttons and the JSON."""
        texts = [answer_text(answer, sources_heading) for answer in self.answers]
        if self.opening:
            texts.insert(0, self.opening)
        last: dict[str, Any] = {"text": self.disclaimer.text, "json_message": self.as_json()}
        if self.suggestions:
            last["buttons"] = [{"title": s.title, "payload": s.payload} for s in self.suggestions]
        return [*({"text": text} for text in texts), last]


def answer_text(answer: Answer, sources_heading: str) -> str:
    """An answer in plain lines, without blank ones (Rasa's REST channel would split the text there)."""
    lines = [answer.title, answer.summary, *(BULLET + point for point in answer.points)]
    if answer.figure:
        lines.append(f"({answer.figure.alt})")
    if answer.sources:
        lines.append(f"{sources_heading}:")
        lines += [f"- {source['publisher']}: {source['title']}" for source in answer.sources]
    if answer.status:
        lines.append(answer.status)
    return "\n".join(lines)
