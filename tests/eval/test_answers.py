"""Scores of one answer against what its question says of a good one."""

from dataclasses import replace
from datetime import date

import pytest

from corpus.model import Passage, Span
from eval.answers import answer_scores, strange_figures, word_share
from eval.datasets import Question
from eval.gold import Gold
from eval.measures import Score
from rag.answer import NOT_FOUND, Answer, Citation, Sentence

TEXT = "桟橋の修繕は来年度に着手し、工事費は三億二千万円を見込んでおります。山田技師が担当し、費用の30パーセントは国が負担します。"
PASSAGE = Passage(
    id="p", document_id="d", compartment="public", utterance=0, start=100, end=100 + len(TEXT), text=TEXT,
    title="令和7年第3回定例会", date=date(2025, 9, 8), post="市長", speaker="青山太郎",
)  # fmt: skip
GOLD = Gold("d", "public", Span(100, 140), TEXT[:40])
ASKED = Question(
    id="q", question="桟橋はいつ直しますか。", reference="来年度に着手", facts=("来年度", "3億2千万円")
)


def answer(text: str, *, passage: Passage = PASSAGE) -> Answer:
    return Answer((Sentence(text, (1,)),), (Citation(1, passage, 0, 5),))


def test_a_refusal_counts_by_whether_there_was_an_answer() -> None:
    hidden = Question(id="q", question="何か。", answerable=False)
    refused = Answer(refusal=NOT_FOUND)
    right, wrong = answer_scores(hidden, refused, []), answer_scores(ASKED, refused, [GOLD])
    assert (right["refusal_recall"], right["refusal_precision"]) == (Score(1), Score(1, 1))
    assert (wrong["wrong_refusal"], wrong["refusal_precision"]) == (Score(1), Score(0, 1))
    assert wrong["rouge1_f"] == Score(0) and wrong["facts"] == Score(0, 2)


def test_an_answer_where_there_is_none_misses_the_refusal() -> None:
    hidden = Question(id="q", question="何か。", answerable=False)
    scores = answer_scores(hidden, answer("来年度に着手します。"), [])
    assert scores["refusal_recall"] == Score(0)
    assert scores["refusal_precision"].value is None


def test_facts_are_compared_after_nfkc_and_without_spaces() -> None:
    scores = answer_scores(ASKED, answer("来 年度に、３億２千万円で着手します。"), [GOLD])
    assert scores["facts"] == Score(2, 2)


def test_gold_places_count_when_they_are_cited() -> None:
    elsewhere = replace(PASSAGE, id="o", document_id="other")
    assert answer_scores(ASKED, answer("来年度。"), [GOLD])["citation_recall"] == Score(1, 1)
    assert answer_scores(ASKED, answer("来年度。", passage=elsewhere), [GOLD])["citation_gold"] == Score(0)


def test_a_sentence_that_its_source_does_not_hold_is_not_supported() -> None:
    good = answer_scores(ASKED, answer("桟橋の修繕は来年度に着手します。"), [])
    bad = answer_scores(ASKED, answer("図書館の開館時間を延長する方針を決定しました。"), [])
    assert good["citation_precision"] == Score(1, 1)
    assert bad["citation_precision"] == Score(0, 1)


@pytest.mark.parametrize(
    ("text", "strange"),
    [
        ("工事費は3億2,000万円です。", []),
        ("工事費は3億3,000万円です。", ["3億3,000万円", "330000000"]),
        ("来年度（令和8年度）に着手します。", []),
        ("令和9年度に着手します。", ["令和9年度"]),
        ("令和7年9月8日：着手します。", []),
        ("鈴木技師長の鈴木氏が担当します。", ["鈴木"]),
        ("青山市長が答えました。", []),
        ("クレーンで工事します。", ["クレーン"]),
        ("「直さない」と答えました。", ["「直さない」"]),
        ("国が30パーセントを負担します。", []),
        ("料金は15パーセント上がります。", ["15パーセント", "15"]),
    ],
)
def test_figures_dates_and_names_must_stand_in_the_source(text: str, strange: list[str]) -> None:
    assert strange_figures(text, [PASSAGE]) == strange


def test_a_sentence_without_sources_is_supported_by_nothing() -> None:
    assert word_share("桟橋の修繕。", []) == 0.0
    assert strange_figures("3件です。", []) != []
