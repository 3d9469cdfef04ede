"""Follow-up questions over a store: what the reader may not read takes no part in how they are understood."""

from pathlib import Path

import pytest

from corpus.disclosure import PUBLIC, Label, Principal, Status
from corpus.embedding import HashEmbedder
from corpus.reading import Reader
from corpus.store import Store
from ingest.job import Order
from rag.pipeline import Pipeline
from rag.retrieval import Retriever
from tests.stores import IT, OPEN, TODAY, take, written

PARK = written(
    "公園の会議",
    "みどり公園の遊具の改修はいつ終わりますか。",
    "みどり公園の遊具の改修は、令和8年3月に終える予定でございます。",
)
CLOSED = written(
    "公園の内部の打合せ",
    "みどり公園の遊具の改修について、桜並木はどうなりますか。",
    "みどり公園の遊具の改修に合わせ、桜並木のうち桜の木12本を伐採いたします。",
)
QUESTION, FOLLOWING = "みどり公園の遊具の改修はいつ終わりますか。", "桜並木は何本を伐採しますか"


def understood(store: Store, who: Principal, question: str, *history: tuple[str, str]) -> tuple[str, str]:
    pipeline = Pipeline(Retriever(HashEmbedder()), today=lambda: TODAY)
    answer, conditions = pipeline.ask(question, Reader(store, who), history=history)
    return conditions.question, answer.text


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = Store.open(tmp_path / "store")
    take(opened, tmp_path / "open", {"a.json": PARK}, Order(label=OPEN))
    take(opened, tmp_path / "closed", {"b.json": CLOSED}, Order(label=Label(Status.CLOSED)))
    return opened


def test_a_follow_up_is_looked_up_under_its_topic(store: Store) -> None:
    told, answer = understood(store, PUBLIC, "それはいつですか", (QUESTION, ""))
    assert told.startswith("みどり公園の遊具の改修はいつ")
    assert "令和8年3月" in answer


def test_records_that_the_reader_may_not_read_do_not_decide_what_a_question_follows(store: Store) -> None:
    assert "みどり公園" in understood(store, IT, FOLLOWING, (QUESTION, ""))[0]
    assert understood(store, PUBLIC, FOLLOWING, (QUESTION, ""))[0] == ""


def test_the_answers_of_a_conversation_have_no_part_in_the_next_one(store: Store) -> None:
    secret = "桜並木の桜の木12本を伐採いたします。"
    assert understood(store, PUBLIC, "費用は", (QUESTION, secret)) == understood(
        store, PUBLIC, "費用は", (QUESTION, "")
    )


def test_a_first_question_is_told_as_asked(store: Store) -> None:
    assert understood(store, PUBLIC, QUESTION)[0] == ""


def test_who_asked_is_told_from_what_the_reader_may_read(store: Store) -> None:
    told, answer = understood(store, PUBLIC, "誰が質問しましたか", (QUESTION, ""))
    assert told == "みどり公園の遊具の改修について、誰が質問しましたか"
    assert answer.count("の質問：") == 1
    inside = "みどり公園の桜並木を伐採する件について、誰が質問しましたか"
    assert "桜並木" in understood(store, IT, inside)[1]
    assert "桜並木" not in understood(store, PUBLIC, inside)[1]


TALK = written(
    "遊具の打合せ",
    "みどり公園の遊具の改修はいつ終わりますか、改修の終わりを伺います。",
    "みどり公園の遊具の改修は、いつ終わりますかとのことですが、遊具の改修は遊具の改修の手引により進めております。",
)


def test_where_the_best_passage_does_not_answer_the_next_ones_are_looked_at(tmp_path: Path) -> None:
    opened = Store.open(tmp_path / "store")
    take(opened, tmp_path / "talk", {"a.json": PARK, "c.json": TALK}, Order(label=OPEN))
    pipeline = Pipeline(Retriever(HashEmbedder()), today=lambda: TODAY)
    reader = Reader(opened, PUBLIC)
    (best,), _ = pipeline.search(QUESTION, reader, top_k=1)
    answer, _ = pipeline.ask(QUESTION, reader, top_k=1)
    assert "令和8年3月" not in best.passage.text and "令和8年3月" in answer.text
    assert {citation.passage.id for citation in answer.citations} < {
        row.passage.id for row in answer.passages
    }
