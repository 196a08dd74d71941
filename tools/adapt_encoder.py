# /// script
# requires-python = ">=3.10,<3.13"
# dependencies = ["torch>=2.1,<3", "numpy", "safetensors", "tokenizers"]
# ///
"""Adapts the sentence encoder to this subject and writes bot/adapter.safetensors.

A developer's tool, not part of set-up: it needs PyTorch, which nothing else here does. Run it after many new training
examples: `uv run lantern texts > texts.json`, then `uv run tools/adapt_encoder.py texts.json` (half an hour on 2
cores), then put the printed hash into bot/encoder.py.

LoRA (Hu et al., 2021): each linear layer W of the published encoder gets a trained change of low rank, W + 2 B A; the
published weights stay as they are. The loss is that of telling the answers apart by cosine. Only training examples and
the names of the knowledge base are seen, never a held-out phrasing. ``--runs 3`` trains three times, from other random
numbers, and writes the mean of the three changes (Wortsman et al., 2022: a model soup), which is right more often than
each of them and costs no more: `--mean FILES` does the same with changes that are there already.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import random
import time
from collections.abc import Iterator
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

RANK, SCALE, EPOCHS, BATCH, RATE, MAX_TOKENS = 16, 2.0, 3, 32, 1e-3, 96
SHORTENED, DROPPED = 0.4, 0.12  # share of the texts that lose words, and of their words that are lost
LAYERS, HEADS, WIDTH, EPSILON = 6, 12, 384, 1e-12
LETTERS = "abcdefghijklmnopqrstuvwxyz"
Batch = tuple[torch.Tensor, torch.Tensor]
Changes = dict[str, torch.Tensor]  # "<layer>.A" (rank x inside) and "<layer>.B" (out x rank)


class AdaptedLinear(nn.Module):
    """A published linear layer with its trained change; ``name`` is the layer's in the published file."""

    def __init__(self, weights: dict[str, torch.Tensor], name: str) -> None:
        super().__init__()
        self.name, self.weight, self.bias = name, weights[f"{name}.weight"], weights[f"{name}.bias"]
        out, inside = self.weight.shape
        self.A = nn.Parameter(torch.randn(RANK, inside) / math.sqrt(inside))
        self.B = nn.Parameter(torch.zeros(out, RANK))
        self.drop = nn.Dropout(0.1)

    def forward(self, value: torch.Tensor) -> torch.Tensor:
        return F.linear(value, self.weight, self.bias) + SCALE * F.linear(F.linear(self.drop(value), self.A), self.B)


class Layer(nn.Module):
    """One transformer layer of BERT."""

    def __init__(self, weights: dict[str, torch.Tensor], number: int) -> None:
        super().__init__()
        self._weights, self._name = weights, f"encoder.layer.{number}"
        attention = f"{self._name}.attention"
        self.query, self.key, self.value = (
            AdaptedLinear(weights, f"{attention}.self.{part}") for part in ("query", "key", "value")
        )
        self.out = AdaptedLinear(weights, f"{attention}.output.dense")
        self.wide = AdaptedLinear(weights, f"{self._name}.intermediate.dense")
        self.narrow = AdaptedLinear(weights, f"{self._name}.output.dense")
        self.drop = nn.Dropout(0.1)

    def forward(self, hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        query, key, value = (self._heads(part(hidden)) for part in (self.query, self.key, self.value))
        attended = F.scaled_dot_product_attention(query, key, value, attn_mask=mask[:, None, None, :].bool())
        mixed = self.out(attended.transpose(1, 2).flatten(2))
        hidden = self._norm(self.drop(mixed) + hidden, "attention.output.LayerNorm")
        return self._norm(self.drop(self.narrow(F.gelu(self.wide(hidden)))) + hidden, "output.LayerNorm")

    @staticmethod
    def _heads(value: torch.Tensor) -> torch.Tensor:
        return value.unflatten(2, (HEADS, WIDTH // HEADS)).transpose(1, 2)

    def _norm(self, value: torch.Tensor, part: str) -> torch.Tensor:
        name = f"{self._name}.{part}"
        return F.layer_norm(value, (WIDTH,), self._weights[f"{name}.weight"], self._weights[f"{name}.bias"], EPSILON)


class Encoder(nn.Module):
    """Token ids and mask to unit sentence vectors (batch x 384)."""

    def __init__(self, weights: dict[str, torch.Tensor]) -> None:
        super().__init__()
        self._weights = weights
        self.layers = nn.ModuleList(Layer(weights, number) for number in range(LAYERS))
        self.drop = nn.Dropout(0.1)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        w = {name.removeprefix("embeddings."): value for name, value in self._weights.items()}
        summed = F.embedding(ids, w["word_embeddings.weight"]) + w["position_embeddings.weight"][: ids.shape[1]]
        summed = summed + w["token_type_embeddings.weight"][0]
        hidden = self.drop(F.layer_norm(summed, (WIDTH,), w["LayerNorm.weight"], w["LayerNorm.bias"], EPSILON))
        for layer in self.layers:
            hidden = layer(hidden, mask)
        return F.normalize((hidden * mask[..., None]).sum(1), dim=-1)


class Training:
    """Texts with their answers, the encoder and a direction for each answer."""

    def __init__(self, folder: Path, rows: list[tuple[str, str, float]]) -> None:
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(MAX_TOKENS)
        self.tokenizer.enable_padding()
        self.encoder = Encoder(load_file(str(folder / "model.safetensors")))
        self.texts = [text for text, _, _ in rows]
        names = sorted({answer for _, answer, _ in rows})
        self.labels = torch.tensor([names.index(answer) for _, answer, _ in rows])
        self.weights = torch.tensor([weight for _, _, weight in rows])
        self.sharpness = nn.Parameter(torch.tensor(18.0))
        vectors = self._vectors()
        centers = torch.stack([vectors[self.labels == label].mean(0) for label in range(len(names))])
        self.directions = nn.Parameter(F.normalize(centers, dim=-1))

    def run(self) -> None:
        groups = [
            {"params": self.encoder.parameters(), "lr": RATE, "weight_decay": 0.01},
            {"params": [self.directions], "lr": 2 * RATE, "weight_decay": 0.0},
            {"params": [self.sharpness], "lr": 1e-2, "weight_decay": 0.0},
        ]
        optimizer = torch.optim.AdamW(groups)
        steps = EPOCHS * math.ceil(len(self.texts) / BATCH)
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda step: min(1.0, (step + 1) / 60) * max(0.02, 1 - step / steps)
        )
        started, step = time.time(), 0
        self.encoder.train()
        for _ in range(EPOCHS):
            for rows in self._batches():
                loss = self._loss(rows)
                optimizer.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(self.encoder.parameters(), 1.0)
                optimizer.step()
                schedule.step()
                step += 1
                if step % 100 == 0:
                    print(f"step {step} of {steps}, loss {loss.item():.2f}, {time.time() - started:.0f} s", flush=True)

    def _loss(self, rows: list[int]) -> torch.Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            vectors = self.encoder(*self._tokens([with_slips(self.texts[row]) for row in rows]))
        logits = self.sharpness * vectors.float() @ F.normalize(self.directions, dim=-1).T
        losses = F.cross_entropy(logits, self.labels[rows], label_smoothing=0.1, reduction="none")
        return (losses * self.weights[rows]).mean()

    def _batches(self) -> Iterator[list[int]]:
        """Shuffled, but texts of like length together: less padding."""
        order = random.sample(range(len(self.texts)), len(self.texts))
        pools = [order[i : i + 20 * BATCH] for i in range(0, len(order), 20 * BATCH)]
        pools = [sorted(pool, key=lambda row: len(self.texts[row])) for pool in pools]
        batches = [pool[i : i + BATCH] for pool in pools for i in range(0, len(pool), BATCH)]
        yield from random.sample(batches, len(batches))

    def _tokens(self, texts: list[str]) -> Batch:
        encoded = self.tokenizer.encode_batch(texts)
        return torch.tensor([e.ids for e in encoded]), torch.tensor([e.attention_mask for e in encoded]).float()

    def _vectors(self) -> torch.Tensor:
        """The published encoder's vectors of all texts."""
        order = sorted(range(len(self.texts)), key=lambda row: len(self.texts[row]))
        vectors = torch.zeros(len(self.texts), WIDTH)
        self.encoder.eval()
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            for rows in (order[i : i + 64] for i in range(0, len(order), 64)):
                vectors[rows] = self.encoder(*self._tokens([self.texts[row] for row in rows])).float()
        return vectors

    def changes(self) -> Changes:
        adapted = [module for module in self.encoder.modules() if isinstance(module, AdaptedLinear)]
        return {f"{m.name}.{side}": getattr(m, side).data for m in adapted for side in "AB"}


def mean(runs: list[Changes]) -> Changes:
    """The mean of several changes: the sum of their B A is one product, of all B side by side with all A."""
    return {
        name: torch.cat([run[name].float() for run in runs], 0)
        if name.endswith(".A")
        else torch.cat([run[name].float() / len(runs) for run in runs], 1)
        for name in runs[0]
    }


def save(changes: Changes, target: Path) -> None:
    save_file({name: value.half().contiguous() for name, value in changes.items()}, str(target))
    print(f"{target}: sha256 {hashlib.sha256(target.read_bytes()).hexdigest()}")


def with_slips(text: str) -> str:
    """Some texts lose words, and a quarter get typing slips, so that these do not matter later."""
    words = text.split()
    if len(words) > 3 and random.random() < SHORTENED:
        text = " ".join(word for word in words if random.random() > DROPPED) or text
    if random.random() < 0.75:
        return text
    letters = list(text)
    for _ in range(max(1, len(letters) // 30)):
        at = random.randrange(len(letters))
        if letters[at].isalpha():
            letters[at] = random.choice(("", letters[at] * 2, random.choice(LETTERS)))
    return "".join(letters)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path, nargs="?", help="what `lantern texts` printed")
    parser.add_argument("--weights", type=Path, help="folder of model.safetensors and tokenizer.json")
    parser.add_argument("--out", type=Path, default=Path("bot/adapter.safetensors"))
    parser.add_argument("--runs", type=int, default=1, help="how often to train, for the mean of all")
    parser.add_argument("--mean", type=Path, nargs="+", help="earlier changes, to be in the mean too")
    options = parser.parse_args()
    runs = [load_file(str(path)) for path in options.mean or ()]
    if options.texts is not None:
        if options.weights is None:
            parser.error("texts need --weights")
        rows = [tuple(row) for row in json.loads(options.texts.read_text())]
        runs += [trained(rows, options.weights, seed) for seed in range(options.runs)]
    if not runs:
        parser.error("nothing to do: give texts, or changes to --mean")
    save(mean(runs), options.out)


def trained(rows: list[tuple[str, str, float]], weights: Path, seed: int) -> Changes:
    torch.manual_seed(seed)
    random.seed(seed)
    training = Training(weights, rows)
    training.run()
    return training.changes()


if __name__ == "__main__":
    main()
