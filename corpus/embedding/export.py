"""A sentence-transformers folder to one int8 ONNX file. Needs torch; runs once a model.

The file takes the token ids of one text and gives its vector: pooling and whatever else the folder's modules
do is inside. Weights of MatMul (per channel) and Gather are int8; activations are quantised at run time by the
range they have in that one text. A few channels reach twenty times the others and would cost all the rest
their precision, so the scale is first shifted from activations to weights (SmoothQuant, Xiao et al. 2022,
arXiv:2211.10438): the function stays the same, and the int8 vectors come close to the fp32 ones.
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

from corpus.embedding.folder import digest, stamp
from corpus.embedding.manifest import Manifest
from corpus.embedding.protocol import Vectors
from corpus.embedding.runtime import INPUT, MODEL_FILE, TOKENIZER_FILE, OnnxEmbedder
from corpus.embedding.transformer import open_model, prompts_of
from corpus.errors import ConfigurationError

MIGRATION = 0.7  # how much of a channel's scale moves to the weights; measured, docs/decisions/0002
FAITHFUL = 0.97  # least cosine of an int8 vector to its fp32 vector; 0.998 is usual

# Made up, for the ranges of the activations and the check afterwards: speech, lists, figures, Latin, short and long.
CALIBRATION = (
    "公園の整備について伺います。",
    "○議長　これより本日の会議を開きます。出席議員は定足数に達しております。",
    "令和５年度の一般会計予算は、総額１，２３４億５千万円で、前年度と比べて３．２％の増となりました。",
    "（１）施設の名称　（２）所在地　（３）開館時間：午前９時～午後５時　※月曜日は休館",
    "ただいまの御質問にお答えします。職員の育成につきましては、研修の機会を広げるとともに、"
    "若手とベテランが組んで業務を見直す取組を昨年十月から全ての部で始めたところでございます。"
    "今後は、成果を測る指標を定め、半年ごとに結果を公表してまいります。",
    "DX推進計画では、オンライン申請の割合を2027年度末までに80%とし、窓口のWi-Fiやタブレットも整えます。",
    "異議なし。",
    "避難所となる小学校の体育館に空調機を設けるべきと考えますが、区長の見解を求めます。"
    "また、備蓄倉庫の毛布や粉ミルク、簡易トイレの数は足りているのか、現状をお聞かせください。",
    "保育園の待機児童は二年続けてゼロでした。一方、学童クラブでは定員を超える申込みがあり、"
    "空き教室の活用、民間事業者の誘致、児童館の時間延長の三つを組み合わせて受入れを増やします。",
    "Q. 窓口で外国語の案内はありますか。 A. 英語・中文・한국어の案内を用意しています。",
    "高齢者のみの世帯が増える中、地域包括支援センターの役割はますます重くなっています。見守りの協定を"
    "結んだ事業者は四十二社となり、昨年度は百件を超える通報がありました。孤立を防ぐため、民生委員や"
    "町会の皆様と情報を分かち合う仕組みを整え、早く気づき、早くつなぐ支援に力を入れてまいります。"
    "あわせて、認知症の方とその家族が集うカフェを、各地区に一か所以上設けることを目指します。",
    "以上で終わります。ありがとうございました。（拍手）",
)


def export(folder: Path, target: Path) -> None:
    """Write `model.onnx`, `tokenizer.json` and the manifest of the model in `folder` into `target`.

    Raises:
        ConfigurationError: The model cannot be expressed in ONNX, or its int8 vectors are not faithful.
    """
    model = open_model(folder, attn_implementation="eager")
    try:
        tokenizer = model.tokenizer.backend_tokenizer
    except AttributeError as error:
        raise _unfit(folder, "it has no fast tokenizer") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.save(str(target / TOKENIZER_FILE), pretty=False)
    expected, ranges, groups = _observe(model)
    _smooth(model, ranges, groups)
    try:
        _write_graph(model, target / MODEL_FILE)
    except (RuntimeError, TypeError, ValueError, torch.onnx.OnnxExporterError) as error:
        raise _unfit(folder, f"the export failed: {error}") from error
    Manifest(
        source_digest=digest(folder),
        source_stamp=stamp(folder),
        prompts=prompts_of(model),
        dimension=expected.shape[1],
        max_tokens=_max_tokens(model),
    ).write(target)
    _check(folder, target, expected)


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


def _observe(model: SentenceTransformer) -> tuple[Vectors, dict[str, torch.Tensor], list[list[str]]]:
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
        prompt=prompts_of(model).passage,
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
        scale = _scale(ranges[group[0]], peaks)
        inverse = torch.nn.Parameter(1 / scale, requires_grad=False)
        for name in group:
            model.set_submodule(name, _Smoothed(linears[name], scale, inverse))


def _scale(ranges: torch.Tensor, peaks: torch.Tensor) -> torch.Tensor:
    """The scale of each channel, in quarters of an octave: other processors then round to the same."""
    raw = (ranges.clamp(min=1e-3) ** MIGRATION) / (peaks.clamp(min=1e-6) ** (1 - MIGRATION))
    octaves = torch.log2(raw / raw.median()).clamp(min=-6)
    return torch.exp2(torch.round(octaves * 4) / 4)


def _write_graph(model: SentenceTransformer, path: Path) -> None:
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
    return int(model.max_seq_length or model.tokenizer.model_max_length)


def _check(folder: Path, target: Path, expected: Vectors) -> None:
    vectors = OnnxEmbedder(target, name=folder.name).embed_passages(CALIBRATION)
    worst = float((vectors * expected).sum(axis=1).min())
    if not worst >= FAITHFUL:
        raise _unfit(folder, f"its int8 vectors differ from the fp32 ones (cosine {worst:.3f})")


def _unfit(folder: Path, why: str) -> ConfigurationError:
    return ConfigurationError(
        f"The embedding model in {folder} does not fit the backend onnx: {why}. "
        "Set embedding.backend to sentence-transformers, or choose another model."
    )
