"""Settles the process once the model is loaded: no threads for small sums, no garbage hunts through what stays."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import sys

from threadpoolctl import threadpool_limits


def use_one_thread() -> None:
    """Before loading: a message's sums are so small that handing them to threads costs more than doing them."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    threadpool_limits(1)


def settle() -> None:
    """After loading: keep the model out of every later garbage collection, give freed memory back."""
    gc.collect()
    gc.freeze()
    gc.enable()  # bot.cli_talk switches it off while everything loads
    if sys.platform == "linux":
        _give_back_memory()


def _give_back_memory() -> None:
    with contextlib.suppress(OSError, AttributeError):  # other C libraries than glibc have no such call, or need
        ctypes.CDLL(None).malloc_trim(0)
