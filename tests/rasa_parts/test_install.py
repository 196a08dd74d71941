"""Rasa still looks its parts up where bot.rasa_parts.install puts ours."""

from __future__ import annotations

import gc
from typing import Any

from rasa.core.actions.action import action_for_name_or_text

from bot.rasa_parts.graph_runner import OrderedGraphRunner
from bot.rasa_parts.install import install
from bot.rasa_parts.processor import LanternProcessor
from bot.rasa_parts.remote_action import LanternAction


def test_rasa_builds_our_parts(bot: Any) -> None:
    install()
    install()
    processor = bot.agent.processor
    assert type(processor) is LanternProcessor
    assert type(processor.graph_runner) is OrderedGraphRunner
    assert type(action_for_name_or_text("action_reply", processor.domain, None)) is LanternAction


def test_the_model_is_out_of_the_garbage_collectors_way(bot: Any) -> None:
    assert gc.get_freeze_count() > 100_000
    assert gc.isenabled()
