"""Our runner gives what Rasa's gives, from the same nodes."""

from __future__ import annotations

from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.engine.graph import GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.trackers import DialogueStateTracker

from bot.rasa_parts.graph_runner import plan


def test_both_runners_agree(bot: Any) -> None:
    processor = bot.agent.processor
    runner, target = processor.graph_runner, processor.model_metadata.nlu_target
    tracker = DialogueStateTracker.from_events("runner", [])

    def understood(run: Any) -> dict[str, Any]:
        message = UserMessage("can it spread to the bones?", sender_id="runner", message_id="1")
        inputs = {PLACEHOLDER_MESSAGE: [message], PLACEHOLDER_TRACKER: tracker}
        return dict(run(runner, inputs=inputs, targets=[target])[target][0].as_dict(only_output_properties=True))

    assert understood(type(runner).run) == understood(DaskGraphRunner.run)


def test_what_is_needed_comes_first() -> None:
    def node(**needs: str) -> SchemaNode:
        return SchemaNode(needs=needs, uses=object, constructor_name="create", fn="run", config={})  # type: ignore[arg-type]

    schema = GraphSchema({"last": node(a="middle", b="first"), "middle": node(a="first"), "first": node(a="outside")})
    assert [name for name, _ in plan(schema)] == ["first", "middle", "last"]
