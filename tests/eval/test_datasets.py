"""Questions as people write them: what is wrong is said with its line and field."""

import json
from pathlib import Path
from typing import Any

import pytest

from eval.datasets import Question, check_questions, read_questions
from eval.errors import SuiteError

GOOD: dict[str, Any] = {
    "id": "q1",
    "question": "桟橋はいつ直しますか。",
    "relevant": [{"document": "a.txt", "quote": "来年度に直します。"}],
}


def written(tmp_path: Path, *rows: Any) -> Path:
    path = tmp_path / "questions.jsonl"
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_well_formed_file_is_read_in_order(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD, "", GOOD | {"id": "q2", "as": "sato"})
    assert [(q.id, q.as_) for q in read_questions(path)] == [("q1", None), ("q2", "sato")]


def test_the_questions_of_the_samples_are_well_formed() -> None:
    path = Path(__file__).parents[2] / "corpus" / "samples" / "questions.jsonl"
    assert len(read_questions(path)) == 40


@pytest.mark.parametrize(
    ("row", "line", "field", "word"),
    [
        ("{", 2, "", "JSON"),
        (GOOD | {"id": "q2", "questoin": "x"}, 2, "questoin", "知らない項目"),
        ({"id": "q2", "relevant": GOOD["relevant"]}, 2, "question", "必要"),
        (GOOD | {"id": "q2", "answerable": "maybe"}, 2, "answerable", "true"),
        (GOOD | {"id": "q2", "relevant": [{"document": "a.txt"}]}, 2, "relevant[0]", "どちらか一方"),
        (
            GOOD | {"id": "q2", "relevant": [{"document": "a", "start": 9, "end": 3}]},
            2,
            "relevant[0]",
            "小さく",
        ),
        (GOOD | {"id": "q2", "answerable": False}, 2, "", "answerable"),
        (GOOD | {"id": "q2", "facts": [" "]}, 2, "", "空の文字列"),
        ({"id": "q2", "question": "何も測れない。"}, 2, "", "測るものがありません"),
        (GOOD, 2, "id", "1行目と同じ"),
    ],
)
def test_a_fault_is_named_by_line_and_field(
    tmp_path: Path, row: Any, line: int, field: str, word: str
) -> None:
    _, faults = check_questions(written(tmp_path, GOOD, row))
    assert [(fault.line, fault.field) for fault in faults] == [(line, field)]
    assert word in faults[0].message


def test_every_fault_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SuiteError) as caught:
        read_questions(written(tmp_path, "{", {"id": ""}, GOOD))
    assert {fault.line for fault in caught.value.faults} == {1, 2}
    assert "questions.jsonl:1" in str(caught.value)


def test_a_file_without_questions_is_a_fault(tmp_path: Path) -> None:
    assert check_questions(written(tmp_path, ""))[1][0].message == "質問がありません"
    assert check_questions(tmp_path / "none.jsonl")[1][0].file == "none.jsonl"


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(json.dumps(GOOD, ensure_ascii=False), encoding="utf-8-sig")
    assert read_questions(path) == [Question.model_validate(GOOD)]
