"""The record form as Word and PDF: the same record whatever the file."""

from pathlib import Path

import docx
import pytest

from corpus.disclosure import Status
from corpus.model import Document
from ingest.parsers import parse
from ingest.readers import read
from tests.ingest.parsers.checks import assert_sound, said
from tests.ingest.readers.office import converted, needs_libreoffice

FIELDS = (
    ("附属機関又は\n会議体の名称", "令和6年度 第2回みどり町文書管理検討会"),
    ("事務局（担当課）", "総務部文書課"),
    ("開 催 日 時", "令和6年9月12日（木）10:00～11:15"),
    ("議      題", "協議事項\n１ 文書保存年限の見直しについて\n報告事項\n（１）電子決裁の試行について"),
    (
        "公開の\n可否",
        "会 議\n□公開 ■非公開 □一部非公開\n会議録\n□公開 □非公開 ■一部非公開\n非公開・一部非公開の場合は、その理由\n個人の情報を含むため",
    ),
    ("出席者", "委 員\n副町長（座長）、総務部長、文書課長"),
)
BODY = """座長 令和6年度第2回文書管理検討会を始めます。
協議事項（１）文書保存年限の見直しについて
〔事務局：「【資料1】保存年限の一覧」を説明〕
要旨：保存年限は現在5年と10年の二つである。これを3年、5年、10年の三つに分け、軽い文書から早く手放す。年間およそ1200箱のうち400箱が減る見込みである。
委員：3年に縮める文書の中に、住民が後から問い合わせるものは含まれていないのか。
事務局：問い合わせの多い種類は5年のまま残す。
―議題について案のとおり承認―
報告（１）電子決裁の試行について
事務局：8月から三つの課で試行を始めた。
その他
座長：次回の開催時期は。
事務局：11月を予定している。
―閉会―
提出された資料等
資料１ 保存年限の一覧
資料２ 電子決裁の試行について"""


def form(path: Path) -> Path:
    document = docx.Document()
    document.add_paragraph("別記様式（第５条関係）")
    document.add_paragraph("会  議  録")
    table = document.add_table(rows=0, cols=2)
    table.style = "Table Grid"
    for label, value in FIELDS:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = label, value
    for line in BODY.split("\n"):
        document.add_paragraph(line)
    document.save(str(path))
    return path


@needs_libreoffice
@pytest.mark.parametrize("suffix", ["docx", "pdf", "doc"])
def test_record_is_the_same_from_every_file(tmp_path: Path, suffix: str) -> None:
    path = form(tmp_path / "record.docx")
    (document,) = parse(read(path if suffix == "docx" else converted(path, suffix)))
    assert_sound(document)
    _same(document)
    if suffix == "pdf":
        assert [page.label for page in document.pages] == ["1", "2"][: len(document.pages)]


def _same(document: Document) -> None:
    assert document.meeting == "みどり町文書管理検討会" and document.department == "総務部文書課"
    assert document.date is not None and document.date.isoformat() == "2024-09-12"
    assert [claim.label.status for claim in document.claims] == [Status.PARTIAL]
    assert document.claims[0].label.reason == "個人の情報を含むため"
    assert [section.title for section in document.sections] == [
        "協議事項（１）文書保存年限の見直しについて",
        "報告（１）電子決裁の試行について",
        "その他",
        "提出された資料等",
    ]
    turns = said(document)
    assert [(post, role) for _, post, role, _ in turns] == [
        ("座長", "chair"),
        ("事務局", "explanation"),
        ("委員", "question"),
        ("事務局", "answer"),
        ("", "resolution"),
        ("事務局", "explanation"),
        ("座長", "question"),
        ("事務局", "answer"),
        ("", "other"),
    ]
    assert turns[1][3] == (
        "保存年限は現在5年と10年の二つである。これを3年、5年、10年の三つに分け、軽い文書から早く手放す。"
        "年間およそ1200箱のうち400箱が減る見込みである。"
    )
    assert turns[8][3] == "資料１\u3000保存年限の一覧¶資料２\u3000電子決裁の試行について"
