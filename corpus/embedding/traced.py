"""Any sentence-transformers folder to one int8 ONNX file, by tracing it with torch.

The file takes the token ids of one text and gives its vector: pooling and whatever else the folder's modules
do is inside. Weights of MatMul (per channel) and Gather are int8; activations are quantised at run time by the
range they have in that one text.
"""

from __future__ import annotations

import io
import logging
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from sentence_transformers import SentenceTransformer

from corpus.embedding.calibration import CALIBRATION, channel_scales
from corpus.embedding.protocol import Prompts, Vectors
from corpus.embedding.runtime import INPUT
from corpus.embedding.transformer import open_model
from corpus.errors import ConfigurationError

MAX_TOKENS = 512  # where the tokenizer has no limit of its own, which it states as an absurd one
UNLIMITED = 1_000_000


def write_graph(folder: Path, model_file: Path, tokenizer_file: Path) -> tuple[Vectors, Prompts, int]:
    """Write the int8 model and its tokenizer.

    Returns:
        What the model in fp32 makes of the calibration texts as passages, float32 ``(n_texts, dimension)``;
        the model's prompts; and how many tokens it reads.

    Raises:
        ConfigurationError: The model has no fast tokenizer, or the exporter does not know what it does.
    """
    model = open_model(folder, attn_implementation="eager")
    tokenizer = getattr(model.tokenizer, "backend_tokenizer", None)
    if tokenizer is None:
        raise _unfit(folder, "it has no fast tokenizer")
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.save(str(tokenizer_file), pretty=False)
    prompts = Prompts.chosen(model.prompts)
    expected, ranges, groups = _observe(model, prompts.passage)
    _smooth(model, ranges, groups)
    try:
        _export(model, model_file)
    except (RuntimeError, TypeError, ValueError, torch.onnx.OnnxExporterError) as error:
        raise _unfit(folder, str(error)) from error
    return expected, prompts, _max_tokens(model)


class _OneText(torch.nn.Module):
    """Token ids of one text, ``(tokens,)``, to its vector, ``(dimension,)``."""

    def __init__(self, model: SentenceTransformer) -> None:
        super().__init__()
        self.stages = torch.nn.ModuleList(model.children())

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        batch = ids.unsqueeze(0)
        features: dict[str, Any] = {"input_ids": batch, "attention_mask": torch.ones_like(batch)}
        for stage in self.stages:
            features = stage(features)
        vector: torch.Tensor = features["sentence_embedding"][0]
        return vector


class _Smoothed(torch.nn.Module):
    """A linear layer that reads its input channels divided by `scale`, which its weights make up for."""

    def __init__(self, linear: torch.nn.Linear, scale: torch.Tensor, inverse: torch.nn.Parameter) -> None:
        super().__init__()
        self.linear, self.inverse = linear, inverse
        linear.weight.data *= scale

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        output: torch.Tensor = self.linear(values * self.inverse)
        return output


def _observe(
    model: SentenceTransformer, prompt: str
) -> tuple[Vectors, dict[str, torch.Tensor], list[list[str]]]:
    """Run the calibration texts through the model as it is.

    Returns:
        Their vectors; of every linear layer, the greatest magnitude of each input channel; and the names of
        layers that read the same input, together.
    """
    ranges: dict[str, torch.Tensor] = {}
    inputs: dict[str, torch.Tensor] = {}

    def watch(name: str) -> Any:
        def hook(_layer: torch.nn.Module, given: tuple[torch.Tensor, ...]) -> None:
            inputs[name] = given[0]
            peak = given[0].detach().abs().flatten(0, -2).amax(0)
            ranges[name] = torch.maximum(ranges[name], peak) if name in ranges else peak

        return hook

    handles = [part.register_forward_pre_hook(watch(name)) for name, part in _linears(model)]
    vectors: Vectors = model.encode(
        list(CALIBRATION),
        prompt=prompt,
        batch_size=1,
        normalize_embeddings=True,
        show_progress_bar=False,
    )
    for handle in handles:
        handle.remove()
    shared: dict[int, list[str]] = {}
    for name, tensor in inputs.items():  # of the last text; kept alive, so that no address is used twice
        shared.setdefault(id(tensor), []).append(name)
    return vectors, ranges, list(shared.values())


def _linears(model: SentenceTransformer) -> list[tuple[str, torch.nn.Linear]]:
    return [(name, part) for name, part in model.named_modules() if isinstance(part, torch.nn.Linear)]


def _smooth(model: SentenceTransformer, ranges: dict[str, torch.Tensor], groups: list[list[str]]) -> None:
    """Divide the input channels of every linear layer by a scale of their own; the model computes the same."""
    linears = dict(_linears(model))
    for group in groups:
        peaks = torch.stack([linears[name].weight.detach().abs().amax(0) for name in group]).amax(0)
        scale = torch.from_numpy(channel_scales(ranges[group[0]].numpy(), peaks.numpy()))
        inverse = torch.nn.Parameter(1 / scale, requires_grad=False)
        for name in group:
            model.set_submodule(name, _Smoothed(linears[name], scale, inverse))


def _export(model: SentenceTransformer, path: Path) -> None:
    """Export, then quantise."""
    example = torch.tensor(model.tokenizer(CALIBRATION[0])["input_ids"])
    length = torch.export.Dim("tokens", min=2, max=_max_tokens(model))
    with tempfile.TemporaryDirectory(dir=path.parent) as folder, torch.no_grad(), _quiet():
        program = torch.onnx.export(
            _OneText(model).eval(),
            (example,),
            input_names=[INPUT],
            output_names=["vector"],
            dynamic_shapes={"ids": {0: length}},
            dynamo=True,
            verbose=False,
        )
        if program is None:
            raise ValueError("the exporter gave no program")
        program.model.metadata_props["onnx.quant.pre_process"] = "onnxruntime.quant"  # optimised already
        full = Path(folder) / "full.onnx"
        program.save(full, external_data=True)
        del program
        quantize_dynamic(
            full,
            path,
            per_channel=True,
            op_types_to_quantize=["MatMul", "Gather"],
            weight_type=QuantType.QInt8,
        )


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the exporter's remarks on packages and versions that have no bearing on the result."""
    with warnings.catch_warnings(), redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        logging.disable(logging.WARNING)
        try:
            yield
        finally:
            logging.disable(logging.NOTSET)


def _max_tokens(model: SentenceTransformer) -> int:
    longest = model.max_seq_length or model.tokenizer.model_max_length
    return int(longest) if longest < UNLIMITED else MAX_TOKENS


def _unfit(folder: Path, why: str) -> ConfigurationError:
    return ConfigurationError(
        f"The embedding model in {folder} cannot be exported to ONNX: {why}. "
        "Set embedding.backend to sentence-transformers, or choose another model."
    )
