"""A BERT folder to one int8 ONNX file, built node by node: no torch, in seconds, in little memory.

For models of this one architecture, the default among them; every other goes through `traced.py`. Weights are
int8, one scale a channel (word vectors: one a row); activations are quantised at run time by the range they
have in that one text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from safetensors import safe_open
from tokenizers import Tokenizer

from corpus.embedding.adapter import Adapted
from corpus.embedding.calibration import CALIBRATION, channel_scales
from corpus.embedding.protocol import Vectors
from corpus.embedding.recognition import BertFolder
from corpus.embedding.runtime import INPUT

Array = NDArray[Any]
Ranges = Mapping[str, NDArray[np.float32]]  # linear layer -> greatest magnitude of each input channel
OUTPUT = "vector"
MICROSOFT = "com.microsoft"
_ROWS_AT_ONCE = 16_384
_JAPANESE = re.compile(
    r".*[\u3040-\u30ff\u3400-\u9fff々〆].*|▁?[\u0021-\u007e\u2000-\u303f\uff00-\uffef]{0,4}"
)
"""Pieces with kana or kanji, and short ones of signs, figures and Latin letters."""


def write_graph(folder: BertFolder, path: Path) -> Vectors:
    """Write the int8 model to `path`.

    Returns:
        What the model in fp32 makes of the calibration texts as passages: float32 ``(n_texts, dimension)``.
    """
    return np.stack(_write(folder, path, None))


def write_tagger(folder: BertFolder, adapter: Path, path: Path) -> list[Vectors]:
    """Write the int8 model with the weights of an adapter (`Adapted`) to `path`; it gives each token a logit.

    Only the word vectors that Japanese text needs are kept, a fifth of them: every other token is an unknown one.

    Returns:
        The logits in fp32 for the calibration texts as passages: float32 ``(tokens,)`` each.
    """
    return _write(folder, path, adapter)


def _write(folder: BertFolder, path: Path, adapter: Path | None) -> list[Vectors]:
    with safe_open(folder.weights, framework="numpy") as tensors:
        words = _word_vectors(tensors)
        source = Adapted(tensors, adapter) if adapter else tensors
        words = _japanese(words, folder) if adapter else words
        full, probes = _Builder(folder, source, words).build()
        outputs, ranges = _observe(folder, full, probes)
        small, _ = _Builder(folder, source, words, ranges).build()
    onnx.save(small, path)
    return outputs


def _observe(folder: BertFolder, model: onnx.ModelProto, probes: list[str]) -> tuple[list[Vectors], Ranges]:
    options = ort.SessionOptions()
    options.log_severity_level = 3
    session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(folder.tokenizer))
    tokenizer.enable_truncation(folder.max_tokens)
    runs = [
        session.run([OUTPUT, *probes], {INPUT: np.array(tokenizer.encode(text).ids, dtype=np.int64)})
        for text in (folder.prompts.passage + text for text in CALIBRATION)
    ]
    ranges = {name: np.max([run[place] for run in runs], axis=0) for place, name in enumerate(probes, 1)}
    return [run[0] for run in runs], ranges


def _word_vectors(tensors: Any) -> Words:
    table = tensors.get_slice("embeddings.word_embeddings.weight")
    words = table.get_shape()[0]
    parts = [
        _int8(table[start : min(start + _ROWS_AT_ONCE, words)].astype(np.float32))
        for start in range(0, words, _ROWS_AT_ONCE)
    ]
    return Words(np.concatenate([rows for rows, _ in parts]), np.concatenate([steps for _, steps in parts]))


def _japanese(words: Words, folder: BertFolder) -> Words:
    """The word vectors of pieces that Japanese text is cut into, and where each token finds its own."""
    tokenizer = Tokenizer.from_file(str(folder.tokenizer))
    vocabulary = tokenizer.get_vocab()
    special = {token.content for token in tokenizer.get_added_tokens_decoder().values()}
    kept = sorted(
        number for piece, number in vocabulary.items() if piece in special or _JAPANESE.fullmatch(piece)
    )
    unknown = kept.index(vocabulary.get("<unk>", 0))
    places = np.full(len(words.rows), unknown, dtype=np.int32)
    places[kept] = np.arange(len(kept), dtype=np.int32)
    return Words(words.rows[kept], words.steps[kept], places)


def _int8(rows: Array) -> tuple[Array, Array]:
    """Each row as int8 in -127..127 and its step, ``(rows, 1)``."""
    steps = np.maximum(np.abs(rows).max(axis=1, keepdims=True), 1e-9).astype(np.float32) / 127
    return np.rint(rows / steps).astype(np.int8), steps


@dataclass(frozen=True)
class Words:
    """Word vectors: int8 rows, the float32 step of each ``(words, 1)``, and the row of each token; None: its own."""

    rows: Array
    steps: Array
    places: Array | None = None


@dataclass
class _Builder:
    """One pass over the layers: in fp32 with probes at the linear layers, or, with their `ranges`, in int8."""

    folder: BertFolder
    tensors: Any
    words: Words
    ranges: Ranges | None = None
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: list[onnx.TensorProto] = field(default_factory=list)
    probes: list[str] = field(default_factory=list)

    def build(self) -> tuple[onnx.ModelProto, list[str]]:
        """The model, and the names of its probes."""
        values = self._embeddings()
        for layer in range(self.folder.layers):
            values = self._layer(f"encoder.layer.{layer}", values)
        if isinstance(self.tensors, Adapted):
            self._logits(values)
        else:
            axes = self._constant("tokens_axis", np.array([0, 1]))
            self._node("ReduceMean", [values, axes], OUTPUT, keepdims=0)
        outputs = [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in [OUTPUT, *self.probes]
        ]
        inputs = [helper.make_tensor_value_info(INPUT, TensorProto.INT64, ["tokens"])]
        graph = helper.make_graph(self.nodes, "bert", inputs, outputs, self.constants)
        opsets = [helper.make_opsetid("", 20), helper.make_opsetid(MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=9), self.probes

    def _embeddings(self) -> str:
        """``(1, tokens, channels)``."""
        table = self._constant("words", self.words.rows)
        step = self._constant("word_steps", self.words.steps)
        tokens = INPUT
        if self.words.places is not None:
            tokens = self._node("Gather", [self._constant("word_places", self.words.places), INPUT], "kept")
        self._node("Gather", [table, tokens], "word_rows")
        self._node("Gather", [step, tokens], "word_row_steps")
        self._node("Cast", ["word_rows"], "word_levels", to=TensorProto.FLOAT)
        self._node("Mul", ["word_levels", "word_row_steps"], "word_vectors")
        first = self._constant("first", np.array([0]))
        places = (
            self._tensor("embeddings.position_embeddings")
            + self._tensor("embeddings.token_type_embeddings")[0]
        )
        self._node("Shape", [INPUT], "length")
        self._node("Slice", [self._constant("places", places), first, "length", first], "place_vectors")
        self._node("Add", ["word_vectors", "place_vectors"], "embedded")
        return self._normed("embeddings.LayerNorm", self._node("Unsqueeze", ["embedded", first], "batch"))

    def _layer(self, name: str, values: str) -> str:
        parts = ("query", "key", "value")
        weight = np.concatenate([self._tensor(f"{name}.attention.self.{part}") for part in parts])
        bias = np.concatenate([self._tensor(f"{name}.attention.self.{part}", "bias") for part in parts])
        joined = self._dense(f"{name}.attention.self", values, weight, bias)
        split = [f"{joined}.{part}" for part in parts]
        self.nodes.append(helper.make_node("Split", [joined], split, axis=-1, num_outputs=3))
        mixed = self._microsoft(
            "MultiHeadAttention", split, f"{name}.attention.mixed", num_heads=self.folder.heads
        )
        attended = self._residual(f"{name}.attention.output", mixed, values)
        wide = self._linear(f"{name}.intermediate.dense", attended)
        return self._residual(f"{name}.output", self._microsoft("Gelu", [wide], f"{name}.gelu"), attended)

    def _logits(self, values: str) -> None:
        """One number a token, ``(tokens,)``."""
        weight, bias = (
            self._constant(f"head.{part}", self._tensor("head", part)) for part in ("weight", "bias")
        )
        column = self._node("MatMul", [values, weight], "head.product")
        flat = self._node("Squeeze", [column, self._constant("head.axes", np.array([0, 2]))], "head.flat")
        self._node("Add", [flat, bias], OUTPUT)

    def _residual(self, name: str, values: str, before: str) -> str:
        """Add and normalise as two nodes: the fused operator computes without vector instructions."""
        added = self._node("Add", [self._linear(f"{name}.dense", values), before], f"{name}.added")
        return self._normed(f"{name}.LayerNorm", added)

    def _linear(self, name: str, values: str) -> str:
        return self._dense(name, values, self._tensor(name), self._tensor(name, "bias"))

    def _dense(self, name: str, values: str, weight: Array, bias: Array) -> str:
        if self.ranges is None:
            self._probe(name, values)
            product = self._node(
                "MatMul", [values, self._constant(f"{name}.weight", weight.T)], f"{name}.product"
            )
            return self._node("Add", [product, self._constant(f"{name}.bias", bias)], f"{name}.out")
        scale = channel_scales(self.ranges[f"{name}.range"], np.abs(weight).max(axis=0))
        levels, steps = _int8(weight * scale)
        inverse = self._constant(f"{name}.inverse", 1 / scale)
        constants = {"levels": levels.T, "steps": steps[:, 0], "bias": bias}
        places = {part: self._constant(f"{name}.{part}", array) for part, array in constants.items()}
        scaled = self._node("Mul", [values, inverse], f"{name}.scaled")
        inputs = [scaled, places["levels"], places["steps"], "", places["bias"]]
        return self._microsoft("DynamicQuantizeMatMul", inputs, f"{name}.out")

    def _probe(self, name: str, values: str) -> None:
        axes = self._constant(f"{name}.axes", np.array([0, 1]))
        size = self._node("Abs", [values], f"{name}.size")
        self.probes.append(self._node("ReduceMax", [size, axes], f"{name}.range", keepdims=0))

    def _normed(self, name: str, values: str) -> str:
        gain = self._constant(f"{name}.weight", self._tensor(name))
        shift = self._constant(f"{name}.bias", self._tensor(name, "bias"))
        inputs = [values, gain, shift]
        return self._node("LayerNormalization", inputs, f"{name}.out", epsilon=self.folder.norm_epsilon)

    def _tensor(self, name: str, part: str = "weight") -> Array:
        array: Array = self.tensors.get_tensor(f"{name}.{part}").astype(np.float32)
        return array

    def _constant(self, name: str, array: Array) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def _microsoft(self, kind: str, inputs: list[str], output: str, **options: Any) -> str:
        return self._node(kind, inputs, output, domain=MICROSOFT, **options)

    def _node(self, kind: str, inputs: list[str], output: str, **options: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **options))
        return output
