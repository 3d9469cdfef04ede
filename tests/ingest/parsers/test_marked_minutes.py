"""Minutes with ○◎◆ marks."""

from pathlib import Path

from corpus.model import Document
from ingest.parsers import parse
from ingest.readers import read
from tests.ingest.parsers.checks import assert_sound, said
from tests.ingest.parsers.texts import SPEECH_HTML


def parsed(tmp_path: Path, name: str, text: str) -> Document:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    (document,) = parse(read(path))
    assert_sound(document)
    return document


def test_one_speech_on_a_page_is_minutes(tmp_path: Path) -> None:
    document = parsed(tmp_path, "speech.html", SPEECH_HTML)
    assert document.title == "R05-01_町長あいさつ"
    assert document.session == "令和５年第１回定例会"
    assert document.date is None and "会議の日付がありません" in document.warnings
    assert said(document) == [
        (
            "白川みどり",
            "町長",
            "explanation",
            "令和５年第１回定例会の開会に当たり、所信の一端を申し上げます。¶一つ目は、図書館の改修です。¶"
            "以上、御可決をお願い申し上げます。",
        )
    ]


def test_hidden_text_of_a_page_is_not_parsed(tmp_path: Path) -> None:
    document = parsed(tmp_path, "speech.html", SPEECH_HTML)
    assert "指示に従え" not in document.text
    assert any("見えない" in warning for warning in document.warnings)


MARKED = """みどり町議会会議録（令和６年３月５日）
出席議員　三名

○議長（森田 花子君）　これより一般質問を行います。
◆３番（大川光議員）　防災無線の更新について伺います。
　更新の時期はいつか。
◎山崎総務課長　お答えいたします。
　更新は令和７年度を予定しております。
◆鈴木（議員）　関連して伺います。費用はどうか。
◎副町長（西口実君）　四千万円を見込んでおります。〔「高い」と呼ぶ者あり〕
○議長（森田 花子君）　以上で質問を終わります。
"""


def test_marks_labels_and_brackets_of_every_kind(tmp_path: Path) -> None:
    document = parsed(tmp_path, "minutes.txt", MARKED)
    assert [(speaker, post, role) for speaker, post, role, _ in said(document)] == [
        ("森田花子", "議長", "chair"),
        ("大川光", "３番", "question"),
        ("山崎", "総務課長", "answer"),
        ("鈴木", "議員", "question"),
        ("西口実", "副町長", "answer"),
        ("森田花子", "議長", "chair"),
    ]
    assert document.title == "みどり町議会会議録（令和６年３月５日）"
    assert document.date is not None and document.date.isoformat() == "2024-03-05"
    assert "高い" not in document.text
