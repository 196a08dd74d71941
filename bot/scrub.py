"""Takes out of a text what may tell who wrote it, by rules.

Removed: mail and web addresses, handles, dates, postcodes, numbers of two digits or more, names after a cue ("my name
is ...", "Dr ...", "my sister ..."), and any capitalised word that the project's own texts do not use. Not removed: a
name in small letters without a cue, and what only the story gives away. So a scrubbed text is for curators, not for
publication.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from bot.paths import KNOWLEDGE, NLU

NAME, NUMBER, DATE, MAIL, LINK, PLACE = "[name]", "[number]", "[date]", "[mail]", "[link]", "[postcode]"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\.?"
_KIN = (
    "husband|wife|partner|mum|mom|mother|dad|father|sister|brother|daughter|son|aunt|uncle|friend|gran|grandma|"
    "grandmother|cousin|niece|neighbour|neighbor|boyfriend|girlfriend|oncologist|doctor|surgeon|nurse|gp|consultant"
)
_RULES = (
    (re.compile(r"[^\s@]+@[^\s@]+\.\w+"), MAIL),
    (re.compile(r"(?:https?://|www\.)\S+", re.I), LINK),
    (re.compile(r"(?<![\w@])@\w+"), NAME),
    (re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b", re.I), PLACE),
    (re.compile(rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? \d{{2,4}})?\b", re.I), DATE),
    (re.compile(rf"\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{2,4}})?\b", re.I), DATE),
    (re.compile(r"\b\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b"), DATE),
    (re.compile(r"(?<![\w])\+?\(?\d[\d\s().-]*\d(?![\w])"), NUMBER),
)
_TOLD = re.compile(
    r"\b(?:my name(?: is|'s)|(?:i am|i'm|this is) called|name:|called|signed|regards,?|yours,?)\s+", re.I
)
_TITLE = re.compile(r"\b(?:dr|doctor|mr|mrs|ms|miss|prof|professor|nurse|sister)\b\.?\s+", re.I)
_MY = re.compile(rf"\bmy (?:{_KIN}),?\s+", re.I)
_WORD = re.compile(r"[^\W\d_][^\W\d_'’-]*", re.UNICODE)  # noqa: RUF001
_MOST_WORDS = 3  # of a name
_AFTER_NAME = {
    "and",
    "i",
    "my",
    "the",
    "is",
    "has",
    "was",
    "with",
    "from",
    "at",
    "in",
    "to",
    "who",
    "have",
    "what",
    "how",
}


def scrub(text: str, known: frozenset[str] | None = None) -> str:
    """The text without those; ``known`` are the words, in small letters, that name nobody."""
    words = vocabulary() if known is None else known
    for pattern, mark in _RULES:
        text = pattern.sub(mark, text)
    text = _after(_TOLD, text, frozenset())
    for cue in (_TITLE, _MY):
        text = _after(cue, text, words)
    return _WORD.sub(lambda found: _capitalised(found, text, words), text)


def _after(cue: re.Pattern[str], text: str, known: frozenset[str]) -> str:
    """Names that follow a cue, in any letters, up to a word that can be no part of one."""
    done, position = [], 0
    for found in cue.finditer(text):
        if found.end() < position:
            continue
        done.append(text[position : found.end()])
        position = end = found.end()
        for _ in range(_MOST_WORDS):
            word = _WORD.match(text, end)
            if word is None or word[0].lower() in _AFTER_NAME or word[0].lower() in known:
                break
            position = word.end()
            end = position + 1 if text[position : position + 1] == " " else len(text)
        if position > found.end():
            done.append(NAME)
    return "".join([*done, text[position:]])


def _capitalised(found: re.Match[str], text: str, known: frozenset[str]) -> str:
    word = found[0]
    plain = word.lower().removesuffix("'s").removesuffix("’s")  # noqa: RUF001
    inside_mark = text[found.start() - 1 : found.start()] == "["
    if (
        not word[0].isupper()
        or inside_mark
        or plain in known
        or all(part in known for part in re.split("['’-]", plain))  # noqa: RUF001
    ):
        return word
    return NAME


@lru_cache(maxsize=1)
def vocabulary() -> frozenset[str]:
    """Words that the project's own texts write in small letters, and the names of drugs, tests and the like."""
    files = [*sorted(NLU.glob("*.yml")), *sorted(KNOWLEDGE.glob("*.yml"))]
    files = [path for path in files if path.name != "sources.yml"]  # names of people and of publishers
    text = " ".join(_without_citations(path) for path in files)
    terms = (KNOWLEDGE / "terms.yml").read_text(encoding="utf-8").lower()
    small = {word for word in _WORD.findall(text) if word[0].islower()}
    return frozenset(small | set(_WORD.findall(terms)) | {"i", "i'm", "i've", "i'd", "i'll", "hello", "hi"})


def _without_citations(path: Path) -> str:
    return re.sub(r"\[[^\[\]]*\]", " ", path.read_text(encoding="utf-8"))
