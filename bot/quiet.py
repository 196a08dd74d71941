"""Keeps libraries from talking at start. Each line here silences one thing, at its source."""

from __future__ import annotations

import os
import warnings

from bot.paths import PROJECT


def hush() -> None:
    """Call before anything imports Rasa; safe to call again."""
    # SQLAlchemy 1.4, which Rasa pins, advertises version 2.
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    # webexteamssdk, which Rasa imports, asks git for its own version, from inside .venv, and so asks about this
    # project; in one without a commit git complains. Git now does not look above .venv for a repository.
    os.environ.setdefault("GIT_CEILING_DIRECTORIES", str(PROJECT))
    # Sanic turns on all deprecation warnings of all libraries when it is imported. Imported here, its filter is dropped.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import sanic.app  # noqa: F401
