"""What is left out at start is not loaded by Rasa, and works when it is needed after all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bot.paths import PROJECT
from bot.rasa_parts.deferred import LATER, unneeded

SERVED = """
import asyncio, sys
from bot.rasa_parts import deferred
deferred.defer()
from bot.rasa_parts import server
from bot.rasa_parts.local import LocalBot
from pathlib import Path
reply = asyncio.run(LocalBot(Path(sys.argv[1])).ask("deferred", "what is a biopsy?"))
assert reply["answers"], reply
held = {name: type(sys.modules[name]).__name__ for name in deferred.LATER if name in sys.modules}
assert set(held.values()) == {"_Module"}, held
assert {"aiogram", "apscheduler", "sklearn", "spacy.cli"} <= set(held), held  # else Rasa does not import them any more
"""
NEEDED_AFTER_ALL = """
from rasa.core import jobs
assert asyncio.run(jobs.scheduler()).running
from sklearn.model_selection import train_test_split
assert len(train_test_split([1, 2, 3, 4], test_size=0.5)) == 2
import sklearn
assert sklearn.__version__
from rasa.utils.tensorflow import model_data
assert type(model_data.train_test_split).__name__ == "_Hull"  # imported before, and works
assert len(model_data.train_test_split([1, 2, 3, 4], test_size=0.5)) == 2
from prompt_toolkit.history import InMemoryHistory
assert isinstance(InMemoryHistory(), InMemoryHistory)
import spacy.cli
assert callable(spacy.cli.download)
"""
BUILT_UPON = """
from rasa.core.channels.twilio import TwilioOutput
try:
    TwilioOutput("a", "b", "c")
except RuntimeError as error:
    assert "rasa run" in str(error)
else:
    raise AssertionError("a class without its base")
"""


def served(model: Path, *more: str) -> None:
    command = [sys.executable, "-W", "ignore", "-c", "".join((SERVED, *more)), str(model)]
    found = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=120)
    assert found.returncode == 0, found.stderr[-2000:]


def test_serving_does_without_them_and_they_still_work(model_path: Path) -> None:
    served(model_path, NEEDED_AFTER_ALL, BUILT_UPON)


def test_what_the_configuration_asks_for_is_loaded() -> None:
    ours = [(PROJECT / name).read_text(encoding="utf-8") for name in ("credentials.yml", "endpoints.yml")]
    assert unneeded(ours) == list(LATER)
    assert "twilio" not in unneeded(["twilio:\n  account_sid: x\n"])
    assert "boto3" not in unneeded(["tracker_store:\n  type: dynamo\n"])
