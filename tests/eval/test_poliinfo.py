import json
from pathlib import Path
from typing import Any

from eval import poliinfo

ROW: dict[str, Any] = {
    "id": "q1",
    "question": "砂浜の清掃。頻度を増やすべき。",
    "date": "2020-06-12",
    "question_speaker": "浜野直（みなと会）",
    "answer_speaker": "環境部長",
    "answer_summary": "月2回に増やす。",
    "gold_answer": [{"meeting_date": "2020-06-12", "text": "月に二回に増やしてまいります。"}],
    "provenance": "judged",
}


def written(folder: Path) -> Path:
    path = folder / "rows.jsonl"
    path.write_text(json.dumps(ROW, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def test_a_question_names_neither_member_nor_day(tmp_path: Path) -> None:
    (question,) = poliinfo.questions(written(tmp_path))
    assert question.question == ROW["question"]


def test_a_question_as_set_names_day_member_and_post_and_is_else_the_same(tmp_path: Path) -> None:
    (plain,) = poliinfo.questions(written(tmp_path))
    (given,) = poliinfo.questions_as_set(written(tmp_path))
    assert (
        given.question
        == "令和2年6月12日の浜野直議員の質問に対する環境部長の答弁：砂浜の清掃。頻度を増やすべき。"
    )
    assert (given.relevant, given.reference) == (plain.relevant, plain.reference)
