"""A question that a member put already is answered with what was said in return."""

from __future__ import annotations

from datetime import date

import pytest

from corpus.model import Passage, Role
from rag.answer import Answer, Style
from rag.compose.extractive import compose
from tests.rag.building import found, passage

ASKED = passage(
    "市民プールは開設から四十年がたちました。ろ過装置の銘板には旧市名が刻まれていますが、銘板を博物館へ移すおつもりはあるのでしょうか、お伺いします。",
    role=Role.QUESTION,
    post="5番",
    speaker="田口花子",
)
REPLY = passage("そのような話は聞いておりません。", post="教育部長", speaker="芝正雄")
SPOKEN = "ろ過装置の銘板には旧市名が刻まれていますが、銘板を博物館へ移すおつもりはあるのでしょうか。"


def ask(question: str, *hits: Passage, asked: Passage = ASKED) -> Answer:
    return compose(question, found(*hits, asked=(asked,)), style=Style.FULL, today=date(2025, 9, 1))


def test_a_question_put_again_is_answered_with_the_reply_to_it() -> None:
    answer = ask(SPOKEN, REPLY)
    assert answer.text == REPLY.text
    assert answer.citations[0].passage == REPLY


def test_without_that_question_the_reply_answers_nothing() -> None:
    assert ask(SPOKEN, REPLY, asked=passage("公園の桜について伺います。", role=Role.QUESTION)).refusal


@pytest.mark.parametrize(
    "question",
    [
        "ろ過装置の銘板には旧市名が刻まれていますが、銘板の製造業者に補償を求めるおつもりはあるのでしょうか。",
        "ろ過装置の銘板を博物館へ移す費用はいくらですか。",
        "市民プールの入場料を値上げするおつもりはあるのでしょうか。",
    ],
)
def test_what_nobody_asked_is_not_answered_with_a_reply_to_something_near(question: str) -> None:
    assert ask(question, REPLY).refusal is not None


def test_a_question_in_fewer_words_needs_what_it_asks_for_in_the_reply() -> None:
    asked = passage(
        "市民プールの夜間開放の試行に当たり、監視員の増員の人数は何人になる見込みなのか、部長の説明を求めます、お答えください。",
        role=Role.QUESTION,
        speaker="田口花子",
    )
    silent = passage("安全の確保に努めてまいります。", post="教育部長", speaker="芝正雄")
    declining = passage("現時点ではお答えできません。", post="教育部長", speaker="芝正雄")
    question = "市民プールの夜間開放の試行で監視員の増員は何人ですか"
    assert ask(question, silent, asked=asked).refusal is not None
    assert ask(question, declining, asked=asked).text == declining.text


def test_a_short_reply_is_told_in_the_order_it_was_spoken() -> None:
    reply = passage(
        "私は引き継ぎを受けておりません。銘板のことは承知しておりません。", post="教育部長", speaker="芝正雄"
    )
    assert ask(SPOKEN, reply).text == reply.text


def test_the_reply_of_another_year_is_none() -> None:
    asked = passage("市民プールの利用者は何人でしたか、伺います。", role=Role.QUESTION, speaker="田口花子")
    reply = passage("令和六年度は二万三千人でございました。", post="教育部長", speaker="芝正雄")
    assert ask("令和2年度の市民プールの利用者は何人でしたか", reply, asked=asked).refusal is not None
    assert ask("市民プールの利用者は何人でしたか", reply, asked=asked).text == reply.text


LIST = passage(
    "桟橋通りの小学校では昨年から朝の見守りが行われています。中学校の登校時の見守りの民営化について、実施の時期と必要となる経費を含め、お考えを伺います。",
    role=Role.QUESTION,
    speaker="田口花子",
)
IN_RETURN = passage(
    "私といたしましては、令和九年四月から、全ての地区で実施したいと考えております。",
    post="市長",
    speaker="船越一",
)


def test_a_time_that_a_member_asked_for_in_a_list_is_told_by_the_reply() -> None:
    assert "令和九年四月" in ask("登校の見守りの民営化はいつからですか", IN_RETURN, asked=LIST).text
    untimed = passage(LIST.text.replace("実施の時期と", ""), role=Role.QUESTION, speaker="田口花子")
    assert ask("登校の見守りの民営化はいつからですか", IN_RETURN, asked=untimed).refusal is not None


def test_the_reply_on_one_of_a_pair_tells_nothing_of_the_other() -> None:
    question = "{}の登校の見守りの民営化はいつからですか"
    assert "令和九年四月" in ask(question.format("中学校"), IN_RETURN, asked=LIST).text
    assert ask(question.format("小学校"), IN_RETURN, asked=LIST).refusal is not None


def test_a_time_gone_by_does_not_tell_when_a_thing_is_to_come() -> None:
    reply = passage("昨年度の状況は御案内のとおりでございます。", post="市長", speaker="船越一")
    assert ask("登校の見守りの民営化はいつからですか", reply, asked=LIST).refusal is not None
