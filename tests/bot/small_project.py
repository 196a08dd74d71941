"""A whole project in little, without a fault: one answer a topic, for tests that break something in it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bot.knowledge import TOPICS, topic_of
from bot.paths import KNOWLEDGE

ENTRY = """
# A comment that must stay.
{id}:
  title: Title of {words}
  question: What is {words}?
  subject: the {words}
  summary: >-
    This is the short answer
    to it. [source-a, source-b]
  points:
    - "One: it is so. [source-a]"  # a remark
    - Two, and more. [source-b]
    - Three. [source-a]
  ask: Ask your team.
  synonyms: [name of {words},
    nickname of {words}]
  next: [{next}]
  checked: 2026-11-20
  review: {{status: unreviewed}}
"""
SOURCE = """
{key}:
  title: A page
  publisher: A publisher
  url: https://example.org/{key}
  page_date: null
  accessed: "2026-11-20"
"""
FIGURES = """
survival-by-stage:
  form: bars
  title: A chart
  about: Some people
  bars:
    - {name: Few, text: a group, value: 40, label: 40%}
  notes: [For groups only.]
  sources: [source-a]
"""
EXAMPLES, HELD_OUT = 10, 3


def make(root: Path) -> Path:
    """Write the project below ``root``."""
    phrases = YAML(typ="safe").load((KNOWLEDGE / "phrases.yml").read_text(encoding="utf-8"))
    phrases["figures"] = {"survival-by-stage": "A chart: 40 percent."}
    ids = [f"{topic}.one" for topic in TOPICS] + sorted({*_ids_in(phrases), "fallback.unclear"})
    for topic in TOPICS:
        mine = [i for i in ids if topic_of(i) == topic]
        _write(root / "knowledge" / f"{topic}.yml", "".join(map(_entry, mine)))
        _write(root / "data" / "nlu" / f"{topic}.yml", 'version: "3.1"\nnlu:\n' + "".join(map(_examples, mine)))
        _write(root / "tests" / "nlu" / f"{topic}.yml", "".join(map(_held_out, mine)))
    _write(root / "data" / "follow_ups" / "symptoms.yml", 'symptoms.one:\n  treatment.one:\n  - "and then?"\n')
    _write(root / "knowledge" / "sources.yml", "".join(SOURCE.format(key=f"source-{x}") for x in "ab"))
    _write(root / "knowledge" / "glossary.yml", "answer: A reply. [source-a]\n")
    _write(root / "knowledge" / "terms.yml", "site:\n  bone: {names: [bones], about: overview.one}\n")
    _write(root / "knowledge" / "ids.txt", "# promised\n" + "\n".join(ids) + "\n")
    shutil.copy(KNOWLEDGE / "forbidden.yml", root / "knowledge")
    with (root / "knowledge" / "phrases.yml").open("w", encoding="utf-8") as file:
        writer = YAML(typ="safe")
        writer.default_flow_style = False
        writer.dump(phrases, file)
    _draw(root)
    return root


def change(root: Path, file: str, old: str, new: str) -> None:
    """Replace ``old``, which must be there, by ``new``; an ``old`` of nothing appends."""
    path = root / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1) if old else text + new, encoding="utf-8")


def _draw(root: Path) -> None:
    _write(root / "knowledge" / "figures.yml", FIGURES)
    change(root, "knowledge/overview.yml", "  checked:", "  figure: survival-by-stage\n  checked:")
    change(root, "knowledge/overview.yml", "to it. [", "to it: 40%. [")
    from bot import figures

    folder = root / "knowledge" / "figures"
    folder.mkdir()
    (folder / "survival-by-stage.svg").write_text(figures.svg("survival-by-stage", root), encoding="utf-8")
    (folder / "survival-by-stage.png").write_bytes(b"")


def _entry(entry_id: str) -> str:
    following = "spread.one" if entry_id == "overview.one" else "overview.one"
    return ENTRY.format(id=entry_id, words=_words(entry_id), next=following)


def _examples(entry_id: str) -> str:
    rows = "".join(f"    - way {number} to ask for {_words(entry_id)}\n" for number in range(EXAMPLES))
    return f"- intent: {entry_id.replace('.', '/', 1)}\n  examples: |\n{rows}"


def _held_out(entry_id: str) -> str:
    return f"{entry_id}:\n" + "".join(f"  - held out {n} for {_words(entry_id)}\n" for n in range(HELD_OUT))


def _words(entry_id: str) -> str:
    return re.sub(r"[._]", " ", entry_id)


def _ids_in(value: Any) -> list[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [found for inner in value for found in _ids_in(inner)]
    found = re.fullmatch(r"([a-z_]+)\.[a-z0-9_]+", str(value))
    return [str(value)] if found and found[1] in TOPICS else []


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
