"""The knowledge base: entries, sources and phrases as immutable records.

All medical wording lives in ``knowledge/*.yml``. A summary or point ends with the keys of its sources in square
brackets (``... at night. [nci-bone, acs-bone]``); they are taken off here and become the entry's sources.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot import yaml
from bot.errors import LanternError
from bot.paths import KNOWLEDGE

TOPICS = (
    "overview", "spread", "symptoms", "diagnosis", "treatment", "side_effects", "living", "prognosis", "research",
    "urgent", "personal", "smalltalk", "fallback",
)  # fmt: skip
SOFT_TOPICS = ("personal", "smalltalk", "fallback")  # may stand without a source
UNCLEAR, OUT_OF_SCOPE, FEELINGS = "fallback.unclear", "fallback.out_of_scope", "smalltalk.feelings"
SHORT_LIVED = ("treatment", "side_effects", "prognosis", "research")
_MARKER = re.compile(r"\s*\[([^\[\]]*)\]\s*$")


@dataclass(frozen=True)
class Source:
    """Where a statement comes from; dates are ISO days, ``page_date`` is None where the page shows none."""

    key: str
    title: str
    publisher: str
    url: str
    accessed: str
    page_date: str | None = None


@dataclass(frozen=True)
class Statement:
    """Words that a person reads, and the keys of the sources they rest on."""

    text: str
    cites: tuple[str, ...] = ()

    @classmethod
    def parse(cls, written: str) -> Statement:
        """Split ``words [key, key]`` into the words and the keys."""
        marker = _MARKER.search(written)
        if marker is None:
            return cls(" ".join(written.split()))
        keys = tuple(key.strip() for key in marker[1].split(",") if key.strip())
        return cls(" ".join(written[: marker.start()].split()), keys)


@dataclass(frozen=True)
class Review:
    """A clinician's verdict, bound to the words by ``hash``; ``status`` is ``unreviewed`` where there is none."""

    status: str = "unreviewed"
    role: str = ""
    day: str = ""
    hash: str = ""


@dataclass(frozen=True)
class Entry:
    """One answer. ``next`` holds ids of entries that a person may want after it."""

    id: str
    title: str
    question: str
    summary: Statement
    points: tuple[Statement, ...]
    checked: date
    ask: str = ""
    subject: str = ""
    synonyms: tuple[str, ...] = ()
    next: tuple[str, ...] = ()
    figure: str | None = None
    review: Review = Review()

    @property
    def topic(self) -> str:
        return topic_of(self.id)

    @property
    def called(self) -> str:
        """What the answer is about, as one would say it within a question."""
        return self.subject or self.title

    @property
    def cites(self) -> tuple[str, ...]:
        """Keys of all sources, in order of first mention."""
        keys = [key for statement in (self.summary, *self.points) for key in statement.cites]
        return tuple(dict.fromkeys(keys))

    @property
    def shown_points(self) -> tuple[str, ...]:
        """The points as a person reads them; what to ask the team comes last."""
        shown = tuple(point.text for point in self.points)
        return (*shown, self.ask) if self.ask else shown

    def is_stale(self, today: date) -> bool:
        """Whether the entry is past its review date: 6 months for fast-moving topics, else 12."""
        months = 6 if self.topic in SHORT_LIVED else 12
        return (today.year - self.checked.year) * 12 + today.month - self.checked.month - (
            today.day < self.checked.day
        ) >= months


@dataclass(frozen=True)
class Knowledge:
    """Everything the bot may say."""

    entries: Mapping[str, Entry]
    sources: Mapping[str, Source]
    phrases: Mapping[str, Any]
    glossary: Mapping[str, Statement]

    def __getitem__(self, entry_id: str) -> Entry:
        try:
            return self.entries[entry_id]
        except KeyError:
            raise LanternError("E11", entry_id) from None

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries.values())

    def phrase(self, *keys: str) -> str:
        """One of the fixed phrases, e.g. ``phrase("disclaimer", "general")``."""
        found: Any = self.phrases
        for key in keys:
            found = found[key]
        return " ".join(str(found).split())


def topic_of(entry_id: str) -> str:
    """The first word of an id: ``symptoms`` of ``symptoms.bone``."""
    return entry_id.split(".", 1)[0]


def load(folder: Path = KNOWLEDGE) -> Knowledge:
    """Read the knowledge base.

    Raises:
        DataError: with all problems that keep it from being read (its form is checked by ``bot.schema``).
    """
    from bot import schema  # jsonschema is slow to import; only what loads knowledge pays

    contents = schema.read(folder)
    entries = {key: entry_of(key, fields) for topic in TOPICS for key, fields in contents[topic].items()}
    sources = {key: Source(key=key, **source_fields(fields)) for key, fields in contents["sources"].items()}
    glossary = {term: Statement.parse(text) for term, text in yaml.read(folder / "glossary.yml").items()}
    return Knowledge(entries, sources, yaml.read(folder / "phrases.yml"), glossary)


def source_fields(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: fields.get(name) for name in ("title", "publisher", "url", "accessed", "page_date")}


def entry_of(entry_id: str, fields: dict[str, Any]) -> Entry:
    review = {name: str(value) for name, value in fields["review"].items()}
    return Entry(
        id=entry_id,
        title=fields["title"],
        question=fields["question"],
        summary=Statement.parse(fields["summary"]),
        points=tuple(Statement.parse(point) for point in fields.get("points") or ()),
        checked=fields["checked"],
        ask=" ".join(fields.get("ask", "").split()),
        subject=fields.get("subject", ""),
        synonyms=tuple(fields.get("synonyms") or ()),
        next=tuple(fields.get("next") or ()),
        figure=fields.get("figure"),
        review=Review(**review),
    )
