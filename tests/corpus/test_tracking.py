"""Rewritten text still knows where it came from."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.normalisation import normalise, normalise_tracked
from corpus.tracking import Tracked

texts = st.text(
    st.sampled_from(
        "一二三十百千万億元〇年度月日回第約％%.．、，・（）　 \n123４５ＡbRｒヶか゛ﾊﾟｶﾞ髙﨑ー－〜東京都市議会のをİΣ①㍻é"
    )
    | st.characters(),
    max_size=40,
)


@given(texts)
def test_tracked_text_is_the_normalised_text(text: str) -> None:
    assert normalise_tracked(text).text == normalise(text)


@given(texts)
def test_every_character_comes_from_a_piece_of_the_original_in_order(text: str) -> None:
    made = normalise_tracked(text)
    spans = list(zip(made.starts, made.ends, strict=True))
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert list(made.starts) == sorted(made.starts)


@pytest.mark.parametrize(
    ("text", "written", "origin"),
    [
        ("およそ百三十六億円", "13600000000", "百三十六億"),
        ("Ｒ２年度の予算", "令和2年度", "Ｒ２年度"),
        ("ﾊﾟｿｺﾝ教室", "パソコン", "ﾊﾟｿｺﾝ"),
        ("髙橋一郎君", "高橋", "髙橋"),
        ("三ヶ所に置く", "3か所", "三ヶ所"),
        ("十パーセントを", "10%", "十パーセント"),
    ],
)
def test_what_was_rewritten_is_found_in_the_original(text: str, written: str, origin: str) -> None:
    made = normalise_tracked(text)
    at = made.text.index(written)
    start, end = made.origin(at, at + len(written))
    assert text[start:end] == origin


def test_a_function_that_works_across_pieces_is_laid_beside_the_text() -> None:
    made = Tracked.of("abcabc").through(lambda text: text.replace("bc", "X"), re.compile("."))
    assert made.text == "aXaX"
    assert [made.origin(i, i + 1) for i in range(4)] == [(0, 1), (1, 3), (3, 4), (4, 6)]
