from datetime import date

from corpus.model import Passage
from rag.answer import Answer, Style
from rag.compose.extractive import compose
from tests.rag.building import found, passage


def ask(question: str, said: Passage) -> Answer:
    return compose(question, found(said), style=Style.FULL, today=date(2025, 9, 1))


def test_people_with_another_calling_are_not_counted() -> None:
    said = passage("図書館の事業についてであります。現在、学校司書十二人が読書の授業を手伝っております。")
    assert ask("図書館の司書は何人ですか", said).refusal is not None


def test_the_members_of_a_group_in_a_list_of_votes_are_not_those_who_are_asked_about() -> None:
    vote = passage(
        "市民会館の利用の料金についての議案です。\n議案：市民の森の条例、潮風会（7人）：○、市民のつながる会（4人）：×"
    )
    assert ask("市民会館の利用者は何人ですか", vote).refusal is not None


def test_schools_of_a_kind_are_not_counted_by_any_schools() -> None:
    said = passage(
        "避難所に指定されている学校の空調についてであります。今年度は、五校で工事を行っております。"
    )
    assert ask("避難所に指定されている高校は何校ですか", said).refusal is not None
    assert "五校" in ask("空調の工事を行う学校は何校ですか", said).text


def test_the_figures_of_a_town_are_not_those_of_a_guest_it_names() -> None:
    fair = passage(
        "石山市と共同で物産展を開きます。大桜市の催しとして大桜市の駅前で行います。",
        title="施政方針",
        document_id="d",
        date=None,
        utterance=1,
        start=200,
        end=240,
    )
    people = passage(
        "本市の人口は、前回の調査より一万人減りました。", title="施政方針", document_id="d", date=None
    )
    answer = compose(
        "石山市の人口は何人ですか", found(people, fair), style=Style.FULL, today=date(2025, 9, 1)
    )
    assert answer.refusal is not None
