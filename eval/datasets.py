"""Questions with what a good answer holds, as people write them: one JSON object a line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from eval.errors import Fault, SuiteError


class Relevant(BaseModel):
    """A place that answers a question: a document and either the words quoted or their offsets.

    `document` is the name of the source file, or the end of its path; ``file#meeting`` where a file holds several
    meetings. Quoted words are looked for in the text as the asker reads it, whatever the spacing and width;
    offsets count characters of that text.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    document: str = Field(min_length=1)
    quote: str | None = Field(default=None, min_length=1)
    start: int | None = Field(default=None, ge=0)
    end: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _one_way(self) -> Relevant:
        offsets = self.start is not None and self.end is not None
        if (self.quote is None) == (not offsets) or (self.start is None) != (self.end is None):
            raise ValueError("quote（引用）か、start と end（文字の位置）の、どちらか一方を書いてください")
        if offsets and not (self.start or 0) < (self.end or 0):
            raise ValueError("start は end より小さくしてください")
        return self


class Question(BaseModel):
    """One question of a suite.

    Attributes:
        id: unique in its file.
        as_: id of the principal who asks (``as`` in the file); None for the public.
        answerable: False where the right reply is "not in the records you may read".
        relevant: the places that answer it.
        reference: a short model answer.
        facts: strings that must stand in the answer, compared after NFKC and without white space.
        must_not_show: strings that must not reach the asker in any way, compared likewise.
        history: the questions asked before it, oldest first.
        carries, drops: strings that the question must, and must not, hold once completed from its history.
        draft: proposed by ``toben eval draft`` and not yet looked at: not measured.
        note: for people.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    id: str = Field(min_length=1)
    question: str = Field(min_length=1)
    as_: str | None = Field(default=None, alias="as", min_length=1)
    answerable: bool = True
    relevant: tuple[Relevant, ...] = ()
    reference: str = ""
    facts: tuple[str, ...] = ()
    must_not_show: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    carries: tuple[str, ...] = ()
    drops: tuple[str, ...] = ()
    draft: bool = False
    note: str = ""

    @model_validator(mode="after")
    def _consistent(self) -> Question:
        if not self.answerable and (self.relevant or self.facts):
            raise ValueError("answerable が false の質問に relevant や facts は書けません")
        if any(not fact.strip() for fact in (*self.facts, *self.must_not_show)):
            raise ValueError("facts と must_not_show に空の文字列は書けません")
        if self.answerable and not (self.relevant or self.facts or self.reference or self.carries):
            raise ValueError("relevant、facts、reference のどれかを書いてください（測るものがありません）")
        return self


_JAPANESE = {
    "missing": "この項目が必要です",
    "extra_forbidden": "知らない項目です（綴りを確かめてください）",
    "string_type": "文字列で書いてください",
    "string_too_short": "空にはできません",
    "bool_type": "true か false で書いてください",
    "bool_parsing": "true か false で書いてください",
    "int_type": "整数で書いてください",
    "int_parsing": "整数で書いてください",
    "float_type": "数で書いてください",
    "float_parsing": "数で書いてください",
    "tuple_type": "［…］の形（並び）で書いてください",
    "list_type": "［…］の形（並び）で書いてください",
    "dict_type": "｛項目: 値｝の形で書いてください",
    "model_type": "｛項目: 値｝の形で書いてください",
    "model_attributes_type": "｛項目: 値｝の形で書いてください",
    "greater_than_equal": "小さすぎます",
    "less_than_equal": "大きすぎます",
}


def field_faults(error: ValidationError) -> list[tuple[tuple[int | str, ...], str]]:
    """Place and message (Japanese) of everything that a model of ours refuses."""
    return [(fault["loc"], _message(fault)) for fault in error.errors()]


def _message(fault: Any) -> str:
    if fault["type"] == "value_error":
        return str(fault["ctx"]["error"])
    if fault["type"] in ("literal_error", "enum"):
        return f"次のどれかにしてください：{fault['ctx']['expected']}"
    return _JAPANESE.get(fault["type"], str(fault["msg"]))


def dotted(place: tuple[int | str, ...]) -> str:
    """A place in a document as people read it.

    >>> dotted(("relevant", 0, "quote"))
    'relevant[0].quote'
    """
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return text.removeprefix(".")


def read_questions(path: Path) -> list[Question]:
    """The questions of a JSONL file, in file order; blank lines are passed over.

    Raises:
        SuiteError: the file cannot be read, or a line is wrong: every fault with its line and field.
    """
    questions, faults = check_questions(path)
    if faults:
        raise SuiteError(faults)
    return questions


def check_questions(path: Path) -> tuple[list[Question], list[Fault]]:
    """The questions that are well formed, and what is wrong with the others."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        return [], [Fault(path.name, 0, "", f"UTF-8 のファイルとして読めません（{type(exc).__name__}）")]
    questions: list[Question] = []
    faults: list[Fault] = []
    first: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        question, wrong = _parse(line)
        faults += [Fault(path.name, number, field, message) for field, message in wrong]
        if question is None:
            continue
        if question.id in first:
            faults.append(Fault(path.name, number, "id", f"{first[question.id]}行目と同じ id です"))
        first.setdefault(question.id, number)
        questions.append(question)
    if not questions and not faults:
        faults.append(Fault(path.name, 0, "", "質問がありません"))
    return questions, faults


def _parse(line: str) -> tuple[Question | None, list[tuple[str, str]]]:
    try:
        return Question.model_validate(json.loads(line)), []
    except json.JSONDecodeError as exc:
        return None, [("", f"JSON として読めません（{exc.colno}文字目）")]
    except ValidationError as exc:
        return None, [(dotted(place), message) for place, message in field_faults(exc)]
