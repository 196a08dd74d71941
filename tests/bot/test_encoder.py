"""Sentences to features: the same ones whatever stands beside them, and as good as exact in 8 bits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import encoder, encoder_graph, encoder_int8
from bot.encoder import FEATURES, MAX_TOKENS, MOST_ROWS, RUN_COST, WIDTH, SentenceEncoder, batches
from bot.paths import ADAPTER

TEXTS = (
    "hello",
    "What is a biopsy?",
    "can it spread to the bones, and how would I notice that it has?",
    "hercepton",
    "",
)


@pytest.fixture(scope="module")
def published() -> Path:
    return encoder.weights_folder()


@pytest.fixture(scope="module")
def quantized(published: Path) -> onnx.ModelProto:
    return encoder_int8.quantize(encoder_graph.build(published / "model.safetensors", ADAPTER))


@pytest.fixture(scope="module")
def exact(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SentenceEncoder]:
    graph = tmp_path_factory.mktemp("exact") / "exact.onnx"
    onnx.save(encoder_graph.build(published / "model.safetensors", ADAPTER), graph)
    yield SentenceEncoder(graph, published / "tokenizer.json")
    graph.unlink()  # 90 MB


@pytest.fixture(scope="module")
def ours() -> SentenceEncoder:
    return SentenceEncoder.load()


def test_eight_bits_are_as_good_as_exact(ours: SentenceEncoder, exact: SentenceEncoder) -> None:
    for half in (slice(0, WIDTH), slice(WIDTH, FEATURES)):
        one, other = ours.encode(TEXTS)[:, half], exact.encode(TEXTS)[:, half]
        cosines = (one * other).sum(axis=1) / np.linalg.norm(one, axis=1) / np.linalg.norm(other, axis=1)
        assert cosines.min() > 0.985 and cosines.mean() > 0.992


def test_no_large_weight_is_left_as_it_was(quantized: onnx.ModelProto) -> None:
    large = [w.name for w in quantized.graph.initializer if w.data_type == onnx.TensorProto.FLOAT and len(w.dims) == 2]
    assert all(name.endswith(".scales") or name == "positions" for name in large), large
    assert quantized.ByteSize() < 30_000_000
    used = [node.op_type for node in quantized.graph.node]
    assert used.count("DynamicQuantizeMatMul") == 3 * encoder_graph.LAYERS
    assert used.count("MatMulNBits") == encoder_graph.LAYERS + 1
    assert not {"MatMul", "Attention"} & set(used)


def test_the_same_weights_give_the_same_file(published: Path, quantized: onnx.ModelProto) -> None:
    again = encoder_int8.quantize(encoder_graph.build(published / "model.safetensors", ADAPTER))
    assert again.SerializeToString(deterministic=True) == quantized.SerializeToString(deterministic=True)


def test_features_do_not_hang_on_the_company(ours: SentenceEncoder) -> None:
    together = ours.encode(TEXTS)
    assert together.shape == (len(TEXTS), FEATURES)
    for text, features in zip(TEXTS, together, strict=True):
        alone = ours.encode([text])[0]
        for half in (slice(0, WIDTH), slice(WIDTH, FEATURES)):  # not equal: inputs are rounded together
            assert alone[half] @ features[half] > 0.98 * np.linalg.norm(alone[half]) * np.linalg.norm(features[half])
    assert ours.encode([]).shape == (0, FEATURES)


def test_a_long_text_is_cut(ours: SentenceEncoder) -> None:
    long = "pain " * MAX_TOKENS
    np.testing.assert_array_equal(ours.encode([long]), ours.encode([long + "and something else"]))


@given(st.lists(st.integers(2, MAX_TOKENS), max_size=300))
def test_every_text_is_encoded_once_with_little_padding(lengths: list[int]) -> None:
    found = list(batches(lengths))
    assert sorted(row for rows in found for row in rows) == list(range(len(lengths)))
    for rows in found:
        together = [lengths[row] for row in rows]
        assert max(together) * len(rows) - sum(together) <= RUN_COST
        assert len(rows) <= MOST_ROWS
