"""What can be asked next is made from readable text alone, and readable text answers it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from corpus.disclosure import PUBLIC, Label, Principal, Status
from corpus.embedding import HashEmbedder
from corpus.model import Document, Kind, LabelClaim, Role, Section, Span, Utterance
from corpus.reading import Reader
from corpus.store import Store
from ingest.job import Order
from rag.pipeline import Draft, Pipeline
from rag.retrieval import Retriever
from tests.stores import IT, NOW, OPEN, SALT, TODAY, WELFARE, take

ASKED = "避難所の蓄電池の設置をどう進めますか。あわせて、河川敷の照明と、図書館の開館時間について伺います。"
ANSWERS = (
    "避難所の蓄電池の設置についてお答えします。避難所の蓄電池の設置は、対象を広げて進めてまいります。"
    "避難所の蓄電池の設置に当たりましては、地域の方の声を聞きながら、夜間の冷え込みにも備えてまいります。"
    "避難所の蓄電池の設置の後も、使い方の訓練を地域の方と続けてまいります。"
    "必要な費用は四億二千万円を見込んでおります。",
    "次に、河川敷の照明についてお答えします。河川敷の照明は、暗い場所から順に増やしてまいります。"
    "河川敷の照明は、散歩をされる方の声を聞きながら、場所を選んでまいります。",
    "次に、図書館の開館時間についてお答えします。図書館の開館時間は、夜間の利用を見て延ばしてまいります。"
    "図書館の開館時間は、職員の勤務の組み方とあわせて考えてまいります。",
)
QUESTION = "避難所の蓄電池の設置はどう進めますか。"


def minutes(closed: str = "") -> Document:
    """A question, and an answer on three matters; `closed` words are marked 非公開."""
    answer = "\n".join(ANSWERS)
    text = f"{ASKED}\n{answer}"
    begin = len(ASKED) + 1
    claims: tuple[LabelClaim, ...] = ()
    if closed:
        at = text.index(closed)
        claims = (
            LabelClaim(Label(Status.PARTIAL), "form"),
            LabelClaim(Label(Status.CLOSED, owner="情報政策課"), "mark", Span(at, at + len(closed))),
        )
    return Document(
        "",
        "議会の記録",
        Kind.MINUTES,
        text,
        (Section("一般質問", 0, len(text)),),
        (
            Utterance(0, len(ASKED), "東", "", Role.QUESTION, 0),
            Utterance(begin, len(text), "西", "危機管理部長", Role.ANSWER, 0),
        ),
        meeting="議会",
        date=date(2025, 6, 2),
        department="情報政策課",
        claims=claims,
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "data", salt=SALT)
    yield opened
    opened.close()


def offered(store: Store, who: Principal = PUBLIC, question: str = QUESTION) -> list[str]:
    """The questions offered after an answer."""
    reader = Reader(store, who, now=lambda: NOW)
    pipeline = Pipeline(Retriever(HashEmbedder()), today=lambda: TODAY)
    draft = pipeline.draft(question, reader)
    assert draft.answer.refusal is None
    return [each.text for each in pipeline.offering(draft, draft.answer, reader).followups]


def test_what_is_said_and_not_told_yet_and_the_other_matters_are_offered(
    store: Store, tmp_path: Path
) -> None:
    take(store, tmp_path / "files", {"a.json": minutes()}, Order(label=OPEN))
    assert offered(store) == [
        "避難所の蓄電池の設置について、費用はいくらですか。",
        "河川敷の照明についてはどう答えていますか。",
        "図書館の開館時間についてはどう答えていますか。",
    ]


def test_every_offered_question_finds_an_answer(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path / "files", {"a.json": minutes()}, Order(label=OPEN))
    reader = Reader(store, PUBLIC, now=lambda: NOW)
    pipeline = Pipeline(Retriever(HashEmbedder()), today=lambda: TODAY)
    for text in offered(store):
        assert pipeline.draft(text, reader).answer.refusal is None, text


def test_what_was_asked_or_told_is_not_offered_again(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path / "files", {"a.json": minutes()}, Order(label=OPEN))
    again = offered(store, question="避難所の蓄電池の設置の費用はいくらですか。")
    assert not any("費用" in text for text in again)


@pytest.mark.parametrize(
    ("closed", "lost"),
    [("必要な費用は四億二千万円を見込んでおります。", "費用"), (ANSWERS[1], "河川敷")],
)
def test_nothing_is_offered_from_text_that_may_not_be_read(
    store: Store, tmp_path: Path, closed: str, lost: str
) -> None:
    take(store, tmp_path / "files", {"a.json": minutes(closed)}, Order(label=OPEN))
    assert not any(lost in text for text in offered(store))
    assert "図書館の開館時間についてはどう答えていますか。" in offered(store)


def test_a_refusal_offers_nothing(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path / "files", {"a.json": minutes()}, Order(label=OPEN))
    reader = Reader(store, IT, now=lambda: NOW)
    pipeline = Pipeline(Retriever(HashEmbedder()), today=lambda: TODAY)
    draft: Draft = pipeline.draft("月面基地の家賃はいくらですか。", reader)
    assert draft.answer.refusal is not None
    assert pipeline.offering(draft, draft.answer, reader).followups == ()


def test_to_whoever_may_not_read_the_source_nothing_is_offered(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path / "files", {"a.json": minutes()}, Order())
    pipeline = Pipeline(Retriever(HashEmbedder()), today=lambda: TODAY)
    own, other = (Reader(store, who, now=lambda: NOW) for who in (IT, WELFARE))
    draft = pipeline.draft(QUESTION, own)
    assert len(pipeline.offering(draft, draft.answer, own).followups) == 3
    assert pipeline.offering(draft, draft.answer, other).followups == ()
