"""Tokens, bigrams and content words."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from corpus.japanese import bigrams, content_words, given_names, placed_tokens, tokens, tokens_many
from corpus.normalisation import normalise


def test_particles_signs_and_empty_verbs_are_dropped() -> None:
    assert tokens("市は、計画を策定している。") == ["市", "計画", "策定"]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("子供", "子ども"),
        ("取り組み", "取り組んでいます"),
        ("引越し", "引っ越す"),
        ("サーバ", "サーバー"),
        ("2020年", "令和二年"),
        ("2019年度", "令和元年度"),
        ("136億円", "百三十六億円"),
        ("3箇所", "三カ所"),
        ("ＰＣＲ", "pcr検査"),
        ("委員会", "予算特別委員会"),
    ],
)
def test_a_query_meets_other_spellings_in_a_text(query: str, text: str) -> None:
    assert set(tokens(query)) <= set(tokens(text)) or set(tokens(query)[-1:]) <= set(tokens(text))


def test_numbers_stand_alone_and_with_their_counter() -> None:
    assert tokens("百三十六億円") == ["13600000000", "13600000000円"]


def test_a_text_longer_than_sudachi_takes_gives_all_its_tokens() -> None:
    sentence = "公園を整備します。"
    assert tokens(sentence * 6000) == tokens(sentence) * 6000
    assert tokens("公" * 20_000)


def test_threads_do_not_disturb_each_other() -> None:
    texts = [f"第{number}回の公園整備の計画" * 40 for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(tokens, texts)) == tokens_many(texts)


def test_a_broken_character_does_not_stop_the_rest() -> None:
    assert tokens("公園\ud83d整備") == tokens("公園整備")


def test_nothing_gives_nothing() -> None:
    assert tokens("") == tokens("、。") == bigrams("。") == content_words(" ") == []


def test_bigrams_do_not_cross_punctuation() -> None:
    assert bigrams("公園、駅 前") == ["公園", "駅", "前"]


def test_bigrams_are_of_the_normalised_text() -> None:
    assert bigrams("Ｒ２年") == bigrams("令和二年")


def test_content_words_join_compounds_and_keep_lemmas() -> None:
    assert content_words("公園整備計画を早く進めました。") == ["公園整備計画", "早い", "進める"]


def test_content_words_normalise_numerals() -> None:
    assert content_words("三か所に設置") == content_words("３か所に設置")


def test_content_words_do_not_join_over_lines() -> None:
    assert content_words("公園\n整備") == ["公園", "整備"]


def test_placed_tokens_are_the_tokens_where_they_stand() -> None:
    text = "Ｒ２年度の百三十六億円を、取り組みに。" * 3
    normal = normalise(text)
    placed = placed_tokens(normal)
    assert [token for token, _, _ in placed] == tokens(text)
    spots = {token: normal[start:end] for token, start, end in placed}
    assert (spots["2020年度"], spots["13600000000円"], spots["取り組"]) == (
        "2年度",
        "13600000000円",
        "取り組み",
    )


def test_given_names_stand_behind_a_family_name() -> None:
    assert given_names("佐藤花子局長と花子さん") == {"花子"} and not given_names("花子さんの会")
