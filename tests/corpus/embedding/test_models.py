"""Finding a model by name or folder, and what is refused."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from corpus.embedding import Embedder, load_embedder
from corpus.embedding.recognition import recognise
from corpus.errors import ConfigurationError

from .conftest import SPEECHES, cosines

RandomModel = Callable[[Path, str, str], Path]

SERVING = """
import socket, sys
def refuse(*_): raise AssertionError("asked the network")
socket.socket.connect = socket.getaddrinfo = refuse
from pathlib import Path
from corpus.embedding import load_embedder
embedder = load_embedder("default", models_dir=Path(sys.argv[1]))
embedder.embed_query("公園")
print(sorted({"torch", "transformers", "onnx", "sentence_transformers"} & set(sys.modules)), embedder.fingerprint)
"""


def test_serving_asks_no_network_and_imports_no_torch(onnx: Embedder, models_dir: Path):
    command = [sys.executable, "-c", SERVING, str(models_dir)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stdout.split("\n")[0] == f"[] {onnx.fingerprint}"


def test_an_unknown_model_is_named_with_the_places_it_could_be(tmp_path: Path):
    with pytest.raises(ConfigurationError, match=r"'someone/nothing-small'.*default"):
        load_embedder("someone/nothing-small", models_dir=tmp_path)


def test_an_unknown_backend_is_named(models_dir: Path):
    with pytest.raises(ConfigurationError, match="abacus"):
        load_embedder("default", models_dir=models_dir, backend="abacus")


@pytest.mark.parametrize("backend", ["onnx", "sentence-transformers"])
def test_a_folder_without_a_usable_model_is_refused(tmp_path: Path, backend: str):
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "config.json").write_text('{"model_type": "bert"}', encoding="utf-8")
    with pytest.raises(ConfigurationError, match="broken"):
        load_embedder("broken", models_dir=tmp_path, backend=backend)


@pytest.mark.parametrize(
    ("architecture", "pooling", "is_plain"), [("bert", "mean", True), ("xlm-roberta", "cls", False)]
)
def test_other_models_give_the_same_vectors_on_both_backends(
    tmp_path: Path, random_model: RandomModel, architecture: str, pooling: str, is_plain: bool
):
    folder = random_model(tmp_path / "other", architecture, pooling)
    assert (recognise(folder) is not None) is is_plain
    small = load_embedder(str(folder), models_dir=tmp_path / "models")
    full = load_embedder("other", models_dir=tmp_path, backend="sentence-transformers")
    assert small.dimension == full.dimension == 64
    assert cosines(small.embed_passages(SPEECHES), full.embed_passages(SPEECHES)).min() >= 0.98
    assert small.embed_query("街灯") @ full.embed_query("街灯") >= 0.98
    assert (
        small.embed_query("街灯") @ small.embed_passages(["街灯"])[0] < 0.99
    )  # prompts of its own configuration


def test_a_changed_model_is_exported_anew(tmp_path: Path, random_model: RandomModel):
    folder = random_model(tmp_path / "other", "bert", "mean")
    before = load_embedder("other", models_dir=tmp_path)
    settings = folder / "config_sentence_transformers.json"
    content = json.loads(settings.read_text(encoding="utf-8"))
    settings.write_text(json.dumps({**content, "prompts": {"query": "何か："}}), encoding="utf-8")
    after = load_embedder("other", models_dir=tmp_path)
    assert before.fingerprint != after.fingerprint
    assert not np.array_equal(before.embed_query("街灯"), after.embed_query("街灯"))


def test_a_damaged_export_is_refused_with_a_remedy(tmp_path: Path, random_model: RandomModel):
    random_model(tmp_path / "other", "bert", "mean")
    load_embedder("other", models_dir=tmp_path)
    (tmp_path / "onnx" / "other" / "model.onnx").write_bytes(b"cut short")
    with pytest.raises(ConfigurationError, match="delete the folder"):
        load_embedder("other", models_dir=tmp_path)
