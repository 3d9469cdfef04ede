"""Answer books as tables and as lines."""

from pathlib import Path

import docx
import openpyxl

from corpus.model import Document, Kind
from ingest.parsers import parse, recognise
from ingest.readers import read
from tests.ingest.parsers.checks import assert_sound, said


def book(path: Path) -> Document:
    extract = read(path)
    assert recognise(extract)[0][0] == "answer_book"
    (document,) = parse(extract)
    assert_sound(document)
    assert document.kind is Kind.ANSWER_BOOK
    return document


def test_rows_become_questions_and_answers_of_the_department(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "土木"
    rows = (
        ("令和6年第2回定例会 想定問答",),
        ("番号", "質問要旨", "答弁要旨", "担当課", "作成日", "備考"),
        ("■ 橋",),
        (1, "橋の点検はいつ終わるのか。", "三年で終える予定である。", "道路課", "2024/5/1", "数字は手元のみ"),
        ("1-2", "（再質問）費用は。", "八百万円を見込む。", None, None, None),
        ("■ 港",),
        (2, "港の改修は。", "来年度から始める。", "港湾課", "2024/5/2", None),
    )
    for row in rows:
        sheet.append(row)
    sheet.merge_cells("D4:D5")
    path = tmp_path / "book.xlsx"
    workbook.save(path)
    document = book(path)
    assert document.session == "令和6年第2回定例会"
    assert said(document) == [
        ("", "", "other", "令和6年第2回定例会 想定問答"),
        ("", "", "question", "橋の点検はいつ終わるのか。"),
        ("", "道路課", "answer", "三年で終える予定である。"),
        ("", "", "other", "備考：数字は手元のみ"),
        ("", "", "question", "（再質問）費用は。"),
        ("", "道路課", "answer", "八百万円を見込む。"),
        ("", "", "question", "港の改修は。"),
        ("", "港湾課", "answer", "来年度から始める。"),
    ]
    assert [document.section_title(u) for u in document.utterances[1:]] == ["土木 橋"] * 5 + ["土木 港"] * 2
    assert [document.page_at(u.start) for u in document.utterances[1:4]] == ["土木!B4", "土木!C4", "土木!F4"]


def test_lines_of_a_word_file_with_the_department_after_the_answer(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_heading("文書質問に対する答弁書", 1)
    word.add_heading("第1　5番　大川ひかる議員の質問", 1)
    word.add_heading("1　橋について", 2)
    word.add_paragraph("問　橋の点検はいつ終わるのか。")
    word.add_paragraph("答　三年で終える予定である。")
    word.add_paragraph("費用は八百万円を見込む。")
    word.add_paragraph("（担当　土木部道路課）")
    word.add_heading("2　港について", 2)
    word.add_paragraph("問　港の改修は。")
    word.add_paragraph("答　来年度から始める。")
    path = tmp_path / "answers.docx"
    word.save(str(path))
    document = book(path)
    assert said(document) == [
        ("大川ひかる", "5番", "question", "橋の点検はいつ終わるのか。"),
        ("", "土木部道路課", "answer", "三年で終える予定である。¶費用は八百万円を見込む。"),
        ("大川ひかる", "5番", "question", "港の改修は。"),
        ("", "", "answer", "来年度から始める。"),
    ]
    assert document.section_title(document.utterances[1]) == "第1 5番 大川ひかる議員の質問 1 橋について"


def test_numbered_letters_and_brackets_are_questions_too(tmp_path: Path) -> None:
    path = tmp_path / "faq.txt"
    lines = [
        "よくある質問",
        "Ｑ１．橋はいくつありますか。",
        "Ａ１．四十二あります。",
        "【問2】港はいくつですか。",
        "【答】二つです。",
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert [(role, text) for _, _, role, text in said(book(path))] == [
        ("other", "よくある質問"),
        ("question", "橋はいくつありますか。"),
        ("answer", "四十二あります。"),
        ("question", "港はいくつですか。"),
        ("answer", "二つです。"),
    ]


def test_answer_that_begins_like_a_mark_inside_a_sentence_is_no_mark(tmp_path: Path) -> None:
    path = tmp_path / "faq.txt"
    lines = [
        "想定問答",
        "問　橋は。",
        "答弁書のとおりである、とは答えない。",
        "答　四十二である。",
        "問　港は。",
        "答　二つである。",
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert [(role, text) for _, _, role, text in said(book(path))][1] == (
        "question",
        "橋は。¶答弁書のとおりである、とは答えない。",
    )


def test_csv_with_the_columns_is_an_answer_book(tmp_path: Path) -> None:
    path = tmp_path / "book.csv"
    path.write_bytes("質問,回答,所管課\r\n橋は。,四十二である。,道路課\r\n".encode("cp932"))
    document = book(path)
    assert said(document)[1] == ("", "道路課", "answer", "四十二である。")
    assert document.page_at(document.utterances[0].start) == "A2"


def test_a_row_of_column_names_is_no_title(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(("質問", "答弁"))
    workbook.active.append(("橋の点検は。", "三年で終える。"))
    workbook.save(tmp_path / "橋の問答.xlsx")
    assert book(tmp_path / "橋の問答.xlsx").title == "橋の問答"
