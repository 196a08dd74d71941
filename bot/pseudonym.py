"""Who wrote, for logs: a keyed hash of the conversation's name, which leads back to nobody without the server's key."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from bot import secret

_PURPOSE = b"lantern log"  # other hashes made with the server's key must not be comparable with these


@lru_cache(maxsize=1024)
def of(conversation: str) -> str:
    """16 hex digits, the same for all turns of a conversation on servers that share a key."""
    name = conversation.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(name, key=_key(), person=_PURPOSE, digest_size=8).hexdigest()


@lru_cache(maxsize=1)
def _key() -> bytes:
    return secret.key()
