"""How well the bot does on labelled questions, by the measures of docs/evaluation.md."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.questions import Case, Turn

Ask = Callable[[str, str], Awaitable[dict[str, Any]]]  # (conversation, text) -> the reply contract's JSON
TOLD = ("answer", "urgent", "personal")  # kinds that state something; the others abstain or chat


@dataclass(frozen=True)
class Outcome:
    """One turn and what the bot did."""

    case: str
    set: str
    turn: Turn
    kind: str
    answers: tuple[str, ...]
    confidence: float | None

    @property
    def first(self) -> str:
        return self.answers[0] if self.answers else ""

    @property
    def right(self) -> bool:
        return self.first in self.turn.fair

    @property
    def wrong_and_confident(self) -> bool:
        return not self.right and self.kind in TOLD

    @property
    def abstained(self) -> bool:
        return not self.right and self.kind not in TOLD


async def run(cases: Iterable[Case], ask: Ask) -> list[Outcome]:
    """Put every turn of every case to the bot, each case in a conversation of its own."""
    outcomes = []
    for case in cases:
        for turn in case.turns:
            reply = await ask(f"evaluate-{case.id}", turn.text)
            answers = tuple(answer["id"] for answer in reply["answers"])
            outcomes.append(Outcome(case.id, case.set, turn, reply["kind"], answers, reply["confidence"]))
    return outcomes


def measures(outcomes: Sequence[Outcome]) -> dict[str, dict[str, float]]:
    """For each set: number of turns, and its measures as shares of 1."""
    sets = dict.fromkeys(outcome.set for outcome in outcomes)
    return {name: _measures([o for o in outcomes if o.set == name]) for name in sets}


def _measures(outcomes: Sequence[Outcome]) -> dict[str, float]:
    urgent = [o for o in outcomes if o.turn.expects("urgent")]
    calm = [o for o in outcomes if not any(a.startswith("urgent.") for a in o.turn.fair)]
    personal = [o for o in outcomes if o.turn.expects("personal")]
    off_topic = [o for o in outcomes if o.turn.expects("fallback") or o.turn.expects("smalltalk")]
    found = {
        "right": _share(outcomes, lambda o: o.right),
        "wrong but confident": _share(outcomes, lambda o: o.wrong_and_confident),
        "abstained": _share(outcomes, lambda o: o.abstained),
        "urgent recall": _share(urgent, lambda o: o.kind == "urgent"),
        "false alarms": _share(calm, lambda o: o.kind == "urgent"),
        "personal recall": _share(personal, lambda o: o.kind in ("personal", "urgent")),
        "false answers": _share(off_topic, lambda o: o.wrong_and_confident),
    }
    return {"turns": len(outcomes), **{name: value for name, value in found.items() if value is not None}}


def _share(outcomes: Sequence[Outcome], is_so: Callable[[Outcome], bool]) -> float | None:
    return round(sum(map(is_so, outcomes)) / len(outcomes), 4) if outcomes else None


def table(results: dict[str, dict[str, float]]) -> str:
    """The measures as a Markdown table."""
    columns = list(dict.fromkeys(name for row in results.values() for name in row))
    lines = ["| set | " + " | ".join(columns) + " |", "| --- |" + " ---: |" * len(columns)]
    for name, row in results.items():
        cells = (_cell(column, row.get(column)) for column in columns)
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(column: str, value: float | None) -> str:
    if value is None:
        return ""
    return str(int(value)) if column == "turns" else f"{100 * value:.1f}%"


def error_lines(outcomes: Iterable[Outcome]) -> list[str]:
    """What went wrong, a line each, sorted by set and by the topic that was expected."""
    wrong = sorted((o for o in outcomes if not o.right), key=lambda o: (o.set, o.turn.expect))
    return [
        f"{o.set:10} {o.case:14} {o.kind:9} {o.confidence or 0:.2f} got {', '.join(o.answers)} "
        f"instead of {', '.join(o.turn.expect)}: {o.turn.text}"
        for o in wrong
    ]


def as_json(measured: dict[str, dict[str, float]], outcomes: Iterable[Outcome]) -> dict[str, Any]:
    """Measures and outcomes for a file; outcomes name the case, not its words."""
    rows = [
        {"case": o.case, "set": o.set, "kind": o.kind, "answers": list(o.answers), "expect": list(o.turn.expect),
         "right": o.right, "confidence": o.confidence}
        for o in outcomes
    ]  # fmt: skip
    return {"measures": measured, "outcomes": rows}
