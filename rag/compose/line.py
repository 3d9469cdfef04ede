"""A sentence as it is shown: on its own feet, its years told, marked where it is not quite an answer, supported by its passage."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.calendar import japanese_date, resolve_relative
from corpus.model import Passage
from rag.answer import Retrieved
from rag.compose.asked import Asked
from rag.compose.pieces import Piece
from rag.compose.selection import Candidate, therefore
from rag.compose.shape import Shape
from rag.compose.status import Told
from rag.compose.voice import not_the_office, who
from rag.grounding import check

_TIE = re.compile(
    r"^(?:ただし、?|もっとも、|このうち、|そこで(?=第|本|都|県|市|区|町|村|来年度|今年度|今後)|"
    r"(?:こうした|このような|これらの)(?:取り?組み?|施策|対策|支援|検討)(?:など)?(?:により(?:まして)?|によって|を(?:通じ|踏まえ|積み重ね)(?:て|まして)?)、)"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence as shown and the words of the passage it rests on."""

    text: str
    found: Retrieved
    start: int
    end: int


def supported(found: Retrieved, piece: Piece, text: str, dated: bool) -> Line | None:
    """The sentence as shown, or None where its passage does not support it."""
    passage = found.passage
    if passage.date:
        text = resolve_relative(text, passage.date)
    if not check(text, [passage.text], said_on=passage.date).supported:
        return None
    text = text if text.endswith(("。", "」", "？", "！")) else f"{text}。"
    if dated and passage.date:
        text = f"{japanese_date(passage.date)}：{text}"
    return Line(text, found, piece.start, piece.end)


def on_its_own(row: Candidate, before: Candidate | None) -> str:
    """The sentence without the connective that ties it to a sentence which is not shown in front of it."""
    follows = (
        before is not None
        and before.found.passage.id == row.found.passage.id
        and before.piece.order + 1 == row.piece.order
    )
    if follows and therefore(row.piece):  # the reason stands right before it
        return f"{row.piece.lead}{row.piece.text}"
    return row.piece.text if follows else _TIE.sub("", row.piece.text)


def marked(shape: Shape, row: Candidate, line: Line | None) -> Line | None:
    """A line that is not quite an answer says so: the words of a member or a guest, a plan where a deed was asked."""
    passage = row.found.passage
    whether = shape.asked in (Asked.YES_NO, Asked.WHEN) and shape.event is not None and shape.event.past
    if line is not None and whether and row.told is Told.PLANNED:
        day = (
            ""
            if line.text.startswith(japanese_date(passage.date) if passage.date else "\0")
            else _as_of(passage)
        )
        line = replace(line, text=f"{day}予定：{line.text}" if day else f"予定：{line.text}")
    return voiced(line) if line is not None else None


def voiced(line: Line) -> Line:
    """The line behind whose words they are, where they are not those of the office."""
    label = not_the_office(line.found.passage)
    if not label:
        return line
    day = f"{japanese_date(line.found.passage.date)}：" if line.found.passage.date else "\0"
    if line.text.startswith(day):
        return replace(line, text=f"{day[:-1]}、{label}：{line.text.removeprefix(day)}")
    return replace(line, text=f"{label}：{line.text}")


def _as_of(passage: Passage) -> str:
    """「令和2年3月5日の時点の」, empty for a passage without a day."""
    return f"{japanese_date(passage.date)}の時点の" if passage.date else ""


def spoken(row: Candidate) -> Line | None:
    """A sentence after the name and the day of whoever said it."""
    passage = row.found.passage
    line = supported(row.found, row.piece, row.piece.text, False)
    if not who(passage):
        return line
    day = f"（{japanese_date(passage.date)}）" if passage.date else ""
    return replace(line, text=f"{who(passage)}{day}：{line.text}") if line else None


def unrepeated(lines: Sequence[Line]) -> list[Line]:
    """Lines with what is put in front of them (who speaks, as of when) only where that changes."""
    kept: list[Line] = []
    before = ""
    for one in lines:
        label = one.text.partition("：")[0]
        kept.append(replace(one, text=one.text.removeprefix(f"{label}：")) if label == before else one)
        before = label
    return kept
