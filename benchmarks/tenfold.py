"""A copy of Lantern with ten times the answers and words, to see what that costs per message.

The knowledge is real YAML, read as usual. The model is not trained anew: logistic regression over 1,640 classes would
take hours and tell nothing more about serving, whose cost hangs on the sizes alone. Its classifier is the trained one
nine times over beside itself, a little weaker and blurred.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import tarfile
from pathlib import Path
from typing import Any

import numpy as np

from bot.knowledge import TOPICS
from bot.paths import PROJECT

COPIES = 9
PARTS = ("bot", "actions", "data", "knowledge", "config.yml", "domain.yml", "endpoints.yml", "credentials.yml", "web")
IGNORED = shutil.ignore_patterns("node_modules", "__pycache__")


def copy_project(target: Path) -> Path:
    """What Lantern needs to train and run, in another folder."""
    for name in PARTS:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=IGNORED)
        elif source.exists():
            shutil.copy2(source, target / name)
    (target / "models").mkdir()
    return target


def make(target: Path) -> Path:
    """The tenfold project, ready to serve."""
    copy_project(target)
    for topic in TOPICS:
        _multiply_entries(target / "knowledge" / f"{topic}.yml", topic)
    _multiply_model(PROJECT / "models" / "lantern.tar.gz", target / "models" / "lantern.tar.gz")
    return target


def _multiply_entries(path: Path, topic: str) -> None:
    """Every entry once more for each copy, under ids of its own."""
    text = path.read_text(encoding="utf-8")
    entries = text[re.search(rf"^{topic}\.", text, re.MULTILINE).start() :]  # type: ignore[union-attr]
    more = [re.sub(rf"^({topic}\.\w+):", rf"\1_{number}:", entries, flags=re.MULTILINE) for number in _copies()]
    path.write_text("\n\n".join([text, *more]), encoding="utf-8")


def _multiply_model(source: Path, target: Path) -> None:
    with tarfile.open(source) as old, tarfile.open(target, "w:gz") as new:
        for member in old.getmembers():
            content = old.extractfile(member).read() if member.isfile() else b""  # type: ignore[union-attr]
            if member.name.endswith("classifier.npz"):
                content = _multiply_classifier(content)
            elif member.name.endswith("words.json"):
                content = json.dumps(_multiply_words(json.loads(content))).encode()
            member.size = len(content)
            new.addfile(member, io.BytesIO(content))


def _multiply_words(words: Any) -> Any:
    """The words that the matcher knows, or those of the speller with how often they are written."""
    if isinstance(words, list):
        return sorted({*words, *(f"{word}{'x' * n}" for word in words for n in _copies())})
    more = {f"{word}{'x' * n}": count for word, count in words["counts"].items() for n in _copies()}
    return {**words, "counts": {**more, **words["counts"]}}


def _multiply_classifier(content: bytes) -> bytes:
    random = np.random.default_rng(7)
    with np.load(io.BytesIO(content), allow_pickle=False) as saved:
        arrays = dict(saved)
    weights, bias, answers = arrays["weights"], arrays["bias"], arrays["answers"]
    blurred = [weights * 0.7 + random.normal(0, 0.05, weights.shape).astype(np.float32) for _ in _copies()]
    arrays["weights"] = np.concatenate([weights, *blurred], axis=1)
    arrays["bias"] = np.concatenate([bias, *(bias - 3 for _ in _copies())])
    arrays |= _multiply_neighbors(arrays["examples"], arrays["starts"], random)
    arrays["answers"] = np.array([*answers, *(f"{answer}_{number}" for number in _copies() for answer in answers)])
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def _multiply_neighbors(examples: np.ndarray, starts: np.ndarray, random: np.random.Generator) -> dict[str, np.ndarray]:
    """The examples nine times over, blurred, each copy under the copied answers (see ``bot.neighbors``)."""
    blurred = [examples + random.normal(0, 0.02, examples.shape).astype(examples.dtype) for _ in _copies()]
    more = [starts[1:] + len(examples) * number for number in range(1, 1 + COPIES)]
    return {"examples": np.concatenate([examples, *blurred]), "starts": np.concatenate([starts, *more])}


def _copies() -> range:
    return range(2, 2 + COPIES)
