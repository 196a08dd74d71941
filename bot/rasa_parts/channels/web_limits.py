"""Rate limits in memory. What is counted is a keyed hash: no address and no conversation id is kept or logged."""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable

MOST_KEYS = 20_000  # about 4 MB; beyond that the longest unused are forgotten


class Limiter:
    """A token bucket for each key: ``amount`` at once, refilled evenly over ``seconds``."""

    def __init__(self, amount: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._amount = float(amount)
        self._per_second = amount / seconds
        self._clock = clock
        self._salt = secrets.token_bytes(32)  # differs in every process, so that hashes mean nothing elsewhere
        self._buckets: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    def wait(self, key: str) -> float:
        """Take one; 0 when it was there, else the seconds until one will be."""
        now = self._clock()
        name = hashlib.blake2b(key.encode("utf-8", "replace"), key=self._salt, digest_size=16).digest()
        left, since = self._buckets.pop(name, (self._amount, now))
        left = min(self._amount, left + (now - since) * self._per_second)
        allowed = left >= 1
        self._buckets[name] = (left - 1 if allowed else left, now)
        while self._may_go(*next(iter(self._buckets.values())), now):
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - left) / self._per_second

    def _may_go(self, left: float, since: float, now: float) -> bool:
        """For the longest unused: whether it is full again, which is as if it were not there, or one too many."""
        return left + (now - since) * self._per_second >= self._amount or len(self._buckets) > MOST_KEYS


def network_of(address: str) -> str:
    """An address, of IPv6 its /64: one household has that many addresses."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((int(parsed), 64), strict=False))
