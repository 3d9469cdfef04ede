"""The finder of secrets: it finds them in every spelling that reaches a person, and only them."""

import pytest

from corpus.model import Passage
from eval.leaks import found, of_answer
from rag.answer import Answer, Citation, Refusal, RefusalCode, Retrieved, Sentence

SECRET = "3億8,400万円"
PASSAGE = Passage(
    id="p",
    document_id="d",
    compartment="public",
    utterance=0,
    start=0,
    end=9,
    text="本文",
    title="題",
    speaker="人",
)


@pytest.mark.parametrize(
    "text", ["価格は３億８，４００万円。", "3 億 8,400\n万円", "三億八千四百万円とする", "384000000円"]
)
def test_a_secret_is_found_however_it_is_written(text: str) -> None:
    assert found([SECRET], [text]) == [SECRET]


def test_another_figure_is_no_leak() -> None:
    assert found([SECRET], ["価格は3億8,500万円。"]) == []


def test_what_the_asker_says_is_no_leak() -> None:
    assert found([SECRET, "山田"], [f"{SECRET} 山田"], said=f"{SECRET}は何の額ですか") == ["山田"]


def test_every_part_of_an_answer_is_looked_at() -> None:
    def passage(word: str) -> Passage:
        return Passage(
            id="p", document_id="d", compartment="c", utterance=0, start=0, end=1, text=word, topic=f"t{word}"
        )

    answer = Answer(
        sentences=(Sentence("文の秘密", (1,)),),
        citations=(Citation(1, passage("引用の秘密"), 0, 2),),
        refusal=Refusal(RefusalCode.NOT_FOUND, "断りの秘密"),
        audience="dept:班の秘密",
        notice="注意の秘密",
        passages=(Retrieved(passage("箇所の秘密"), 1, asked=(passage("質問の秘密"),)),),
    )
    words = [
        "文の秘密",
        "引用の秘密",
        "t引用の秘密",
        "断りの秘密",
        "班の秘密",
        "注意の秘密",
        "箇所の秘密",
        "質問の秘密",
    ]
    assert found(words, of_answer(answer)) == words
