"""Names of conversations that only this server can issue and nobody can guess.

A token is ``<id>.<expiry>.<signature>``: 144 random bits, the second at which it ends, HMAC-SHA256 over both. Nothing
about it is stored, so that no list of conversations exists that could leak.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable

PREFIX = "web-"


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
