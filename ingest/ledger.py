"""The disclosure ledger (台帳): one row a decision, from CSV or YAML.

A ledger is taken whole or not at all: a value that is not understood refuses the file, naming row and
column, since a row left out would leave a document more open than its keeper decided.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from corpus import yamls
from corpus.disclosure import Clause, Ground, Label, Status
from corpus.model import Document, LabelClaim
from corpus.quotation import find
from ingest.errors import LedgerError

COLUMNS = ("文書", "状態", "閲覧範囲", "理由区分", "理由", "存否", "非公開箇所", "決定者", "決定日", "見直日")
_REQUIRED = ("文書", "状態")
_STATUS = {
    "公開": Status.OPEN,
    "一部非公開": Status.PARTIAL,
    "非公開": Status.CLOSED,
    "未判定": Status.UNDETERMINED,
}
_GROUNDS = {
    "審議検討": Ground.DELIBERATION,
    "審議・検討・協議": Ground.DELIBERATION,
    "個人": Ground.PERSONAL,
    "法人": Ground.CORPORATE,
    "安全": Ground.SAFETY,
    "公共の安全": Ground.SAFETY,
    "事務事業": Ground.OPERATIONS,
    "事務・事業": Ground.OPERATIONS,
    "法令": Ground.LAW,
    "秘密会": Ground.SECRET_SESSION,
    "取消発言": Ground.RETRACTED,
    "その他": Ground.OTHER,
}
_ATOM_NAME = re.compile(r"[^\s&|:*、,]+")


@dataclass(frozen=True, slots=True)
class Row:
    """One decision. `document` is a file name, `part` the title of one document of that file."""

    number: int
    document: str
    part: str
    label: Label
    quote: str


class Ledger:
    """The rows of a ledger, looked up by file name."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = tuple(rows)

    @classmethod
    def load(cls, path: Path) -> Ledger:
        """Read a ledger in CSV (UTF-8 with or without BOM, or CP932) or YAML.

        Raises:
            LedgerError: it cannot be read, or any value is not understood; row and column are named.
        """
        try:
            data = path.read_bytes()
        except OSError as exc:
            raise LedgerError(f"台帳 {path.name} を開けません（{exc.strerror}）。") from exc
        table = _yaml_rows(data, path) if path.suffix.lower() in {".yaml", ".yml"} else _csv_rows(data, path)
        return cls([_row(number, values, path.name) for number, values in table])

    def claims(self, name: str, document: Document) -> list[LabelClaim]:
        """What the ledger says about `document` of the file `name`.

        A quoted span that the text does not contain closes the whole document: the ledger means text that
        must not be shown, and it is not known where that stands.
        """
        claims: list[LabelClaim] = []
        for row in self._about(name):
            if row.part and not _same(row.part, document.title) and not _same(row.part, document.key):
                continue
            claims += _claims(row, document)
        return claims

    def digest(self, name: str) -> str:
        """Changes whenever what the ledger says about the file `name` changes."""
        text = repr([(row.part, row.label, row.quote) for row in self._about(name)])
        return hashlib.sha256(text.encode()).hexdigest()

    def unused(self, files: Mapping[str, Sequence[str] | None]) -> list[Row]:
        """Rows that speak of no document: usually a misspelt name. What they say has reached nothing.

        Args:
            files: name -> titles and keys of the documents that were read from it; None for a file that was not
                read now, whose parts are not known.
        """
        return [row for row in self.rows if not any(_reaches(row, *file) for file in files.items())]

    def _about(self, name: str) -> list[Row]:
        return [row for row in self.rows if _names(row.document, name)]


def _claims(row: Row, document: Document) -> list[LabelClaim]:
    if not row.quote:
        return [LabelClaim(row.label, "ledger")]
    spans = find(document.text, row.quote)
    if not spans:
        return [LabelClaim(_closed(row.label), "ledger")]
    whole = Label(Status.PARTIAL, owner=row.label.owner, reason=row.label.reason)
    return [LabelClaim(whole, "ledger"), *(LabelClaim(_closed(row.label), "ledger", span) for span in spans)]


def _closed(label: Label) -> Label:
    return Label(
        Status.CLOSED,
        audience=label.audience,
        owner=label.owner,
        grounds=label.grounds,
        reason=label.reason,
        hidden=label.hidden,
        review_on=label.review_on,
        decided_by=label.decided_by,
        decided_on=label.decided_on,
    )


def _names(written: str, name: str) -> bool:
    """Whether a ledger's file name means the file known as `name` (a path with ``/``)."""
    wanted, path = _fold(written.replace("\\", "/")), _fold(name)
    return path == wanted or path.endswith("/" + wanted)


def _reaches(row: Row, name: str, parts: Sequence[str] | None) -> bool:
    if not _names(row.document, name):
        return False
    return not row.part or parts is None or any(_same(row.part, part) for part in parts)


def _same(left: str, right: str) -> bool:
    return _fold(left) == _fold(right)


def _fold(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def _csv_rows(data: bytes, path: Path) -> list[tuple[int, Mapping[str, str]]]:
    text = _decoded(data, path)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        lines = [(reader.line_num, line) for line in reader if any(cell.strip() for cell in line)]
    except csv.Error as exc:
        raise LedgerError(f"台帳 {path.name} の{reader.line_num}行目がCSVとして読めません。") from exc
    if not lines:
        raise LedgerError(f"台帳 {path.name} が空です。")
    header = [_fold(cell) for cell in lines[0][1]]
    _check_header(header, path)
    rows: list[tuple[int, Mapping[str, str]]] = []
    for number, line in lines[1:]:
        if len(line) > len(header) and any(cell.strip() for cell in line[len(header) :]):
            raise LedgerError(f"台帳 {path.name} の{number}行目に見出しのない列があります。")
        rows.append((number, dict(zip(header, line, strict=False))))
    return rows


def _decoded(data: bytes, path: Path) -> str:
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise LedgerError(f"台帳 {path.name} の文字コードが分かりません。UTF-8かShift_JISで保存してください。")


def _yaml_rows(data: bytes, path: Path) -> list[tuple[int, Mapping[str, str]]]:
    try:
        loaded = yamls.load(_decoded(data, path), words=True)
    except yaml.YAMLError as exc:
        raise LedgerError(
            f"台帳 {path.name} がYAMLとして読めません（同じ項目が二度ないかも確かめてください）。"
        ) from exc
    if not isinstance(loaded, list) or not all(isinstance(item, dict) for item in loaded):
        raise LedgerError(f"台帳 {path.name} は「文書」「状態」などを持つ項目の一覧にしてください。")
    for item in loaded:
        _check_header([str(key) for key in item], path)
    return [(number, {str(k): _cell(v) for k, v in item.items()}) for number, item in enumerate(loaded, 1)]


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(str(item) for item in value)
    return "" if value is None else str(value)


def _check_header(header: Sequence[str], path: Path) -> None:
    unknown = [name for name in header if name and name not in COLUMNS]
    missing = [name for name in _REQUIRED if name not in header]
    twice = [name for name in COLUMNS if header.count(name) > 1]
    if unknown or missing or twice:
        problem = "、".join(
            [
                *(f"知らない列「{n}」" for n in unknown),
                *(f"列「{n}」がない" for n in missing),
                *(f"列「{n}」が重複" for n in twice),
            ]
        )
        raise LedgerError(
            f"台帳 {path.name} の見出しを確かめてください：{problem}。使える列：{'、'.join(COLUMNS)}。"
        )


def _row(number: int, values: Mapping[str, str], name: str) -> Row:
    def cell(column: str) -> str:
        return unicodedata.normalize("NFKC", values.get(column) or "").strip()

    def fail(column: str, why: str) -> LedgerError:
        return LedgerError(
            f"台帳 {name} の{number}行目、列「{column}」：「{cell(column)}」{why}。台帳は取り込んでいません。"
        )

    document, _, part = cell("文書").partition("#")
    if not document:
        raise fail("文書", "ファイル名がありません")
    status = _STATUS.get(cell("状態"))
    if status is None:
        raise fail("状態", f"は{'・'.join(_STATUS)}のどれでもありません")
    quote = (values.get("非公開箇所") or "").strip()
    if quote and status in (Status.OPEN, Status.UNDETERMINED):
        raise fail("状態", "は、非公開箇所を書く行には書けません。「非公開」にしてください")
    hidden = cell("存否")
    if hidden not in {"", "秘匿"}:
        raise fail("存否", "は空か「秘匿」にしてください")
    audience = _audience(cell("閲覧範囲"), status, lambda why: fail("閲覧範囲", why))
    grounds = frozenset(_ground(word, lambda why: fail("理由区分", why)) for word in _words(cell("理由区分")))
    return Row(
        number=number,
        document=document,
        part=part,
        quote=quote,
        label=Label(
            status,
            audience=audience,
            grounds=grounds,
            reason=cell("理由"),
            hidden=hidden == "秘匿",
            decided_by=cell("決定者"),
            decided_on=_day(cell("決定日"), lambda why: fail("決定日", why)),
            review_on=_day(cell("見直日"), lambda why: fail("見直日", why)),
        ),
    )


def _words(text: str) -> list[str]:
    return [word.strip() for word in re.split(r"[、,;；]", text) if word.strip()]


def _audience(text: str, status: Status, fail: Any) -> frozenset[Clause]:
    """The readers named in 閲覧範囲 as one clause of alternatives; empty where none are named."""
    atoms = set()
    for word in _words(text):
        scope, _, name = word.partition(":")
        if word == "庁内":
            atoms.add("staff")
        elif word == "公開":
            atoms.add("public")
        elif scope in {"部", "課"} and _ATOM_NAME.fullmatch(name):
            atoms.add(f"dept:{name}")
        elif scope == "班" and _ATOM_NAME.fullmatch(name):
            atoms.add(f"group:{name}")
        else:
            raise fail("は閲覧範囲として読めません（公開、庁内、部:課名、班:班名）")
    if status is Status.OPEN:
        if atoms - {"public"}:
            raise fail("は、状態が「公開」の行には書けません")
        return frozenset()
    if "public" in atoms:
        raise fail("は、状態が「公開」でない行には書けません")
    return frozenset({frozenset(atoms)}) if atoms else frozenset()


def _ground(word: str, fail: Any) -> Ground:
    if word not in _GROUNDS:
        raise fail(f"は理由区分として読めません（{'、'.join(_GROUNDS)}）")
    return _GROUNDS[word]


def _day(text: str, fail: Any) -> date | None:
    if not text:
        return None
    for pattern in ("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y-%m-%d %H:%M:%S"):
        try:
            return datetime.strptime(text, pattern).date()
        except ValueError:
            continue
    raise fail("は日付として読めません（例：2025-05-30）")
