"""Ways to understand, compared on held-out phrasings (tests/nlu): ``python -m benchmarks.nlu [--epochs N]``.

Every way is trained on the same examples (data/nlu) with the answers' ids as labels, and measured on the same
phrasings, one at a time on one thread: accuracy, right among the first three, seconds to train (with the choice of a
strength, where there is one), milliseconds each.
The result, nlu.json, is written after each way; benchmarks.readme_table makes the table of docs/benchmarks.md from it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks import peers
from bot import examples
from bot.classifier import AnswerClassifier
from bot.encoder import SentenceEncoder, weights_folder

Ranker = Callable[[str], list[str]]  # a text to the three best answers
RESULTS = Path(__file__).parent / "results"
EPOCHS = 100  # of DIET, as Rasa has it; fewer are named in the table
WAYS = ("diet", "sparse", "static", "minilm")
# Inverse regularization of logistic regression, to choose from: many sparse features want other ones than few dense.
SPARSE_STRENGTHS, DENSE_STRENGTHS = (10.0, 100.0, 1000.0), (0.01, 0.1, 1.0)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.nlu", description=__doc__)
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="of DIET, which takes an hour and more for 100")
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    train, test = examples.training(), examples.held_out()
    measured = _begun(options.out / "nlu.json", len(train), len(test))
    makers = {"sparse": sparse, "static": static, "minilm": minilm}
    for way in options.ways:
        if way == "diet":
            measured["ways"][way] = diet(train, test, options.epochs)
        else:
            measured["ways"][way] = measure(makers[way], train, test)
        print(table(measured), flush=True)
        (options.out / "nlu.json").write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")


def _begun(path: Path, training: int, held_out: int) -> dict[str, Any]:
    """The figures to add to: an earlier run's on data of the same size, so that DIET can have its hour apart."""
    about = {"training": training, "held_out": held_out}
    earlier = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    kept = earlier["ways"] if all(earlier.get(name) == size for name, size in about.items()) else {}
    return {"date": time.strftime("%Y-%m-%d"), **about, "ways": kept}


def measure(
    make: Callable[[Sequence[examples.Example]], Ranker],
    train: Sequence[examples.Example],
    test: Sequence[examples.Example],
) -> dict[str, float]:
    """Train, then ask one phrasing at a time."""
    start = time.perf_counter()
    rank = make(train)
    trained = time.perf_counter() - start
    with threadpool_limits(1):
        rank(test[0].text)
        times, ranked = [], []
        for example in test:
            start = time.perf_counter()
            ranked.append(rank(example.text))
            times.append(time.perf_counter() - start)
    return scores(ranked, [example.answer for example in test], trained, sorted(times)[len(times) // 2] * 1000)


def scores(ranked: list[list[str]], right: list[str], trained: float, each: float) -> dict[str, float]:
    return {
        "accuracy": float(np.mean([bool(r) and r[0] == answer for r, answer in zip(ranked, right, strict=True)])),
        "top_3": float(np.mean([answer in r[:3] for r, answer in zip(ranked, right, strict=True)])),
        "train_s": trained,
        "ms": each,
    }


def sparse(train: Sequence[examples.Example]) -> Ranker:
    """The default pipeline's features (words and character n-grams, weighed by rarity) with logistic regression."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_union

    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), min_df=2, sublinear_tf=True)
    counted = make_union(TfidfVectorizer(sublinear_tf=True, token_pattern=r"\b\w+\b"), letters)
    features = counted.fit_transform([example.text for example in train])
    model = _regression(features, train, SPARSE_STRENGTHS, solver="liblinear")
    return _ranker(model, lambda text: counted.transform([text]))


def static(train: Sequence[examples.Example]) -> Ranker:
    """Word vectors, averaged: MiniLM's own embedding matrix, without the transformer above it."""
    from safetensors import safe_open
    from sklearn.preprocessing import StandardScaler
    from tokenizers import Tokenizer

    folder = weights_folder()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    with safe_open(str(folder / "model.safetensors"), "np") as weights:
        vectors = weights.get_tensor("embeddings.word_embeddings.weight")

    def encode(texts: Sequence[str]) -> np.ndarray:
        found = tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return np.array([vectors[each.ids or [0]].mean(axis=0) for each in found])

    scaler = StandardScaler()  # the means lie close together: unscaled, the regression hardly sees a difference
    model = _regression(scaler.fit_transform(encode([example.text for example in train])), train, DENSE_STRENGTHS)
    return _ranker(model, lambda text: scaler.transform(encode([text])))


def _regression(
    features: Any, train: Sequence[examples.Example], strengths: Sequence[float], solver: str = "lbfgs"
) -> Any:
    """Logistic regression until it converges, at the strength that is best on a tenth of the training examples."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import train_test_split

    answers = [example.answer for example in train]
    fit, check, fit_answers, check_answers = train_test_split(
        features, answers, test_size=0.1, stratify=answers, random_state=0
    )

    def fitted(strength: float, rows: Any, labels: Sequence[str]) -> Any:
        return LogisticRegression(C=strength, solver=solver, max_iter=1000, tol=1e-3).fit(rows, labels)

    best = max(strengths, key=lambda strength: fitted(strength, fit, fit_answers).score(check, check_answers))
    return fitted(best, features, answers)


def _ranker(model: Any, encode: Callable[[str], Any]) -> Ranker:
    return lambda text: [str(model.classes_[i]) for i in np.argsort(-model.predict_proba(encode(text))[0])[:3]]


def minilm(train: Sequence[examples.Example]) -> Ranker:
    """Lantern's own encoder and classifier."""
    encode = SentenceEncoder.load(threads=1).encode
    model = AnswerClassifier.train(encode([example.text for example in train]), [example.answer for example in train])
    return lambda text: [answer for answer, _ in model.ranking(model.probabilities(encode([text]))[0])[:3]]


def diet(train: Sequence[examples.Example], test: Sequence[examples.Example], epochs: int) -> dict[str, float]:
    """Rasa's default pipeline, trained and asked in the peers' environment."""
    peers.install()
    folder = peers.FOLDER / "nlu"
    (folder / "data").mkdir(parents=True, exist_ok=True)
    _write_for_rasa(folder, train, epochs)
    (folder / "test.json").write_text(json.dumps([example.text for example in test]), encoding="utf-8")
    start = time.perf_counter()
    command = [str(peers.python()), "-m", "rasa", "train", "nlu", "--nlu", "data", "--fixed-model-name", "nlu"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, env=peers.quiet())
    trained = time.perf_counter() - start
    command = [str(peers.python()), "-c", _ASK, "models/nlu.tar.gz", "test.json", "found.json"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, env=peers.quiet())
    found = json.loads((folder / "found.json").read_text(encoding="utf-8"))
    names = {_name(example.answer): example.answer for example in train}
    ranked = [[names.get(name, name) for name in names_] for names_ in found["ranked"]]
    return {**scores(ranked, [example.answer for example in test], trained, found["ms"]), "epochs": epochs}


def _name(answer: str) -> str:
    return answer.replace(".", "__")


def _write_for_rasa(folder: Path, train: Sequence[examples.Example], epochs: int) -> None:
    by_answer: dict[str, list[str]] = {}
    for example in train:
        by_answer.setdefault(example.answer, []).append(example.text)
    lines = ['version: "3.1"', "nlu:"]
    for answer, texts in by_answer.items():
        lines += [f"- intent: {_name(answer)}", "  examples: |", *(f"    - {text}" for text in texts)]
    (folder / "data" / "nlu.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "config.yml").write_text(_CONFIG.format(epochs=epochs), encoding="utf-8")


def table(measured: dict[str, Any]) -> str:
    """In Markdown."""
    titles = {
        "diet": "Rasa's default: sparse features, DIET",
        "sparse": "Sparse features of that kind (tf-idf), logistic regression",
        "static": "Averaged word vectors, logistic regression",
        "minilm": "Lantern's encoder and classifier",
    }
    lines = ["| | right | in the first 3 | training | a message |", "| --- | ---: | ---: | ---: | ---: |"]
    for way in (way for way in WAYS if way in measured["ways"]):
        row = measured["ways"][way]
        epochs = f" ({row['epochs']} epochs)" if "epochs" in row else ""
        figures = f"{row['accuracy']:.1%} | {row['top_3']:.1%} | {row['train_s']:.0f} s | {row['ms']:.1f} ms"
        lines.append(f"| {titles[way]}{epochs} | {figures} |")
    counts = f"{measured['training']:,} training examples, {measured['held_out']:,} held-out phrasings"
    notes = [f"Measured {measured['date']}: {counts}, one at a time on one thread."]
    if "diet" not in measured["ways"]:
        notes.append("DIET, which takes most of an hour, has not been measured on these.")
    return "\n".join([*lines, "", *notes])


_CONFIG = """recipe: default.v1
assistant_id: benchmark
language: en
pipeline:
  - name: WhitespaceTokenizer
  - name: RegexFeaturizer
  - name: LexicalSyntacticFeaturizer
  - name: CountVectorsFeaturizer
  - name: CountVectorsFeaturizer
    analyzer: char_wb
    min_ngram: 1
    max_ngram: 4
  - name: DIETClassifier
    epochs: {epochs}
"""

_ASK = """
import asyncio, json, sys, time
from rasa.core.agent import Agent
model, questions, target = sys.argv[1:]
agent = Agent.load(model)
texts = json.load(open(questions))
async def ask():
    await agent.parse_message(texts[0])
    ranked, times = [], []
    for text in texts:
        start = time.perf_counter()
        parsed = await agent.parse_message(text)
        times.append(time.perf_counter() - start)
        ranked.append([intent["name"] for intent in parsed["intent_ranking"][:3]])
    return {"ranked": ranked, "ms": sorted(times)[len(times) // 2] * 1000}
json.dump(asyncio.run(ask()), open(target, "w"))
"""


if __name__ == "__main__":
    main()
