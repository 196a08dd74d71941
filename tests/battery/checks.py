"""What must hold for every reply on every channel. A check looks at what a person got and names what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

KINDS = ("urgent", "personal", "answer", "clarify", "smalltalk", "fallback")
NEED_SOURCES = (
    "overview", "spread", "symptoms", "diagnosis", "treatment", "side_effects", "living", "prognosis", "research",
    "urgent",
)  # fmt: skip
LITTER = re.compile(r'\{"|"\}|</?[a-z]+>|\*\*|\bTraceback\b|\bNone\b|\bnull\b|\{\w*\}|%s|__\w|&(?:amp|lt|gt|quot);')

Reply = Mapping[str, Any]


@dataclass(frozen=True)
class Shown:
    """What one turn showed: all text in order, the JSON that came along, the buttons."""

    text: str | None  # None on a channel that leaves the text to its client
    json: list[Reply] = field(default_factory=list)
    buttons: list[tuple[str, str]] | None = None
    carries_json: bool = False


Check = Callable[[Shown, Reply], Iterator[str]]


def flat(text: str) -> str:
    """Without line breaks and marks of lists, which differ from channel to channel."""
    without_numbers = re.sub(r"^  \d  ", " ", text, flags=re.MULTILINE)  # of a menu
    return " ".join(word for word in without_numbers.split() if word not in ("•", "-"))


def something(shown: Shown, expected: Reply) -> Iterator[str]:
    if shown.text is not None and not shown.text.strip():
        yield "nothing was shown"
    if expected["kind"] not in KINDS:
        yield f"kind {expected['kind']}"


def disclaimer(shown: Shown, expected: Reply) -> Iterator[str]:
    """There, and after everything that was said."""
    if not expected["disclaimer"].strip():
        yield "an empty disclaimer"
    if shown.text is None:
        return
    text, wanted = flat(shown.text), flat(expected["disclaimer"])
    if wanted not in text:
        yield "no disclaimer"
    for answer in expected["answers"]:
        if wanted in text and text.rfind(wanted) < text.rfind(flat(answer["summary"])):
            yield f"{answer['id']} stands after the disclaimer"


def sources(shown: Shown, expected: Reply) -> Iterator[str]:
    for answer in expected["answers"]:
        if answer["id"].split(".")[0] in NEED_SOURCES and not answer["sources"]:
            yield f"{answer['id']} has no source"
        for source in answer["sources"]:
            if shown.text is not None and flat(f"{source['publisher']}: {source['title']}") not in flat(shown.text):
                yield f"{answer['id']} does not show {source['title']}"


def nothing_lost(shown: Shown, expected: Reply) -> Iterator[str]:
    """Each piece is there, in order; pictures, in words, anywhere."""
    if shown.text is None:
        return
    text, position = flat(shown.text), 0
    for piece in pieces(expected):
        found = text.find(flat(piece), position)
        if found < 0:
            yield f"{'out of order' if flat(piece) in text else 'lost'}: {piece[:60]}"
        else:
            position = found + len(flat(piece))
    for answer in expected["answers"]:
        if answer["figure"] and flat(answer["figure"]["alt"]) not in text:
            yield f"{answer['id']}: the picture is not told in words"


def pieces(expected: Reply) -> Iterator[str]:
    """What a person must read, in order."""
    if expected["opening"]:
        yield expected["opening"]
    for answer in expected["answers"]:
        yield from (answer["title"], answer["summary"], *answer["points"])
        yield from (source["title"] for source in answer["sources"])
        if answer["status"]:
            yield answer["status"]
    yield expected["disclaimer"]


def buttons(shown: Shown, expected: Reply) -> Iterator[str]:
    wanted = [(suggestion["title"], suggestion["payload"]) for suggestion in expected["suggestions"]]
    if len(wanted) > 4:
        yield f"{len(wanted)} suggestions"
    if shown.buttons is not None and shown.buttons != wanted:
        yield f"buttons {shown.buttons} instead of {wanted}"


def contract(shown: Shown, expected: Reply) -> Iterator[str]:
    """Exactly one JSON where the channel carries it, the same as everywhere; none where it would be shown raw."""
    if not shown.carries_json:
        if shown.json:
            yield "JSON on a channel that would show it"
    elif len(shown.json) != 1:
        yield f"{len(shown.json)} times JSON"
    elif shown.json[0] != expected:
        differing = [name for name in expected if shown.json[0].get(name) != expected[name]]
        yield f"the JSON differs in {differing or 'its fields'}"


def litter(shown: Shown, expected: Reply) -> Iterator[str]:
    """No mark-up, JSON or program's words for a person to read (links aside)."""
    text = re.sub(r"https?://\S+", "", shown.text or "")
    yield from (f"litter: {found}" for found in LITTER.findall(text))


def urgent_first(shown: Shown, expected: Reply) -> Iterator[str]:
    """In an emergency the first sentence after the title says what to do now."""
    if expected["kind"] == "urgent" and shown.text is not None:
        first = expected["answers"][0]
        if not flat(shown.text).startswith(flat(f"{first['title']} {first['summary']}")):
            yield "something stands before what to do now"


ALL: tuple[Check, ...] = (
    something, disclaimer, sources, nothing_lost, buttons, contract, litter, urgent_first,
)  # fmt: skip


def problems(shown: Shown, expected: Reply) -> list[str]:
    """Everything that is wrong with one reply."""
    return [f"{check.__name__}: {what}" for check in ALL for what in check(shown, expected)]
