"""Where a document stands among others, as offices write it in titles and file names."""

from dataclasses import replace
from datetime import date

import pytest

from corpus.editions import Copy, edition_name
from corpus.model import Document, Kind
from ingest.places import number_of, place_of


def identify(*parts: str) -> str:
    return "|".join(parts)


MINUTES = Document(
    "",
    "会議録",
    Kind.MINUTES,
    "本文です。",
    meeting="みなと台市議会",
    session="令和7年第3回定例会 第2号",
    date=date(2025, 9, 9),
)


@pytest.mark.parametrize(
    ("title", "name", "edition"),
    [
        ("定例会会議録", "0909.txt", ""),
        ("定例会会議録（速報版）", "0909.txt", "速報版"),
        ("定例会会議録", "0909_会議録速報.docx", "速報版"),
        ("定例会会議録【未定稿】", "0909.txt", "速報版"),
        ("定例会会議録（確定）", "0909.txt", "確定版"),
        ("定例会会議録 訂正版", "0909.txt", "訂正版"),
        ("定例会会議録 第２訂正版", "0909.txt", "第2訂正版"),
        ("定例会会議録（再訂正版）", "0909.txt", "第2訂正版"),
        ("災害速報の伝え方に関する特別委員会会議録", "0909.txt", ""),
        ("条例の一部訂正に関する会議録", "0909.txt", ""),
    ],
)
def test_editions(title: str, name: str, edition: str) -> None:
    assert edition_name(place_of(replace(MINUTES, title=title), name, "全庁", identify).edition) == edition


@pytest.mark.parametrize(
    ("title", "copy"),
    [("会議録（原本）", Copy.MASTER), ("会議録【公開用】", Copy.READING), ("会議録", Copy.UNSAID)],
)
def test_copies(title: str, copy: Copy) -> None:
    assert place_of(replace(MINUTES, title=title), "a.txt", "全庁", identify).copy is copy


def test_one_record_however_its_body_and_session_are_written() -> None:
    others = [
        replace(MINUTES, session="令和七年第三回定例会　第２号"),
        replace(MINUTES, session="令和7年第3回定例会（速報版）第2号"),
        replace(MINUTES, title="会議録 確定版"),
    ]
    ids = {place_of(each, "a.txt", "全庁", identify).record_id for each in (MINUTES, *others)}
    assert len(ids) == 1


@pytest.mark.parametrize(
    "other",
    [
        replace(MINUTES, session="令和7年第3回定例会 第3号"),
        replace(MINUTES, date=date(2025, 9, 10)),
        replace(MINUTES, meeting="総務委員会"),
    ],
)
def test_another_sitting_is_another_record(other: Document) -> None:
    first, second = (place_of(each, "a.txt", "全庁", identify).record_id for each in (MINUTES, other))
    assert first != second


def test_without_body_or_day_no_record_is_told() -> None:
    assert place_of(replace(MINUTES, meeting=""), "a.txt", "全庁", identify).record_id == ""
    assert place_of(replace(MINUTES, date=None), "a.txt", "全庁", identify).record_id == ""


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("【資料１】", "資料1"),
        ("資料 2-1 予算の概要", "資料2-1"),
        ("配付資料３", "資料3"),
        ("会議録_資料4", "資料4"),
        ("参考資料1", "参考資料1"),
        ("別紙２", "別紙2"),
        ("資料の一覧", ""),
        ("予算書 令和7年度", ""),
        ("図書館資料2万冊の整備", ""),
    ],
)
def test_numbers_of_materials(words: str, number: str) -> None:
    assert number_of(words) == number


def test_a_material_has_its_number_from_its_file_or_its_first_lines() -> None:
    material = Document("", "予算の概要", Kind.MATERIAL, "【資料２】\n予算の概要です。")
    assert place_of(material, "会議/資料1_予算.xlsx", "全庁", identify).material == "資料1"
    assert place_of(material, "会議/予算.xlsx", "全庁", identify).material == "資料2"
    assert place_of(MINUTES, "会議/資料1.txt", "全庁", identify).material == ""
