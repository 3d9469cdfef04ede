"""What was said in return to a member is found by who asked, over what the reader may read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from corpus.disclosure import PUBLIC, Label, Status
from corpus.embedding import HashEmbedder
from corpus.model import Document, Kind, Role, Section, Utterance
from corpus.reading import Reader
from corpus.store import Store
from ingest.job import Order
from rag.answer import Answer
from rag.pipeline import Pipeline
from rag.retrieval import Retriever
from tests.stores import OPEN, TODAY, take

QUESTION = "浜野議員の質問に環境部長はどう答えましたか"


def minutes(title: str, day: date, member: str, asked: str, answer: str) -> Document:
    text = f"{asked}\n{answer}"
    begin = len(asked) + 1
    return Document(
        "",
        title,
        Kind.MINUTES,
        text,
        (Section("一般質問", 0, len(text)),),
        (
            Utterance(0, len(asked), member, "7番", Role.QUESTION, 0),
            Utterance(begin, len(text), "川瀬実", "環境部長", Role.ANSWER, 0),
        ),
        meeting="みどり野市議会",
        date=day,
        department="情報政策課",
    )


OLD = minutes(
    "前の会議", date(2024, 6, 3), "浜野一郎", "砂浜の清掃を増やしますか。", "砂浜の清掃は月二回といたします。"
)
NEW = minutes(
    "今の会議",
    date(2025, 6, 2),
    "浜野一郎",
    "砂浜の照明の数はどう増やしますか。",
    "砂浜の照明は六基に増やします。",
)
NEAR = minutes(
    "別の会議", date(2025, 6, 3), "木戸健", "砂浜の照明は必要ですか。", "砂浜の照明は要望を聞いてまいります。"
)
SHUT = minutes("打合せ", date(2025, 6, 9), "浜野一郎", "砂浜の売店をどうしますか。", "砂浜の売店は閉じる予定でございます。")  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = Store.open(tmp_path / "store")
    take(opened, tmp_path / "open", {"a.json": OLD, "b.json": NEW, "c.json": NEAR}, Order(label=OPEN))
    take(opened, tmp_path / "closed", {"d.json": SHUT}, Order(label=Label(Status.CLOSED)))
    return opened


def ask(store: Store, question: str) -> Answer:
    pipeline = Pipeline(Retriever(HashEmbedder()), today=lambda: TODAY)
    return pipeline.ask(question, Reader(store, PUBLIC))[0]


def test_the_newest_reply_to_the_member_is_told(store: Store) -> None:
    answer = ask(store, QUESTION)
    assert (
        answer.text
        == "環境部長 川瀬実（令和7年6月2日、浜野一郎議員への答弁）：砂浜の照明は六基に増やします。"
    )


def test_a_matter_brings_the_reply_on_it(store: Store) -> None:
    answer = ask(store, "砂浜の清掃について浜野議員に環境部長は何と答えましたか")
    assert "月二回" in answer.text


def test_the_reply_to_somebody_else_on_the_matter_comes_after(store: Store) -> None:
    assert "六基" in ask(store, "砂浜の照明について浜野議員の質問に市はどう答えましたか").text
    assert "要望" in ask(store, "砂浜の照明について木戸議員の質問に市はどう答えましたか").text


def test_a_member_nobody_knows_got_no_reply(store: Store) -> None:
    assert ask(store, "架空議員の質問に環境部長はどう答えましたか").refusal is not None


def test_what_a_person_said_is_told_in_that_persons_words_alone(store: Store) -> None:
    assert ask(store, "砂浜の照明について架空議員は何と述べましたか").refusal is not None


SPOKEN = minutes(
    "先の会議",
    date(2025, 6, 2),
    "浜野一郎",
    "令和2年3月の本会議で市長は砂浜の歩道を広げると答弁されましたが、車椅子の方が二人並んで通れる幅になるのでしょうか。",
    "二人並んで通れる幅といたします。",
)


def test_a_meeting_named_in_passing_hides_no_reply_to_the_very_question(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path / "spoken", {"e.json": SPOKEN}, Order(label=OPEN))
    asked = SPOKEN.text.partition("\n")[0]
    assert ask(store, asked).text.endswith("二人並んで通れる幅といたします。")
    assert ask(store, asked.replace("二人並んで通れる", "電動の草刈り機が使える")).refusal is not None


def test_what_a_member_asked_is_told_from_the_newest_day_or_on_the_matter(store: Store) -> None:
    assert ask(store, "浜野議員は何を質問しましたか").text == (
        "浜野一郎議員（令和7年6月2日）の質問：砂浜の照明の数はどう増やしますか。"
    )
    assert "清掃" in ask(store, "浜野議員は砂浜の清掃について何を質問しましたか").text
    assert ask(store, "浜野議員は月面基地について何を質問しましたか").refusal is not None
