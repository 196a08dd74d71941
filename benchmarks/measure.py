"""The measures, interleaved: in every round each bot has its turn, so that a busy minute hits all alike."""

from __future__ import annotations

import asyncio
import contextlib
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import load, peers, tenfold
from benchmarks.bots import Bot, lantern, lantern_over_http, starter
from benchmarks.servers import Server, running
from bot.paths import PROJECT

PARTS = ("setup", "train", "start", "latency", "throughput", "long", "tenfold")
CROWDS = (8, 32)


@dataclass(frozen=True)
class Extent:
    """How much is measured."""

    rounds: int = 5
    starts: int = 3
    messages: int = 48
    seconds: float = 10.0
    turns: tuple[int, ...] = (100, 500, 1000)


QUICK = Extent(rounds=1, starts=1, messages=16, seconds=4.0, turns=(20, 50))
Values = dict[str, Any]  # measure -> values of its rounds


def run(results: dict[str, Values], parts: Iterable[str], extent: Extent, log: Path, also: Path | None = None) -> None:
    """Measure into ``results``, as JSON can hold it; what stands there counts also if the run ends early."""
    parts = set(parts)
    _prepare(results, parts)
    bots = [lantern(), lantern_over_http(), starter(False), starter(True)]
    if also is not None:
        bots.append(lantern(also.resolve(), "also", f"Lantern in {also.resolve().name}"))
    for bot in bots:
        values = results.setdefault(bot.key, {})
        values.update(title=bot.title, model_mb=bot.model.stat().st_size / 2**20)
    if "start" in parts:
        for number in range(1 + extent.starts):
            for bot in bots:
                with running(bot, log) as server:
                    if number:  # the first start compiles the libraries to byte code
                        _add(results, bot, "start_s", server.seconds_to_ready)
                say(f"{bot.title} ready after {server.seconds_to_ready:.1f} s")
    if parts & {"latency", "throughput", "long", "tenfold"}:
        with contextlib.ExitStack() as stack:
            if "tenfold" in parts:
                folder = tenfold.make(Path(stack.enter_context(tempfile.TemporaryDirectory())))
                bots = [*bots, lantern(folder, "tenfold", "Lantern, ten times the knowledge")]
                results["tenfold"] = {"title": bots[-1].title, "model_mb": bots[-1].model.stat().st_size / 2**20}
            servers = [stack.enter_context(running(bot, log)) for bot in bots]
            _talk(servers, results, parts, extent)


def _talk(servers: list[Server], results: dict[str, Values], parts: set[str], extent: Extent) -> None:
    for server in servers:
        asyncio.run(load.sequential(server, 16))  # warm
    for number in range(extent.rounds):
        if parts & {"latency", "tenfold"}:
            for server in servers:
                before = server.cpu_seconds()
                times = asyncio.run(load.sequential(server, extent.messages))
                _add(results, server.bot, "cpu_ms", (server.cpu_seconds() - before) / extent.messages * 1000)
                _add(results, server.bot, "latency_ms", times)
        if "throughput" in parts:
            for crowd in CROWDS:
                for server in _without_tenfold(servers):
                    found = asyncio.run(load.concurrent(server, crowd, extent.seconds))
                    _add(results, server.bot, f"per_second_{crowd}", found["per_second"])
                    _add(results, server.bot, f"errors_{crowd}", found["errors"])
                    _add(results, server.bot, f"crowd_p95_ms_{crowd}", percentile(found["waits"], 95))
        say(f"round {number + 1} of {extent.rounds} done")
    for server in servers:
        _add(results, server.bot, "memory_mb", server.megabytes())
    if "long" in parts:
        for server in _without_tenfold(servers):
            _add(results, server.bot, "turns_ms", asyncio.run(load.long_conversation(server, list(extent.turns))))
            say(f"long conversation with {server.bot.title} done")
    for server in servers:
        results[server.bot.key].update(asked=server.asked, failed=server.failed)


def _prepare(results: dict[str, Values], parts: set[str]) -> None:
    """The peers' environment, bots and models; timed where that is asked for."""
    seconds = peers.install()
    if "setup" in parts:
        setup = results.setdefault("lantern", {})
        setup["setup_s"], setup["environment_mb"] = _set_lantern_up()
        for key in ("starter", "starter_actions"):
            results.setdefault(key, {})["environment_mb"] = _weight(peers.environment())
            if seconds is not None:
                results[key]["setup_s"] = seconds
    for with_actions in (False, True):
        peers.make_starter(with_actions)
        folder = peers.starter_folder(with_actions)
        if "train" in parts or not peers.newest_model(folder).exists():
            _put(results, "starter_actions" if with_actions else "starter", "train_s", peers.train(folder))
    if "train" in parts:
        _put(results, "lantern", "train_s", _train_lantern())


def _set_lantern_up() -> tuple[float, float]:
    """Seconds and megabytes of ``uv sync`` into an empty folder (packages may come from uv's cache)."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "UV_PROJECT_ENVIRONMENT": f"{folder}/venv"}
        start = time.perf_counter()
        command = ["uv", "sync", "--quiet", "--frozen", "--no-dev", "--no-install-project"]
        subprocess.run(command, cwd=PROJECT, check=True, env=environment)
        return time.perf_counter() - start, _weight(Path(folder))


def _train_lantern() -> float:
    """Train in a copy of the project, from nothing, the encoder's set-up not counted."""
    with tempfile.TemporaryDirectory() as folder:
        copy = tenfold.copy_project(Path(folder))
        environment = {**os.environ, "LANTERN_DATA": str(PROJECT / "var")}
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-c", "import sys; from bot.cli import main; sys.exit(main(['train']))"],
            cwd=copy, check=True, capture_output=True, env=environment,
        )  # fmt: skip
        return time.perf_counter() - start


def _weight(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink()) / 2**20


def _add(results: dict[str, Values], bot: Bot, measure: str, value: object) -> None:
    results[bot.key].setdefault(measure, []).append(value)


def _put(results: dict[str, Values], key: str, measure: str, value: object) -> None:
    results.setdefault(key, {})[measure] = value


def _without_tenfold(servers: list[Server]) -> list[Server]:
    return [server for server in servers if server.bot.key != "tenfold"]


def percentile(values: list[float], share: float) -> float:
    """By the nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share / 100))] if ordered else float("nan")


def about(extent: Extent) -> dict[str, Any]:
    """What the figures were measured on."""
    return {
        "date": time.strftime("%Y-%m-%d"),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load_average": round(statistics.fmean(os.getloadavg()), 2),
        "rounds": extent.rounds,
        "messages_a_round": extent.messages,
        "turns": list(extent.turns),
    }


say: Callable[[str], None] = lambda text: print(text, file=sys.stderr, flush=True)  # noqa: E731
