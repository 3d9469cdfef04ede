"""Answer books (答弁書, 想定問答): 問／答 in lines, or a table with columns 質問要旨・答弁要旨・担当課."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.model import Document, Kind, Role
from ingest.errors import UnreadableSourceError
from ingest.extract import Block, Extract
from ingest.parsers.draft import Draft
from ingest.parsers.material import head_date, title_of
from ingest.parsers.outline import ANSWERED, ASKED, Outline
from ingest.parsers.sentinels import marks_of, sentinels_of, strip_sentinels, trim
from ingest.parsers.tabular import Row, cell_text, labelled, rows_of
from ingest.parsers.titles import session_of
from ingest.parsers.wording import tidy

KINDS = frozenset({Kind.ANSWER_BOOK})
_TITLE = re.compile(r"答弁書|想定問答|答弁集|問答集|答弁要旨|Q\s*&\s*A|Ｑ＆Ａ|よくある質問")
_COLUMNS = {
    "question": re.compile(
        r"(?:想定)?質問(?:要旨|事項|内容|の要旨|項目)?|問|[QＱ]|質疑(?:要旨|内容)?|お?問合せ内容"
    ),
    "answer": re.compile(r"答弁(?:要旨|内容|案|の要旨|書)?|回答(?:内容|案)?|答え?|[AＡ]"),
    "department": re.compile(
        r"担当(?:部局|部署|課|部|局|者)?|所管(?:課|部局|局|部)?|主管(?:課|部)?|答弁者|回答者|回答課"
    ),
    "asker": re.compile(r"質問者|議員(?:名|氏名)?|会派(?:・議員)?名?|発言者"),
    "subject": re.compile(r"件名|項目|分野|テーマ|区分|題名|大項目|分類|議題"),
    "number": re.compile(r"番号|No\.?|ＮＯ\.?|№|通番|整理番号|NO\.?|#"),
    "date": re.compile(r"作成日|日付|更新日|答弁日|年月日|作成年月日"),
}
_NEEDED = {"question", "answer"}
_MIN_PAIRS = 2


def recognise(extract: Extract) -> float:
    """Sure where a table has both columns; else by the pairs of 問 and 答 lines and the title."""
    if any(_header(rows) for rows in _tables(extract)):
        return 0.95
    lines = [block.text.strip() for block in extract.blocks if not block.table]
    asked, answered = (sum(p.fullmatch(line) is not None for line in lines) for p in (ASKED, ANSWERED))
    pairs = min(asked, answered)
    named = bool(_TITLE.search(title_of(extract)))
    if pairs >= _MIN_PAIRS:
        return 0.9 if named else 0.65
    return 0.7 if pairs and named else 0.0


def parse(extract: Extract) -> list[Document]:
    """One document; each question and each answer is an utterance, the department in charge the answerer's post.

    Raises:
        UnreadableSourceError: there is no text.
    """
    if any(_header(rows) for rows in _tables(extract)):
        draft = Draft()
        for group in _sheets(extract):
            _sheet(draft, group, wrapped=extract.wrapped)
    else:
        draft = Outline(extract, pairs=True).build()
    if not draft.utterances:
        raise UnreadableSourceError("本文がありません")
    title = title_of(extract)
    head = "\n".join(strip_sentinels(block.text) for block in extract.blocks[:12])
    session = session_of(title, ()) or session_of(head.replace("\n", " "), ())
    return [draft.finish(key="", title=title, kind=Kind.ANSWER_BOOK, session=session, day=head_date(extract))]


@dataclass(frozen=True, slots=True)
class _Header:
    """The row of a table that names its columns: its place, and what each column holds."""

    at: int
    columns: dict[str, int]
    names: dict[int, str]


def _tables(extract: Extract) -> Iterator[list[Row]]:
    numbers = dict.fromkeys(block.table for block in extract.blocks if block.table)
    for number in numbers:
        yield rows_of([block for block in extract.blocks if block.table == number])


def _sheets(extract: Extract) -> Iterator[list[Block]]:
    """Tables and the lines between them, in order."""
    group: list[Block] = []
    for block in extract.blocks:
        if group and block.table != group[0].table:
            yield group
            group = []
        group.append(block)
    if group:
        yield group


def _header(rows: list[Row]) -> _Header | None:
    """The header among the first rows of a table; None where the table is no answer book."""
    for at, row in enumerate(rows[:15]):
        names = {column: re.sub(r"\s", "", strip_sentinels(cell.text)) for column, cell in row.items()}
        columns: dict[str, int] = {}
        for column, name in names.items():
            kind = next((kind for kind, words in _COLUMNS.items() if words.fullmatch(name)), "")
            if kind and kind not in columns:
                columns[kind] = column
        if columns.keys() >= _NEEDED:
            return _Header(at, columns, names)
    return None


def _sheet(draft: Draft, blocks: list[Block], *, wrapped: bool) -> None:
    """One table, or the lines between tables, into the draft."""
    rows = rows_of(blocks) if blocks[0].table else []
    header = _header(rows)
    if header is None:
        for block in blocks:
            _note(draft, block, wrapped=wrapped)
        return
    if blocks[0].page:
        draft.section(sentinels_of(blocks[0].text) + blocks[0].page)
    for row in rows[: header.at]:
        for cell in row.values():
            _note(draft, cell, wrapped=wrapped)
    for cell in rows[header.at].values():
        draft.keep(marks_of(cell.text))
    book = _Book(draft, header, wrapped=wrapped)
    for row in rows[header.at + 1 :]:
        book.take(row)


def _note(draft: Draft, block: Block, *, wrapped: bool) -> None:
    """A line outside the questions: a heading begins a section, other text is kept as said by nobody."""
    if block.level:
        draft.section(block.text, block.level)
    else:
        draft.say(cell_text(block, wrapped=wrapped))


class _Book:
    """The rows under one header. A department or asker that a row leaves blank is that of the row above."""

    def __init__(self, draft: Draft, header: _Header, *, wrapped: bool) -> None:
        self._draft, self._header, self._wrapped = draft, header, wrapped
        self._last: dict[str, str] = {}

    def take(self, row: Row) -> None:
        """One row: a heading, or a question with its answer and remarks."""
        cells = {column: cell for column, cell in row.items() if strip_sentinels(cell.text).strip()}
        if self._header.columns["question"] not in cells and self._header.columns["answer"] not in cells:
            self._heading(cells)
            return
        subject = self._cell(cells, "subject")
        if subject and strip_sentinels(subject) != self._last.get("subject"):
            self._last["subject"] = strip_sentinels(subject)
            self._draft.section(subject, 3)
        if "department" in self._header.columns and self._cell(cells, "department"):
            self._last["department"] = tidy(strip_sentinels(self._cell(cells, "department"))).replace(
                "\n", "・"
            )
        if self._cell(cells, "asker"):
            self._last["asker"] = tidy(strip_sentinels(self._cell(cells, "asker")))
        self._silent(cells)
        asker = re.sub(r"議員$", "", self._last.get("asker", ""))
        self._draft.say(
            self._cell(cells, "question"), speaker=asker, post="議員" if asker else "", role=Role.QUESTION
        )
        self._draft.say(self._cell(cells, "answer"), post=self._last.get("department", ""), role=Role.ANSWER)
        self._remarks(cells)

    def _cell(self, cells: Row, kind: str) -> str:
        column = self._header.columns.get(kind)
        return cell_text(cells[column], wrapped=self._wrapped) if column in cells else ""

    def _heading(self, cells: Row) -> None:
        text = "".join(cell.text for cell in cells.values())
        name = trim(text.replace("\n", " "))
        plain = re.sub(r"^[■◆●○◎□▼◇\s　]+", "", strip_sentinels(name))
        if len(cells) == 1 and 0 < len(plain) <= 60:
            self._draft.section(sentinels_of(name) + plain, 2)
            self._last.pop("subject", None)
        else:
            for cell in cells.values():
                self._draft.say(cell_text(cell, wrapped=self._wrapped))

    def _silent(self, cells: Row) -> None:
        """Keep only the closed marks of cells that are not said (numbers, dates)."""
        for kind in ("number", "date", "department", "asker"):
            column = self._header.columns.get(kind)
            if column in cells:
                self._draft.keep(marks_of(cells[column].text))

    def _remarks(self, cells: Row) -> None:
        """Columns of other names, each as a remark under its name."""
        known = set(self._header.columns.values())
        for column, cell in sorted(cells.items()):
            if column not in known:
                self._draft.say(
                    labelled(self._header.names.get(column, ""), cell_text(cell, wrapped=self._wrapped))
                )
