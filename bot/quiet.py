"""Keeps libraries from talking at start. Each line silences one thing, at its source."""

from __future__ import annotations

import os
import warnings
from functools import partial
from typing import Any

from bot.paths import PROJECT


def hush() -> None:
    """Call before anything imports Rasa; safe to call again."""
    # SQLAlchemy 1.4, which Rasa pins, advertises version 2.
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    # webexteamssdk, which Rasa imports, asks git for its own version, from inside .venv, and so asks about this
    # project; in one without a commit git complains. Git now does not look above .venv for a repository.
    os.environ.setdefault("GIT_CEILING_DIRECTORIES", str(PROJECT))
    # Sanic turns on the deprecation warnings of all libraries when it is imported, so that no filter set before it
    # counts: they are kept from being shown.
    if not isinstance(warnings.showwarning, partial):
        warnings.showwarning = partial(_show, warnings.showwarning)


def _show(show: Any, message: Warning | str, category: type[Warning], filename: str, *rest: Any, **more: Any) -> None:
    """Shows a warning unless it tells the authors of an installed library that another one will change."""
    if issubclass(category, DeprecationWarning) and "site-packages" in filename:
        return
    show(message, category, filename, *rest, **more)
