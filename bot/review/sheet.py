"""The review sheet as one HTML page that needs nothing else: to read on a screen, or to print and write on."""

from __future__ import annotations

import base64
import difflib
import re
from collections.abc import Iterator, Sequence
from datetime import date
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from bot.review import STATUSES, content_hash
from bot.review.signed import words_of
from bot.review.table import version

if TYPE_CHECKING:
    from bot.reply import Answer
    from bot.review.export import Item

STYLE = """
:root { color-scheme: light; }
body { font: 1rem/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff; max-width: 46rem; margin: 0 auto;
  padding: 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin: 0; } h3 { font-size: 1rem; margin: 1rem 0 .25rem; }
a { color: #0b4f8a; overflow-wrap: anywhere; }
article { border: 1px solid #767676; border-radius: .5rem; padding: 1rem; margin: 1.5rem 0; }
.shown { background: #f3f6fa; border-radius: .5rem; padding: .75rem 1rem; }
.shown img { max-width: 100%; height: auto; max-height: 30rem; }
.asked { font-style: italic; } .small { font-size: .875rem; color: #444; }
ins { background: #d8f0dc; text-decoration: underline; } del { background: #fbdcdc; }
.verdict { border-top: 1px solid #767676; margin-top: 1rem; padding-top: .5rem; }
.box { display: inline-block; width: 1rem; height: 1rem; border: 1.5px solid #1a1a1a; vertical-align: -2px;
  margin: 0 .4rem 0 1rem; }
.line { border-bottom: 1px solid #1a1a1a; height: 1.75rem; }
nav ol { columns: 2; padding-left: 1.5rem; }
@media print { body { max-width: none; font-size: 11pt; } article { break-inside: avoid-page; }
  nav { break-after: page; } .shown { background: none; border: 1px solid #767676; } }
"""
INTRODUCTION = """\
<p>Each box shows one answer <b>exactly as a patient will read it</b>, with its sources and how hard it is to read.
Please judge whether it is right, complete enough to stand alone, and kind. Then put your verdict into the table
<code>review.csv</code> that came with this page: write <b>approved</b> or <b>changes wanted</b> in the column
<i>verdict</i>, your role (never your name), the day, and a comment if you like. Rows that you leave empty stay open.
You can also print this page and write on it; then someone else fills in the table for you.</p>
<p>Your verdict counts for exactly these words. When any of them changes later, it no longer counts.</p>
"""


def page(items: Sequence[Item], today: date, figures: Path) -> str:
    """The whole page; pictures from the folder ``figures`` are put into it."""
    contents = "".join(f'<li><a href="#{i.entry.id}">{escape(i.entry.title)}</a></li>' for i in items)
    answers = "\n".join(_article(item, figures) for item in items)
    return (
        f'<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>Lantern: review sheet</title>\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<style>{STYLE}</style></head>\n<body>\n'
        f"<h1>Lantern: review of {len(items)} answers</h1>\n<p>Made on {today.isoformat()}.</p>\n{INTRODUCTION}"
        f"<nav><h2>Answers</h2><ol>{contents}</ol></nav>\n<main>\n{answers}\n</main>\n</body>\n</html>\n"
    )


def _article(item: Item, figures: Path) -> str:
    entry, answer = item.entry, item.reply.answers[0]
    reading = item.reading
    next_questions = "; ".join(escape(suggestion.title) for suggestion in item.reply.suggestions)
    parts = [
        f'<article id="{entry.id}"><h2>{escape(answer.title)}</h2>',
        f'<p class="small">{entry.id} · version {version(content_hash(entry))} · {escape(item.state)}</p>',
        f'<p class="asked">A patient asks: {escape(entry.question)}</p>',
        f'<div class="shown"><p>{escape(answer.summary)}</p>{_points(answer)}{_figure(answer, figures)}',
        f'<p class="small">{escape(answer.status)}</p><p class="small">{escape(item.reply.disclaimer.text)}</p></div>',
        f'<p class="small">Offered next: {next_questions or "nothing"}</p>',
        f"<h3>Sources</h3>{_sources(item)}",
        f"<h3>Readability</h3><p>US school grade {reading.grade:.1f} (with all names of drugs and tests counted:",
        f"{reading.grade_plain:.1f}), {reading.words_per_sentence:.0f} words a sentence.</p>",
        *_changes(item),
        _verdict(),
        "</article>",
    ]
    return "\n".join(parts)


def _points(answer: Answer) -> str:
    rows = "".join(f"<li>{escape(point)}</li>" for point in answer.points)
    return f"<ul>{rows}</ul>" if rows else ""


def _figure(answer: Answer, figures: Path) -> str:
    if answer.figure is None:
        return ""
    alt = escape(answer.figure.alt, quote=True)
    path = figures / Path(answer.figure.src).name
    if not path.exists():
        return f"<p>[Picture: {alt}]</p>"
    data = base64.b64encode(path.read_bytes()).decode()
    return f'<figure><img src="data:image/svg+xml;base64,{data}" alt="{alt}"></figure>'


def _sources(item: Item) -> str:
    """The sources as the patient sees them, and which statement rests on which."""
    numbers = {key: number for number, key in enumerate(item.entry.cites, start=1)}
    rows = [
        f'<li>{s["publisher"]}: <a href="{s["url"]}">{s["title"]}</a> (read on {s["accessed"]})</li>'
        for s in ({k: escape(v, quote=True) for k, v in source.items()} for source in item.reply.answers[0].sources)
    ]
    statements = (item.entry.summary, *item.entry.points)
    places = ["summary", *(f"point {number}" for number in range(1, len(item.entry.points) + 1))]
    rests = [
        f"{place}: {', '.join(str(numbers[key]) for key in statement.cites)}"
        for place, statement in zip(places, statements, strict=True)
        if statement.cites
    ]
    if not rows:
        return "<p>None: this answer states no medical fact.</p>"
    return f'<ol>{"".join(rows)}</ol><p class="small">What rests on which: {"; ".join(rests)}.</p>'


def _changes(item: Item) -> Iterator[str]:
    if item.before is None:
        return
    yield "<h3>Changes since the last sign-off</h3>"
    words = words_of(item.entry)
    if item.before.words == words:
        yield "<p>The words are the same.</p>"
    else:
        yield f"<p>{difference(item.before.words, words)}</p>"
    added = ", ".join(key for key in item.entry.cites if key not in item.before.sources)
    removed = ", ".join(key for key in item.before.sources if key not in item.entry.cites)
    if added or removed:
        yield f"<p>Sources added: {escape(added or 'none')}. Sources removed: {escape(removed or 'none')}.</p>"


def difference(before: Sequence[str], now: Sequence[str]) -> str:
    """Both texts in one as HTML: what went in <del>, what came in <ins>."""
    old, new = (re.findall(r"\n|[^\s]+", "\n".join(text)) for text in (before, now))
    parts = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append(_marked(new[c:d]))
            continue
        for tag, words in (("del", old[a:b]), ("ins", new[c:d])):
            if words:
                parts.append(f"<{tag}>{_marked(words)}</{tag}>")
    return " ".join(parts)


def _marked(words: Sequence[str]) -> str:
    return " ".join("<br>" if word == "\n" else escape(word) for word in words)


def _verdict() -> str:
    boxes = "".join(f'<span class="box"></span>{status}' for status in STATUSES)
    lines = '<div class="line"></div>' * 3
    who = '<p>Role and day:</p><div class="line"></div>'
    return f'<div class="verdict"><p>Verdict:{boxes}</p>{who}<p>Comment:</p>{lines}</div>'
