"""The benchmark's table and chart from figures, and its place in the README."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import report
from benchmarks.readme_table import filled, markers, put

RESULTS = {
    "about": {"date": "2026-11-25", "cores": 2, "python": "3.11", "rounds": 1, "turns": [100]},
    "bots": {
        "lantern": {"title": "Lantern", "latency_ms": [[5.0, 10.0]], "cpu_ms": [7.0], "memory_mb": [300.0],
                    "per_second_8": [100.0], "start_s": [4.0], "turns_ms": [{"1": 9.0, "100": 9.5}]},
        "starter_actions": {"title": "rasa init + actions", "latency_ms": [[50.0, 100.0]], "memory_mb": [1200.0],
                            "per_second_8": [10.0], "start_s": [60.0]},
    },
}  # fmt: skip


def test_the_table_shows_ratios() -> None:
    table = report.table(RESULTS)
    assert "| Latency p50 | 10.0 ms |  |  | 100 ms | 1/10.0 |" in table
    assert "| Throughput, 8 at once | 100 /s |  |  | 10.0 /s | 10.0x |" in table
    assert "Training" not in table  # nobody was trained


def test_the_chart_is_drawn(tmp_path: Path) -> None:
    report.chart(RESULTS, tmp_path / "chart.png")
    assert (tmp_path / "chart.png").stat().st_size > 1000


def test_the_table_goes_between_the_markers() -> None:
    begin, end = markers("benchmark")
    text = f"before\n{begin}\nold\n{end}\nafter"
    assert put(text, "new") == f"before\n{begin}\nnew\n{end}\nafter"
    with pytest.raises(ValueError, match="README"):
        put("no markers", "new")


def test_the_pages_show_the_figures_that_were_measured() -> None:
    assert {page.name for page, text in filled().items() if page.read_text(encoding="utf-8") != text} == set()
