"""Search lines: operators, fields, questions, and what is not well formed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.speakers import SpeakerClass
from rag.expression import conditions, reading
from rag.keywords import Line, parse

TODAY = date(2026, 11, 23)

LINES = [
    # phrases, and, or, not, groups
    ("体育館 空調", "「体育館」かつ「空調」"),
    ("体育館　空調", "「体育館」かつ「空調」"),
    ("体育館 AND 空調", "「体育館」かつ「空調」"),
    ("体育館 ＡＮＤ 空調", "「体育館」かつ「空調」"),
    ("体育館＆空調", "「体育館」かつ「空調」"),
    ("体育館 & 空調", "「体育館」かつ「空調」"),
    ("体育館 かつ 空調", "「体育館」かつ「空調」"),
    ("「学校 給食」「無償化」", "「学校 給食」かつ「無償化」"),
    ('"学校 給食"', "「学校 給食」"),
    ("“学校給食” 無償化", "「学校給食」かつ「無償化」"),
    ("『学校給食』", "「学校給食」"),
    ("＂学校給食＂", "「学校給食」"),
    ("体育館|プール", "「体育館」または「プール」"),
    ("体育館 ｜ プール", "「体育館」または「プール」"),
    ("体育館 OR プール", "「体育館」または「プール」"),
    ("体育館 または プール", "「体育館」または「プール」"),
    ("「体育館」または「プール」", "「体育館」または「プール」"),
    ("体育館 又は プール", "「体育館」または「プール」"),
    ("給食 -中学校", "「給食」、「中学校」を除く"),
    ("給食 －中学校", "「給食」、「中学校」を除く"),
    ("給食 ー中学校", "「給食」、「中学校」を除く"),
    ("給食 NOT 中学校", "「給食」、「中学校」を除く"),
    ("給食 除く 中学校", "「給食」、「中学校」を除く"),
    ("給食 中学校以外", "「給食」、「中学校」を除く"),
    ("給食 中学校を除く", "「給食」、「中学校」を除く"),
    ("給食 「中学校」以外", "「給食」、「中学校」を除く"),
    ("給食 NOT NOT 中学校", "「給食」かつ「中学校」"),
    ("給食 (無償 OR 減額)", "「給食」かつ（「無償」または「減額」）"),
    ("（小学校｜中学校）給食", "（「小学校」または「中学校」）かつ「給食」"),
    ("給食 -(私立 国立)", "「給食」、（「私立」かつ「国立」）を除く"),
    ("給食 無償 OR 減額", "（「給食」かつ「無償」）または「減額」"),
    ("給食 無償|減額", "「給食」かつ（「無償」または「減額」）"),
    # what only looks like an operator
    ("COVID-19 検査", "「COVID-19」かつ「検査」"),
    ("Q&A 作成", "「Q&A」かつ「作成」"),
    ("（仮称）複合施設 整備", "「（仮称）複合施設」かつ「整備」"),
    ("介護保険（特別会計）", "「介護保険（特別会計）」"),
    ("道路 - 橋", "「道路」かつ「橋」"),
    # one word
    ("給食費", "「給食費」"),
    ("まちづくり", "「まちづくり」"),
    # fields
    ("発言者:市長 給食", "発言者：市長かつ「給食」"),
    ("発言者：「市長」 給食", "発言者：市長かつ「給食」"),
    ("発言者:市長|教育長 給食", "発言者：市長・教育長かつ「給食」"),
    ("会議:総務委員会 -発言者:副市長", "会議：総務委員会、発言者：副市長を除く"),
    ("発言者:川瀬|会議:総務委員会", "発言者：川瀬または会議：総務委員会"),
]
QUESTIONS = [
    "給食費は無償になりますか",
    "給食費の無償化について",
    "市長は 給食費について 何と答えたか。",
    "「生成AI」とは何ですか",
    "保育所 または 幼稚園 の違いは何ですか",
    "学校給食費の無償化",
    "住み慣れた地域で暮らす",
    "体育館に空調を設置",
    "",
    "　",
    "！？",
]
FAULTS = [
    ("「体育館", "閉じていない", "体育館"),
    ("体育館」 空調", "対応", "体育館 空調"),
    ("(体育館 空調", "括弧", "体育館 空調"),
    ("体育館) 空調", "括弧", "体育館 空調"),
    ("体育館 OR", "前後", "体育館"),
    ("または 体育館", "前後", "体育館"),
    ("体育館 AND OR 空調", "前後", "体育館 空調"),
    ("-中学校", "除く言葉だけ", "中学校"),
    ("給食 OR -中学校", "除く言葉だけ", "給食 中学校"),
    ("「、」 体育館", "言葉のない", "、 体育館"),
    ("7 体育館", "一けた", "7 体育館"),
    ("体育館 発言者:", "発言者", "体育館 発言者:"),
    ("体育館 期間:あさって以降", "期間", "体育館 期間:あさって以降"),
    ("発言者区分:傍聴人", "発言者区分", "発言者区分:傍聴人"),
    (" ".join(["体育館"] * 61), "多すぎる", " ".join(["体育館"] * 61)),
    ("(" * 24 + "体育館" + ")" * 24 + " 空調", "深すぎる", "体育館 空調"),
]


@pytest.mark.parametrize(("text", "meant"), LINES, ids=[text for text, _ in LINES])
def test_a_line_is_read(text: str, meant: str) -> None:
    line = parse(text, TODAY)
    assert line.node is not None
    assert reading(line.node) == meant
    assert line.hint == ""


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_question_goes_the_way_of_questions(text: str) -> None:
    assert parse(text, TODAY) == Line(text)


@pytest.mark.parametrize(("text", "hint", "words"), FAULTS, ids=[text[:30] for text, _, _ in FAULTS])
def test_a_line_that_is_not_well_formed_is_searched_as_words(text: str, hint: str, words: str) -> None:
    line = parse(text, TODAY)
    assert line.node is None
    assert hint in line.hint
    assert line.text == words


def test_what_is_ranked_by_are_the_words_wanted() -> None:
    assert parse("給食 無償|減額 -中学校 発言者:市長", TODAY).text == "給食 無償 減額"


def test_only_words_with_spaces_between_them_may_be_taken_loosely() -> None:
    assert parse("体育館 空調", TODAY).loose
    assert not any(parse(text, TODAY).loose for text in ("「体育館」 空調", "体育館|空調", "体育館 -空調"))


PERIODS = [
    ("期間:令和2年", date(2020, 1, 1), date(2020, 12, 31)),
    ("期間：R2.4 ～ R3.3", date(2020, 4, 1), date(2021, 3, 31)),
    ("期間:2020-04-01〜2020-06-30", date(2020, 4, 1), date(2020, 6, 30)),
    ("期間:平成30年度から令和2年度", date(2018, 4, 1), date(2021, 3, 31)),
    ("期間:2019年以降", date(2019, 1, 1), None),
    ("期間:〜令和元年", None, date(2019, 12, 31)),
    ("開催日:昨年度", date(2025, 4, 1), date(2026, 3, 31)),
]


@pytest.mark.parametrize(("field", "first", "last"), PERIODS)
def test_periods_in_eras_and_gregorian_years(field: str, first: date | None, last: date | None) -> None:
    line = parse(f"給食 {field}", TODAY)
    assert line.text == "給食"
    ((condition),) = line.conditions
    assert (condition.filters.from_, condition.filters.to) == (first, last)


CLASSES = [
    ("発言者区分:議員", SpeakerClass.MEMBER),
    ("発言者区分：執行機関", SpeakerClass.EXECUTIVE),
    ("役職:議長", SpeakerClass.CHAIR),
    ("区分:理事者", SpeakerClass.EXECUTIVE),
]


@pytest.mark.parametrize(("field", "expected"), CLASSES)
def test_speaker_classes(field: str, expected: SpeakerClass) -> None:
    (condition,) = parse(f"給食 {field}", TODAY).conditions
    assert condition.filters.classes == (expected,)


def test_another_post_is_a_speaker() -> None:
    (condition,) = parse("給食 役職:教育長", TODAY).conditions
    assert condition.filters.speakers == ("教育長",)


def test_fields_beside_a_question_are_its_conditions() -> None:
    line = parse("発言者:市長 期間:令和6年 給食費はいつから無償になりますか", TODAY)
    assert (line.node, line.text) == (None, "給食費はいつから無償になりますか")
    assert [condition.name for condition in line.conditions] == ["speakers", "period"]


def test_conditions_that_do_not_hold_for_the_whole_line_are_not_stated_for_it() -> None:
    line = parse("給食 (発言者:市長 OR 発言者:教育長) -会議:総務委員会 期間:令和6年", TODAY)
    assert line.node is not None
    assert [condition.name for condition in conditions(line.node)] == ["period"]


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("period", "期間:令和6年"),
        ("meetings", "会議:総務委員会"),
        ("speakers", "発言者:市長"),
        ("classes", "発言者区分:議員"),
    ],
)
def test_each_field_can_be_switched_off(name: str, field: str) -> None:
    assert len(parse(f"給食 {field}", TODAY).conditions) == 1
    assert parse(f"給食 {field}", TODAY, frozenset({name})).conditions == ()
    assert parse(field, TODAY, frozenset({name})).node is None


def test_operators_can_be_switched_off() -> None:
    text = "「体育館」 -空調"
    assert parse(text, TODAY, frozenset({"keywords"})) == Line(text)


_SIGNS = '「 」 " ( ) （ | ｜ & - 、 〜 体育館 空調 A 1 は か AND 以外 を除く 除く または 発言者: 会議： 期間: 令和2年 発言者区分:議員'
signs = st.sampled_from([*_SIGNS.split(), " ", "　", " OR ", " NOT "])


@given(st.lists(signs, max_size=12).map("".join) | st.text(max_size=30))
def test_any_line_is_read_or_searched_as_words(text: str) -> None:
    line = parse(text, TODAY)
    if line.node is not None:
        assert reading(line.node)
        assert line.hint == ""
