"""The trained model and whether it still fits the data it was made from."""

from __future__ import annotations

import hashlib
import json
import tarfile
from importlib.metadata import version
from pathlib import Path

from bot.errors import LanternError
from bot.paths import MODELS, PROJECT

NAME = "lantern"
_MADE_FROM = (
    "config.yml", "domain.yml", "data/**/*.yml", "knowledge/terms.yml", "knowledge/shorthand.yml",
    "bot/adapter.safetensors", "bot/classifier.py", "bot/encoder*.py", "bot/spelling.py",
    "bot/words.py", "bot/context.py", "bot/follow_up_*.py",
)  # fmt: skip


def path() -> Path:
    """The trained model.

    Raises:
        LanternError: E22, there is none yet.
    """
    found = MODELS / f"{NAME}.tar.gz"
    if not found.exists():
        raise LanternError("E22", str(found))
    return found


def check(model: Path) -> None:
    """Whether this version can use a model: Rasa itself goes on without any and ignores every message.

    Raises:
        LanternError: E23, it is no model, damaged, or was trained with another version of Rasa.
    """
    try:
        with tarfile.open(model) as archive:
            names = archive.getnames()
            held = archive.extractfile(next(name for name in names if Path(name).name == "metadata.json"))
            trained_with = json.load(held)["rasa_open_source_version"] if held else None
    except (OSError, EOFError, tarfile.TarError, StopIteration, ValueError, KeyError, TypeError) as error:
        raise LanternError("E23", f"{model} is damaged or no model ({type(error).__name__})") from None
    if trained_with != version("rasa"):
        raise LanternError("E23", f"{model} was trained with Rasa {trained_with}, here is {version('rasa')}")


def fingerprint() -> str:
    """Hash over everything that a model is trained from."""
    digest = hashlib.sha256()
    for pattern in _MADE_FROM:
        for source in sorted(PROJECT.glob(pattern)):
            digest.update(source.relative_to(PROJECT).as_posix().encode() + b"\0" + source.read_bytes())
    return digest.hexdigest()


def is_current() -> bool:
    """Whether a model is there and was trained from the data as it stands."""
    stamp = MODELS / f"{NAME}.fingerprint"
    return (MODELS / f"{NAME}.tar.gz").exists() and stamp.exists() and stamp.read_text() == fingerprint()


def mark_current() -> None:
    """Note that the model was just trained from the data as it stands."""
    (MODELS / f"{NAME}.fingerprint").write_text(fingerprint())
