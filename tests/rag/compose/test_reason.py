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
