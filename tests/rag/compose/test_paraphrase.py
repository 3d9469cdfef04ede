from datetime import date

import pytest

from rag.answer import Answer, Style
from rag.compose.event import event_of
from rag.compose.extractive import compose
from rag.compose.paraphrase import told_otherwise
from tests.rag.building import found, passage


def ask(question: str, text: str) -> Answer:
    return compose(question, found(passage(text)), style=Style.FULL, today=date(2025, 9, 1))


TELLS = [
    (
        "港町会議が観光航路の見直しの提言をまとめたのはいつですか",
        "令和五年七月に、港町会議において観光航路の見直しに関する提言を全会一致で決議いたしました。",
    ),
    (
        "みどり野市がごみゼロ都市を宣言したのはいつですか",
        "みどり野市は、令和四年五月に「ごみゼロ都市」を表明いたしました。",
    ),
    (
        "郷土史の講座が開かれたのはいつですか",
        "郷土史の講座は、令和六年十月に実施いたしました。",
    ),
]


@pytest.mark.parametrize(("question", "text"), TELLS)
def test_another_verb_said_of_the_very_thing_tells_when(question: str, text: str) -> None:
    assert ask(question, text).refusal is None


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (TELLS[1][0], "みどり野市は、令和四年五月に「ごみゼロ都市」を検討いたしました。"),
        (TELLS[1][0], "みどり野市は、ごみゼロ都市に向け、令和四年五月に焼却炉を更新いたしました。"),
        ("観光航路の桟橋が開業したのはいつですか", "観光航路の桟橋は、令和五年七月に着工いたしました。"),
        ("観光航路の桟橋が終わったのはいつですか", "観光航路の桟橋は、令和五年七月に着工いたしました。"),
    ],
)
def test_talk_other_things_and_other_known_deeds_do_not(question: str, text: str) -> None:
    assert ask(question, text).refusal is not None


def test_a_thing_that_says_little_is_not_enough_to_know_the_deed_by() -> None:
    event = event_of("事業がまとまったのはいつですか")
    assert event is not None and not told_otherwise(event, "事業は、令和五年七月に決議いたしました。")


def test_a_condition_is_nothing_that_will_be() -> None:
    text = "前の港まつりの入場券につきましては、二〇一五年の値で換算すると、一万円となります。"
    event = event_of("港まつりの入場券はいつ売り出されますか")
    assert event is not None and not told_otherwise(event, text)
    assert told_otherwise(event, "港まつりの入場券は、令和九年五月から販売いたします。")
