"""Names of conversations that only this server can issue and nobody can guess.

A token is ``<id>.<expiry>.<signature>``: 144 random bits, the second at which it ends, HMAC-SHA256 over both. Nothing
about it is stored, so that no list of conversations exists that could leak.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
import tempfile
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path

from bot.errors import LanternError

PREFIX = "web-"
KEY_FILE = "web-secret.key"
SHORTEST_SECRET = 32


class TokenRefused(Exception):
    """The token is not ours, or its time is over."""


class Tokens:
    """Issues and checks tokens."""

    def __init__(self, key: bytes, lifetime: int, clock: Callable[[], float] = time.time) -> None:
        self._key = key
        self.lifetime = lifetime
        self._clock = clock

    def issue(self) -> str:
        """A token for a new conversation."""
        claim = f"{secrets.token_urlsafe(18)}.{int(self._clock()) + self.lifetime}"
        return f"{claim}.{self._signature(claim)}"

    def conversation(self, token: str, allow_expired: bool = False) -> str:
        """The conversation's name in the tracker store.

        Raises:
            TokenRefused: forged, malformed, or past its end (unless ``allow_expired``, for deleting).
        """
        claim, _, signature = token.rpartition(".")
        name, _, expiry = claim.rpartition(".")
        if not name or not hmac.compare_digest(_octets(signature), _octets(self._signature(claim))):
            raise TokenRefused
        if not allow_expired and self._clock() >= int(expiry):
            raise TokenRefused
        return PREFIX + name

    def _signature(self, claim: str) -> str:
        digest = hmac.new(self._key, _octets(claim), hashlib.sha256).digest()
        return urlsafe_b64encode(digest).rstrip(b"=").decode()


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "replace")  # headers may hold anything


def load_key(secret: str | None, folder: Path) -> bytes:
    """The signing key: from LANTERN_SECRET, else from a file made once, which only its owner can read.

    Raises:
        LanternError: E31, the secret is too short to be safe.
    """
    if secret:
        if len(secret) < SHORTEST_SECRET:
            raise LanternError("E31", f"LANTERN_SECRET must have at least {SHORTEST_SECRET} characters")
        return hashlib.sha256(secret.encode()).digest()
    path = folder / KEY_FILE
    if not path.exists():
        _make_key(path)
    return path.read_bytes()


def _make_key(path: Path) -> None:
    """Of several workers that start at once one puts its key in place, whole; all then read that one."""
    handle, draft = tempfile.mkstemp(dir=path.parent)  # mode 600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(32))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        Path(draft).unlink()
