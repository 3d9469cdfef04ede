"""How long an answer takes tells nothing of what is withheld (L18). On demand: ``pytest -m slow tests/api/test_timing.py -s``."""

from __future__ import annotations

import gc
import logging
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog

from eval.telling import Telling
from tests.worlds import PUBLIC, Door, Person, Piece, Record, Stores, only, original, spared

PAIRS = int(os.environ.get("PAIRS", "600"))
SATO = Person("sato", {"福祉課"})
IT = only("dept:情報政策課")
QUESTION = "移転先の候補地と用地の価格はどうなっていますか。"

Work = Callable[[], object]


def town() -> list[Record]:
    """A hundred open records, and ten closed ones and closed parts about the question."""
    records = [
        Record(
            f"open-{n}.json",
            f"定例の記録{n}",
            "福祉課",
            PUBLIC,
            [[Piece(f"第{n}号の道路の補修を進めます。")], [Piece("予算は毎年公表します。")]],
        )
        for n in range(100)
    ]
    records += [
        Record(
            f"closed-{n}.json",
            f"用地の検討{n}",
            "情報政策課",
            IT,
            [[Piece(f"移転先の候補地は第{n}案で、用地の価格は{n + 2}億円です。")]],
        )
        for n in range(10)
    ]
    parts = [[Piece("候補地の検討は続けます。"), Piece("用地の価格は三億円です。", IT)]]
    return [*records, Record("partial.json", "整備の記録", "福祉課", PUBLIC, parts)]


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Door, Door, str, str]]:
    """The world as it is and the one without what sato may not read, and the ids of a closed passage and document."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    root: Path = tmp_path_factory.mktemp("timing")
    stores = Stores(root)
    left = {record.name: document for record in town() if (document := spared(record, SATO)) is not None}
    worlds = [stores.of({record.name: original(record) for record in town()}), stores.of(left)]
    with Door() as one, Door() as two:
        for door, store in zip((one, two), worlds, strict=True):
            door.people = {SATO.id: SATO}
            door.behind(store)
        closed = next(
            p
            for p, *_ in worlds[0].catalogue.every_passage()
            if p.compartment == "dept:情報政策課" and "億円" in p.text
        )
        whole = next(
            key for key, row in worlds[0].catalogue.documents().items() if row.base == "dept:情報政策課"
        )
        yield one, two, closed.id, whole
    structlog.configure(**before)
    for store in worlds:
        stores.drop(store)


def told(name: str, first: Work, second: Work) -> Telling:
    """Both kinds of work by turns, in changing order, after some that do not count."""
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(PAIRS + 20):
        for kind, work in ((0, first), (1, second)) if number % 2 else ((1, second), (0, first)):
            gc.disable()
            begun = time.perf_counter()
            work()
            taken = time.perf_counter() - begun
            gc.enable()
            if number >= 20:
                times[kind].append(taken)
    found = Telling.of(*times)
    print(
        f"\n{name}: area {found.area:.3f}, medians {found.gap_ms:.3f} ms apart, p {found.p:.3f}, {found.pairs} pairs"
    )
    return found


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("person", [None, SATO], ids=["public", "sato"])
@pytest.mark.parametrize("kind", ["passages", "documents"])
def test_withheld_and_missing_take_as_long(
    doors: tuple[Door, Door, str, str], kind: str, person: Person | None
) -> None:
    door, _, passage, document = doors
    withheld = {"passages": passage, "documents": document}[kind]
    asked: list[tuple[str, str, object]] = [
        ("GET", f"/v1/{kind}/{key}", None) for key in (withheld, "0123456789abcdef" * 2)
    ]
    assert door.send(person, asked[0]) == door.send(person, asked[1])
    found = told(
        f"{kind} {person.id if person else 'public'}", *(lambda r=r: door.send(person, r) for r in asked)
    )
    assert not found.apart, found
    assert found.gap_ms < 5


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("path", ["/v1/query", "/v1/search"])
def test_a_question_whose_answer_is_closed_takes_as_long_as_one_without_any(
    doors: tuple[Door, Door, str, str], path: str
) -> None:
    one, two, *_ = doors
    request = ("POST", path, {"question": QUESTION})
    found = told(path, lambda: one.send(SATO, request), lambda: two.send(SATO, request))
    assert not found.apart, found
    assert found.gap_ms < 5


@pytest.mark.slow
def test_work_on_what_is_withheld_would_be_seen(doors: tuple[Door, Door, str, str]) -> None:
    """The measure itself: three milliseconds more are told apart."""
    door, _, passage, _ = doors
    request = ("GET", f"/v1/passages/{passage}", None)

    def longer() -> None:
        door.send(None, request)
        end = time.perf_counter() + 0.003
        while time.perf_counter() < end:
            pass

    assert told("with work", lambda: door.send(None, request), longer).apart
