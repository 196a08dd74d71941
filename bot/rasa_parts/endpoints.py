"""The endpoints file: which tracker store, lock store and event broker are used."""

from __future__ import annotations

import os
from typing import Any

from rasa.core.utils import AvailableEndpoints

from bot.paths import PROJECT


def chosen() -> AvailableEndpoints:
    """What LANTERN_ENDPOINTS names, else the project's ``endpoints.yml``."""
    return AvailableEndpoints.read_endpoints(os.environ.get("LANTERN_ENDPOINTS", str(PROJECT / "endpoints.yml")))


def tracker_store() -> Any:
    """The tracker store named there, wrapped as Rasa wraps it."""
    from rasa.core.tracker_store import TrackerStore

    return TrackerStore.create(chosen().tracker_store)
