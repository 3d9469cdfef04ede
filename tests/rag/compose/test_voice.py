from datetime import date

import pytest

from corpus.model import Passage, Role
from rag.answer import Style
from rag.compose.extractive import compose
from rag.compose.voice import newest, not_the_office, who
from tests.rag.building import found, passage


def itself(said: Passage) -> Passage:
    return said


def test_whoever_speaks_is_named_with_the_post_where_it_is_known() -> None:
    assert who(passage("はい。", post="港湾課長", speaker="波野")) == "港湾課長 波野"
    assert who(passage("はい。", post="", speaker="")) == ""


def test_the_newest_day_counts_in_the_order_spoken() -> None:
    early = passage("一", date=date(2025, 3, 3), document_id="d", utterance=1)
    second = passage("二", date=date(2025, 6, 3), document_id="d", utterance=5)
    first = passage("三", date=date(2025, 6, 3), document_id="d", utterance=2)
    undated = passage("四", date=None, document_id="d", utterance=3)
    assert newest([early, second, undated, first], itself) == [first, second]
    assert newest([undated], itself) == [undated]


@pytest.mark.parametrize(
    ("post", "role", "label"),
    [
        ("委員", Role.OTHER, "委員（波野）の発言"),
        ("四十一番", Role.OTHER, "議員（波野）の発言"),
        ("", Role.QUESTION, "質問者（波野）の発言"),
        ("参考人", Role.OTHER, "参考人（波野）の発言"),
        ("港湾課長", Role.ANSWER, ""),
        ("", Role.OTHER, ""),
    ],
)
def test_the_words_of_members_and_guests_do_not_pass_for_those_of_the_office(
    post: str, role: Role, label: str
) -> None:
    assert not_the_office(passage("はい。", post=post, role=role, speaker="波野")) == label


@pytest.mark.parametrize("style", [Style.FULL, Style.BRIEF])
def test_an_answer_in_the_words_of_a_member_says_so(style: Style) -> None:
    said = passage("浮き桟橋の改修費は七億円を超えております。", post="委員", speaker="波野", role=Role.OTHER)
    answer = compose("浮き桟橋の改修費はいくらですか", found(said), style=style, today=date(2025, 9, 1))
    assert answer.text.startswith("委員（波野）の発言：浮き桟橋")


def test_of_several_days_the_day_comes_before_whose_words_they_are() -> None:
    old = passage("浮き桟橋の改修費は七億円であります。", post="委員", speaker="波野", role=Role.OTHER)
    new = passage("浮き桟橋の改修費は八億円であります。", date=date(2025, 8, 1))
    answer = compose(
        "浮き桟橋の改修費はいくらですか", found(new, old), style=Style.FULL, today=date(2025, 9, 1)
    )
    assert [sentence.text.partition("：")[0] for sentence in answer.sentences] == [
        "令和7年8月1日",
        "令和7年6月12日、委員（波野）の発言",
    ]
