"""Puts Lantern's processor, actions, graph runner and fail-safe in the place of Rasa's.

Rasa 3.6 offers no setting for any of them. All are looked up by name in one module when they are built, so that an
assignment each is enough; tests/rasa_parts/test_install.py fails when an upgrade changes that.
"""

from __future__ import annotations

import rasa.core.actions.action
import rasa.core.agent
import rasa.core.processor

from bot.rasa_parts import telemetry_off  # noqa: F401  (see there)
from bot.rasa_parts.fail_safe import LanternFailSafe
from bot.rasa_parts.graph_runner import OrderedGraphRunner
from bot.rasa_parts.processor import LanternProcessor
from bot.rasa_parts.remote_action import LanternAction


def install() -> None:
    """Safe to call again."""
    rasa.core.agent.MessageProcessor = LanternProcessor
    rasa.core.agent.FailSafeTrackerStore = LanternFailSafe
    rasa.core.actions.action.RemoteAction = LanternAction
    rasa.core.processor.DaskGraphRunner = OrderedGraphRunner
