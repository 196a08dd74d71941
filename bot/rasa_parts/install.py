"""Puts Lantern's processor and actions in the place of Rasa's.

Rasa 3.6 offers no setting for either. Both are looked up by name in one module when they are built, so that two
assignments are enough; tests/rasa_parts/test_install.py fails when an upgrade changes that.
"""

from __future__ import annotations

import rasa.core.actions.action
import rasa.core.agent

from bot.rasa_parts.processor import LanternProcessor
from bot.rasa_parts.remote_action import LanternAction


def install() -> None:
    """Safe to call again."""
    rasa.core.agent.MessageProcessor = LanternProcessor  # type: ignore[misc]
    rasa.core.actions.action.RemoteAction = LanternAction  # type: ignore[misc]
