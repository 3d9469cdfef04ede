"""One spelling for matching."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.normalisation import normalise

_PIECES = st.sampled_from(
    [
        "一人一人",
        "十分",
        "一時",
        "第三者",
        "数十",
        "二、三日",
        "令和元年",
        "R2年",
        "分の",
        "1,234",
        "パーセント",
        "午後",
        "二・五",
        "髙",
        "　",
        "ヶ月",
    ]
)
_NUMERALS = st.text("〇一二三十百千万億0123,.・、 \n人年月日割点第%カヶ所対()-~rH", min_size=1, max_size=4)


@given(st.one_of(st.text(), st.lists(st.one_of(_PIECES, _NUMERALS), max_size=8).map("".join)))
@example("1,234一人一人")
@example("八対 二・五")
@example("二・五億.一人一人")
@example("0 パーセント")
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("百三十六億円", "１３６億円"),
        ("13,600,000,000円", "136億円"),
        ("令和二年度", "Ｒ2年度"),
        ("令和元年", "令和1年"),
        ("髙橋", "高橋"),
        ("宮﨑", "宮崎"),
        ("10パーセント", "10％"),
        ("三ヶ所", "３か所"),
        ("「花」", "『花』"),
        ("３〜５人", "3～5人"),
        ("令和 7年 5月", "令和7年5月"),
        ("ＤＸ推進", "dx推進"),
        ("パ\u200bソコン", "パソコン"),
    ],
)
def test_spellings_of_the_same_meet(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("one", "other"), [("斎藤", "斉藤"), ("一般", "1般"), ("二割", "一割強"), ("島田", "嶋田")]
)
def test_different_things_stay_apart(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


def test_white_space_is_collapsed() -> None:
    assert normalise(" 議題　　 会議\n録 ") == "議題 会議 録"
