"""The MiniLM-L6 sentence encoder as an ONNX graph, built from published weights.

all-MiniLM-L6-v2 (sentence-transformers, Apache-2.0): 6 transformer layers, 12 heads, 384 wide, mean pooling
over all tokens, then L2 norm. No ONNX file of it can be fetched offline, so the graph is written here once
at set-up from ``model.safetensors``; onnxruntime's fused operators do the work.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors import safe_open
from safetensors.numpy import load_file

LAYERS, HEADS, WIDTH, EPSILON = 6, 12, 384, 1e-12
ADAPTER_SCALE = 2.0  # as in tools/adapt_encoder.py
MIDDLE = 2  # the layer (from 0) seen beside the last one
_FUSED = "com.microsoft"  # onnxruntime's contributed operators: one node an attention block


class _Graph:
    """Collects nodes and weights while the model is written down from top to bottom."""

    def __init__(self, weights: Path, adapter: Path) -> None:
        self.nodes: list[Any] = []
        self.initializers: list[Any] = []
        self._file = safe_open(str(weights), "np")
        self._changes = load_file(str(adapter))

    def weight(self, name: str, array: np.ndarray | None = None) -> str:
        value = self.tensor(name) if array is None else array
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def tensor(self, name: str) -> np.ndarray:
        """A published weight, with the adapter's low-rank change where there is one."""
        value = self._file.get_tensor(name)
        layer = name.removesuffix(".weight")
        if f"{layer}.A" not in self._changes:
            return value
        up, down = (self._changes[f"{layer}.{side}"].astype(np.float32) for side in "BA")
        return value + ADAPTER_SCALE * up @ down

    def add(self, op: str, inputs: list[str], output: str, domain: str = "", **attributes: Any) -> str:
        self.nodes.append(helper.make_node(op, inputs, [output], domain=domain, **attributes))
        return output


def build(weights: Path, adapter: Path) -> onnx.ModelProto:
    """Graph with inputs ``ids`` and ``mask`` (int32, batch x tokens) and output ``features`` (float32).

    ``features`` has shape batch x 768. The first half is the sentence vector (mean of the last layer, unit length).
    The second half keeps what the last layer has smoothed away (names, spelling) and costs next to nothing: mean and
    maximum of the word embeddings and of the third layer, brought from 4 x 384 to 384 by a fixed random projection
    (Johnson and Lindenstrauss, 1984), so that training stays fast.
    """
    graph = _Graph(weights, adapter)
    pool = _Pooling(graph)
    start = hidden = _embeddings(graph)
    middle = ""
    for layer in range(LAYERS):
        hidden = _layer(graph, hidden, f"encoder.layer.{layer}")
        middle = hidden if layer == MIDDLE else middle
    views = [view(value) for value in (start, middle) for view in (pool.mean, pool.maximum)]
    seen = graph.add("MatMul", [graph.add("Concat", views, "views", axis=-1), _projection(graph, len(views))], "seen")
    graph.add("Concat", [pool.mean(hidden), seen], "features", axis=-1)
    inputs = [helper.make_tensor_value_info(n, TensorProto.INT32, ["batch", "tokens"]) for n in ("ids", "mask")]
    output = helper.make_tensor_value_info("features", TensorProto.FLOAT, ["batch", 2 * WIDTH])
    model = helper.make_model(
        helper.make_graph(graph.nodes, "minilm", inputs, [output], graph.initializers),
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(_FUSED, 1)],
    )
    model.ir_version = 9
    return model


def _projection(g: _Graph, views: int) -> str:
    """A fixed matrix that nearly keeps distances; the legacy generator gives the same numbers in every NumPy."""
    numbers = np.random.RandomState(0).randn(views * WIDTH, WIDTH) / np.sqrt(views * WIDTH)
    return g.weight("projection", numbers.astype(np.float32))


def _embeddings(g: _Graph) -> str:
    """Word + position + (always the first) token type, then layer norm."""
    typed = g.tensor("embeddings.position_embeddings.weight") + g.tensor("embeddings.token_type_embeddings.weight")[0]
    words = g.add("Gather", [g.weight("embeddings.word_embeddings.weight"), "ids"], "words")
    length = g.add("Shape", ["ids"], "length", start=1, end=2)
    g.weight("zero", np.array([0], dtype=np.int64))
    places = g.add("Slice", [g.weight("positions", typed), "zero", length, "zero"], "places")
    summed = g.add("Add", [words, places], "embedded")
    return _norm(g, summed, "embeddings.LayerNorm", "hidden.start")


def _norm(g: _Graph, value: str, name: str, output: str) -> str:
    scale, bias = g.weight(f"{name}.weight"), g.weight(f"{name}.bias")
    return g.add("LayerNormalization", [value, scale, bias], output, axis=-1, epsilon=EPSILON)


def _layer(g: _Graph, hidden: str, name: str) -> str:
    parts = [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
    weight = g.weight(f"{name}.qkv", np.concatenate([g.tensor(f"{p}.weight").T for p in parts], axis=1))
    bias = g.weight(f"{name}.qkv.bias", np.concatenate([g.tensor(f"{p}.bias") for p in parts]))
    attended = g.add("Attention", [hidden, weight, bias, "mask"], f"{name}.attended", _FUSED, num_heads=HEADS)
    hidden = _dense_norm(g, attended, hidden, f"{name}.attention.output")
    wide = _matmul(g, hidden, f"{name}.intermediate.dense")
    wide = g.add("BiasGelu", [wide, g.weight(f"{name}.intermediate.dense.bias")], f"{name}.gelu", _FUSED)
    return _dense_norm(g, wide, hidden, f"{name}.output")


def _matmul(g: _Graph, value: str, name: str) -> str:
    return g.add("MatMul", [value, g.weight(f"{name}.weight", g.tensor(f"{name}.weight").T)], f"{name}.product")


def _dense_norm(g: _Graph, value: str, skip: str, name: str) -> str:
    """A linear layer, what came in before the block added to it, and layer norm."""
    product = _matmul(g, value, f"{name}.dense")
    weights = [g.weight(f"{name}.{part}") for part in ("LayerNorm.weight", "LayerNorm.bias", "dense.bias")]
    fused = [product, skip, *weights]
    return g.add("SkipLayerNormalization", fused, f"{name}.normed", _FUSED, epsilon=EPSILON)


class _Pooling:
    """From one vector a token to one unit vector a text; padding does not count."""

    def __init__(self, graph: _Graph) -> None:
        self._graph = graph
        graph.weight("one", np.array([1], dtype=np.int64))
        graph.weight("last", np.array([2], dtype=np.int64))
        graph.weight("none", np.array([[[1.0]]], dtype=np.float32))
        graph.weight("low", np.array([[[1e4]]], dtype=np.float32))
        real = graph.add("Cast", ["mask"], "mask.float", to=TensorProto.FLOAT)
        self._real = graph.add("Unsqueeze", [real, "last"], "mask.column")
        padding = graph.add("Sub", [self._real, "none"], "mask.padding")
        self._penalty = graph.add("Mul", [padding, "low"], "mask.penalty")

    def mean(self, hidden: str) -> str:
        kept = self._graph.add("Mul", [hidden, self._real], f"{hidden}.kept")
        return self._unit(self._graph.add("ReduceSum", [kept, "one"], f"{hidden}.sum", keepdims=0))

    def maximum(self, hidden: str) -> str:
        kept = self._graph.add("Add", [hidden, self._penalty], f"{hidden}.penalized")
        return self._unit(self._graph.add("ReduceMax", [kept], f"{hidden}.max", axes=[1], keepdims=0))

    def _unit(self, value: str) -> str:
        return self._graph.add("LpNormalization", [value], f"{value}.unit", axis=-1, p=2)
