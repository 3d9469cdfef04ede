"""Where an answer turns to another point."""

from __future__ import annotations

import pytest

from corpus.model import Span
from ingest.dialogue.answering import CERTAIN, LOOSE, answer_cuts, frames, loose_turns, point
from ingest.dialogue.wording import Paragraph, paragraphs


def lines(*texts: str) -> list[Paragraph]:
    text = "\n".join(texts)
    return paragraphs(text, Span(0, len(text)))


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("次に、桟橋の修繕についてでございますが、八月に終わります。", "桟橋の修繕"),
        ("桟橋の修繕についてのご質問でございます。", "桟橋の修繕"),
        ("桟橋の修繕に関するご質問にお答えいたします。", "桟橋の修繕"),
        ("最後に、灯台の公開でございますが、日曜に開けます。", "灯台の公開"),
        ("運賃は幾らかというお尋ねでございますが、二百円です。", "運賃は幾らか"),
    ],
)
def test_an_opening_names_its_point(text: str, topic: str) -> None:
    assert point(text) == (topic, CERTAIN)


def test_a_detail_is_a_loose_turn_at_most() -> None:
    assert point("運賃につきましては、三年ごとに見直しております。") == ("運賃", LOOSE)
    assert point("来年度は、三隻を増やします。")[0] == ""


def test_greetings_and_handing_on_are_frames_but_an_answer_behind_a_greeting_is_not() -> None:
    assert frames("三点のご質問にお答えいたします。")
    assert frames("その他のご質問につきましては、建設部長からお答えいたします。")
    assert not frames("再質問にお答えいたします。修繕は八月に終わります。")


def test_an_announced_count_lets_a_doubtful_turn_in() -> None:
    body = ("まず、桟橋についてでございますが、直します。", "桟橋の工事についてでありますが、夜に行います。")
    assert sorted(answer_cuts(lines("三点のご質問にお答えいたします。", *body))) == [0, 1, 2]
    assert sorted(answer_cuts(lines(*body))) == [0]


def test_loose_turns_need_new_words() -> None:
    answer = lines(
        "渡し船の運賃は二百円でございます。",
        "運賃については、据え置きます。",
        "灯台の公開については、日曜に行います。",
    )
    assert loose_turns(answer) == [2]
