"""The default model, unpacked once and kept in pytest's cache, and small random models in the library's own form."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from corpus.embedding import Embedder, load_embedder

SPEECHES = (
    "青葉市では、令和７年度から川沿いの遊歩道に街灯を百二十基増設いたします。",
    "○市長（大空ひかり君）　図書館の開館時間を午後９時まで延ばすべきとの御質問にお答えします。",
    "ごみ収集の回数は週２回のままとし、資源の日を月１回増やす方針です。",
    "（２）駐輪場の利用料　１日１００円～１５０円※高校生以下は無料",
    "Wi-Fi整備にかかる経費は3,450万円、うち国の補助が1/2でございます。",
    "異議なし。",
)


@pytest.fixture(scope="session")
def models_dir(request: pytest.FixtureRequest) -> Path:
    """Where the default model is unpacked; the first run takes some seconds, later ones find it."""
    return request.config.cache.mkdir("models")


@pytest.fixture(scope="session")
def onnx(models_dir: Path) -> Embedder:
    return load_embedder("default", models_dir=models_dir, threads=2)


@pytest.fixture(scope="session")
def transformer(models_dir: Path) -> Embedder:
    return load_embedder("default", models_dir=models_dir, backend="sentence-transformers", threads=1)


@pytest.fixture(scope="session")
def random_model() -> Callable[[Path, str, str], Path]:
    """Saves a small random model: (folder, architecture of transformers, pooling mode) -> folder."""
    return _save_random


def _save_random(folder: Path, architecture: str, pooling: str) -> Path:
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import AutoConfig, AutoModel, PreTrainedTokenizerFast

    from corpus.embedding.tokenizer import unigram_tokenizer
    from corpus.embedding.weights import Vocabulary

    letters = sorted({letter for text in SPEECHES for letter in text if not letter.isspace()})
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    pieces = [(piece, 0.0) for piece in special] + [(piece, -3.0) for piece in ["▁", *letters]]
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=unigram_tokenizer(Vocabulary(pieces, begin=0, padding=1, end=2, unknown=3)),
        bos_token="<s>",
        pad_token="<pad>",
        eos_token="</s>",
        unk_token="<unk>",
        model_max_length=64,
    )
    torch.manual_seed(20260401)
    config = AutoConfig.for_model(
        architecture,
        vocab_size=len(tokenizer),
        hidden_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=128,
        max_position_embeddings=80,
        pad_token_id=1,
        initializer_range=0.2,
    )
    bare = folder.parent / f"{folder.name}-bare"
    AutoModel.from_config(config).save_pretrained(bare)
    tokenizer.save_pretrained(bare)
    modules = [Transformer(str(bare), max_seq_length=64), Pooling(64, pooling_mode=pooling)]
    prompts = {"query": "問：", "document": "文："}
    SentenceTransformer(modules=modules, prompts=prompts, device="cpu").save_pretrained(str(folder))
    return folder


def cosines(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Of each row with its counterpart, for normalised rows."""
    return (left * right).sum(axis=1)
