"""Counting threads against gold, on a made-up exchange of みなと町."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from corpus.model import Document, Kind, Span, Thread
from eval.alignment import GoldThread, locate, measure, read_gold
from ingest.parsers import parse
from ingest.readers import read
from ingest.threads import thread

TEXT = "渡し船の運賃を伺います。\n灯台の公開日を伺います。\n運賃は二百円です。\n子供は半額です。\n灯台は日曜に開けます。"
RECORD = Document("みなと町", "本会議", Kind.MINUTES, TEXT)
GOLD = GoldThread("q1", "d1", ("渡し船の運賃を伺います。",), ("運賃は二百円です。\n　子供は半額です。",))


def span(quoted: str) -> Span:
    return Span(TEXT.index(quoted), TEXT.index(quoted) + len(quoted))


def test_a_quotation_is_found_without_regard_to_space_width_and_asides() -> None:
    record = Document("", "", Kind.MINUTES, "運賃はＡ案です。\n子供は 半額です。")
    found = locate(record, "運賃はA案です。（拍手）\n　子供は半額です。")
    assert found == Span(0, len(record.text))


def test_a_quotation_that_is_not_there_has_no_place() -> None:
    assert locate(RECORD, "桟橋は直りません。") is None
    assert locate(RECORD, "　") is None


def test_the_right_answer_scores_one() -> None:
    right = Thread(span("渡し船の運賃を伺います。"), span("運賃は二百円です。\n子供は半額です。"))
    result = measure({"d1": RECORD}, {"d1": [right]}, [GOLD])
    assert result.answers.f == 1.0 and result.pairs.f == 1.0


def test_half_an_answer_costs_recall_and_a_strange_one_precision() -> None:
    threads = [
        Thread(span("渡し船の運賃を伺います。"), span("運賃は二百円です。")),
        Thread(span("渡し船の運賃を伺います。"), span("灯台は日曜に開けます。")),
    ]
    answers = measure({"d1": RECORD}, {"d1": threads}, [GOLD]).answers
    assert (answers.hits, answers.predicted, answers.gold) == (1, 2, 2)


def test_an_answer_tied_to_the_wrong_question_is_no_hit() -> None:
    wrong = Thread(span("灯台の公開日を伺います。"), span("運賃は二百円です。\n子供は半額です。"))
    result = measure({"d1": RECORD}, {"d1": [wrong]}, [GOLD])
    assert result.answers.hits == 0
    assert (result.pairs.hits, result.pairs.predicted, result.pairs.gold) == (0, 2, 2)


def test_gold_that_is_not_in_the_text_is_named_and_other_days_are_left_out() -> None:
    strange = GoldThread("q2", "d1", ("桟橋を伺います。",), ("直します。",))
    other = GoldThread("q3", "d9", GOLD.questions, GOLD.answers)
    result = measure({"d1": RECORD}, {"d1": []}, [strange, other])
    assert result.lost == ("q2",) and result.outcomes == ()


def shared_data() -> Path:
    path = Path(os.environ.get("TOBEN_SHARED", "../shared")) / "data"
    if not path.is_dir():
        pytest.skip(f"the shared data is not at {path}")
    return path


def test_threads_of_the_dev_days_reach_the_target() -> None:
    """Issue 4 asks for an F of 0.90; of forty random settings none fell below 0.95 on all days together."""
    shared = shared_data()
    gold = read_gold(shared / "qa/retrieval_dev.jsonl")
    minutes = shared / "minutes/tokyo_plenary_2020"
    documents = {day: parse(read(minutes / f"{day}.json"))[0] for day in sorted({item.day for item in gold})}
    result = measure(documents, {day: thread(record) for day, record in documents.items()}, gold)
    assert not result.lost and len(result.outcomes) == len(gold)
    assert result.answers.f > 0.95
