"""Teaches the embedding model which words of an answer a newsletter repeats.

    python -m eval.gist LINES.jsonl [--out rag/compose/gist.safetensors] [--epochs 4]

`LINES.jsonl` holds one object a line: ``date`` of the meeting, ``question`` as a newsletter prints it (heading,
「。」, request), ``answer`` as minuted and ``line``, what a newsletter prints of it. Learned is a low-rank
change (LoRA, Hu et al. 2021, arXiv:2106.09685) of the upper layers and one number a token, by the words that
`line` has of the answer. The adapter that the project carries was learned from replies in committee meetings of
2001 to 2019 with lines written for this purpose; `eval/salience.py` measures it on other meetings.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import Tensor, nn
from transformers import AutoModel, AutoTokenizer

from corpus.embedding.models import default_folder
from corpus.japanese import content_words, normalise, placed_content_words
from eval.salience import talk_of
from rag.compose.salience import ADAPTER, described

RANK, FIRST_LAYER, AT_ONCE = 16, 4, 8
RATE, RATE_HEAD, WARM_UP = 5e-4, 2e-3, 0.08
SCALE = 2.0
_LONGEST = 512
_SORTED_AMONG = 64
_DENSE = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)


@dataclass(frozen=True, slots=True)
class Sample:
    """The tokens of a question and its answer, the token that each content word ends in, and whether it is repeated."""

    ids: list[int]
    places: list[int]
    repeated: list[float]


class LowRank(nn.Module):
    """A linear layer that stays as it is, and a product of two small matrices beside it."""

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        self.layer = layer
        self.down = nn.Parameter(torch.randn(RANK, layer.in_features) / math.sqrt(layer.in_features))
        self.up = nn.Parameter(torch.zeros(layer.out_features, RANK))

    def forward(self, values: Tensor) -> Tensor:
        """The layer's output, changed."""
        changed: Tensor = self.layer(values) + SCALE * ((values @ self.down.T) @ self.up.T)
        return changed


class Gist(nn.Module):
    """The embedding model with a logit for each word."""

    def __init__(self, folder: Path, first_layer: int = FIRST_LAYER) -> None:
        super().__init__()
        self.encoder: Any = AutoModel.from_pretrained(folder, dtype=torch.float32)
        self.encoder.requires_grad_(False)
        self.changed: dict[str, LowRank] = {}
        for number, layer in enumerate(self.encoder.encoder.layer):
            for name in _DENSE if number >= first_layer else ():
                parent, _, last = name.rpartition(".")
                low = LowRank(layer.get_submodule(name))
                setattr(layer.get_submodule(parent), last, low)
                self.changed[f"encoder.layer.{number}.{name}"] = low
        self.drop = nn.Dropout(0.1)
        self.head = nn.Linear(self.encoder.config.hidden_size, 1)
        nn.init.zeros_(self.head.weight)

    def forward(self, ids: Tensor, mask: Tensor, places: Tensor) -> Tensor:
        """Logits ``(samples, words)`` for the tokens at `places` of `ids` ``(samples, tokens)``."""
        states = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        words = torch.gather(states, 1, places.unsqueeze(-1).expand(-1, -1, states.shape[-1]))
        logits: Tensor = self.head(self.drop(words.float())).squeeze(-1)
        return logits

    def save(self, path: Path) -> None:
        """Write the adapter as `corpus.embedding.adapter` reads it."""
        tensors = {}
        for name, low in self.changed.items():
            tensors[f"{name}.down"] = low.down.detach().numpy().astype(np.float16)
            tensors[f"{name}.up"] = (SCALE * low.up).detach().numpy().astype(np.float16)
        tensors["head.weight"] = np.ascontiguousarray(self.head.weight.detach().numpy().T)
        tensors["head.bias"] = self.head.bias.detach().numpy()
        save_file(tensors, path)


def sample(tokenizer: Any, row: dict[str, str]) -> Sample:
    """A line of the file, tokenized as the tagger reads it."""
    before = f"query: {row['question']} passage: "
    text, ends, repeated = before, [], []
    wanted = frozenset(content_words(row["line"]))
    for _, _, clause, words, _ in described(
        row["question"], talk_of(row["answer"], date.fromisoformat(row["date"]))
    ):
        normal = normalise(clause)
        ends += [len(text) + end for _, end in placed_content_words(normal)]
        repeated += [float(word in wanted) for word in words]
        text += normal
    encoding = tokenizer(text, truncation=True, max_length=_LONGEST)
    last = len(encoding["input_ids"]) - 1
    places = [min(encoding.char_to_token(end - 1) or last, last) for end in ends]
    return Sample(encoding["input_ids"], places, repeated)


def padded(samples: list[Sample]) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Token ids, mask, places, targets and the weight of each word: every answer counts the same."""
    tokens, words = max(len(one.ids) for one in samples), max(len(one.places) for one in samples)
    ids, mask = (torch.full((len(samples), tokens), fill) for fill in (1, 0))
    places = torch.zeros(len(samples), words, dtype=torch.long)
    targets, weights = torch.zeros(len(samples), words), torch.zeros(len(samples), words)
    for row, one in enumerate(samples):
        ids[row, : len(one.ids)], mask[row, : len(one.ids)] = torch.tensor(one.ids), 1
        count = len(one.places)
        places[row, :count], targets[row, :count] = torch.tensor(one.places), torch.tensor(one.repeated)
        weights[row, :count] = 1 / count
    return ids, mask, places, targets, weights


def batches(samples: list[Sample]) -> list[list[Sample]]:
    """Samples of about the same length together, in random order."""
    order = random.sample(samples, len(samples))
    for start in range(0, len(order), _SORTED_AMONG):
        part = slice(start, start + _SORTED_AMONG)
        order[part] = sorted(order[part], key=lambda one: len(one.ids))
    found = [order[start : start + AT_ONCE] for start in range(0, len(order), AT_ONCE)]
    return random.sample(found, len(found))


def train(model: Gist, samples: list[Sample], epochs: int) -> None:
    """Adam with a rate that rises, then falls to nothing; prints the loss of each epoch."""
    low = [part for one in model.changed.values() for part in (one.down, one.up)]
    groups = [{"params": low, "lr": RATE}, {"params": [*model.head.parameters()], "lr": RATE_HEAD}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    steps = epochs * math.ceil(len(samples) / AT_ONCE)
    rate = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1, (step + 1) / (WARM_UP * steps)) * max(0, 1 - step / steps)
    )
    model.train()
    for epoch in range(epochs):
        losses = []
        for some in batches(samples):
            ids, mask, places, targets, weights = padded(some)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = model(ids, mask, places)
            loss = nn.functional.binary_cross_entropy_with_logits(logits.float(), targets, reduction="none")
            mean = (loss * weights).sum() / len(some)
            mean.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(low, 1.0)
            optimizer.step()
            rate.step()
            optimizer.zero_grad()
            losses.append(mean.item())
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.4f}", flush=True)


def main(argv: list[str]) -> int:
    """Learn and write the adapter; returns the exit status."""
    parser = argparse.ArgumentParser(description="the adapter that tells which words a newsletter repeats")
    parser.add_argument("lines", type=Path, help="answers with their lines, JSON Lines")
    parser.add_argument("--out", type=Path, default=Path("rag/compose") / ADAPTER)
    parser.add_argument("--models", type=Path, default=Path("var/models"), help="where models are unpacked")
    parser.add_argument("--epochs", type=int, default=4)
    options = parser.parse_args(argv)
    torch.manual_seed(0)
    random.seed(0)
    folder = default_folder(options.models)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    rows = [json.loads(row) for row in options.lines.read_text(encoding="utf-8").splitlines()]
    model = Gist(folder)
    train(model, [sample(tokenizer, row) for row in rows], options.epochs)
    model.save(options.out)
    print(f"{len(rows)} lines; adapter in {options.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
