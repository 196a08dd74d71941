"""The review sheet: what a clinician reads (HTML) and fills in (CSV)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot import knowledge, readability, terms
from bot.compose import Composer
from bot.decide import tapped
from bot.knowledge import Entry, Knowledge
from bot.paths import PROJECT
from bot.readability import Readability
from bot.reply import Reply
from bot.review import content_hash, sheet, signed, table
from bot.review.signed import Signed

HTML, CSV = "review.html", "review.csv"


@dataclass(frozen=True)
class Item:
    """One answer on the sheet: as a patient gets it, how hard it is to read, and what was signed before."""

    entry: Entry
    reply: Reply
    reading: Readability
    before: Signed | None

    @property
    def state(self) -> str:
        """Where the answer stands, in words."""
        last, now = self.entry.review, content_hash(self.entry)
        if last.status == "changes wanted":
            since = "The words are still the same." if last.hash == now else "The words were changed since."
            return f"Changes wanted by: {last.role}, {last.day}. {since}"
        if self.before is None:
            return "Not signed before."
        since = "Not changed since." if self.before.hash == now else "Changed since, so that sign-off is void."
        return f"Last signed by: {self.before.role}, {self.before.day}. {since}"


def export(ids: Sequence[str] | None, folder: Path, root: Path = PROJECT) -> list[Path]:
    """Write the sheet for ``ids`` (answers or whole topics; all where there are none) into ``folder``; its files.

    Raises:
        LanternError: E11, for an id that does not exist.
    """
    known = knowledge.load(root / "knowledge")
    items = _items(known, ids or list(known.entries), root)
    folder.mkdir(parents=True, exist_ok=True)
    page = sheet.page(items, date.today(), root / "knowledge" / "figures")
    (folder / HTML).write_text(page, encoding="utf-8")
    table.write([_row(item) for item in items], folder / CSV)
    return [folder / HTML, folder / CSV]


def _items(known: Knowledge, ids: Sequence[str], root: Path) -> list[Item]:
    composer = Composer(known)
    names = readability.names_of(terms.load(root / "knowledge" / "terms.yml"))
    before = signed.read(root / "knowledge")
    chosen = [answer for wanted in ids for answer in ([e.id for e in known if e.topic == wanted] or [wanted])]
    entries = [known[answer] for answer in dict.fromkeys(chosen)]
    return [
        Item(entry, composer.reply(tapped(entry.id)), readability.grade_of(entry, names), before.get(entry.id))
        for entry in entries
    ]


def _row(item: Item) -> dict[str, str]:
    answer = item.reply.answers[0]
    points = [f"{number}. {point}" for number, point in enumerate(answer.points, start=1)]
    return {
        "id": item.entry.id,
        "version": table.version(content_hash(item.entry)),
        "text": "\n".join([answer.title, answer.summary, *points]),
        "sources": "\n".join(f"{s['publisher']}: {s['title']} ({s['url']})" for s in answer.sources),
        "grade": f"{item.reading.grade:.1f}",
        "changes": item.state,
    }
