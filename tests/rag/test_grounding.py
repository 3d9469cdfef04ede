from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.grounding import check, probability
from rag.support import features, material

SOURCE = (
    "庁内の生成AIは、運用開始から一カ月で一割強の職員が利用しております。"
    "昨年度は研修を三回実施し、延べ二百四十名が受講いたしました。"
    "学校への導入につきましては、教育委員会において検討してまいります。"
    "「使い方の手引」は川瀬情報課長が取りまとめました。"
    "利用料の値上げは行いません。"
)
DAY = date(2025, 6, 12)


def verdict(sentence: str) -> bool:
    return check(sentence, [SOURCE], said_on=DAY).supported


@pytest.mark.parametrize(
    "sentence",
    [
        "運用開始から一カ月で一割強の職員が利用しております。",
        "生成AIは、運用開始から1か月で1割強の職員が利用している。",
        "昨年度（令和6年度）は研修を3回実施し、延べ240人が受講した。",
        "令和6年度は研修を三回実施した。",
        "学校への導入は教育委員会で検討。",
        "利用料の値上げは行わない。",
    ],
)
def test_what_the_source_says_is_supported(sentence: str) -> None:
    assert verdict(sentence)


@pytest.mark.parametrize(
    ("sentence", "missing"),
    [
        ("運用開始から一カ月で二割の職員が利用しております。", "二割"),
        ("令和5年度は研修を3回実施した。", "令和5年度"),
        ("昨年度は研修を三回実施し、延べ三百四十名が受講いたしました。", "三百四十名"),
        ("運用開始から一カ月でChatGPTを一割強の職員が利用しております。", "chatgpt"),
        ("学校への導入につきましては、選挙管理委員会において検討してまいります。", "選挙管理委員会"),
        ("「早わかり帳」は川瀬情報課長が取りまとめました。", "「早わかり帳」"),
    ],
)
def test_a_changed_figure_name_or_quote_is_named(sentence: str, missing: str) -> None:
    found = check(sentence, [SOURCE], said_on=DAY)
    assert not found.supported
    assert missing in found.missing


def test_a_denial_turned_round_is_rejected() -> None:
    assert not verdict("利用料の値上げは行います。")


def test_a_study_told_as_a_deed_is_rejected() -> None:
    source = "夜間窓口の増設を検討してまいります。"
    assert not check("夜間窓口の増設を実施。", [source]).supported
    assert check("夜間窓口の増設を検討。", [source]).supported


def test_another_matter_is_rejected() -> None:
    assert not verdict("下水道の耐震化を計画的に進め、浸水被害を防ぐ。")


def test_names_and_dates_may_come_from_the_header() -> None:
    sentence = "令和7年6月12日、川瀬実部長は、一割強の職員が利用していると述べた。"
    assert not check(sentence, [SOURCE]).supported
    assert "令和7年" not in " ".join(check(sentence, [SOURCE], said_on=DAY, header="情報部長 川瀬実").missing)


def test_nothing_supports_without_a_source() -> None:
    assert not check("一割強の職員が利用しております。", []).supported


def test_agreement_raises_the_probability() -> None:
    source = material(SOURCE)
    near = probability({**features("一割強の職員が利用。", source), "lacking": 0.0})
    far = probability({**features("市営住宅の家賃を減免。", source), "lacking": 0.0})
    assert near > 0.5 > 0.2 > far


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_gives_a_probability(sentence: str, source: str) -> None:
    found = check(sentence, [source])
    assert 0.0 <= found.score <= 1.0


def test_a_sentence_quoted_up_to_its_end_stands_though_another_clause_denies_the_like() -> None:
    source = (
        "民間が建てる倉庫の費用は、今回の試算には含まれております。"
        "それから樹木の移植の費用についても、調べておりませんので、必要か想定できませんので、これについても計上はしておりません。"
    )
    quoted = "樹木の移植の費用についても、調べておりませんので、必要か想定できませんので、これについても計上はしておりません。"
    assert check(quoted, [source]).supported
