"""Changing ``review:`` in a knowledge file and not one character besides.

ruamel's own round trip would wrap lists and long lines anew; so the new value is put into the text at the place
that the parser reports, and what comes out is parsed again and compared.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bot.errors import DataError, Problem

FIELD = "review"


def with_reviews(path: Path, reviews: Mapping[str, Mapping[str, str]]) -> str:
    """The text of a knowledge file with new ``review`` fields, by id.

    Raises:
        DataError: the file has a form in which the field cannot be found safely.
    """
    text = path.read_bytes().decode("utf-8")
    root = YAML(typ="safe").compose(text)
    spans = [(*_span(root, entry_id), _flow(review)) for entry_id, review in reviews.items()]
    changed = text
    for start, end, value in sorted(spans, reverse=True):
        changed = changed[:start] + value + changed[end:]
    _compare(path, text, changed, reviews)
    return changed


def _span(root: Any, entry_id: str) -> tuple[int, int]:
    """Where the value of ``review`` begins and ends; the last value inside tells the end, not what follows it."""
    entry = next(value for key, value in root.value if key.value == entry_id)
    review = next(value for key, value in entry.value if key.value == FIELD)
    if review.flow_style or not review.value:
        return review.start_mark.index, review.end_mark.index
    return review.start_mark.index, review.value[-1][1].end_mark.index


def _flow(review: Mapping[str, str]) -> str:
    """One line of YAML; texts are quoted so that no hash can be read as a number."""
    plain = {"status": review["status"], "role": json.dumps(review["role"], ensure_ascii=False)}
    plain |= {"day": review["day"], "hash": json.dumps(review["hash"])}
    return "{" + ", ".join(f"{name}: {value}" for name, value in plain.items()) + "}"


def _compare(path: Path, before: str, after: str, reviews: Mapping[str, Mapping[str, str]]) -> None:
    old, new = (YAML(typ="safe").load(text) for text in (before, after))
    for entry_id, review in reviews.items():
        found = {name: str(value) for name, value in new[entry_id].pop(FIELD).items()}
        old[entry_id].pop(FIELD)
        if found != dict(review):
            raise DataError([Problem(path, 1, f"the review of `{entry_id}` cannot be written", "write it by hand")])
    if old != new:
        raise DataError([Problem(path, 1, "the file cannot be changed safely", "give each `review` a line of its own")])
