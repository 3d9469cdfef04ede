"""The record form (会議録 別記様式)."""

from datetime import date
from pathlib import Path

import pytest

from corpus.disclosure import Ground, Status
from corpus.model import Document, Kind
from ingest.parsers import parse, recognise
from ingest.readers import read
from tests.ingest.parsers.checks import assert_sound, said
from tests.ingest.parsers.texts import RECORD_FORM


@pytest.fixture
def record(tmp_path: Path) -> Document:
    path = tmp_path / "record.txt"
    path.write_text(RECORD_FORM, encoding="utf-8")
    (document,) = parse(read(path))
    assert_sound(document)
    return document


def test_form_is_recognised_with_certainty(tmp_path: Path) -> None:
    path = tmp_path / "record.txt"
    path.write_text(RECORD_FORM, encoding="utf-8")
    assert recognise(read(path))[0] == ("record_form", 1.0)


def test_fields_broken_over_lines_are_read(record: Document) -> None:
    assert record.kind is Kind.MEETING_RECORD
    assert record.meeting == "みどり町文書管理検討会"
    assert record.session == "令和6年度 第2回"
    assert record.title == "令和6年度 第2回みどり町文書管理検討会 会議録"
    assert record.department == "総務部文書課"
    assert record.date == date(2024, 9, 12)


def test_box_of_the_record_decides_and_that_of_the_meeting_is_only_noted(record: Document) -> None:
    (claim,) = record.claims
    assert claim.source == "form" and claim.span is None
    assert claim.label.status is Status.PARTIAL
    assert claim.label.grounds == {Ground.PERSONAL}
    assert claim.label.reason == "特定の個人に関する情報を含むため"
    assert claim.label.owner == "総務部文書課"
    assert claim.label.basis.startswith("会議：非公開")


def test_speakers_roles_and_words_come_out_as_said(record: Document) -> None:
    turns = said(record)
    assert [(post, role) for _, post, role, _ in turns] == [
        ("座長", "chair"),
        ("事務局", "explanation"),
        ("委員", "question"),
        ("事務局", "answer"),
        ("記録アドバイザー", "other"),
        ("", "resolution"),
        ("事務局", "explanation"),
        ("委員", "question"),
        ("委員", "answer"),
        ("座長", "question"),
        ("事務局", "answer"),
        ("", "other"),
    ]
    assert turns[1][3].startswith("保存年限は現在5年と10年の二つである。")
    assert "およそ1200箱のうち400箱が減る見込みである。¶移行は来年度の4月から始める。" in turns[1][3]
    assert turns[3][3] == "問い合わせの多い種類は5年のまま残す。Open Dataとして公開済みのものだけを短くする。"
    assert turns[5][3] == "議題について案のとおり承認"


def test_agenda_items_become_sections_over_what_was_said_under_them(record: Document) -> None:
    assert [section.title for section in record.sections] == [
        "協議事項（１）文書保存年限の見直しについて",
        "報告（１）電子決裁の試行について",
        "その他",
        "提出された資料等",
    ]
    assert [
        record.section_title(u) for u in record.utterances if "試行はいつまで" in record.text[u.start : u.end]
    ] == ["報告（１）電子決裁の試行について"]
    assert record.utterances[0].section is None


def test_page_numbers_times_and_closing_lines_are_not_said(record: Document) -> None:
    assert "終了" not in record.text and "閉会" not in record.text and "\n2\n" not in record.text


def test_papers_are_listed_one_a_line(record: Document) -> None:
    papers = record.text[record.utterances[-1].start :].split("\n")
    assert len(papers) == 2
    assert papers[1].startswith("資料２\u3000電子決裁の試行について")


def test_closed_marks_inside_the_form_become_claims(tmp_path: Path) -> None:
    path = tmp_path / "record.txt"
    marked = RECORD_FORM.replace(
        "委員：試行は",
        "〔非公開ここから：個人〕\n\n委員：佐々木氏の処分は済んだか。\n\n〔非公開ここまで〕\n\n委員：試行は",
    )
    path.write_text(marked, encoding="utf-8")
    (document,) = parse(read(path))
    assert_sound(document)
    claim = document.claims[-1]
    assert claim.source == "mark" and claim.span is not None
    assert document.text[claim.span.start : claim.span.end] == "佐々木氏の処分は済んだか。"
    assert claim.label.status is Status.CLOSED and claim.label.grounds == {Ground.PERSONAL}
    assert claim.label.owner == "総務部文書課"


def test_closed_field_of_the_form_that_shows_closes_everything(tmp_path: Path) -> None:
    path = tmp_path / "record.txt"
    path.write_text(
        RECORD_FORM.replace("文書管理検討会\n", "〔非公開ここから〕文書管理検討会〔非公開ここまで〕\n"),
        encoding="utf-8",
    )
    (document,) = parse(read(path))
    claim = document.claims[-1]
    assert claim.source == "mark" and claim.span is None and claim.label.status is Status.CLOSED


def test_closed_field_of_the_form_that_is_not_shown_closes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "record.txt"
    path.write_text(
        RECORD_FORM.replace("第二会議室", "〔非公開ここから〕第二会議室〔非公開ここまで〕"), encoding="utf-8"
    )
    (document,) = parse(read(path))
    assert [claim.source for claim in document.claims] == ["form"]


def test_agenda_item_named_in_a_closed_part_is_not_given_away(tmp_path: Path) -> None:
    path = tmp_path / "record.txt"
    secret = RECORD_FORM.replace(
        "報告（１）電子決裁の試行について\n\n事務局",
        "〔非公開ここから〕\n報告（１）電子決裁の試行について\n〔非公開ここまで〕\n\n事務局",
    )
    path.write_text(secret, encoding="utf-8")
    (document,) = parse(read(path))
    assert document.sections[1].title == "〔非公開〕"


BRACKETED = """様式第２号
会　議　録
会 議 体
の 名 称　令和７年度第３回みどり町図書館協議会
事 務 局
（担当課）　教育部図書館
開催日時　令和７年10月２日（木）　午後２時から
公 開 の 可 否
会　議　　[✓]公開　　[ ]非公開　　[ ]一部非公開
理　由
会議録　　[ ]公開　　[✓]非公開　　[ ]一部非公開
理　由　　法人の利益を害するおそれがあるため
会議次第
１　開会
２　議事
（１）開館時間について
３　その他
出 席 者　会長（学識経験者）、委員（学校長、読み聞かせの会）

　　　　　　　　- 1 -

１　開会
（会長）　ただいまから図書館協議会を始める。

２　議事
（１）開館時間について
（図書館）　資料１に基づき説明する。夏の間は午後八時まで開き、利用の増え方
　を見る。職員の数は増やさない。
（会員）　費用はどうか。
（図書館）　電気代が年に四十万円増える。
（会員）　それなら賛成である。
（図書館）　秋に結果を示す。
〔資料配布のため休憩　午後２時
３０分から午後２時４０分まで〕
（会長）　案のとおりとする。

３　その他
（会長）　以上で閉会とする。
"""


def test_labels_in_brackets_and_fields_of_other_forms(tmp_path: Path) -> None:
    path = tmp_path / "record.txt"
    path.write_text(BRACKETED, encoding="utf-8")
    (document,) = parse(read(path))
    assert_sound(document)
    assert document.meeting == "みどり町図書館協議会" and document.department == "教育部図書館"
    (claim,) = document.claims
    assert claim.label.status is Status.CLOSED and claim.label.grounds == {Ground.CORPORATE}
    assert [(post, role) for _, post, role, _ in said(document)] == [
        ("会長", "chair"),
        ("図書館", "explanation"),
        ("会員", "question"),
        ("図書館", "answer"),
        ("会員", "other"),
        ("図書館", "other"),
        ("会長", "resolution"),
        ("会長", "chair"),
    ]
    assert said(document)[1][3].endswith(
        "夏の間は午後八時まで開き、利用の増え方を見る。職員の数は増やさない。"
    )
    assert [document.section_title(u) for u in document.utterances[:2]] == [
        "１ 開会",
        "２ 議事 （１）開館時間について",
    ]


def test_a_speech_of_a_member_is_no_list_of_those_present(tmp_path: Path) -> None:
    """A form without an attendance list: 「委員：…」 opens the proceedings."""
    path = tmp_path / "record.txt"
    head = "会　議　録\n会議の名称　みどり町文書管理検討会\n事務局（担当課）　総務部文書課\n"
    form = "開催日時　令和6年9月12日（木）\n公開の可否\n会　議　■公開　□非公開\n会議録　■公開　□非公開\n"
    path.write_text(
        f"{head}{form}（１）保存年限について\n委員：保存年限はどう見直すのか。\n事務局：三つに分ける。\n",
        encoding="utf-8",
    )
    (document,) = parse(read(path))
    assert [(post, text) for _, post, _, text in said(document)] == [
        ("委員", "保存年限はどう見直すのか。"),
        ("事務局", "三つに分ける。"),
    ]
