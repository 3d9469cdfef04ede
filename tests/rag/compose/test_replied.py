"""「田口議員の質問に市長はどう答えましたか」: the replies of the newest day, each with its matter."""

from __future__ import annotations

from datetime import date

from corpus.model import Passage, Role
from rag.answer import NOT_FOUND, Answer, Retrieved, Style
from rag.compose.replied import compose
from rag.speaking import Reply
from tests.rag.building import passage

ASKED = passage(
    "夜間の照明と、街路樹の剪定について伺います。", role=Role.QUESTION, post="5番", speaker="田口花子"
)
QUESTION = "田口議員の質問に市長はどう答えましたか"


def reply(text: str, topic: str, at: int, **fields: object) -> Passage:
    given: dict[str, object] = {"document_id": "d", "start": at, "post": "市長", "speaker": "芝正雄"}
    return passage(text, topic=topic, **(given | fields))


LIGHT = reply(
    "暗いという声が多く寄せられております。今後、照明を二十基増やしてまいります。", "夜間の照明", 10
)
TREES = reply("街路樹の剪定は、来年度から年二回に増やします。", "街路樹の剪定", 90)
OLD = reply("夜間の照明は検討しております。", "夜間の照明", 10, date=date(2023, 3, 1), document_id="o")
OTHER = reply("図書の購入を進めます。", "図書の購入", 200, post="教育長", speaker="木戸健")


def ask(*said: Passage, style: Style = Style.FULL, question: str = QUESTION) -> Answer:
    found = [Retrieved(one, n, 1.0, (ASKED,)) for n, one in enumerate(said, 1)]
    return compose(question, Reply("田口"), found, style=style)


def replies(answer: Answer) -> set[Passage]:
    """The passages cited as replies."""
    return {citation.passage for citation in answer.citations} - {ASKED}


def test_each_matter_is_told_with_the_sentence_that_decides_it_in_the_order_spoken() -> None:
    answer = ask(TREES, LIGHT)
    assert [sentence.text for sentence in answer.sentences] == [
        "市長 芝正雄（令和7年6月12日、田口花子議員への答弁）：夜間の照明について、今後、照明を二十基増やしてまいります。",
        "街路樹の剪定は、来年度（令和8年度）から年二回に増やします。",
    ]
    assert [citation.passage for citation in answer.citations] == [LIGHT, ASKED, TREES]


def test_a_sentence_that_names_the_member_rests_on_the_members_question_too() -> None:
    answer = ask(TREES, LIGHT)
    assert [sentence.citations for sentence in answer.sentences] == [(1, 2), (3,)]
    assert answer.citations[1].quote == ASKED.text


def test_the_newest_day_counts() -> None:
    assert replies(ask(OLD, LIGHT)) == {LIGHT}


def test_only_whoever_is_named_as_answering_is_told() -> None:
    assert replies(ask(LIGHT, OTHER)) == {LIGHT}
    assert ask(OTHER).refusal == NOT_FOUND


def test_the_executive_as_such_is_everybody_who_answered() -> None:
    answer = ask(LIGHT, OTHER, question="田口議員の質問に市はどう答えましたか")
    assert (
        "市長 芝正雄" in answer.text
        and "教育長 木戸健（令和7年6月12日、田口花子議員への答弁）：" in answer.text
    )


def test_a_brief_answer_tells_one_matter() -> None:
    assert len(ask(LIGHT, TREES, style=Style.BRIEF).sentences) == 1


def test_nothing_said_in_return_is_refused() -> None:
    assert ask().refusal == NOT_FOUND


def test_a_brief_answer_leaves_politeness_out() -> None:
    assert ask(LIGHT, style=Style.BRIEF).text == (
        "市長 芝正雄（令和7年6月12日、田口花子議員への答弁）：夜間の照明について、照明を二十基増やす。"
    )
