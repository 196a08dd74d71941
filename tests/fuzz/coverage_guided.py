"""Atheris on the two parsers of what strangers write: YAML and Telegram's updates. Optional; see ``scripts/fuzz``.

python -m tests.fuzz.coverage_guided telegram -max_total_time=600
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["bot"]):
    from bot import yaml
    from bot.errors import DataError
    from bot.rasa_parts.channels.telegram.updates import Me, read

FILE = Path(tempfile.mkdtemp()) / "symptoms.yml"


def telegram(data: bytes) -> None:
    try:
        update = json.loads(data)
    except (ValueError, RecursionError):
        return
    read(update, Me(7, "lantern_bot"), frozenset({"start"}))


def knowledge(data: bytes) -> None:
    FILE.write_bytes(data)
    try:
        yaml.read(FILE)
    except DataError:
        return


if __name__ == "__main__":
    target = {"telegram": telegram, "knowledge": knowledge}[sys.argv.pop(1)]
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()
