"""The plan for a load follows from the measured costs, and the page shows that plan."""

from __future__ import annotations

import math

import pytest

from benchmarks.capacity import BUSY, DAYS, FEWEST, LOADS, MEASURED, Costs, limits, plan, table, wait_ms
from bot.paths import PROJECT

COSTS = Costs(10.0, 1.0, 0.1, 0.2, 0.1, 5_000, 300, 2)


def test_one_worker_waits_as_the_textbook_says() -> None:
    """M/D/1: half of load / (1 - load) services."""
    assert wait_ms(50, 1, COSTS) == pytest.approx(0.5 / (1 - 0.5) * 10 / 2)
    assert wait_ms(100, 1, COSTS) == math.inf


def test_several_workers_wait_as_the_textbook_says() -> None:
    """Erlang C of 2 servers at load 1 is 1/3."""
    assert wait_ms(100, 2, COSTS) == pytest.approx(1 / 3 * 10 / (2 - 1) / 2)


def test_a_plan_leaves_room_for_a_worker_that_falls_out() -> None:
    assert plan(1, COSTS).workers == FEWEST
    for load in LOADS:
        found = plan(load, COSTS)
        assert load * COSTS.worker_ms / 1000 <= found.workers * BUSY or found.workers == FEWEST
    assert plan(1000, COSTS).workers == 17
    assert plan(1, COSTS).cpu_hours_a_day == pytest.approx(86400 * 11.4e-3 / 3600)
    assert plan(1, COSTS).kept_gb == pytest.approx(86400 * DAYS * 5e-6)


def test_what_ends_first_comes_first() -> None:
    found = limits(COSTS)
    assert found["one worker, busy all the time"] == 100 and list(found.values()) == sorted(found.values())


def test_the_page_shows_the_plan_of_the_measured_figures() -> None:
    assert table(Costs.read(MEASURED)) in (PROJECT / "docs" / "scaling.md").read_text(encoding="utf-8")
