"""What a load needs, from what a message was measured to cost: ``python -m benchmarks.capacity``.

The costs are those that ``scripts/scale-test`` measured; docs/benchmarks/scale.json keeps them. Workers are a queue in
front of N servers (Erlang's C formula, with half its wait because a message's time varies little). A worker is one
process on one core, planned to be busy 60% of the time, so that one may fall out.
"""

from __future__ import annotations

import argparse
import json
import math
from dataclasses import dataclass, fields
from pathlib import Path

from bot.paths import PROJECT

MEASURED = PROJECT / "docs" / "benchmarks" / "scale.json"
PART = "a message"  # of that file
BUSY = 0.6
FEWEST = 2  # for rolling restarts
DAYS = 30  # that conversations are kept: LANTERN_KEEP_DAYS
CONNECTIONS = 100  # PostgreSQL's default
LOADS = (1, 10, 100, 1000)


@dataclass(frozen=True)
class Costs:
    """Of one message: processor time in milliseconds by part, and bytes stored; of a worker: memory, connections."""

    worker_ms: float
    postgres_ms: float
    redis_ms: float
    rabbitmq_ms: float
    nginx_ms: float
    stored_bytes: float
    worker_mb: float
    worker_connections: float

    @classmethod
    def read(cls, path: Path) -> Costs:
        """From the figures of the scale tests."""
        found = json.loads(path.read_text(encoding="utf-8"))[PART]
        return cls(**{field.name: float(found[field.name]) for field in fields(cls)})

    @property
    def services_ms(self) -> float:
        return self.postgres_ms + self.redis_ms + self.rabbitmq_ms + self.nginx_ms


@dataclass(frozen=True)
class Plan:
    """What a load needs."""

    per_second: float
    workers: int
    wait_ms: float
    memory_gb: float
    service_cores: float
    cpu_hours_a_day: float
    kept_gb: float


def plan(per_second: float, costs: Costs) -> Plan:
    """Workers, memory, processor hours and storage for a steady load."""
    workers = max(FEWEST, math.ceil(per_second * costs.worker_ms / 1000 / BUSY))
    return Plan(
        per_second=per_second,
        workers=workers,
        wait_ms=wait_ms(per_second, workers, costs),
        memory_gb=workers * costs.worker_mb / 1024,
        service_cores=per_second * costs.services_ms / 1000 / BUSY,
        cpu_hours_a_day=per_second * 86400 * (costs.worker_ms + costs.services_ms) / 1000 / 3600,
        kept_gb=per_second * 86400 * DAYS * costs.stored_bytes / 1e9,
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


def limits(costs: Costs) -> dict[str, float]:
    """Messages a second at which each part is at its end, the first one first."""
    found = {
        "one worker, busy all the time": 1000 / costs.worker_ms,
        f"PostgreSQL's {CONNECTIONS} connections, workers {BUSY:.0%} busy": (
            CONNECTIONS / costs.worker_connections * BUSY * 1000 / costs.worker_ms
        ),
        "Redis, which has one core": 1000 / costs.redis_ms,
        "RabbitMQ, with one core": 1000 / costs.rabbitmq_ms,
        "PostgreSQL, with one core": 1000 / costs.postgres_ms,
        "nginx, with one core": 1000 / costs.nginx_ms,
        f"1 TB of PostgreSQL's disk for {DAYS} days": 1e12 / (86400 * DAYS * costs.stored_bytes),
    }
    return dict(sorted(found.items(), key=lambda item: item[1]))


def table(costs: Costs) -> str:
    """In Markdown."""
    lines = [
        f"| messages a second | workers | wait | their memory | cores for services | CPU-hours a day | {DAYS} days |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for found in (plan(load, costs) for load in LOADS):
        lines.append(
            f"| {found.per_second:,.0f} | {found.workers} | {found.wait_ms:.1f} ms | {found.memory_gb:.1f} GB "
            f"| {found.service_cores:.2g} | {found.cpu_hours_a_day:,.1f} | {found.kept_gb:,.0f} GB |"
        )
    lines += ["", "| at its end | messages a second |", "| --- | ---: |"]
    lines += [f"| {part} | {per_second:,.0f} |" for part, per_second in limits(costs).items()]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.capacity", description=__doc__)
    parser.add_argument("--figures", type=Path, default=MEASURED, help="what the scale tests measured")
    print(table(Costs.read(parser.parse_args().figures)))


if __name__ == "__main__":
    main()
