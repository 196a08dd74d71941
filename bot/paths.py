"""Where things lie. Everything hangs from the project folder; LANTERN_DATA moves what the bot writes."""

from __future__ import annotations

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
KNOWLEDGE = PROJECT / "knowledge"
NLU = PROJECT / "data" / "nlu"
HELD_OUT = PROJECT / "tests" / "nlu"
MODELS = PROJECT / "models"
ADAPTER = PROJECT / "bot" / "adapter.safetensors"
THRESHOLDS = PROJECT / "bot" / "thresholds.yml"


def data_dir() -> Path:
    """The folder for what the running bot writes: conversations, caches. Made when missing."""
    folder = Path(os.environ.get("LANTERN_DATA", PROJECT / "var"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
