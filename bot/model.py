"""The trained model and whether it still fits the data it was made from."""

from __future__ import annotations

import hashlib
from pathlib import Path

from bot.errors import LanternError
from bot.paths import MODELS, PROJECT

NAME = "lantern"
_MADE_FROM = ("config.yml", "domain.yml", "data/**/*.yml", "knowledge/terms.yml", "bot/classifier.py", "bot/encoder*.py")


def path() -> Path:
    """The trained model.

    Raises:
        LanternError: E22, there is none yet.
    """
    found = MODELS / f"{NAME}.tar.gz"
    if not found.exists():
        raise LanternError("E22", str(found))
    return found


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
