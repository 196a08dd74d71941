"""Edits of the knowledge reach a running server: noticed, checked, and switched to, or refused and told.

A thread looks at the files every ``LANTERN_RELOAD_SECONDS``. What it finds must look the same twice, so that half of
a ``git pull`` is not read, and must pass what ``lantern validate`` asks of the knowledge, other than easy words, which
a server has no means to measure. Else the knowledge of before goes on answering. Terms and short forms belong to the
trained model and are read at the next start.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot import answering
from bot.answering import Answering, Stamp
from bot.checks import danger, figures, links, phrases, project, sources, words
from bot.decide import tapped
from bot.errors import DataError, LanternError, Problem
from bot.paths import PROJECT

logger = logging.getLogger(__name__)
VARIABLE = "LANTERN_RELOAD_SECONDS"
DEFAULT_SECONDS = 2.0
CHECKS = (sources.check, links.check, phrases.check, figures.check, danger.check, words.check)
AT_THE_NEXT_START = ("terms.yml", "shorthand.yml")
MOST_TOLD = 5  # problems named in the log


class Live:
    """Looks after the process's knowledge; ``broken`` while the files cannot be used as they are."""

    def __init__(self, root: Path = PROJECT) -> None:
        self._root, self._folder = root, root / project.KNOWLEDGE
        self._before: Stamp | None = None
        self._done_with: Stamp | None = None
        self.broken = False

    def look(self) -> bool:
        """Whether the knowledge was switched. An edit is read at the first look at which nothing changed any more."""
        try:
            now = answering.stamp_of(self._folder)
        except OSError:  # just being replaced
            return False
        settled, self._before = now == self._before, now
        done_with = answering.shared().stamp if self._done_with is None else self._done_with
        if now == done_with or not settled:
            return False
        self._done_with = now
        return self._switch()

    def _switch(self) -> bool:
        old = answering.shared()
        try:
            new = usable(self._root, old)
        except DataError as error:
            self.broken = True
            logger.error("E47 edited knowledge is refused, the earlier one goes on answering: %s", _told(error))
            return False
        except Exception as error:  # of a form that nobody thought of: as above, and the next edit is read again
            self.broken = True
            logger.exception("E47 edited knowledge is refused: %s; run lantern validate", type(error).__name__)
            return False
        self.broken = False
        for name in sorted(_changed(old.stamp, new.stamp) & {*AT_THE_NEXT_START}):
            logger.warning("%s was edited: it is read at the next start, after lantern train", name)
        answering.share(new)
        logger.info("the edited knowledge is in use")
        return True


def usable(root: Path, old: Answering) -> Answering:
    """The knowledge below ``root``, if a server that answers with ``old`` may go on with it.

    Raises:
        DataError: with all problems.
    """
    read = project.read(root)
    faults = [fault for fault in read.faults if fault.path.parts[0] == project.KNOWLEDGE.name]
    _raise_if(faults)
    _raise_if([problem for check in CHECKS for problem in check(read)])
    new = answering.load(old, root / project.KNOWLEDGE)
    _raise_if(list(_lost(old, new)))
    for entry in new.knowledge:
        new.composer.reply(tapped(entry.id))
    new.composer.outage()
    return new


def _raise_if(found: list[Problem]) -> None:
    if found:
        raise DataError(found)


def _lost(old: Answering, new: Answering) -> Iterator[Problem]:
    """What the running model, or somebody in danger, may still need."""
    for answer in sorted(old.knowledge.entries.keys() - new.knowledge.entries.keys()):
        file = project.KNOWLEDGE / f"{old.knowledge[answer].topic}.yml"
        yield Problem(file, 1, f"`{answer}` is gone, and the running model may answer it", "train and start anew")
    for keys in sorted({*_named(old.knowledge.phrases)} - {*_named(new.knowledge.phrases)}):
        what = f"the phrase `{'.'.join(keys)}` is gone"
        yield Problem(phrases.PHRASES, 1, what, "restore it; if it is meant, start anew")
    for answer in sorted({rule.answer for rule in old.safety.rules} - {rule.answer for rule in new.safety.rules}):
        yield Problem(
            danger.SAFETY, 1, f"no rule leads to `{answer}` any more", "restore one; if it is meant, start anew"
        )


def _named(phrases_below: Any, keys: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The keys that lead to each phrase."""
    if not isinstance(phrases_below, dict):
        yield keys
        return
    for key, inner in phrases_below.items():
        yield from _named(inner, (*keys, str(key)))


def _told(error: DataError) -> str:
    more = len(error.problems) - MOST_TOLD
    told = [str(problem) for problem in error.problems[:MOST_TOLD]]
    return " | ".join([*told, *([f"and {more} more: run lantern validate"] if more > 0 else [])])


def _changed(old: Stamp, new: Stamp) -> set[str]:
    return {name for name, *_ in {*old} ^ {*new}}


def seconds() -> float:
    """How long between two looks; 0: knowledge is read at the start only.

    Raises:
        LanternError: E35, the variable is no number from 0 on.
    """
    written = os.environ.get(VARIABLE, "") or str(DEFAULT_SECONDS)
    try:
        chosen = float(written)
    except ValueError:
        chosen = -1.0
    if not 0 <= chosen < float("inf"):
        raise LanternError("E35", f'{VARIABLE} is "{written}"')
    return chosen


class Watch:
    """The thread that looks; one a process."""

    def __init__(self) -> None:
        self.live = Live()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, unless it is switched off; safe to call again.

        Raises:
            LanternError: E35, as ``seconds``.
        """
        pause = seconds()
        if pause and self._thread is None:
            self._thread = threading.Thread(target=self._run, args=(pause,), name="knowledge", daemon=True)
            self._thread.start()

    def _run(self, pause: float) -> None:
        rest = threading.Event()
        while not rest.wait(pause):
            self.live.look()


watch = Watch()
