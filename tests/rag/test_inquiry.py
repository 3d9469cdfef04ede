from pathlib import Path
from typing import Any

import pytest

from corpus.disclosure import PUBLIC, Label, Status
from corpus.embedding import HashEmbedder
from corpus.reading import Reader
from corpus.store import Store
from ingest.job import Order
from rag.answer import Retrieved
from rag.pipeline import Pipeline
from rag.retrieval import Retriever
from tests.stores import OPEN, TODAY, take, written

PLANNED = "令和6年第3回定例会の会議予定表をご覧ください。会期は、9月3日から9月20日までの18日間でございます。"
OTHER = "令和6年第2回定例会の会議予定表をご覧ください。会期は、6月4日から6月15日までの12日間でございます。"
ASKED = "会期の日程はどうなりますか。"


def answered(store: Store, question: str) -> str:
    return (
        Pipeline(Retriever(HashEmbedder()), today=lambda: TODAY).ask(question, Reader(store, PUBLIC))[0].text
    )


def test_the_days_of_a_session_are_told_by_the_committee_that_set_them(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "store")
    documents = {
        "a.json": written("運営の打合せ一", ASKED, PLANNED),
        "b.json": written("運営の打合せ二", ASKED, OTHER),
    }
    take(store, tmp_path / "open", documents, Order(label=OPEN))
    answer = answered(store, "令和6年第3回定例会の会期は何日間ですか")
    assert "18日間" in answer and "12日間" not in answer
    assert answered(store, "令和6年第4回定例会の会期は何日間ですか") == ""


def test_a_closed_record_tells_nothing_of_a_session(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "store")
    take(
        store,
        tmp_path / "in",
        {"a.json": written("運営の打合せ", ASKED, PLANNED)},
        Order(label=Label(Status.CLOSED)),
    )
    assert answered(store, "令和6年第3回定例会の会期は何日間ですか") == ""


PARK = written(
    "公園の会議", "みどり公園の遊具を見ましたか。", "みどり公園の遊具は、点検を終えた後に塗り直します。"
)


class Watched(Retriever):
    """Remembers how many passages were looked for each time."""

    looked: list[int]

    def retrieve(self, *given: Any, **named: Any) -> list[Retrieved]:
        self.looked.append(named["top_k"])
        return super().retrieve(*given, **named)


@pytest.mark.parametrize(
    ("question", "twice"),
    [
        ("みどり公園の噴水はいつ完成しましたか。", True),
        ("みどり公園の噴水の管理についての見解は。", False),
        ("みどり公園の噴水は完成しましたか。", False),
        (
            "みどり公園の噴水は、長い間、地域の方に親しまれてきたと伺っております。夏には子供たちが集まり、秋には催しも開かれます。"
            "こうした中、噴水の修理が話題になりましたが、修理はいつ終わりますか、お聞かせください。",
            False,
        ),
    ],
)
def test_only_a_question_for_one_fact_is_looked_for_again_among_more_passages(
    tmp_path: Path, question: str, twice: bool
) -> None:
    store = Store.open(tmp_path / "store")
    take(store, tmp_path / "open", {"a.json": PARK}, Order(label=OPEN))
    retriever = Watched(HashEmbedder())
    retriever.looked = []
    answer, _ = Pipeline(retriever, today=lambda: TODAY).ask(question, Reader(store, PUBLIC))
    assert answer.refusal is not None
    assert (len(retriever.looked) == 2) is twice
