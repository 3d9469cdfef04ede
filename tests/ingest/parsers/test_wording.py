"""Spaces, lines and stage directions."""

import pytest

from ingest.parsers.wording import is_clock, join_lines, paragraphs, strip_directions, tidy


@pytest.mark.parametrize(
    ("printed", "plain"),
    [
        ("令和 7年 5月 30日", "令和7年5月30日"),
        ("窓口 DX の取組み", "窓口DXの取組み"),
        ("Open  Data Day を開く", "Open Data Dayを開く"),
        ("一番　　森田　花子", "一番　森田　花子"),
        ("資料 1、資料 2", "資料1、資料2"),
    ],
)
def test_inserted_spaces_go_and_real_ones_stay(printed: str, plain: str) -> None:
    assert tidy(printed) == plain


def test_broken_words_are_joined_and_latin_words_kept_apart() -> None:
    assert (
        join_lines(["福祉部、子ども ", "家庭部", "the Open", "Data Act"])
        == "福祉部、子ども家庭部the Open Data Act"
    )
    assert join_lines(["合計は 12", "00円"]) == "合計は1200円"


def test_short_line_with_a_full_stop_ends_a_paragraph() -> None:
    lines = ["あ" * 40, "い" * 10 + "。", "う" * 40, "え。"]
    assert paragraphs(lines, width=40) == "あ" * 40 + "い" * 10 + "。\n" + "う" * 40 + "え。"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("以上です。（拍手）", "以上です。"),
        ("終わります。〔拍手〕", "終わります。"),
        ("〔五番大川ひかる君登壇〕", ""),
        ("〔１〕番目の案（仮称）です。", "〔１〕番目の案（仮称）です。"),
        ("決めました。（発言する者あり）続けます。", "決めました。続けます。"),
        ("写真（別紙）を示します。", "写真（別紙）を示します。"),
    ],
)
def test_stage_directions_go_and_other_brackets_stay(said: str, kept: str) -> None:
    assert strip_directions(said) == kept


def test_clock_lines_are_told_from_sentences_that_name_a_time() -> None:
    assert is_clock("午後三時三十六分休憩") and is_clock("　　午前十時開議")
    assert not is_clock("午後三時に集まることとします。")
