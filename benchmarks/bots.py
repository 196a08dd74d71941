"""The bots that are compared, and how each is started: Lantern two ways, Rasa's starter bot two ways."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import peers
from bot.paths import PROJECT

QUESTIONS = (
    "What is a biopsy?",
    "can it spread to the bones?",
    "what are the side effects of kisqali",
    "hello",
    "what does stage 4 mean",
    "is it normal to be so tired, and what can I do about it?",
    "what is her2",
    "is there a cure",
)
SMALLTALK = (
    "hi",
    "I am great",
    "are you a bot?",
    "hello",
    "perfect",
    "are you human?",
    "good bye",
    "am I talking to a bot?",
)

LANTERN = "import sys; from bot.cli import main; sys.exit(main(sys.argv[1:]))"


@dataclass(frozen=True)
class Process:
    """One command, where it runs, and what it adds to the environment. ``{port}`` and ``{actions}`` are filled in."""

    command: Sequence[str]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Bot:
    """A bot of the comparison. ``seeds`` says whether long conversations are made over Rasa's HTTP API."""

    key: str
    title: str
    processes: tuple[Process, ...]
    messages: tuple[str, ...]
    model: Path
    environment: Path
    seeds: bool = False


def lantern(folder: Path | None = None, key: str = "lantern", title: str = "Lantern") -> Bot:
    """Lantern as ``lantern serve`` starts it, from this or another project folder."""
    folder = folder or PROJECT
    serve = Process(
        (sys.executable, "-c", LANTERN, "serve", "--port", "{port}"),
        folder,
        {"LANTERN_DATA": str(_data_folder(folder)), "PYTHONPATH": str(folder)},
    )
    return Bot(key, title, (serve,), QUESTIONS, folder / "models" / "lantern.tar.gz", Path(sys.prefix))


def lantern_over_http() -> Bot:
    """The same with its actions on rasa's action server."""
    plain = lantern()
    data = Path(plain.processes[0].environment["LANTERN_DATA"])
    endpoints = data / "endpoints.yml"
    text = (PROJECT / "endpoints.yml").read_text(encoding="utf-8")
    endpoints.write_text(text + "\naction_endpoint:\n  url: http://127.0.0.1:${BENCHMARK_ACTIONS}/webhook\n")
    serve = Process(
        plain.processes[0].command,
        PROJECT,
        {"LANTERN_DATA": str(data), "LANTERN_ENDPOINTS": str(endpoints), "BENCHMARK_ACTIONS": "{actions}"},
    )
    actions = Process((sys.executable, "-m", "rasa", "run", "actions", "--port", "{actions}"), PROJECT)
    return Bot(
        "lantern_http", "Lantern, HTTP action server", (serve, actions), QUESTIONS, plain.model, Path(sys.prefix)
    )


def starter(with_actions: bool) -> Bot:
    """``rasa init``'s bot with the default configuration."""
    folder = peers.starter_folder(with_actions)
    python = str(peers.python())
    settings = {"RASA_TELEMETRY_ENABLED": "false", "BENCHMARK_ACTIONS": "{actions}"}
    run = (python, "-m", "rasa", "run", "--port", "{port}", "--enable-api", "--credentials", "credentials.yml")
    processes = [Process((*run, "--endpoints", "endpoints.yml"), folder, settings)]
    if with_actions:
        processes.append(Process((python, "-m", "rasa", "run", "actions", "--port", "{actions}"), folder, settings))
    key, title = ("starter_actions", "rasa init + actions") if with_actions else ("starter", "rasa init, no actions")
    return Bot(key, title, tuple(processes), SMALLTALK, peers.newest_model(folder), peers.environment(), seeds=True)


def _data_folder(project: Path) -> Path:
    """A new data folder with the encoder that set-up has built: only that is taken over."""
    folder = Path(tempfile.mkdtemp(prefix="lantern-benchmark-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for source in (Path(os.environ.get("LANTERN_DATA", PROJECT / "var")), project / "var"):
        for graph in source.glob("encoder-*"):
            shutil.copy2(graph, folder)
    return folder
