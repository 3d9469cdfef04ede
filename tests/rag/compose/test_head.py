from datetime import date

import pytest

from rag.compose.head import head_of, holds, kinds_of, of_other_kind, of_other_years, years_of

SAID = date(2025, 6, 12)


@pytest.mark.parametrize(
    ("question", "head"),
    [
        ("市民プールの監視員は何人ですか。", ("監視", "員")),
        ("市民プールの利用料はいくらですか。", ("利用", "料")),
        ("市民プールの改修の費用はいくらですか。", ("改修",)),
        ("図書館を運営する会社はどこですか", ("運営",)),
        ("空き缶はどこの工場に運びますか", ("空き缶", "工場")),
        ("職員の何割が使いましたか", ()),
        ("市民プールの受付では何人が働いていますか", ()),
        ("", ()),
    ],
)
def test_the_head_is_the_noun_that_is_asked_about(question: str, head: tuple[str, ...]) -> None:
    assert head_of(question) == head


def test_a_head_is_held_by_a_word_of_the_same_meaning() -> None:
    assert holds(("料金",), ("価格", "三百")) and not holds(("料金",), ("人数", "三百"))


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("第一回の調査は七月に行いました。", True),
        ("第四回の調査は十月に行いました。", False),
        ("第三回から第五回までの調査は、まとめて行いました。", False),
        ("調査は十月に行いました。", False),
    ],
)
def test_another_one_of_a_row_is_somebody_elses_answer(text: str, other: bool) -> None:
    assert of_other_kind(kinds_of("第四回の調査はいつ行いましたか"), text) is other


def test_a_head_is_held_by_another_word_for_the_same_deed_or_kind() -> None:
    assert holds(("廃止",), ("撤廃", "路線"))
    assert holds(("消防", "車"), ("消防", "自動車")) and not holds(("消防", "車"), ("消防", "団"))


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("令和4年度の利用者は120人でした。", False),
        ("令和6年度の利用者は150人でした。", True),
        ("今年度の利用者は150人の見込みです。", True),
        ("利用者は150人です。", True),  # said three years after
        ("令和6年度の利用者は、令和4年度に比べ増えました。", True),
        ("令和3年度末から令和4年度末までに120人が利用しました。", False),
    ],
)
def test_a_sentence_of_other_years_does_not_answer(text: str, other: bool) -> None:
    asked = years_of("令和4年度の利用者は何人ですか")
    assert of_other_years(asked, text, SAID) is other


def test_without_a_year_asked_about_every_year_will_do() -> None:
    assert not of_other_years(years_of("利用者は何人ですか"), "令和6年度は150人でした。", SAID)


def test_an_undated_plan_tells_of_the_years_it_names() -> None:
    asked = years_of("令和13年度の目標は何割ですか")
    assert of_other_years(asked, "令和6年度は4割であった。", None)
    assert not of_other_years(asked, "令和6年度は4割、令和13年度は7割とする。", None)
    assert not of_other_years(asked, "目標は7割とする。", None)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("小学校では昨年から始めました。", True),
        ("小中学校で始めます。", False),
        ("中学校では来年から、小学校に続いて始めます。", False),
        ("来年の4月から始めます。", False),
    ],
)
def test_the_other_one_of_a_pair_is_somebody_elses_answer(text: str, other: bool) -> None:
    assert of_other_kind(kinds_of("中学校の給食はいつから始めますか"), text) is other


def test_everyday_words_are_held_by_those_of_an_office() -> None:
    assert holds(("上限",), ("最大", "五万円")) and holds(("希望",), ("求める", "百人"))
    assert not holds(("上限",), ("最小",))


def test_an_undated_text_is_of_the_year_in_its_title() -> None:
    asked = years_of("令和2年度の給付費はいくらですか")
    assert of_other_years(asked, "給付費は3億円となりました。", None, "R03_施政方針")
    assert not of_other_years(asked, "給付費は3億円となりました。", None, "令和2年度当初予算の説明")
    assert not of_other_years(asked, "給付費は3億円となりました。", None, "施政方針")


def test_a_year_in_the_name_of_an_event_is_that_year() -> None:
    asked = years_of("1988年の港まつりの踊り手は何人でしたか")
    text = "一九八八年大会では五十名が踊りました。"
    assert not of_other_years(asked, text, date(2025, 6, 12))
    assert of_other_years(asked, "二〇〇一年に五十名が踊りました。", date(2025, 6, 12))


def test_who_joined_is_counted_by_those_who_did() -> None:
    assert head_of("港まつりの説明会には何人が参加しましたか") == ("参加",)
