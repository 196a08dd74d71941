"""The terminal that ``lantern shell`` talks in: a line editor on a real one, plain lines through a pipe."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from bot.plain import Line

# What each style of line looks like; see ``bot.plain.Line``.
LOOKS = {
    "title": "\x1b[1m",
    "alarm": "\x1b[1;31m",
    "source": "\x1b[2m",
    "note": "\x1b[2m",
    "disclaimer": "\x1b[3m",
    "choice": "\x1b[36m",
}
USUAL = "\x1b[0m"

ReadLine = Callable[[], Awaitable[str | None]]
Say = Callable[[Sequence[Line]], None]


@contextmanager
def terminal(prompt: str) -> Iterator[tuple[ReadLine, Say]]:
    """How to read a line (None at the end) and how to say lines."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        yield _read_from_pipe, _say_plainly
        return
    from prompt_toolkit import PromptSession
    from prompt_toolkit.patch_stdout import StdoutProxy

    session: Any = PromptSession(prompt)

    async def read_line() -> str | None:
        try:
            return str(await session.prompt_async())
        except (EOFError, KeyboardInterrupt):
            return None

    with StdoutProxy() as above_the_prompt, _logging_to(above_the_prompt):
        yield read_line, _say_plainly if _wants_no_looks() else _say_with_looks


async def _read_from_pipe() -> str | None:
    line = await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    return line or None


def _say_plainly(lines: Sequence[Line]) -> None:
    _write(line.text for line in lines)


def _say_with_looks(lines: Sequence[Line]) -> None:
    _write(
        f"{LOOKS[line.style]}{line.text}{USUAL}" if line.style in LOOKS and line.text else line.text for line in lines
    )


def _write(lines: Iterable[str]) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()


def _wants_no_looks() -> bool:
    """See https://no-color.org."""
    return bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"


@contextmanager
def _logging_to(stream: Any) -> Iterator[None]:
    """Log lines go above the prompt, not into what the person is typing."""
    handlers = [
        handler
        for handler in logging.getLogger().handlers
        if isinstance(handler, logging.StreamHandler) and handler.stream in (sys.stdout, sys.stderr)
    ]
    before = [handler.setStream(stream) for handler in handlers]
    try:
        yield
    finally:
        for handler, own in zip(handlers, before, strict=True):
            if own is not None:
                handler.setStream(own)
