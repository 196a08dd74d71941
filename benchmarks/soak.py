"""``python -m benchmarks.soak``: hours of steady load on one server, to see what grows, slows or fails.

First the server's capacity is measured, then messages arrive at a share of it, at random moments as people's do. Exit
code 1 when there was an error, the slowest messages became slower, or memory grew.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import aiohttp

from benchmarks.bots import lantern
from benchmarks.load import concurrent, turn
from benchmarks.servers import Server, running

RESULTS = Path(__file__).parent / "results"
WARM_UP, CAPACITY = 10.0, 20.0  # seconds
MOST_GROWTH = 0.02  # of memory, from the end of the first third on
MOST_SLOWER = 1.5  # p99 of the last third, as a multiple of that of the first
MOST_WAITING = 500  # messages under way; beyond that the server cannot keep up, which counts as errors


@dataclass(frozen=True)
class Slice:
    """What was seen in one stretch of time; milliseconds and megabytes."""

    seconds: float
    messages: int
    errors: int
    p50: float
    p99: float
    megabytes: float

    def __str__(self) -> str:
        return (
            f"{self.seconds:4.0f} s, {self.messages:6,} messages, {self.errors} errors, "
            f"p50 {self.p50:5.1f} ms, p99 {self.p99:6.1f} ms, {self.megabytes:6.1f} MB"
        )


async def soak(server: Server, seconds: float, share: float, slices: int) -> tuple[float, list[Slice]]:
    """The capacity in messages a second, and what was seen under that share of it."""
    await concurrent(server, 8, WARM_UP)
    capacity = (await concurrent(server, 8, CAPACITY))["per_second"]
    print(
        f"capacity {capacity:.1f} messages a second; now {share:.0%} of it for {seconds / 60:.1f} minutes", flush=True
    )
    seen = []
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        for number in range(slices):
            found = await _slice(session, server, capacity * share, seconds / slices, number)
            seen.append(found)
            print(found, flush=True)
    return capacity, seen


async def _slice(session: aiohttp.ClientSession, server: Server, rate: float, seconds: float, number: int) -> Slice:
    waits: list[float] = []
    failed = 0
    under_way: set[asyncio.Task[float]] = set()
    begun, sent = time.perf_counter(), 0
    next_at = begun

    def done(task: asyncio.Task[float]) -> None:
        nonlocal failed
        under_way.discard(task)
        if task.exception() is None:
            waits.append(task.result())
        else:
            failed += 1

    while next_at < begun + seconds:
        await asyncio.sleep(max(0.0, next_at - time.perf_counter()))
        next_at += random.expovariate(rate)
        if len(under_way) >= MOST_WAITING:
            failed += 1
            continue
        message = server.bot.messages[sent % len(server.bot.messages)]
        task = asyncio.ensure_future(turn(session, server, f"soak-{number}-{sent // 8}", message))
        under_way.add(task)
        task.add_done_callback(done)
        sent += 1
    await asyncio.gather(*under_way, return_exceptions=True)
    p50, p99 = _quantiles(waits)
    return Slice(time.perf_counter() - begun, sent, failed, p50, p99, server.megabytes())


def _quantiles(waits: list[float]) -> tuple[float, float]:
    if len(waits) < 2:
        return 0.0, 0.0
    parts = statistics.quantiles(waits, n=100)
    return parts[49], parts[98]


@dataclass(frozen=True)
class Outcome:
    """Errors in all; memory growth after the first third as a share; p99 of the last third over that of the first."""

    messages: int
    errors: int
    growth: float
    p99_early: float
    p99_late: float

    @classmethod
    def of(cls, seen: list[Slice]) -> Outcome:
        third = max(1, len(seen) // 3)
        early, late = seen[:third], seen[-third:]
        return cls(
            messages=sum(part.messages for part in seen),
            errors=sum(part.errors for part in seen),
            growth=late[-1].megabytes / early[-1].megabytes - 1,
            p99_early=statistics.median(part.p99 for part in early),
            p99_late=statistics.median(part.p99 for part in late),
        )

    def __str__(self) -> str:
        return (
            f"{self.messages:,} messages, {self.errors} errors, memory {self.growth:+.1%} after the first third, "
            f"p99 {self.p99_early:.1f} ms in the first third, {self.p99_late:.1f} ms in the last"
        )

    def wrong(self) -> list[str]:
        """What was not as it should be."""
        wrong = []
        if self.errors:
            wrong.append(f"{self.errors} errors")
        if self.growth > MOST_GROWTH:
            wrong.append(f"memory grew by {self.growth:.1%}")
        if self.p99_late > MOST_SLOWER * self.p99_early:
            wrong.append("the slowest messages became slower")
        return wrong


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--share", type=float, default=0.7, help="of the capacity (default 0.7)")
    parser.add_argument("--slices", type=int, default=30, help="stretches that are compared (default 30)")
    parser.add_argument("--out", type=Path, default=RESULTS / "soak.json", help="file for all figures (JSON)")
    options = parser.parse_args()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    with running(lantern(), options.out.with_suffix(".log")) as server:
        capacity, seen = asyncio.run(soak(server, options.minutes * 60, options.share, options.slices))
    outcome = Outcome.of(seen)
    figures = {"capacity": capacity, "share": options.share, **asdict(outcome), "wrong": outcome.wrong()}
    slices = [asdict(part) for part in seen]
    options.out.write_text(json.dumps({**figures, "slices": slices}, indent=1) + "\n", encoding="utf-8")
    print(outcome)
    print("Not as it should be: " + "; ".join(outcome.wrong()) if outcome.wrong() else "As it should be.")
    return int(bool(outcome.wrong()))


if __name__ == "__main__":
    sys.exit(main())
