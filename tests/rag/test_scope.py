"""Days of a session whose record does not name it belong to the session named before them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from corpus.disclosure import PUBLIC
from corpus.model import Document
from corpus.reading import Reader
from corpus.store import Store
from ingest.job import Order
from rag.question import Filters
from rag.scope import restrict
from tests.stores import OPEN, SALT, take, written

DAYS = (
    ("令和七年青葉市議会会議録第一号", "令和七年第一回定例会 第一号", date(2025, 2, 20)),
    ("令和七年青葉市議会会議録第二号", "第二号", date(2025, 2, 27)),
    ("令和七年第一回臨時会会議録第三号", "令和七年第一回臨時会 第三号", date(2025, 4, 18)),
    ("令和七年青葉市議会会議録第四号", "令和七年第二回定例会 第四号", date(2025, 6, 5)),
    ("令和七年青葉市議会会議録第五号", "第五号", date(2025, 6, 6)),
)


def record(title: str, session: str, day: date) -> Document:
    return replace(
        written(title, "街灯は増えますか。", "街灯を増やします。"),
        session=session,
        meeting="青葉市議会",
        date=day,
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store.open(tmp_path / "data", salt=SALT)
    files = {f"{number}.json": record(*day) for number, day in enumerate(DAYS)}
    take(made, tmp_path / "in", files, Order(label=OPEN))
    yield made
    made.close()


@pytest.mark.parametrize(
    ("meeting", "days"),
    [
        ("令和7年第1回定例会", [0, 1]),
        ("令和7年第2回定例会", [3, 4]),
        ("令和7年第1回臨時会", [2]),
        ("第2回定例会", [3, 4]),
        ("令和6年第1回定例会", []),
        ("令和7年", [0, 1, 2, 3, 4]),
    ],
)
def test_a_day_belongs_to_the_session_named_before_it(store: Store, meeting: str, days: list[int]) -> None:
    reader = Reader(store, PUBLIC)
    restriction = restrict(Filters(meetings=(meeting,)), reader)
    assert restriction is not None and restriction.documents is not None
    found = {reader.documents()[key].date for key in restriction.documents}
    assert found == {DAYS[number][2] for number in days}
