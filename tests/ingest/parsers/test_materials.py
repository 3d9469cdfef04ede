"""Plans, manuals, newsletters and other materials."""

from pathlib import Path

import pytest

from corpus.disclosure import Status
from corpus.model import Document, Kind
from ingest.extract import Block, Extract
from ingest.parsers import parse, recognise
from ingest.parsers.numbered import heading_of
from ingest.readers import read
from tests.ingest.parsers.checks import assert_sound, said


def material(tmp_path: Path, text: str, name: str = "material.txt", kind: Kind | None = None) -> Document:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    (document,) = parse(read(path), kind=kind)
    assert_sound(document)
    return document


PLAN = """みどり町道路計画（第二期）

目次
第１章　はじめに
第２章　橋の点検

第１章　はじめに
１　目的
この計画は、町の道を安全に保つために定める。
第２章　橋の点検
１　点検の進め方
（１）三年で全ての橋を点検し、その結果を公表する。
（２）傷みの大きい橋から直す。
２　三つの柱
（１）早く見つける
（２）早く直す
（３）長く使う
３　数値目標
ア　点検を終えた橋の数
令和６年度は十四、令和８年度は四十二とする。
"""


def test_chapters_and_numbers_become_nested_sections(tmp_path: Path) -> None:
    plan = material(tmp_path, PLAN)
    assert plan.kind is Kind.PLAN and plan.title == "みどり町道路計画（第二期）"
    assert [(section.level, section.title) for section in plan.sections] == [
        (1, "第１章 はじめに"),
        (2, "１ 目的"),
        (1, "第２章 橋の点検"),
        (2, "１ 点検の進め方"),
        (2, "２ 三つの柱"),
        (2, "３ 数値目標"),
        (3, "ア 点検を終えた橋の数"),
    ]
    assert plan.section_title(plan.utterances[-1]) == "第２章 橋の点検 ３ 数値目標 ア 点検を終えた橋の数"


def test_sentences_and_items_without_text_stay_in_the_text(tmp_path: Path) -> None:
    texts = [text for _, _, _, text in said(material(tmp_path, PLAN))]
    assert "（１）三年で全ての橋を点検し、その結果を公表する。¶（２）傷みの大きい橋から直す。" in texts
    assert "（１）早く見つける¶（２）早く直す¶（３）長く使う" in texts


def test_contents_list_is_left_out(tmp_path: Path) -> None:
    assert "第１章" not in material(tmp_path, PLAN).text


def test_articles_take_their_captions(tmp_path: Path) -> None:
    rules = "みどり町文書取扱規程\n（目的）\n第１条　この規程は、文書の取扱いを定める。\n（保存）\n第２条　文書は五年保存する。\n２　前項の期間は延ばすことができる。\n"
    document = material(tmp_path, rules)
    assert document.kind is Kind.MANUAL
    assert [section.title for section in document.sections] == ["第１条（目的）", "第２条（保存）"]
    assert (
        said(document)[-1][3] == "第２条\u3000文書は五年保存する。¶２\u3000前項の期間は延ばすことができる。"
    )


@pytest.mark.parametrize(
    ("line", "rank"),
    [
        ("第1章　現状", 2),
        ("第２節　課題", 3),
        ("１　目的", 4),
        ("1-2 進め方", 4),
        ("２．体制", 4),
        ("（１）対象", 5),
        ("ア　期間", 6),
        ("①　費用", 6),
        ("１　市は、毎年度点検を行う。", None),
        ("（１）三年で終えること", None),
        ("令和６年度の目標", None),
        ("１２５件の申請", None),
        ("第１章　はじめに ………… 3", None),
    ],
)
def test_headings_are_told_from_sentences(line: str, rank: int | None) -> None:
    found = heading_of(line)
    assert (found.rank if found else None) == rank


NEWSLETTER = """<html><head><meta charset="utf-8"><title>みどり町議会だより　第12号（令和6年8月1日発行）</title></head><body>
<h1>みどり町議会だより</h1><h2>議案の賛否</h2><table><tr><th>議案</th><th>青の会</th><th>結果</th></tr>
<tr><td>第3号</td><td>○</td><td>可決</td></tr></table>
<h2>一般質問</h2><h3>橋の点検を急げ（大川ひかる議員・青の会）</h3><p>問　いつ終わるのか。<br>答　三年で終える。</p></body></html>"""


def test_newsletter_gives_questions_their_member_and_tables_their_columns(tmp_path: Path) -> None:
    document = material(tmp_path, NEWSLETTER, "dayori.html")
    assert document.kind is Kind.NEWSLETTER
    assert document.date is not None and document.date.isoformat() == "2024-08-01"
    assert said(document) == [
        ("", "", "other", "議案：第3号\u3000青の会：○\u3000結果：可決"),
        ("大川ひかる", "議員", "question", "いつ終わるのか。"),
        ("", "", "answer", "三年で終える。"),
    ]


def test_anything_else_is_text_under_its_headings(tmp_path: Path) -> None:
    document = material(
        tmp_path, "各課長様\n\n令和６年９月１日\n机の入替えについて（通知）\n\n来週から順に行います。\n"
    )
    assert document.kind is Kind.MATERIAL and document.title == "机の入替えについて（通知）"
    assert document.date is not None and document.date.isoformat() == "2024-09-01"
    assert document.text.endswith("来週から順に行います。")


@pytest.mark.parametrize(
    ("stamp", "audience"),
    [
        ("【庁内限り】", {frozenset({"staff"})}),
        ("部外秘", set()),
        ("（取扱注意）", set()),
        ("【 秘 】", set()),
    ],
)
def test_stamp_at_the_head_closes_the_document(
    tmp_path: Path, stamp: str, audience: set[frozenset[str]]
) -> None:
    document = material(tmp_path, f"{stamp}\n机の入替えについて\n来週から順に行います。\n")
    (claim,) = document.claims
    assert claim.source == "form" and claim.span is None
    assert claim.label.status is Status.CLOSED and claim.label.audience == audience


def test_word_that_only_sounds_like_a_stamp_closes_nothing(tmp_path: Path) -> None:
    assert (
        material(tmp_path, "部外秘の文書の取扱いについて\n部外秘の文書は鍵のかかる棚に置きます。\n").claims
        == ()
    )


def test_operator_may_say_what_kind_a_file_is(tmp_path: Path) -> None:
    document = material(tmp_path, "机の入替え\n１　目的\n来週から順に行います。\n", kind=Kind.MANUAL)
    assert document.kind is Kind.MANUAL and [section.title for section in document.sections] == ["１ 目的"]


def test_every_file_with_text_has_a_parser() -> None:
    extract = Extract("a.txt", "txt", (Block("一行だけの文。"),))
    assert recognise(extract) == [("paragraph", 0.05)]


def test_wrapped_lines_of_a_page_become_paragraphs_and_items(tmp_path: Path) -> None:
    lines = ["みどり町点検要領", "１　点検の進め方"]
    lines += [
        "（１）橋は三年で点検を終えることとし、その結果は町のホームページに載せるほか、紙",
        "でも配る。",
    ]
    lines += [
        "（２）傷みの大きい橋は点検の年を待たずに直すこととし、費用は毎年度の予算の中で賄",
        "うものとする。",
    ] * 4
    blocks = tuple(Block(line, page="1") for line in lines)
    (document,) = parse(Extract("youryou.pdf", "pdf", blocks, wrapped=True))
    assert_sound(document)
    assert document.text.split("\n")[-5:][0].endswith("載せるほか、紙でも配る。")
    assert document.text.count("\n（２）") == 4
