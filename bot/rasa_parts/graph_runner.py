"""Runs the trained graph in an order that is worked out once, not by dask's scheduler for every message."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner

Step = tuple[str, tuple[str, ...]]  # a node and the nodes or inputs that it needs


class OrderedGraphRunner(DaskGraphRunner):
    """Builds its nodes as Rasa's runner does, and calls each after those that it needs."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._plans: dict[tuple[str, ...], list[Step]] = {}

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """The outputs of the target nodes."""
        wanted = tuple(targets or self._graph_schema.target_names)
        if wanted not in self._plans:
            self._plans[wanted] = plan(self._graph_schema.minimal_graph_schema(list(wanted)))
        known = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, needs in self._plans[wanted]:
            known[name] = self._instantiated_nodes[name](*(known[need] for need in needs if need in known))
        return {name: known[name][1] for name in wanted}


def plan(schema: GraphSchema) -> list[Step]:
    """The nodes of a schema, each after those that it needs."""
    steps: dict[str, Step] = {}

    def add(name: str) -> None:
        if name in steps or name not in schema.nodes:  # what is no node comes from outside: the message, the tracker
            return
        needs = tuple(schema.nodes[name].needs.values())
        for need in needs:
            add(need)
        steps[name] = (name, needs)

    for name in schema.nodes:
        add(name)
    return list(steps.values())
