"""Searching a store: exact, complete, counted, ordered, paged, and blind to what is closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from corpus.catalogue import Pending
from corpus.disclosure import PUBLIC, Label, Principal, Status
from corpus.embedding import HashEmbedder
from corpus.index.embedded import EmbeddedIndex
from corpus.model import Document
from corpus.reading import Reader
from corpus.speakers import SpeakerClass
from corpus.store import Store
from corpus.texts import Texts
from ingest.job import Order as IngestOrder
from ingest.wishes import Change
from rag.finding import Found, Order, Page
from rag.pipeline import Pipeline
from rag.question import Filters
from rag.retrieval import Retriever
from tests.stores import IT, NOW, OPEN, SALT, STAFF, TODAY, labels, take, written

LIGHTS = written(
    "みどり野市議会会議録第一号",
    "公園の街灯の増設について伺います。",
    "公園の街灯の増設についてでございますが、令和八年度に百二十基を設けます。",
    "公園の水飲み場の改修について伺います。",
    "公園の水飲み場の改修についてでございますが、冬までに終えます。",
)
ROADS = replace(
    written(
        "みどり野市議会会議録第二号",
        "街灯と道路の補修について伺います。",
        "道路の補修は街灯とともに進めます。",
    ),
    date=date(2025, 9, 8),
)
PLAN = replace(
    written("街灯整備計画", "街灯は市が整備する。", "街灯の電球は順次替える。"), date=None, meeting=""
)
SECRET = written("用地交渉の記録", "公園の街灯の用地を買うか。", "公園の街灯の用地は三億円で買います。")
HIDDEN = replace(
    written("非公開の打合せ", "街灯120基の業者は。", "街灯の業者は決めました。"), date=date(2025, 12, 1)
)


WHOLE = Page(limit=50)


def made(root: Path, shown: Mapping[str, Document], closed: Mapping[str, Document]) -> Store:
    store = Store.open(root / "data", salt=SALT)
    take(store, root / "open", shown, IngestOrder(label=OPEN))
    take(store, root / "closed", closed, IngestOrder(label=STAFF))
    return store


SHOWN = {"lights.json": LIGHTS, "roads.json": ROADS, "plan.json": PLAN}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = made(tmp_path_factory.mktemp("store"), SHOWN, {"secret.json": SECRET, "hidden.json": HIDDEN})
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def other_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The store without anything closed."""
    opened = made(tmp_path_factory.mktemp("world"), SHOWN, {})
    yield opened
    opened.close()


def find(
    store: Store,
    text: str,
    principal: Principal = PUBLIC,
    *,
    page: Page = WHOLE,
    filters: Filters = Filters(),
) -> Found:
    pipeline = Pipeline(Retriever(HashEmbedder()), today=lambda: TODAY)
    return pipeline.find(text, Reader(store, principal, now=lambda: NOW), page, filters=filters)


def texts(found: Found) -> list[str]:
    return [hit.found.passage.text for hit in found.hits]


def heads(found: Found) -> set[str]:
    return {text[:6] for text in texts(found)}


def test_every_passage_that_satisfies_the_line_is_found_and_no_other(store: Store) -> None:
    found = find(store, "街灯 公園")
    assert found.total == 2
    assert heads(found) == {"公園の街灯の"}
    assert find(store, "街灯").total == 6
    assert find(store, "街灯 -公園").total == 4
    assert find(store, "「街灯の増設」|「水飲み場」 -令和8年度").total == 3
    assert find(store, "「灯の」 NOT (増設 | 電球)").total == 0
    assert find(store, "百二十基").total == find(store, "120基").total == 1


def test_headings_that_lead_a_text_in_the_index_are_not_words_of_it(store: Store) -> None:
    assert find(store, "「議題」").total == 0
    assert find(store, "「1公園」|「題1」").total == 0


def test_more_passages_than_a_channel_pools_are_all_found(tmp_path: Path) -> None:
    many = written("長い記録", *(f"{n}番目の街灯の話です。" for n in range(230)))
    store = made(tmp_path, {"many.json": many}, {})
    pages = [find(store, "「街灯の話」", page=Page(offset=at, limit=50)) for at in range(0, 230, 50)]
    assert {found.total for found in pages} == {230}
    assert len({hit.found.passage.id for found in pages for hit in found.hits}) == 230
    assert [found.more for found in pages] == [True] * 4 + [False]
    assert [hit.found.rank for found in pages for hit in found.hits] == list(range(1, 231))
    store.close()


def test_fields_narrow_by_meeting_speaker_class_and_period(store: Store) -> None:
    assert find(store, "街灯 会議:会議録第二号").total == 2
    assert find(store, "街灯 期間:R7.9").total == 2
    assert find(store, "街灯 -期間:令和7年").total == 2  # the plan, which has no date
    assert find(store, "街灯 発言者:話者1").total == 3
    assert find(store, "街灯 (発言者:話者1 | 会議:会議録第二号)").total == 4
    assert find(store, "街灯 発言者区分:議員").total == 3
    found = find(store, "街灯 発言者区分:議員 期間:令和7年")
    assert found.understood.classes == (SpeakerClass.MEMBER,)
    assert (found.understood.from_, found.understood.to) == (date(2025, 1, 1), date(2025, 12, 31))


def test_the_callers_filters_hold_beside_the_line(store: Store) -> None:
    assert find(store, "街灯", filters=Filters(from_=date(2025, 9, 1))).total == 2
    assert find(store, "街灯", filters=Filters(classes=(SpeakerClass.MEMBER,))).total == 3
    assert find(store, "街灯 期間:令和7年", filters=Filters(ignore=frozenset({"period"}))).total == 6


@pytest.mark.parametrize(("order", "days"), [(Order.NEWEST, "961"), (Order.OLDEST, "691")])
def test_by_date_days_without_a_date_come_last_and_each_day_reads_in_order(
    store: Store, order: Order, days: str
) -> None:
    found = find(store, "街灯", page=Page(order, 0, 50))
    seen = [(p.date.month if p.date else 1, p.start) for p in (hit.found.passage for hit in found.hits)]
    wanted = [int(day) for day in days]
    assert seen == sorted(seen, key=lambda each: (wanted.index(each[0]), each[1]))
    parts = [find(store, "街灯", page=Page(order, at, 1)) for at in range(6)]
    assert [hit for part in parts for hit in part.hits] == list(found.hits)


def test_fields_alone_list_what_was_said_newest_first(store: Store) -> None:
    found = find(store, "発言者:話者2")
    assert found.total == 3
    assert [hit.found.passage.date for hit in found.hits] == [date(2025, 9, 8), date(2025, 6, 2), None]


def test_what_was_looked_for_is_marked_and_what_was_left_out_is_not(store: Store) -> None:
    found = find(store, "百二十基|電球 街灯 -公園の水飲み場")
    for hit in found.hits:
        text = hit.found.passage.text
        assert {text[start:end] for start, end in hit.marks} <= {"百二十基", "電球", "街灯"}
    assert all(hit.marks for hit in found.hits)


@pytest.mark.parametrize(
    "line", ["街灯", "街灯|公園|の", "百二十基|二", "公園の街灯はいつ増えますか。", "発言者:話者1"]
)
def test_marks_are_ascending_spans_of_the_text(store: Store, line: str) -> None:
    for hit in find(store, line).hits:
        edges = [edge for mark in hit.marks for edge in mark]
        assert edges == sorted(set(edges))
        assert not edges or (edges[0] >= 0 and edges[-1] <= len(hit.found.passage.text))


def test_a_question_marks_its_words(store: Store) -> None:
    found = find(store, "公園の街灯はいつ増設しますか。")
    first = found.hits[0]
    text = first.found.passage.text
    assert found.total is None
    assert {"公園", "街灯", "増設"} <= {text[start:end] for start, end in first.marks}


def test_a_question_brings_its_answers_and_the_reverse(store: Store) -> None:
    found = find(store, "街灯の増設")
    by_role = {hit.found.passage.role.value: hit.found for hit in find(store, "「街灯の増設」").hits}
    assert by_role["question"].answers == (by_role["answer"].passage,)
    assert by_role["answer"].asked == (by_role["question"].passage,)
    assert any(hit.found.asked or hit.found.answers for hit in found.hits)


def test_words_that_are_nowhere_together_are_looked_for_as_a_question(store: Store) -> None:
    loose = find(store, "街灯 水族館")
    assert (loose.total, bool(loose.hits), bool(loose.hint)) == (None, True, True)
    strict = find(store, "「街灯」 水族館")
    assert (strict.total, strict.hits, strict.hint) == (0, (), "")


def test_a_question_comes_by_date_too(store: Store) -> None:
    found = find(store, "街灯はどうなりますか。", page=Page(Order.NEWEST, 0, 50))
    days = [hit.found.passage.date for hit in found.hits]
    assert [day for day in days if day] == sorted((day for day in days if day), reverse=True)


LINES = (
    "街灯", "街灯 公園", "公園|業者", "街灯 -公園", "「街灯の」", "120基", "業者", "用地", "三億円", "灯",
    "街灯 発言者区分:執行機関", "期間:令和7年12月", "会議:推進会議", "街灯の用地はいくらですか。", "業者 用地",
)  # fmt: skip


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("line", LINES)
def test_closed_text_changes_neither_counts_nor_order_nor_pages(
    store: Store, other_world: Store, line: str, order: Order
) -> None:
    for page in (Page(order, 0, 50), Page(order, 1, 2), Page(order, 4, 1)):
        assert find(store, line, page=page) == find(other_world, line, page=page)


def test_the_comparison_sees_a_difference(store: Store, other_world: Store) -> None:
    """Those who may read the closed text do find it."""
    assert [find(store, line, IT) != find(other_world, line, IT) for line in LINES[:9]] == [True] * 9
    assert find(store, "業者", IT).total == 2
    assert find(store, "業者").total is None  # nothing has it, so it is looked for as a question


def _open_every_shard(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(EmbeddedIndex, "_open", lambda self, names: list(self._shards.values()))


def _believe_every_text(patch: pytest.MonkeyPatch) -> None:
    _open_every_shard(patch)
    have = Texts.have
    patch.setattr(Texts, "have", lambda self, phrase, ids, _: have(self, phrase, ids, ["public", "staff"]))


@pytest.mark.parametrize(
    ("mutation", "line"),
    [
        (_believe_every_text, "「街灯」"),
        (_believe_every_text, "「用地」"),
    ],
)
def test_without_its_protection_a_search_counts_closed_text(
    store: Store,
    other_world: Store,
    monkeypatch: pytest.MonkeyPatch,
    mutation: Callable[[pytest.MonkeyPatch], None],
    line: str,
) -> None:
    assert find(store, line).total == find(other_world, line).total
    mutation(monkeypatch)
    assert find(store, line).total != find(other_world, line).total
    assert not any("用地" in text for text in texts(find(store, line)))  # the catalogue still holds


def test_what_was_closed_a_moment_ago_is_no_longer_counted(tmp_path: Path) -> None:
    store = made(tmp_path, {"lights.json": LIGHTS, "roads.json": ROADS}, {})
    (lights,) = [key for key, row in store.catalogue.documents().items() if row.title == LIGHTS.title]
    with store.catalogue.write() as connection:  # closed and committed; the index is still to be published
        touched = store.catalogue.withdraw(connection, [lights])
        store.catalogue.leave(connection, Pending(frozenset({lights}), frozenset(touched)))
        store.catalogue.advance(connection)
    assert find(store, "「街灯」").total == 2
    assert find(store, "「街灯と道路」 | 公園").total == 1
    store.close()


def test_texts_kept_in_memory_do_not_outlive_a_change_of_labels(tmp_path: Path) -> None:
    store = made(tmp_path, {"lights.json": LIGHTS}, {})
    assert find(store, "「百二十基」").total == 1
    (document,) = store.catalogue.documents()
    labels(store).change(document, Change(Label(Status.CLOSED), quotes=("百二十基",)), IT)
    assert find(store, "「百二十基」").total == 0
    assert find(store, "「百二十基」", IT).total == 1
    store.close()
