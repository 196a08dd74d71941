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
            print(json.dumps(asdict(found)), flush=True)
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


def verdict(seen: list[Slice]) -> list[str]:
    """What was not as it should be."""
    third = max(1, len(seen) // 3)
    early, late = seen[:third], seen[-third:]
    wrong = []
    errors = sum(part.errors for part in seen)
    if errors:
        wrong.append(f"{errors} errors")
    growth = late[-1].megabytes / early[-1].megabytes - 1
    if growth > MOST_GROWTH:
        wrong.append(f"memory grew by {growth:.1%}")
    slower = statistics.median(p.p99 for p in late) / max(1e-9, statistics.median(p.p99 for p in early))
    if slower > MOST_SLOWER:
        wrong.append(f"p99 became {slower:.1f} times as long")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--share", type=float, default=0.7, help="of the capacity (default 0.7)")
    parser.add_argument("--slices", type=int, default=30, help="stretches that are compared (default 30)")
    parser.add_argument("--out", type=Path, help="write all figures here (JSON)")
    options = parser.parse_args()
    folder = Path(__file__).parent / "results"
    folder.mkdir(exist_ok=True)
    with running(lantern(), folder / "soak.log") as server:
        capacity, seen = asyncio.run(soak(server, options.minutes * 60, options.share, options.slices))
    wrong = verdict(seen)
    if options.out:
        figures = {"capacity": capacity, "share": options.share, "slices": [asdict(s) for s in seen], "wrong": wrong}
        options.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print("; ".join(wrong) or "no error, no growth, no slowing")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
