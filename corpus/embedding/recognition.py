"""Tells from its configuration files whether a sentence-transformers folder is a plain BERT with mean pooling."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

from corpus.embedding.protocol import Prompts

# What must hold in config.json; a missing key means the default, which is in every list.
_PLAIN: dict[str, tuple[Any, ...]] = {
    "hidden_act": (None, "gelu"),
    "position_embedding_type": (None, "absolute"),
    "is_decoder": (None, False),
    "add_cross_attention": (None, False),
}


@dataclass(frozen=True)
class BertFolder:
    """The files and figures of such a folder."""

    weights: Path
    tokenizer: Path
    layers: int
    heads: int
    norm_epsilon: float
    max_tokens: int
    prompts: Prompts


def recognise(folder: Path) -> BertFolder | None:
    """The folder's figures, or None where anything is unusual or missing."""
    try:
        return _recognise(folder)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, SafetensorError):
        return None


def _recognise(folder: Path) -> BertFolder | None:
    modules = _read(folder / "modules.json")
    kinds = [module["type"].rsplit(".", 1)[-1] for module in modules]
    if kinds[:2] != ["Transformer", "Pooling"] or kinds[2:] not in ([], ["Normalize"]):
        return None
    encoder, pooling = folder / modules[0]["path"], folder / modules[1]["path"]
    config, reading = _read(encoder / "config.json"), _read(encoder / "sentence_bert_config.json")
    plain = all(config.get(key) in allowed for key, allowed in _PLAIN.items())
    if config["model_type"] != "bert" or not plain or reading.get("do_lower_case"):
        return None
    if not _is_mean(_read(pooling / "config.json")):
        return None
    weights, tokenizer = encoder / "model.safetensors", encoder / "tokenizer.json"
    if not tokenizer.is_file():
        return None
    with safe_open(weights, framework="numpy") as tensors:
        if "embeddings.word_embeddings.weight" not in tensors.keys():  # noqa: SIM118  (not a dictionary)
            return None
    return BertFolder(
        weights=weights,
        tokenizer=tokenizer,
        layers=config["num_hidden_layers"],
        heads=config["num_attention_heads"],
        norm_epsilon=config["layer_norm_eps"],
        max_tokens=min(_longest(reading, encoder), config["max_position_embeddings"]),
        prompts=Prompts.chosen(_read(folder / "config_sentence_transformers.json").get("prompts") or {}),
    )


def _longest(reading: dict[str, Any], encoder: Path) -> int:
    """What the library reads at most, in tokens; by newer versions only the tokenizer's own limit is kept."""
    return int(reading.get("max_seq_length") or _read(encoder / "tokenizer_config.json")["model_max_length"])


def _is_mean(pooling: dict[str, Any]) -> bool:
    """Both spellings of the configuration: a switch a mode, or the mode's name."""
    modes = {key for key, value in pooling.items() if key.startswith("pooling_mode_") and value is True}
    mean = modes == {"pooling_mode_mean_tokens"} or pooling.get("pooling_mode") == "mean"
    return mean and pooling.get("include_prompt", True) is True


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
