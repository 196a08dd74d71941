"""From the figures to ratios, a table in Markdown and a chart."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.measure import CROWDS, percentile

BOTS = ("lantern", "lantern_http", "starter", "starter_actions")
BESIDE = "also"  # shown before the peers when it was measured
COLOURS = dict(zip(BOTS, ("#7a1f5c", "#b86a9e", "#9aa0a6", "#5f6368"), strict=True))
Bot = dict[str, Any]


def _median(measure: str) -> Callable[[Bot], float | None]:
    return lambda bot: statistics.median(bot[measure]) if bot.get(measure) else None


def _single(measure: str) -> Callable[[Bot], float | None]:
    return lambda bot: bot.get(measure)


def _latency(share: float) -> Callable[[Bot], float | None]:
    def value(bot: Bot) -> float | None:
        """The median over the rounds of each round's percentile."""
        rounds = bot.get("latency_ms")
        return statistics.median(percentile(times, share) for times in rounds) if rounds else None

    return value


def _turn(number: int) -> Callable[[Bot], float | None]:
    return lambda bot: bot["turns_ms"][0].get(str(number)) if bot.get("turns_ms") else None


def rows(results: dict[str, Any]) -> list[tuple[str, str, list[float | None]]]:
    """Measure, unit and one value a bot; measures that nobody has are left out."""
    measures = [
        ("Set-up (install, from a cache)", "s", _single("setup_s")),
        ("Installed size", "MB", _single("environment_mb")),
        ("Training", "s", _single("train_s")),
        ("Model size", "MB", _single("model_mb")),
        ("Start to first reply", "s", _median("start_s")),
        ("Memory, all processes", "MB", _median("memory_mb")),
        ("Processor time a message", "ms", _median("cpu_ms")),
        ("Latency p50", "ms", _latency(50)),
        ("Latency p95", "ms", _latency(95)),
        ("Latency p99", "ms", _latency(99)),
        *((f"Throughput, {crowd} at once", "/s", _median(f"per_second_{crowd}")) for crowd in CROWDS),
        *((f"Turn {turn} of a conversation", "ms", _turn(turn)) for turn in (1, *results["about"]["turns"])),
    ]
    table = [
        (name, unit, [value(results["bots"].get(key, {})) for key in shown(results)]) for name, unit, value in measures
    ]
    return [row for row in table if any(value is not None for value in row[2])]


def shown(results: dict[str, Any]) -> tuple[str, ...]:
    """The keys of the bots with a column; the last is what ratios refer to."""
    beside = (BESIDE,) if BESIDE in results["bots"] else ()
    return (*BOTS[:2], *beside, *BOTS[2:])


def table(results: dict[str, Any]) -> str:
    """In Markdown: each bot's value, and Lantern's ratio to the starter bot with actions."""
    titles = [results["bots"].get(key, {}).get("title", key) for key in shown(results)]
    lines = [f"| | {' | '.join(titles)} | ratio |", "| --- |" + " ---: |" * (len(titles) + 1)]
    for name, unit, values in rows(results):
        cells = ["" if value is None else f"{_short(value)} {unit}" for value in values]
        lines.append(f"| {name} | {' | '.join(cells)} | {_ratio(values[0], values[-1])} |")
    return "\n".join([*lines, "", *_notes(results)])


def ratios(results: dict[str, Any]) -> dict[str, float]:
    """Lantern against the starter bot with actions, by measure."""
    return {name: v[0] / v[-1] for name, _, v in rows(results) if v[0] is not None and v[-1]}


def _notes(results: dict[str, Any]) -> list[str]:
    about = results["about"]
    tenfold = _latency(50)(results["bots"].get("tenfold", {}))
    one = _latency(50)(results["bots"].get("lantern", {}))
    notes = [
        f"Measured {about['date']} on {about['cores']} shared cores, Python {about['python']}, "
        f"{about['rounds']} interleaved rounds, medians; the ratio is Lantern to `rasa init` with actions."
    ]
    if tenfold and one:
        notes.append(f"With ten times the answers, p50 is {tenfold / one:.2f} times as long ({_short(tenfold)} ms).")
    return [*notes, *_without_reply(results["bots"])]


def _without_reply(bots: dict[str, Bot]) -> list[str]:
    """Messages that got no reply are in none of the figures, so they are told beside them."""
    silent = [bot for bot in bots.values() if bot.get("failed")]
    return [f"{bot['title']}: {bot['failed']:,} of {bot['asked']:,} messages got no reply." for bot in silent]


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 20 else f"{value:.1f}"


def _ratio(ours: float | None, theirs: float | None) -> str:
    if ours is None or not theirs:
        return ""
    ratio = ours / theirs
    return f"{ratio:.1f}x" if ratio >= 1 else f"1/{theirs / ours:.1f}"


def chart(results: dict[str, Any], path: Path) -> None:
    """Latency, throughput, start, memory as bars, and the long conversation as lines."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    wanted = {"Latency p50", "Throughput, 8 at once", "Start to first reply", "Memory, all processes"}
    panels = [row for row in rows(results) if row[0] in wanted]
    figure, axes = pyplot.subplots(1, len(panels) + 1, figsize=(3 * (len(panels) + 1), 3.4))
    keys = shown(results)
    colours = tuple({**COLOURS, BESIDE: "#d6a3c4"}[key] for key in keys)
    titles = [results["bots"].get(key, {}).get("title", key) for key in keys]
    for axis, (name, unit, values) in zip(axes, panels, strict=False):
        axis.bar(range(len(keys)), [value or 0 for value in values], color=colours)
        for at, value in enumerate(values):
            axis.annotate(
                "" if value is None else _short(value), (at, value or 0), ha="center", va="bottom", fontsize=8
            )
        axis.set_title(f"{name} ({unit})", fontsize=9)
        axis.set_xticks([])
    _lines(axes[-1], results, colours)
    figure.legend(
        [pyplot.Rectangle((0, 0), 1, 1, color=colour) for colour in colours], titles,
        loc="lower center", ncol=len(keys), fontsize=8, frameon=False,
    )  # fmt: skip
    figure.tight_layout(rect=(0, 0.08, 1, 1))
    figure.savefig(path, dpi=110)
    pyplot.close(figure)


def _lines(axis: Any, results: dict[str, Any], colours: tuple[str, ...]) -> None:
    for key, colour in zip(shown(results), colours, strict=True):
        for turns in results["bots"].get(key, {}).get("turns_ms", []):
            points = sorted((int(turn), value) for turn, value in turns.items())
            axis.plot([turn for turn, _ in points], [value for _, value in points], color=colour, marker=".")
    axis.set_yscale("log")
    axis.set_title("Latency (ms) at turn N", fontsize=9)
