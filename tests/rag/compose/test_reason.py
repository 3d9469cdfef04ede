"""Why-questions: the reason of what is asked, however the record puts it, and no reason of something near."""

from __future__ import annotations

from datetime import date

import pytest

from corpus.model import Passage
from rag.answer import Answer, Style
from rag.compose.extractive import compose
from rag.compose.reason import gives_reason
from tests.rag.building import found, passage


def ask(question: str, *hits: Passage, asked: tuple[Passage, ...] = ()) -> Answer:
    return compose(question, found(*hits, asked=asked), style=Style.FULL, today=date(2025, 9, 1))


def told(text: str, topic: str = "") -> Passage:
    return passage(text, topic=topic)


@pytest.mark.parametrize(
    ("question", "text", "part"),
    [
        ("北運河の船着き場の利用料が上がった理由は何ですか", "北運河の船着き場の利用料は、係留設備の点検を毎月行うこととしたため、上昇いたしました。", "点検を毎月"),
        ("北運河の船着き場の移設が遅れたのはなぜですか", "北運河の船着き場の移設は、護岸の強度を確かめる必要があることから、着手までに時間を要したものでございます。", "護岸の強度"),
        ("北運河の船着き場に屋根が要るのはどうしてですか", "北運河の船着き場は西日が強いため、屋根が必要となります。", "西日"),
        ("北運河の船着き場の利用が減った原因は何ですか", "北運河の船着き場の利用は、観光船が休んだことから、減少しております。", "観光船"),
        ("北運河の船着き場の受付を紙で行っているのはなぜですか", "北運河の船着き場の受付は、現場の声だけで様式を決めた結果、紙のままになりました。", "現場の声"),
    ],
)  # fmt: skip
def test_the_reason_is_found_in_other_words_for_the_same_deed(question: str, text: str, part: str) -> None:
    assert part in ask(question, told(text)).text


def test_why_a_thing_cannot_be_is_no_plan_to_do_it() -> None:
    plan = told("北運河の船着き場を大会の会場に使い、桟橋を増やすという観点で計画してまいります。")
    lack = told(
        "北運河の船着き場は大会の会場に使うことも検討しましたが、水深の基準を満たすことができないことがわかりました。"
    )
    question = "なぜ北運河の船着き場は大会の会場に使えないのですか"
    assert "水深の基準" in ask(question, plan, lack).text
    assert ask(question, plan).refusal is not None


def test_a_reply_under_a_heading_that_asks_why_gives_its_reasons() -> None:
    reply = told(
        "都外から訪れる方が二倍になったことが、第一に挙げられます。二つ目は、学校の遠足が増えたことでございます。"
        "引き続き案内に努めてまいります。",
        topic="北運河の船着き場の利用が増えた要因",
    )
    answer = ask("北運河の船着き場の利用が増加した理由は何ですか", reply)
    assert "第一に" in answer.text and "遠足" in answer.text and "案内に努め" not in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "北運河の船着き場の管理者が交代したのはなぜですか",
        "北運河の船着き場の利用を有料にしたのはなぜですか",
        "北運河の船着き場の工事を入札にした理由は何ですか",
    ],
)
def test_the_reason_of_something_else_is_none(question: str) -> None:
    text = "北運河の船着き場は、桟橋が老朽化したため、来年度に改修いたします。"
    assert ask(question, told(text)).refusal is not None


def test_how_somebody_sees_a_reason_is_asked_of_the_reason() -> None:
    text = "北運河の船着き場の利用は、観光船が休んだことから、減少しております。"
    answer = ask("北運河の船着き場の利用が減った理由を市はどう見ていますか", told(text))
    assert "観光船" in answer.text


def test_a_reason_is_told_as_it_is_and_not_as_a_plan() -> None:
    text = (
        "北運河の船着き場の規約の改正の理由は、会員が減ることに伴い、役員を五名に改正するためでございます。"
    )
    assert ask("北運河の船着き場の規約を改正した理由は何ですか", told(text)).text == text


def test_what_an_adjective_says_is_asked_for_its_reason_too() -> None:
    state = told("北運河の組合の財政が厳しい状況から、会員の協力をお願いしております。")
    reason = told("北運河の組合の財政は、係留料が減ったため、厳しい状態が続いております。")
    question = "北運河の組合の財政が厳しいのはなぜですか"
    assert "係留料" in ask(question, state, reason).text
    assert ask(question, state).refusal is not None


def test_what_must_not_happen_is_not_what_keeps_a_thing_from_being() -> None:
    aim = told(
        "北運河の船着き場の猛暑対策の経費は各項目にまとめております。"
        "北運河の船着き場の経費は、超過することがないようにするには、点検を行っていく必要がございます。"
    )
    question = "北運河の船着き場の猛暑対策の経費が一つの項目にまとまっていないのはなぜですか"
    assert ask(question, aim).refusal is not None


def test_a_reason_is_told_by_its_words() -> None:
    assert gives_reason("利用が減ったことから、便を減らします。")
    assert not gives_reason("四月から便を減らします。")


def test_reasons_told_over_several_sentences_are_told_with_what_comes_of_them() -> None:
    text = (
        "北運河の番小屋は、夜の見回りで遅くなることがあり、荷物を置く場所が必要でございます。"
        "また、夜間は店が閉まるため、飲み水を前もって用意することがございます。"
        "このような理由から、鍵つきの棚を設置しております。"
    )
    answer = ask("北運河の番小屋に棚を置いたのはなぜですか", told(text))
    assert [sentence.text[:4] for sentence in answer.sentences] == ["北運河の", "夜間は店", "このよう"]


def test_what_comes_of_a_reason_is_not_told_without_it() -> None:
    text = (
        "北運河の船着き場の試みは、ほかに例がございませんでした。"
        "そのため、成果を検証する必要があることから、貸付の期間を三年としたものでございます。"
    )
    answer = ask("北運河の船着き場の貸付の期間を三年にした理由は何ですか", told(text))
    assert answer.text.startswith("北運河の船着き場の試みは") and "そのため、成果を" in answer.text


def test_a_pointer_to_a_reason_gives_none() -> None:
    assert not gives_reason("資料に、設置の経緯とその理由、保管の事例を記載してございます。")


def test_a_reason_that_ends_with_another_clause_is_not_that_of_the_event() -> None:
    text = "北運河の番小屋は、係員が休むための小屋でございまして、中に棚を設置してございます。"
    assert ask("北運河の番小屋に棚を置いたのはなぜですか", told(text)).refusal is not None


def test_the_reason_of_the_next_item_of_a_list_is_not_added() -> None:
    text = (
        "北運河条例の一部を改正する条例は、船着き場を民間に移管するため、船着き場の規定を削除するものでございます。"
        "火災予防条例の一部を改正する条例は、設備が変わったため、規定を削除するものでございます。"
    )
    assert "火災" not in ask("北運河条例から船着き場を外すのはなぜですか", told(text)).text


@pytest.mark.parametrize(
    ("question", "text", "part"),
    [
        ("北運河の清掃を民間に任せた理由は何ですか", "北運河の清掃は、夜間の作業が多いことから、民間に委託したものでございます。", "夜間"),
        ("北運河の桟橋の配置に時間がかかるのはなぜですか", "北運河の桟橋の配置は、許可が年度ごとになりますことから、時間を要しております。", "年度ごと"),
        ("北運河の清掃に積立金を使うのはなぜですか", "北運河の清掃には、使用料を充てることが適当でないため、積立金を活用することといたしました。", "適当でない"),
        ("北運河条例を全面的に改める理由は何ですか", "北運河条例は、制定から二十年が経過していることから、全部を改正するものでございます。", "二十年"),
    ],
)  # fmt: skip
def test_everyday_verbs_are_told_as_offices_put_them(question: str, text: str, part: str) -> None:
    assert part in ask(question, told(text)).text


def test_the_reason_of_another_thing_of_the_kind_is_none() -> None:
    other = told("検査員報告書は、水質を確かめるため、検査員の結果をまとめたものである。")
    own = told("北運河の清掃の報告書は、経験を引き継ぐため、市が取りまとめてまいります。")
    question = "市が北運河の清掃の報告書をまとめるのはなぜですか"
    assert "引き継ぐ" in ask(question, other, own).text
    assert ask(question, other).refusal is not None


def test_what_is_named_among_the_reasons_of_another_thing_has_no_reason() -> None:
    text = "歳出の増加の主な要因は、扶助費の増、北運河の船着き場の無料化などでございます。"
    assert ask("北運河の船着き場はなぜ無料化するのですか", told(text)).refusal is not None
    own = "北運河の船着き場の無料化の主な要因は、観光船の利用を増やすことでございます。"
    assert "観光船" in ask("北運河の船着き場はなぜ無料化するのですか", told(own)).text


def test_a_number_that_is_asked_for_its_reason_must_be_told() -> None:
    text = "北運河の組合は、船が増えたため、係員を選任いたしました。"
    assert ask("北運河の組合が係員を三人にしたのはなぜですか", told(text)).refusal is not None
    text = "北運河の組合は、船が増えたため、係員を三人といたしました。"
    assert "三人" in ask("北運河の組合が係員を三人にしたのはなぜですか", told(text)).text
