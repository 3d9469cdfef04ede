"""Closed marks in every kind of file: whatever a parser does with the text, closed words stay closed."""

from __future__ import annotations

import json
import random
from datetime import date
from pathlib import Path

import pytest

from corpus.disclosure import Label, Status
from corpus.model import Document, LabelClaim
from corpus.serial import document_to_json
from ingest.opening import open_source
from ingest.parsers import outline
from ingest.parsers.screening import OUTSIDE
from ingest.parsers.sentinels import sentinels_of
from ingest.prepare import Custody, prepare

SECRET = "玖珠野万寿"
MARKS = (
    ("〔非公開ここから〕", "〔非公開ここまで〕"),
    ("（非公開ここから：存否）", "（非公開ここまで）"),
    ("【ここから非公開】", "【ここまで非公開】"),
)
SOURCES = {
    "record.txt": """会議録
会議の名称　港町情報化推進委員会
開催日時　令和7年5月30日（金）午後2時から
所管課　政策部情報政策課
公開の可否　会議　■公開 □非公開　会議録　□公開 □非公開 ■一部非公開
出席者　委員長 乙川花子、委員 丙山次郎、情報政策課長 丁野三郎
議題
１　生成AIの利用について
２　来年度の計画について
会議の内容
１　生成AIの利用について
情報政策課長：生成AIの利用状況を説明します。利用者は二割です。
丙山委員：研修はどのように行いますか。
２　来年度の計画について
丙山委員：予算はいくらですか。
情報政策課長：三百万円を見込んでいます。
""",
    "minutes.txt": """令和7年第2回港町議会定例会会議録
令和7年6月12日（木曜日）
○議長（高田義男君）　これより一般質問を行います。若林議員。
◆若林みどり議員　給食費の無償化について伺います。いつから始めますか。
◎市長（早瀬一郎君）　来年四月から始めます。費用は三億円です。
""",
    "book.csv": """問,答,担当課,議題
給食費はいつから無償ですか,来年四月からです,学務課,給食
避難所の空調はどうですか,順次設置します,施設課,避難所
""",
    "speech.json": json.dumps(
        {
            "speechRecord": [
                {
                    "speech": f"○委員長（丙山次郎君）　{n}件目の審査を始めます。",
                    "speaker": "丙山次郎",
                    "nameOfMeeting": "予算委員会",
                    "date": "2025-06-02",
                    "speechURL": f"https://example.invalid/{n}",
                }
                for n in range(4)
            ]
        },
        ensure_ascii=False,
        indent=0,
    ),
    "plan.txt": """第3期港町計画

第1章 計画の位置づけ
計画期間は令和7年度から五年間とします。
（委員の任期）
第１条 委員の任期は二年とします。
（１）庁舎の移転
候補地は北町小学校跡地とします。
""",
    "book.txt": """想定問答
問１　給食費はいつから無償ですか。
答　来年四月からです。費用は三億円です。
問２　庁舎の候補地はどこですか。
答　北町小学校跡地です。
""",
    "letter.html": "<html><head><title>港町だより</title></head><body><h1>港町だより</h1>"
    "<h2>一般質問</h2><p>問　給食費の無償化は。</p><p>答　来年四月から始める。</p></body></html>",
}


def closed_somewhere(chance: random.Random) -> tuple[str, str]:
    """The name of a source, and its text with the secret inside marks at a place chosen by chance."""
    name = chance.choice(sorted(SOURCES))
    text = SOURCES[name]
    start = chance.randrange(len(text))
    end = min(len(text), start + chance.choice((0, 2, 4, 10, 30, 80)))
    inside = text[start:end]
    if set(inside) & set('"{}\\<>'):
        inside, end = "", start
    place = chance.randrange(len(inside) + 1)
    begin, finish = chance.choice(MARKS)
    return name, f"{text[:start]}{begin}{inside[:place]}{SECRET}{inside[place:]}{finish}{text[end:]}"


def shown_to_all(document: Document) -> str:
    """All that the public is shown of a document that its operator hands in as open."""
    prepared, _ = prepare(
        document,
        source_id="s",
        custody=Custody("全庁", "総務課"),
        claims=[LabelClaim(Label(Status.OPEN), "operator")],
        identify=lambda *parts: "x",
        today=date(2025, 10, 1),
    )
    open_ones = [r.document for r in prepared.renditions if r.compartment == "public"]
    passages = [repr(p) for p in prepared.passages if p.compartment == "public"]
    row = repr(prepared.row) if prepared.row.base == "public" else ""
    return "\n".join([*map(str, map(document_to_json, open_ones)), *passages, row])


def opened(folder: Path, name: str, text: str) -> list[Document]:
    """The documents of a text as a file of that name."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return list(open_source(path, name).documents)


@pytest.mark.parametrize("seed", range(6))
def test_words_inside_marks_are_shown_to_nobody_in_any_field(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    reached = 0
    for _ in range(60):
        name, text = closed_somewhere(chance)
        try:
            documents = opened(tmp_path, name, text)
        except Exception:  # a mark in the syntax of a file makes it unreadable
            continue
        for document in documents:
            told = shown_to_all(document)
            reached += bool(told)
            assert SECRET not in told, (name, text)
    assert reached > 20  # most are still open around the mark


def test_a_mark_inside_an_answer_stays_where_it_stood(tmp_path: Path) -> None:
    text = SOURCES["book.txt"].replace("三億円", "〔非公開ここから〕三億円〔非公開ここまで〕")
    (document,) = opened(tmp_path, "book.txt", text)
    (span,) = [claim.span for claim in document.claims if claim.source == "mark"]
    assert span is not None
    assert document.text[span.start : span.end] == "三億円"


def test_a_parser_that_misplaces_a_mark_closes_the_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outline, "_after", lambda line, rest: sentinels_of(line) + rest)
    text = SOURCES["book.txt"].replace("三億円", "〔非公開ここから〕三億円〔非公開ここまで〕")
    (document,) = opened(tmp_path, "book.txt", text)
    assert "三億円" not in shown_to_all(document)


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("〔\u2fae公開ここから〕", "〔\u2fae公開ここまで〕"),  # a radical in the place of the character
        ("〔非\U000e0100公開ここから〕", "〔非\U000e0100公開ここまで〕"),  # a variation selector
        ("〔非\u200b公開ここから〕", "〔非公開\u200bここまで〕"),
        ("〔非公開開始〕", "〔非公開終了〕"),
        ("〔非公開ココカラ〕", "〔非公開ココマデ〕"),
        ("《此処より非公開》", "《此処まで非公開》"),
        ("〔非公開・ここから〕", "〔非公開・ここまで〕"),
        ("〔非公開（個人）ここから〕", "〔非公開（個人）ここまで〕"),
        ("〔以下非公開〕", "〔以上非公開〕"),
    ],
)
def test_a_mark_written_otherwise_never_leaves_its_words_open(tmp_path: Path, begin: str, end: str) -> None:
    text = SOURCES["minutes.txt"].replace("三億円", f"{begin}三億円{end}")
    (document,) = opened(tmp_path, "minutes.txt", text)
    assert "三億円" not in shown_to_all(document)


def test_words_in_brackets_that_speak_of_closing_are_no_mark(tmp_path: Path) -> None:
    text = SOURCES["minutes.txt"].replace("三億円", "三億円（以下「非公開情報」という。）")
    (document,) = opened(tmp_path, "minutes.txt", text)
    assert "三億円" in shown_to_all(document)


def test_a_file_whose_closed_words_are_not_in_its_text_is_for_its_keepers(tmp_path: Path) -> None:
    text = SOURCES["minutes.txt"].replace("港町議会", "〔非公開ここから〕港町〔非公開ここまで〕議会", 1)
    path = tmp_path / "minutes.txt"
    path.write_text(text, encoding="utf-8")
    assert OUTSIDE in open_source(path, "minutes.txt").warnings  # what makes `SourceRow.guarded`
    inside = SOURCES["minutes.txt"].replace("三億円", "〔非公開ここから〕三億円〔非公開ここまで〕")
    path.write_text(inside, encoding="utf-8")
    assert open_source(path, "minutes.txt").warnings == ()
