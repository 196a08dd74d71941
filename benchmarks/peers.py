"""Rasa's starter bot, made on this machine: an environment with the real TensorFlow, ``rasa init``, training."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / ".peers"
RASA = "rasa==3.6.21"
_PYENV = ".pyenv/versions/3.10.*/bin/python"
PYTHON = "3.10"  # the newest that rasa 3.6 supports with TensorFlow 2.12


def environment() -> Path:
    return FOLDER / "starter"


def python() -> Path:
    return environment() / "bin" / "python"


def starter_folder(with_actions: bool) -> Path:
    return FOLDER / ("starter-actions" if with_actions else "starter-bot")


def install() -> float | None:
    """Make the environment if it is not there; seconds taken."""
    if python().exists() and (environment() / ".complete").exists():
        return None
    start = time.perf_counter()
    subprocess.run(["uv", "venv", "--quiet", "--clear", "--python", find_python(), str(environment())], check=True)
    subprocess.run(["uv", "pip", "install", "--quiet", "--python", str(python()), RASA], check=True)
    (environment() / ".complete").touch()
    return time.perf_counter() - start


def find_python() -> str:
    """A Python 3.10: one on the path, pyenv's, or the number alone, for which uv looks (and downloads) itself."""
    on_path = shutil.which(f"python{PYTHON}")
    found = [on_path] if on_path and _runs(on_path) else sorted(map(str, Path.home().glob(_PYENV)))
    return found[-1] if found else PYTHON


def _runs(python: str) -> bool:
    """pyenv puts a script on the path for every version, which fails for those that are not chosen."""
    return subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0


def make_starter(with_actions: bool) -> None:
    """``rasa init`` without its training; with actions, every reply comes from a custom action."""
    folder = starter_folder(with_actions)
    if (folder / "config.yml").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    rasa_home = next(environment().glob("lib/python*/site-packages/rasa/cli/initial_project"))
    shutil.copytree(rasa_home, folder, dirs_exist_ok=True)
    if with_actions:
        _answer_by_actions(folder)


def train(folder: Path) -> float:
    """Train anew; seconds taken."""
    start = time.perf_counter()
    command = [str(python()), "-m", "rasa", "train", "--force"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, env=quiet())
    return time.perf_counter() - start


def newest_model(folder: Path) -> Path:
    models = sorted((folder / "models").glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    return models[-1] if models else folder / "models" / "missing.tar.gz"


def quiet() -> dict[str, str]:
    return {**os.environ, "RASA_TELEMETRY_ENABLED": "false"}


def _answer_by_actions(folder: Path) -> None:
    """The usual pattern: each ``utter_x`` of the stories becomes ``action_x``, which utters the response."""
    domain = (folder / "domain.yml").read_text(encoding="utf-8")
    names = re.findall(r"^  utter_(\w+):", domain, re.MULTILINE)
    listed = "\n".join(f"  - action_{name}" for name in names)
    (folder / "domain.yml").write_text(f"{domain}\nactions:\n{listed}\n", encoding="utf-8")
    for data in (folder / "data").glob("*.yml"):
        text = data.read_text(encoding="utf-8")
        data.write_text(re.sub(r"action: utter_(\w+)", r"action: action_\1", text), encoding="utf-8")
    (folder / "actions" / "actions.py").write_text(_ACTIONS.format(names=names), encoding="utf-8")
    endpoints = "action_endpoint:\n  url: http://127.0.0.1:${BENCHMARK_ACTIONS}/webhook\n"
    (folder / "endpoints.yml").write_text(endpoints, encoding="utf-8")


_ACTIONS = '''"""One action for each reply of the starter bot."""

from rasa_sdk import Action

NAMES = {names!r}


def action(called):
    class Reply(Action):
        def name(self):
            return "action_" + called

        def run(self, dispatcher, tracker, domain):
            dispatcher.utter_message(response="utter_" + called)
            return []

    Reply.__name__ = "Action" + called.title().replace("_", "")
    return Reply


for each in NAMES:
    made = action(each)
    globals()[made.__name__] = made
'''
