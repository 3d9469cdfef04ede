"""The council questions of NTCIR PoliInfo, as questions of a suite: read in place, nothing is copied."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

from corpus.calendar import japanese_date
from eval.datasets import Question, Relevant

_PLENARY = "tokyo_plenary_2020"


def questions(path: Path) -> list[Question]:
    """The questions of ``retrieval_dev.jsonl``: as a person would ask, without naming member or day.

    Relevant are the judged answer spans, quoted from the minutes of their day; the newsletter's one-line
    summary of the answer is the reference.
    """
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [_question(row) for row in rows]


def questions_as_set(path: Path) -> list[Question]:
    """The same questions with all that a participant of the task was given: the day, who asked and who answered.

    They stand in the words of the question, as staff would write them; the engine is told nothing besides.
    """
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [_question({**row, "question": as_set(row)}) for row in rows]


def as_set(row: dict[str, Any]) -> str:
    """The question of a row behind its day, member and post; the member's party is left out."""
    day = japanese_date(date.fromisoformat(row["date"]))
    member = re.sub(r"（.*", "", row["question_speaker"])
    return f"{day}の{member}議員の質問に対する{row['answer_speaker']}の答弁：{row['question']}"


def _question(row: dict[str, Any]) -> Question:
    return Question(
        id=row["id"],
        question=row["question"],
        relevant=tuple(
            Relevant(document=f"{_PLENARY}/{span['meeting_date']}.json", quote=span["text"])
            for span in row["gold_answer"]
        ),
        reference=row["answer_summary"],
        note=f"{row['question_speaker']}／{row['answer_speaker']}／{row['provenance']}",
    )
