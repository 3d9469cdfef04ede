import re

import pytest

from rag.compose.event import event_of
from rag.compose.mention import explains, in_aspect, timed, told
from rag.compose.status import Told


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("新しい橋は昨年三月に竣工いたしました。", Told.DONE),
        ("新しい橋は令和八年度の完成を予定しております。", Told.PLANNED),
        ("新しい橋はいまだ完成しておりません。", Told.DENIED),
        ("新しい橋が完成した場合には、渋滞が減ると見込まれます。", Told.SUPPOSED),
        ("橋の完成検査の手順を定めました。", Told.NOT),
        ("新しい橋の点検を行いました。", Told.NOT),
    ],
)
def test_a_sentence_tells_an_event_as_done_planned_denied_or_supposed(text: str, status: Told) -> None:
    event = event_of("新しい橋は完成しましたか")
    assert event is not None and told(event, text) is status


def test_an_event_of_another_subject_is_not_told() -> None:
    event = event_of("東雲橋はいつ完成しましたか")
    assert event is not None
    assert told(event, "令和五年三月に市民会館が完成いたしました。") is Told.NOT


@pytest.mark.parametrize(
    ("text", "belongs"),
    [
        ("令和七年四月に、港の公園へ移転いたしました。", True),
        ("移転の時期は令和七年四月でございます。", True),
        ("令和五年五月に被害の調査を行い、図書館を移転いたしました。", False),
        ("令和七年度予算に移転の経費を計上いたしました。", False),
    ],
)
def test_a_time_belongs_to_the_event_of_its_clause(text: str, belongs: bool) -> None:
    event = event_of("図書館はいつ移転しましたか")
    assert event is not None and (timed(event, text) is not Told.NOT) is belongs


def test_a_beginning_is_no_end() -> None:
    event = event_of("体育館の工事はいつ終わりますか")
    assert event is not None
    assert not in_aspect(event, "体育館の工事は令和八年四月に着手します。")
    assert in_aspect(event, "体育館の工事は令和九年三月までに行います。")


def test_what_is_done_to_hinder_an_event_does_not_explain_it() -> None:
    event = event_of("ごみの量が増加したのはなぜですか")
    assert event is not None
    cause = re.compile("ため")
    assert not explains(event, "ごみの増加を抑えるため、袋を有料にいたします。", cause)
    assert explains(event, "観光客を多く迎えたため、ごみが増加いたしました。", cause)


def test_the_announcement_of_an_event_is_not_the_event() -> None:
    event = event_of("港の公社は設立されましたか")
    assert event is not None
    assert told(event, "公社の設立を公表して以来、多くの声をいただきました。") is Told.NAMED
    assert told(event, "市は公社の設立にかじを切ったのです。") is Told.NAMED


def test_a_thing_chosen_to_be_something_is_not_the_decision_on_another() -> None:
    event = event_of("国際大会の開催が決定したのはいつですか")
    assert event is not None
    assert told(event, "八月三十日に、みどり市が国内の候補地に決定いたしました。") is Told.NOT
    assert told(event, "七月十二日に、国際大会の総日数を十日とすることが決定されました。") is Told.NOT
    assert told(event, "九月七日に、国際大会の開催が決定いたしました。") is Told.DONE
    assert told(event, "十月の開催の決定までの日程をお示ししております。") is Told.NAMED


def test_a_time_that_opens_a_sentence_is_that_of_all_it_tells() -> None:
    event = event_of("運河の掘削はいつ始まりますか")
    text = "令和九年度は、護岸の工事を完了させ、運河の掘削を開始するとともに、桟橋を架け替えます。"
    assert event is not None and timed(event, text) is Told.PLANNED


def test_what_is_made_for_a_body_is_not_the_body() -> None:
    event = event_of("運河協議会ができたのはいつですか")
    assert event is not None
    assert (
        timed(event, "平成十一年の運河協議会において、市が作成した五つの案を検討しました。") is not Told.DONE
    )
    assert timed(event, "平成八年に運河協議会を設置しました。") is Told.DONE


def test_a_thing_made_so_may_be_called_by_a_longer_noun() -> None:
    event = event_of("窓口はいつ情報化されましたか")
    assert event is not None and told(event, "窓口では令和五年に高度情報化されました。") is Told.DONE
