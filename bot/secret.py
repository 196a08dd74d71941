"""The server's own secret: signs the widget's conversations and hides who writes on Telegram."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import tempfile
from pathlib import Path

from bot.errors import LanternError
from bot.paths import data_dir

VARIABLE = "LANTERN_SECRET"
FILE = "secret.key"
SHORTEST = 32  # characters of a secret from the environment


def key() -> bytes:
    """32 bytes: from LANTERN_SECRET, else from a file made once, which only its owner can read.

    Raises:
        LanternError: E32, the secret in the environment is too short to be safe.
    """
    secret = os.environ.get(VARIABLE, "")
    if secret:
        if len(secret) < SHORTEST:
            raise LanternError("E32", f"it has {len(secret)} characters")
        return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()
    path = data_dir() / FILE
    if not path.exists():
        _make(path)
    return path.read_bytes()


def _make(path: Path) -> None:
    """Of several workers that start at once one puts its key in place, whole; all then read that one."""
    handle, draft = tempfile.mkstemp(dir=path.parent)  # mode 600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(32))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        Path(draft).unlink()
