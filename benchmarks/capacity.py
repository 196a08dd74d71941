"""What a load needs, from what a message was measured to cost: ``python -m benchmarks.capacity``.

Workers are a queue in front of N servers (Erlang's C formula, with half its wait because a message's time varies
little). A worker is one process on one core, planned to be busy 60% of the time, so that one may fall out.
"""

from __future__ import annotations

import argparse
import math
from dataclasses import dataclass

BUSY = 0.6
FEWEST = 2  # for rolling restarts
EVENTS, BYTES = 7, 7_000  # stored a message
POSTGRES_COMMITS = 5_000  # a second, on one ordinary server with a fast disk
REDIS_OPERATIONS = 80_000  # a second, on one core
NGINX_REQUESTS = 10_000  # a second and core, plain HTTP
LOADS = (1, 10, 100, 1000)


@dataclass(frozen=True)
class Costs:
    """Processor time of one message in milliseconds, by part, and a worker's memory."""

    worker_ms: float
    worker_mb: float
    database_ms: float
    redis_ms: float


@dataclass(frozen=True)
class Plan:
    """What a load needs."""

    per_second: float
    workers: int
    wait_ms: float
    memory_gb: float
    cpu_hours_a_day: float
    gigabytes_a_day: float
    database_share: float


def plan(per_second: float, costs: Costs) -> Plan:
    """Workers, memory, processor hours and storage for a steady load."""
    workers = max(FEWEST, math.ceil(per_second * costs.worker_ms / 1000 / BUSY))
    each = costs.worker_ms + costs.database_ms + costs.redis_ms
    return Plan(
        per_second=per_second,
        workers=workers,
        wait_ms=wait_ms(per_second, workers, costs),
        memory_gb=workers * costs.worker_mb / 1024,
        cpu_hours_a_day=per_second * 86400 * each / 1000 / 3600,
        gigabytes_a_day=per_second * 86400 * BYTES / 1e9,
        database_share=per_second / POSTGRES_COMMITS,
    )


def wait_ms(per_second: float, workers: int, costs: Costs) -> float:
    """Mean wait for a free worker."""
    load = per_second * costs.worker_ms / 1000
    if load >= workers:
        return math.inf
    blocked = 1.0
    for number in range(1, workers + 1):  # Erlang's B, then C
        blocked = load * blocked / (number + load * blocked)
    waiting = blocked / (1 - load / workers * (1 - blocked))
    return waiting * costs.worker_ms / (workers - load) / 2


def table(costs: Costs) -> str:
    """In Markdown."""
    lines = [
        "| messages a second | workers | wait | memory | CPU-hours a day | stored a day | of one PostgreSQL |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for found in (plan(load, costs) for load in LOADS):
        lines.append(
            f"| {found.per_second:,.0f} | {found.workers} | {found.wait_ms:.1f} ms | {found.memory_gb:.1f} GB "
            f"| {found.cpu_hours_a_day:,.1f} | {found.gigabytes_a_day:,.1f} GB | {found.database_share:.0%} |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.capacity", description=__doc__)
    parser.add_argument("--worker-ms", type=float, default=12.0, help="processor time a message")
    parser.add_argument("--worker-mb", type=float, default=400.0, help="memory of a worker")
    parser.add_argument("--database-ms", type=float, default=1.0, help="processor time a message in PostgreSQL")
    parser.add_argument("--redis-ms", type=float, default=0.1, help="processor time a message in Redis")
    options = parser.parse_args()
    print(table(Costs(options.worker_ms, options.worker_mb, options.database_ms, options.redis_ms)))


if __name__ == "__main__":
    main()
