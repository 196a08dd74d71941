"""What people asked and the bot could not answer, and what they thought of answers: one HTML page for the curator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

import numpy as np

MOST = 2_000  # different texts that are grouped; the most asked ones
FARTHEST = 0.45  # cosine distance up to which two groups are one
EXAMPLES = 5  # texts shown of a group

Encode = Callable[[Sequence[str]], np.ndarray]
_STYLE = """
:root { color-scheme: light; }
body { font: 1rem/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff; max-width: 60rem; margin: 0 auto;
  padding: 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; } .small { font-size: .875rem; color: #444; }
table { border-collapse: collapse; width: 100%; } caption { text-align: left; }
th, td { border-bottom: 1px solid #767676; padding: .35rem .5rem; text-align: left; vertical-align: top; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; } ul { margin: 0; padding-left: 1.1rem; }
"""


@dataclass(frozen=True)
class Asked:
    """A question without an answer: the scrubbed words, and whether the bot asked back or gave up."""

    text: str
    kind: str


@dataclass(frozen=True)
class Group:
    """Questions that mean much the same; the texts with how often each was asked, the most asked first."""

    texts: tuple[tuple[str, int], ...]
    kinds: tuple[tuple[str, int], ...]

    @property
    def count(self) -> int:
        return sum(count for _, count in self.texts)


@dataclass(frozen=True)
class Verdicts:
    """What people thought of one answer; reasons are scrubbed."""

    answer: str
    helpful: int
    unhelpful: int
    reasons: tuple[str, ...]


def group(asked: Iterable[Asked], encode: Encode) -> list[Group]:
    """Groups of similar questions, the largest first."""
    listed = [one for one in asked if one.text.strip()]
    counts = Counter(one.text for one in listed)
    texts = [text for text, _ in counts.most_common(MOST)]
    members: dict[int, list[str]] = {}
    for text, label in zip(texts, _labels(texts, encode), strict=True):
        members.setdefault(label, []).append(text)
    return sorted((_group(found, counts, listed) for found in members.values()), key=lambda g: -g.count)


def _group(texts: Sequence[str], counts: Counter[str], asked: Sequence[Asked]) -> Group:
    kinds = Counter(one.kind for one in asked if one.text in set(texts))
    return Group(tuple((text, counts[text]) for text in texts), tuple(kinds.most_common()))


def _labels(texts: Sequence[str], encode: Encode) -> list[int]:
    if len(texts) < 2:
        return [0] * len(texts)
    from sklearn.cluster import AgglomerativeClustering

    clusters = AgglomerativeClustering(
        n_clusters=None, affinity="cosine", linkage="average", distance_threshold=FARTHEST
    )
    return [int(label) for label in clusters.fit_predict(encode(texts))]


def verdicts(rows: Iterable[tuple[str, str, bool, str]], scrub: Callable[[str], str]) -> list[Verdicts]:
    """By answer, the least helpful first; rows are day, answer, helpful, reason."""
    by_answer: dict[str, list[tuple[bool, str]]] = {}
    for _day, answer, helpful, reason in rows:
        by_answer.setdefault(answer, []).append((helpful, reason))
    made = [
        Verdicts(
            answer,
            sum(helpful for helpful, _ in found),
            sum(not helpful for helpful, _ in found),
            tuple(scrub(reason) for _, reason in found if reason.strip()),
        )
        for answer, found in by_answer.items()
    ]
    return sorted(made, key=lambda v: (v.helpful - v.unhelpful, v.answer))


def page(groups: Sequence[Group], opinions: Sequence[Verdicts], turns: int, today: date) -> str:
    """The whole page; needs nothing else."""
    open_ones = sum(found.count for found in groups)
    share = f" ({open_ones / turns:.0%} of {turns} messages)" if turns else ""
    asked = "".join(_group_row(found) for found in groups) or _nothing(3)
    thought = "".join(_verdict_row(found) for found in opinions) or _nothing(4)
    return (
        f'<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>Lantern: report</title>\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<style>{_STYLE}</style></head>\n'
        f"<body>\n"
        f"<h1>Lantern: what was not answered</h1>\n<p>Made on {today.isoformat()}. {open_ones} questions had no answer"
        f"{share}.</p>\n<p class=small>Names, addresses and numbers were taken out by rules, which do not find all. "
        f"This page is for curators: do not publish it, and delete it after use.</p>\n<main>\n"
        f"<h2>Questions without an answer</h2>\n<table><caption class=small>Similar ones in one row.</caption>"
        f"<tr><th class=number>asked</th><th>words</th><th>the bot</th></tr>\n{asked}</table>\n"
        f"<h2>Verdicts on answers</h2>\n<table><tr><th>answer</th><th class=number>helpful</th>"
        f"<th class=number>not helpful</th><th>reasons</th></tr>\n{thought}</table>\n</main>\n</body>\n</html>\n"
    )


def _group_row(found: Group) -> str:
    shown = "".join(
        f"<li>{escape(text)}{f' (x{count})' if count > 1 else ''}</li>" for text, count in found.texts[:EXAMPLES]
    )
    more = f"<p class=small>and {len(found.texts) - EXAMPLES} more</p>" if len(found.texts) > EXAMPLES else ""
    kinds = ", ".join(f"{_KINDS.get(kind, kind)}: {count}" for kind, count in found.kinds)
    return f"<tr><td class=number>{found.count}</td><td><ul>{shown}</ul>{more}</td><td>{escape(kinds)}</td></tr>\n"


def _verdict_row(found: Verdicts) -> str:
    reasons = "".join(f"<li>{escape(reason)}</li>" for reason in found.reasons)
    return (
        f"<tr><td>{escape(found.answer)}</td><td class=number>{found.helpful}</td>"
        f"<td class=number>{found.unhelpful}</td><td>{f'<ul>{reasons}</ul>' if reasons else ''}</td></tr>\n"
    )


def _nothing(columns: int) -> str:
    return f"<tr><td colspan={columns}>none</td></tr>\n"


_KINDS = {"clarify": "asked back", "fallback": "gave up"}
