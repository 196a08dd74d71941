"""The words that were signed, kept in knowledge/signed.yml to show later what changed since."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bot import yaml
from bot.knowledge import Entry
from bot.review import content_hash

HEAD = """\
# The words of every answer as a clinician last signed them: `lantern review import` writes this file, nobody else.
# The review sheet shows from it what changed since.

"""


@dataclass(frozen=True)
class Signed:
    """What a clinician approved: ``words`` in the order shown, ``sources`` by key."""

    role: str
    day: str
    hash: str
    words: tuple[str, ...]
    sources: tuple[str, ...]

    @classmethod
    def of(cls, entry: Entry, role: str, day: str) -> Signed:
        return cls(role, day, content_hash(entry), words_of(entry), entry.cites)


def words_of(entry: Entry) -> tuple[str, ...]:
    """Everything of an entry that a person reads."""
    return (entry.title, entry.question, entry.summary.text, *entry.shown_points)


def read(folder: Path) -> dict[str, Signed]:
    """The signed words by id; none where nothing was signed yet."""
    path = folder / "signed.yml"
    return {str(key): _signed(fields) for key, fields in yaml.read(path).items()} if path.exists() else {}


def text_with(folder: Path, added: Mapping[str, Signed], ids: Iterable[str]) -> str:
    """The text of signed.yml with ``added`` in it; the answers stand in the order of ``ids``."""
    known = {**read(folder), **added}
    rows = {key: _plain(known[key]) for key in ids if key in known}
    written = io.StringIO()
    writer: Any = YAML()
    writer.width = 110
    writer.dump(rows, written)
    return HEAD + written.getvalue()


def _signed(fields: Mapping[str, Any]) -> Signed:
    texts = {name: str(fields[name]) for name in ("role", "day", "hash")}
    return Signed(**texts, words=tuple(map(str, fields["words"])), sources=tuple(map(str, fields["sources"])))


def _plain(signed: Signed) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(signed).items()}
