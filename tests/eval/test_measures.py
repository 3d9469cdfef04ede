"""Retrieval measures against the values of an independent tool, and the word overlap by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.measures import Score, is_retrieval, retrieval_scores, rouge_1_f

QRELS = {"q1": {"a": 1, "b": 1}, "q2": {"c": 1}, "q3": {"d": 1, "e": 1, "f": 1}, "q4": {"g": 1}}
RANKINGS = {
    "q1": ["x", "a", "y", "b"],
    "q2": ["c", "x"],
    "q3": ["x", "d", "y", "z", "e", "w", "v", "u", "t", "s", "f"],
    "q4": ["x", "y"],
}
# As ranx 0.3.21 gives them on the same qrels and rankings.
RANX = {
    "success@1": [0.0, 1.0, 0.0, 0.0],
    "success@5": [1.0, 1.0, 1.0, 0.0],
    "recall@5": [1.0, 1.0, 0.6666666666666666, 0.0],
    "recall@10": [1.0, 1.0, 0.6666666666666666, 0.0],
    "mrr@10": [0.5, 1.0, 0.5, 0.0],
    "ndcg@10": [0.6509209298071326, 1.0, 0.4776237035032179, 0.0],
}


@pytest.mark.parametrize("name", RANX)
def test_measures_agree_with_another_tool(name: str) -> None:
    found = retrieval_scores(QRELS, RANKINGS, RANX)
    assert [found[query][name].hits for query in QRELS] == pytest.approx(RANX[name], abs=1e-4)


def test_a_question_without_a_ranking_scores_nothing() -> None:
    assert retrieval_scores({"q": {"a": 1}}, {}, ["mrr@10"]) == {"q": {"mrr@10": Score(0.0)}}


def test_a_question_without_a_relevant_passage_is_left_out() -> None:
    assert retrieval_scores({"q": {}, "r": {"a": 0}}, {"q": ["a"], "r": ["a"]}, ["mrr@10"]) == {}


def test_the_order_given_is_the_order_measured() -> None:
    # trec_eval breaks ties by id, descending: equal scores would put "z" first
    assert retrieval_scores({"q": {"a": 1}}, {"q": ["a", "z"]}, ["success@1"])["q"]["success@1"].hits == 1


@given(st.permutations(list("abcdefghijkl")), st.sets(st.sampled_from("abcdefghijkl"), min_size=1))
def test_recall_never_falls_as_the_list_gets_longer(ranking: list[str], relevant: set[str]) -> None:
    names = [f"recall@{k}" for k in (1, 3, 5, 10)]
    scores = retrieval_scores({"q": dict.fromkeys(relevant, 1)}, {"q": ranking}, names)["q"]
    values = [scores[name].hits for name in names]
    assert values == sorted(values)


@given(st.sets(st.sampled_from("abcdefgh"), min_size=1))
def test_an_ideal_ranking_has_ndcg_one(relevant: set[str]) -> None:
    ideal = [*sorted(relevant), "y", "z"]
    scores = retrieval_scores({"q": dict.fromkeys(relevant, 1)}, {"q": ideal}, ["ndcg@10"])
    assert scores["q"]["ndcg@10"].hits == pytest.approx(1)


def test_a_misspelt_measure_is_refused() -> None:
    assert not is_retrieval("sucess@1") and not is_retrieval("recall@0")
    with pytest.raises(ValueError, match="sucess@1"):
        retrieval_scores(QRELS, RANKINGS, ["sucess@1"])


def test_word_overlap_counts_repeated_words_and_joins_compounds() -> None:
    # 会議室 利用 会議室 against 会議室 利用: two shared of three and two
    assert rouge_1_f("会議室の利用と会議室。", "会議室の利用。") == pytest.approx(2 * 2 / (3 + 2))
    assert rouge_1_f("公共施設の再編", "公共の施設の再編") == pytest.approx(2 * 1 / (2 + 3))


def test_word_overlap_reads_numbers_in_one_spelling() -> None:
    assert rouge_1_f("百三十六億円", "136億円") == 1.0


def test_an_empty_answer_overlaps_with_nothing() -> None:
    assert rouge_1_f("", "橋を架ける。") == 0.0
