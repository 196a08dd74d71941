"""Where things lie. Everything hangs from the project folder; LANTERN_DATA moves what the bot writes."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
KNOWLEDGE = PROJECT / "knowledge"
NLU = PROJECT / "data" / "nlu"
FOLLOW_UPS = PROJECT / "data" / "follow_ups"
HELD_OUT = PROJECT / "tests" / "nlu"
MODELS = PROJECT / "models"
ADAPTER = PROJECT / "bot" / "adapter.safetensors"
THRESHOLDS = PROJECT / "bot" / "thresholds.yml"


def check_data_dir() -> None:
    """Try to write there.

    Raises:
        LanternError: E34, the folder cannot be made or written, or its disk is full.
    """
    from bot.errors import LanternError

    folder = os.environ.get("LANTERN_DATA", str(PROJECT / "var"))
    try:
        with tempfile.NamedTemporaryFile(dir=data_dir()) as probe:
            probe.write(b"\0" * 4096)
    except OSError as error:
        raise LanternError("E34", f"{folder}: {error.strerror}") from None


def data_dir() -> Path:
    """The folder for what the running bot writes: conversations, caches. Made when missing."""
    folder = Path(os.environ.get("LANTERN_DATA", PROJECT / "var"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
