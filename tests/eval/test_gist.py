"""What is learned is what the tagger reads."""

import random
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import torch
from transformers import AutoTokenizer

from corpus.embedding.tagger import load_tagger
from eval.gist import Gist, padded, sample, train
from eval.salience import talk_of
from rag.compose.salience import READ, described
from tests.corpus.embedding.conftest import random_model  # noqa: F401  (a fixture)

ROW = {
    "date": "2025-06-10",
    "question": "遊歩道の街灯。街灯を増設すべき。",
    "answer": "遊歩道に街灯を増設いたします。図書館の開館時間も延ばす方針です。",
    "line": "遊歩道に街灯を増設。",
}


def test_the_tagger_gives_each_word_what_the_learned_model_gives_it(
    tmp_path: Path,
    random_model: Callable[[Path, str, str], Path],  # noqa: F811
) -> None:
    folder = random_model(tmp_path / "small", "bert", "mean")
    torch.manual_seed(0)
    random.seed(0)
    model = Gist(folder, first_layer=0)
    one = sample(AutoTokenizer.from_pretrained(folder), ROW)
    assert sum(one.repeated) >= 3 and len(one.places) == len(one.repeated) > sum(one.repeated)
    train(model, [one] * 8, epochs=6)
    for low in model.changed.values():  # six passes change little: what is kept must be seen
        torch.nn.init.normal_(low.up, 0, 0.1)
    torch.nn.init.normal_(model.head.weight)
    model.save(tmp_path / "learned.safetensors")
    model.eval()
    ids, mask, places, *_ = padded([one])
    with torch.no_grad():
        wanted = model(ids, mask, places)[0].numpy()
    tagger = load_tagger(tmp_path / "learned.safetensors", models_dir=tmp_path, base=folder)
    talk = talk_of(ROW["answer"], date.fromisoformat(ROW["date"]))
    found = [row[READ] for *_, rows in described(ROW["question"], talk, tagger) for row in rows]
    assert np.abs(np.array(found) - wanted).max() < 0.5 * wanted.std()
