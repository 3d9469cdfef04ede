"""A model with an adapter gives words the numbers that torch gives them."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from corpus.embedding.tagger import Tagger, load_tagger
from corpus.errors import ConfigurationError

RandomModel = Callable[[Path, str, str], Path]
HIDDEN, RANK = 64, 4
QUESTION = "遊歩道の街灯は。"
PARTS = ["遊歩道に街灯を増設いたします。", "開館時間を延ばす方針です。"]
ENDS = [[3, 6, 9], [4, 7, 11]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, random_model: RandomModel) -> Path:
    return random_model(tmp_path_factory.mktemp("models") / "small", "bert", "mean")


@pytest.fixture(scope="module")
def adapter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from safetensors.numpy import save_file

    numbers = np.random.default_rng(20260401)
    layer = "encoder.layer.1.output.dense"
    tensors = {
        f"{layer}.down": numbers.normal(0, 0.3, (RANK, 2 * HIDDEN)).astype(np.float16),
        f"{layer}.up": numbers.normal(0, 0.3, (HIDDEN, RANK)).astype(np.float16),
        "head.weight": numbers.normal(0, 1, (HIDDEN, 1)).astype(np.float32),
        "head.bias": np.array([0.5], dtype=np.float32),
    }
    path = tmp_path_factory.mktemp("adapter") / "made.safetensors"
    save_file(tensors, path)
    return path


@pytest.fixture(scope="module")
def tagger(folder: Path, adapter: Path) -> Tagger:
    return load_tagger(adapter, models_dir=folder.parent, base=folder)


def expected(folder: Path, adapter: Path, changed: bool) -> list[float]:
    """What torch makes of the last tokens of the words, with the change or without."""
    import torch
    from safetensors.numpy import load_file
    from transformers import AutoModel, AutoTokenizer

    model, tokenizer = AutoModel.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)
    made = {name: torch.from_numpy(array.astype(np.float32)) for name, array in load_file(adapter).items()}
    if changed:
        dense = model.encoder.layer[1].output.dense
        layer = "encoder.layer.1.output.dense"
        dense.weight.data += made[f"{layer}.up"] @ made[f"{layer}.down"]
    before = f"query: {QUESTION} passage: "
    encoding = tokenizer(before + "".join(PARTS), return_tensors="pt")
    with torch.no_grad():
        states = model(**encoding).last_hidden_state[0]
    logits = (states @ made["head.weight"] + made["head.bias"])[:, 0]
    offsets = [len(before) + end for end in ENDS[0]] + [len(before) + len(PARTS[0]) + end for end in ENDS[1]]
    return [float(logits[encoding.char_to_token(offset - 1)]) for offset in offsets]


def test_words_get_the_numbers_of_the_adapted_model(folder: Path, adapter: Path, tagger: Tagger) -> None:
    found = np.concatenate(tagger.values(QUESTION, PARTS, ENDS))
    wanted = np.array(expected(folder, adapter, changed=True))
    plain = np.array(expected(folder, adapter, changed=False))
    assert (
        np.abs(found - wanted).max() < 0.5 * wanted.std()
    )  # int8: 0.11 here, other processors round otherwise
    assert np.abs(plain - wanted).max() > 2 * wanted.std()


def test_a_text_longer_than_the_model_reads_is_taken_in_parts(
    folder: Path, adapter: Path, tagger: Tagger, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = [tagger.values(QUESTION, [part], [ends])[0] for part, ends in zip(PARTS, ENDS, strict=True)]
    one = len(tagger._tokenizer.encode(f"query: {QUESTION} passage: {PARTS[0]}").ids)
    monkeypatch.setattr(tagger, "_longest", one)
    assert tagger.values(QUESTION, PARTS, ENDS) == alone


def test_nothing_to_read_gives_nothing(tagger: Tagger) -> None:
    assert tagger.values(QUESTION, [], []) == []


def test_an_export_is_made_once_and_a_damaged_one_is_named(
    folder: Path, adapter: Path, tagger: Tagger
) -> None:
    (made,) = (folder.parent / "onnx").glob("small-made-*")
    model = made / "model.onnx"
    before = model.stat().st_mtime_ns
    load_tagger(adapter, models_dir=folder.parent, base=folder)
    assert model.stat().st_mtime_ns == before
    content = model.read_bytes()
    model.write_bytes(b"no model")
    with pytest.raises(ConfigurationError, match="delete the folder"):
        load_tagger(adapter, models_dir=folder.parent, base=folder)
    model.write_bytes(content)


def test_a_folder_of_another_architecture_is_refused(adapter: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "modules.json").write_text(json.dumps([]), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="not the embedding model"):
        load_tagger(adapter, models_dir=tmp_path, base=other)
