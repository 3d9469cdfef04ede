"""What asks, what announces, and where an asked point ends."""

from __future__ import annotations

import pytest

from corpus.model import Span
from ingest.dialogue.asking import asking_lines, asks, header, pleads, question_cuts
from ingest.dialogue.wording import Paragraph, paragraphs


def lines(*texts: str) -> list[Paragraph]:
    text = "\n".join(texts)
    return paragraphs(text, Span(0, len(text)))


@pytest.mark.parametrize(
    "text",
    [
        "町の見解を伺います。",
        "桟橋はいつ直るのですか。",
        "教育長の所見を求めます。",
        "渡し船を増やすべきではありませんか。",
        "灯台を開けるべきですが、いかがでしょうか。",
        "町長の決意をお伺いし、質問を終わります。（拍手）",
        "運賃の推移をお示しください。",
        "桟橋を早く直すことを強く求めます。",
    ],
)
def test_requests_and_questions_ask(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize(
    "text",
    [
        "桟橋は古くなっています。",
        "早く直すことを要望しておきます。",
        "そこで伺います。",
        "以上で質問を終わります。（拍手）",
        "町の取組を評価します。",
    ],
)
def test_telling_and_remarking_do_not_ask(text: str) -> None:
    assert not asks(text)


def test_a_demand_is_told_from_a_question() -> None:
    assert pleads("桟橋を直すことを求めます。")
    assert not pleads("桟橋を直すよう求めます。町長の見解を伺います。")


def test_a_header_is_the_topic_without_its_lead() -> None:
    assert header("最後に、灯台公園の桟橋について質問いたします。") == "灯台公園の桟橋"
    assert header("桟橋を直すべきと考えますが、今後の進め方について伺います。") == ""


def test_about_asks_where_its_words_were_told_and_announces_where_they_follow() -> None:
    told = lines(
        "渡し船の運賃が上がりました。", "渡し船の運賃の今後について伺います。", "図書館は古くなりました。"
    )
    announced = lines("渡し船の運賃について伺います。", "運賃が上がりました。", "理由は何ですか。")
    assert asking_lines(told) == [False, True, False]
    assert asking_lines(announced) == [False, False, True]


def test_a_list_of_short_questions_asks_each() -> None:
    short = lines("まず、桟橋の修繕について伺います。", "次に、灯台の公開について伺います。")
    assert asking_lines(short) == [True, True]


def test_a_heading_over_headings_belongs_to_the_first_point() -> None:
    speech = lines(
        "次に、港について伺います。",
        "まず、桟橋について伺います。",
        "桟橋はいつ直りますか。",
        "次に、灯台について伺います。",
        "灯台はいつ開きますか。",
    )
    assert question_cuts(speech) == {0: "桟橋", 3: "灯台"}


def test_a_remark_that_adds_to_a_request_stays_with_it_and_another_stands_alone() -> None:
    speech = lines(
        "桟橋はいつ直りますか。",
        "なお、桟橋の工事では安全に努めるよう要望しておきます。",
        "図書館の本が古くなっています。",
        "図書館の本を買い替えるよう要望しておきます。",
        "灯台はいつ開きますか。",
    )
    assert sorted(question_cuts(speech)) == [0, 2, 4]
