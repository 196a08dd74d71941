"""A new question in three data files: the skeleton of an entry, of its examples and of its held-out phrasings."""

from __future__ import annotations

import re
from pathlib import Path

from bot import yaml
from bot.errors import DataError, Problem
from bot.knowledge import SOFT_TOPICS, TOPICS
from bot.paths import PROJECT

ENTRY = """
# New: fill in every field, then run `uv run lantern validate`. Remove these comments when you are done.
{id}:
  title:        # what the answer is about, at most 60 characters
  question:     # as a patient would tap it on a button, at most 64 characters
  subject:      # what "it" would mean in a question after this answer, such as: bone metastases
  summary:      # 1 or 2 sentences; the first one answers. End with the keys of the sources: [nci-mbc]
  points:       # 3 to 6 lines, each: "- A short sentence or two. [key]"
  ask:          # what to ask the care team, or what to do
  synonyms: []  # 2 to 8 names for this very subject
  next: []      # 2 or 3 ids that a person would want next
  checked:      # the day on which you compared the words with the sources, such as 2026-11-25
  review: {{status: unreviewed}}
"""
EXAMPLES = """\
# New: under `examples: |`, 20 or more ways in which people ask this, each on a line like "    - how is it done".
# Short and long, plain and worried, with slips. None may stand under another intent or in tests/nlu.
- intent: {topic}/{name}
  examples: |
"""
HELD_OUT = """\
# New: 6 or more other ways to ask this in place of [], each on a line like "  - how is it done". They are never
# trained on; the bot is measured on them.
{id}: []
"""


def new_question(topic: str, name: str, root: Path = PROJECT) -> list[Path]:
    """Add the skeleton of the answer ``topic.name``; the files that were changed.

    Raises:
        DataError: the topic or the name will not do, or there is such an answer already. Nothing is changed then.
    """
    paths = [root / folder / f"{topic}.yml" for folder in ("knowledge", "data/nlu", "tests/nlu")]
    problem = _refused(topic, name, paths[0])
    if problem:
        raise DataError([problem])
    fields = {"topic": topic, "name": name, "id": f"{topic}.{name}"}
    texts = [path.read_text(encoding="utf-8") for path in paths]
    for path, text, skeleton in zip(paths, texts, (ENTRY, EXAMPLES, HELD_OUT), strict=True):
        path.write_text(text.rstrip("\n") + "\n" + skeleton.format(**fields), encoding="utf-8")
    return paths


def _refused(topic: str, name: str, path: Path) -> Problem | None:
    if topic not in TOPICS:
        return Problem(path, 1, f"there is no topic `{topic}`", f"choose one of {', '.join(TOPICS)}")
    if topic in SOFT_TOPICS or topic == "urgent":
        todo = "ask a developer: these answers are tied to the code that decides"
        return Problem(path, 1, f"`{topic}` takes no new questions", todo)
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        return Problem(path, 1, f"`{name}` cannot be an id", "use small letters, digits and _ only, such as bone_pain")
    if f"{topic}.{name}" in yaml.read(path):
        line = yaml.Lines(path).of(f"{topic}.{name}")
        return Problem(path, line, f"`{topic}.{name}` exists already", "edit it there, or choose another name")
    return None
