"""Yes/no questions and open ones: what is asked to be so must be told, the newest state first."""

from __future__ import annotations

from datetime import date

import pytest

from corpus.model import Passage
from rag.answer import Answer, Style
from rag.compose.extractive import compose
from tests.rag.building import found, passage


def ask(question: str, *hits: Passage) -> Answer:
    return compose(question, found(*hits), style=Style.FULL, today=date(2025, 9, 1))


PLAN = passage("北運河の水上バスの運航開始に当たり、来月から船長の研修を行います。", date=date(2025, 2, 3))
NOT_YET = passage("北運河の水上バスの運航は、まだ開始しておりません。", date=date(2025, 3, 3))
DONE = passage("それを踏まえて市は、北運河の水上バスの運航を開始いたしました。", date=date(2025, 6, 3))


def test_the_newest_state_of_what_is_asked_comes_first() -> None:
    answer = ask("北運河の水上バスの運航は始まりましたか", PLAN, NOT_YET, DONE)
    assert answer.sentences[0].text.endswith("市は、北運河の水上バスの運航を開始いたしました。")
    assert answer.citations[0].passage == DONE


def test_the_eve_of_an_event_does_not_tell_it() -> None:
    answer = ask("北運河の水上バスの運航は始まりましたか", PLAN)
    assert answer.refusal is not None or answer.text.startswith("令和7年2月3日の時点の予定")


@pytest.mark.parametrize(
    ("question", "answered"),
    [
        ("北運河の水上バスの駐輪場は有料ですか", True),
        ("北運河の水上バスの駐輪場は無料ですか", True),
        ("北運河の水上バスの駐輪場は有人ですか", False),
        ("北運河の水上バスの駐輪場は屋内になりましたか", False),
    ],
)
def test_what_a_thing_is_asked_to_be_or_its_contrary_must_be_told(question: str, answered: bool) -> None:
    told = passage("北運河の水上バスの駐輪場は、どなたも無料で利用できます。")
    assert (ask(question, told).refusal is None) is answered


def test_a_denial_of_the_event_answers_though_not_all_around_it_is_repeated() -> None:
    told = passage(
        "北運河の水質の検査は、係留中に行っております。波の影響を避けており、検査の結果への影響はなかったと考えております。"
    )
    assert "影響はなかった" in ask("北運河の水質の検査を係留中に行ったことで影響はありましたか", told).text


@pytest.mark.parametrize(
    ("question", "answered"),
    [
        ("みどり野市の遊園地の誘致についての市長の見解は", False),
        ("みどり野市の水上バスの増便についての市長の見解は", True),
    ],
)
def test_an_open_question_needs_the_noun_that_it_is_about(question: str, answered: bool) -> None:
    told = passage(
        "みどり野市の企業の誘致に努め、水上バスの増便を来年度に行うなど、市長としてまちの活性化を進めてまいります。", post="市長"
    )  # fmt: skip
    assert (ask(question, told).refusal is None) is answered


def test_a_figure_in_a_question_is_part_of_what_is_asked() -> None:
    told = passage("北運河の水上バスは、運行を始めました。")
    assert ask("北運河の水上バスは二十四時間運行を始めましたか", told).refusal is not None
    assert ask("北運河の水上バスは運行を始めましたか", told).refusal is None
    more = passage("北運河の水上バスは、昨年四月から二十四時間運行を始めました。")
    assert ask("北運河の水上バスは24時間運行を始めましたか", more).refusal is None


def test_whether_a_reason_was_made_known_is_not_asked_why() -> None:
    told = passage("北運河の会社に出資を断られた理由につきましては、明らかにされてはおりません。")
    answer = ask("北運河の会社に出資を断られた理由は公表されていますか", told)
    assert "明らかにされてはおりません" in answer.text


def test_what_is_done_within_a_scheme_is_told_as_the_scheme_is() -> None:
    told = passage(
        "次に、北運河の船員健診についてでありますが、昨年度から、健診の費用を独自に補助する仕組みを開始いたしました。"
        "現在、健診の状況を調査しております。"
    )
    answer = ask("北運河の船員健診の費用への補助は始まっていますか", told)
    assert answer.sentences[0].text.startswith("昨年度")


def test_a_deed_is_denied_by_what_stands_in_front_of_it() -> None:
    told = passage("北運河の番小屋の場所については、安全のため、非公表となっております。")
    assert "非公表" in ask("北運河の番小屋の場所は公表されますか", told).text


def test_the_view_of_a_person_need_not_name_that_person() -> None:
    said = passage(
        "北運河の石垣の診断は、三十年で考え出すという時期でございますので、まず診断をして中まで見ることが大事だと思います。",
        post="参考人",
        speaker="風見",
    )
    assert ask("北運河の石垣の診断について風見参考人の意見は", said).refusal is None


def test_a_thing_is_defined_by_the_noun_that_a_sentence_ends_in() -> None:
    said = passage("護岸積立金は、護岸の工事の財源に充てる目的で、利益に応じて積み立てる積立金でございます。")
    assert ask("護岸積立金とはどのようなものですか", said).refusal is None
    plan = passage("護岸積立金は、護岸の工事の財源に充てるため、来年度に取り崩す予定でございます。")
    assert ask("護岸積立金とはどのようなものですか", plan).refusal is not None


def test_a_thing_is_explained_by_the_plain_word_in_front_of_its_name() -> None:
    said = passage("来年度は、船便による配達、いわゆるボートポストの実験を通じて、利用を調べてまいります。")
    assert ask("ボートポストとは何ですか", said).refusal is None


def test_opinions_that_a_question_tells_of_are_part_of_it() -> None:
    said = passage("北運河の再編では、市民に情報の提出を求めないことを原則とする。")
    assert ask("北運河の再編に市民の意見を提出した団体はどこですか", said).refusal is not None


def test_a_denial_needs_no_more_words_of_the_question() -> None:
    told = passage(
        "新しい電話のシステムはナミオンである。現行とほぼ同じ働きなので、切り替えに支障はない。",
        agenda="電話の更新について",
    )
    answer = ask("ナミオンに変えると今の電話の使い方に支障が出ますか", told)
    assert "支障はない" in answer.text
