"""With what a person may not read taken out of the store altogether, every byte this person gets is the same.

``WORLDS=2000 pytest tests/test_two_worlds.py`` tries that many histories instead of the usual few dozen.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from api.dependencies import caller_of
from api.policy import Guard
from corpus.catalogue import Catalogue
from corpus.disclosure import Decision, Label, Principal, Reason, Status
from corpus.index.embedded import EmbeddedIndex
from corpus.model import Document
from corpus.reading import Reader
from ingest import cut
from ingest.job import Order
from ingest.labels import Labelling
from ingest.relabel import LabelState
from ingest.wishes import Change
from tests.stores import labels, take
from tests.worlds import (
    PUBLIC,
    Clauses,
    Door,
    Person,
    Piece,
    Record,
    Stores,
    differences,
    only,
    original,
    with_piece,
)

IT = only("dept:情報政策課")
WELFARE = only("dept:福祉課")
GROUP = only("group:再編班")
STAFF = only("staff")
DEPARTMENTS = ("情報政策課", "福祉課")
EVERYTHING = frozenset({"再編班", "情報公開担当"})
CLERK = Principal("clerk", "文書係", frozenset(DEPARTMENTS), EVERYTHING)
SECOND = Principal("second", "情報公開係", frozenset(DEPARTMENTS), EVERYTHING)


def people() -> list[Person | None]:
    """The public, two departments, and a member of a group."""
    return [
        None,
        Person("it", {"情報政策課"}),
        Person("welfare", {"福祉課"}),
        Person("member", {"福祉課"}, {"再編班"}),
    ]


TOWN = [
    Record(
        "count.json",
        "整備検討会",
        "福祉課",
        WELFARE,
        [[Piece(f"整備の{n}番目の論点は整備の順番と整備の時期である。")] for n in range(6)],
    ),
    Record(
        "plan.json",
        "整備方針と北町小学校",
        "情報政策課",
        PUBLIC,
        [
            [Piece("整備の候補地はどこか、市の考えを伺います。")],
            [
                Piece("整備の候補地は"),
                Piece("北町小学校", IT),
                Piece("です。費用は"),
                Piece("三億円", GROUP, hidden=True),
            ],
            [Piece("地権者の甲野氏とは話がついています。", IT)],
            [Piece("来年度に設計を始めます。"), Piece("反対の署名が二千筆ある。", WELFARE)],
        ],
    ),
    Record(
        "staff.json",
        "職員向け通知",
        "情報政策課",
        STAFF,
        [
            [Piece("整備の説明会は六月に開く。")],
            [Piece("候補地の名は"), Piece("北町小学校", IT), Piece("と伝えない。")],
        ],
    ),
    Record(
        "secret.json",
        "懲戒処分の検討",
        "福祉課",
        WELFARE,
        [[Piece("整備の候補地を漏らした丙山主事の処分を検討する。")]],
    ),
    Record("group.json", "再編の下案", "福祉課", GROUP, [[Piece("整備のあと、南町小学校は廃止する。")]]),
    Record(
        "open.json",
        "市の広報",
        "福祉課",
        PUBLIC,
        [[Piece("小学校の整備を進めます。")], [Piece("整備の費用は毎年公表します。")]],
    ),
]
WORDS = ("整備の候補地", "整備と設計", "北町小学校", "三億円", "丙山主事", "南町小学校の廃止")


@pytest.fixture(scope="module")
def quiet() -> Iterator[Path]:
    """A folder for many small stores that need not outlive the machine; no log."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, "fsync", lambda handle: None)
        yield Path(folder)
    structlog.configure(**before)


@pytest.fixture(scope="module")
def stores(quiet: Path) -> Stores:
    """Makes stores."""
    return Stores(quiet)


@pytest.fixture(scope="module")
def door(quiet: Path) -> Iterator[Door]:
    """The application, over whatever store is put behind it."""
    with Door() as opened:
        yield opened


@pytest.mark.parametrize("person", people(), ids=lambda person: person.id if person else "public")
def test_what_is_closed_changes_no_byte(door: Door, stores: Stores, person: Person | None) -> None:
    door.people = {each.id: each for each in people() if each}
    store = stores.of({record.name: original(record) for record in TOWN})
    assert differences(door, stores, store, TOWN, person, WORDS) == []


# -- any history --------------------------------------------------------------------------------------

audiences = st.sampled_from([IT, WELFARE, GROUP, STAFF, only("dept:福祉課", "group:再編班")])
subjects = st.sampled_from(["橋", "学校", "保育", "防災"])


class History(RuleBasedStateMachine):
    """Records come, change, are closed, opened and deleted, people move; then everybody looks."""

    door: Door
    stores: Stores

    @initialize()
    def begin(self) -> None:
        """An empty office."""
        self.store = self.stores.empty()
        self.records: dict[str, Record] = {}
        self.people = people()
        self.door.people = {person.id: person for person in self.people if person}
        self.folder = self.store.root / "in" / "files"
        self.made = 0

    @rule(data=st.data())
    def take_in(self, data: st.DataObject) -> None:
        """A record comes with closed parts, perhaps named in its title."""
        speeches = [
            [self._piece(data, closed=number == 1 or length == 1) for number in range(length)]
            for length in data.draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
        ]
        closed = [piece.words for pieces in speeches for piece in pieces if piece.closed is not None]
        named = data.draw(st.sampled_from(["", *closed]))
        name = f"{len(self.records)}-{self.made}.json"
        base = data.draw(st.sampled_from([PUBLIC, PUBLIC, STAFF, IT, GROUP]))
        department = data.draw(st.sampled_from(DEPARTMENTS))
        self._take(Record(name, f"記録{self.made}{named}", department, base, speeches))

    def _piece(self, data: st.DataObject, closed: bool) -> Piece:
        """Words that stand nowhere else. Closed ones never touch: how marks join is tested where text is cut."""
        self.made += 1
        words = f"{data.draw(subjects)}の件の第{self.made}号です。"
        audience = data.draw(st.none() | audiences) if closed else None
        return Piece(words) if audience is None else Piece(words, audience, data.draw(st.booleans()))

    def _take(self, record: Record) -> None:
        self.records[record.name] = record
        take(self.store, self.folder, {record.name: original(record)}, Order())

    @precondition(lambda self: self.records)
    @rule(data=st.data(), front=st.booleans())
    def revise(self, data: st.DataObject, front: bool) -> None:
        """A new version of a file, with a speech more at the front or at the end."""
        record = self._any(data)
        self.made += 1
        speech = [Piece(f"加えて第{self.made}号を報告します。")]

        def more(speeches: list[list[Piece]]) -> list[list[Piece]]:
            return [speech, *speeches] if front else [*speeches, speech]

        filed = (record.filed[0], more(record.filed[1])) if record.filed else None
        self._take(replace(record, speeches=more(record.speeches), filed=filed))

    @precondition(lambda self: self.records)
    @rule(data=st.data(), audience=audiences, hidden=st.booleans())
    def close_words(self, data: st.DataObject, audience: Clauses, hidden: bool) -> None:
        """Words are closed by quotation."""
        record = self._any(data)
        piece = data.draw(st.sampled_from([piece for pieces in record.speeches for piece in pieces]))
        label = Label(Status.CLOSED, audience, hidden=hidden)
        change = labels(self.store).change(self._id(record), Change(label, quotes=(piece.words,)), CLERK)
        if change.state is LabelState.IN_FORCE and not _touching(record, piece):
            closed = (piece.closed or PUBLIC) | audience
            self.records[record.name] = with_piece(
                record, piece.words, closed=closed, hidden=piece.hidden or hidden
            )
        elif change.state is LabelState.IN_FORCE:
            self._forget(record)

    @precondition(lambda self: self.records)
    @rule(data=st.data(), audience=audiences)
    def close_record(self, data: st.DataObject, audience: Clauses) -> None:
        """A whole record is closed."""
        record = self._any(data)
        change = labels(self.store).change(self._id(record), Change(Label(Status.CLOSED, audience)), CLERK)
        if change.state is LabelState.IN_FORCE:
            filed = record.filed or (record.base, record.speeches)
            self.records[record.name] = replace(record, base=record.base | audience, filed=filed)

    @precondition(lambda self: self.records)
    @rule(data=st.data(), approved=st.booleans())
    def open_words(self, data: st.DataObject, approved: bool) -> None:
        """Somebody proposes to open closed words; perhaps a second person approves."""
        record = self._any(data)
        closed = [piece for pieces in record.speeches for piece in pieces if piece.closed is not None]
        if not closed:
            return
        piece = data.draw(st.sampled_from(closed))
        opened = Change(Label(Status.OPEN), quotes=(piece.words,))
        change = labels(self.store).change(self._id(record), opened, CLERK)
        if change.state is LabelState.IN_FORCE:  # nobody gains: its readers are those of the record
            self.records[record.name] = with_piece(record, piece.words)
        elif approved:
            labels(self.store).approve(change.decision, SECOND)
            self.records[record.name] = with_piece(record, piece.words, closed=None, hidden=False)

    @precondition(lambda self: self.records)
    @rule(data=st.data(), approved=st.booleans())
    def open_record(self, data: st.DataObject, approved: bool) -> None:
        """Somebody proposes to open a record; perhaps a second person approves."""
        record = self._any(data)
        if record.base == PUBLIC:
            return
        change = labels(self.store).change(self._id(record), Change(Label(Status.OPEN)), CLERK)
        assert change.state is LabelState.PROPOSED
        if approved:
            labels(self.store).approve(change.decision, SECOND)
            filed = record.filed or (record.base, record.speeches)
            self.records[record.name] = replace(record, base=PUBLIC, filed=filed)

    @precondition(lambda self: self.records)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        """A record is deleted."""
        self._forget(self._any(data))

    def _forget(self, record: Record) -> None:
        labels(self.store).remove(self._id(record), CLERK)
        del self.records[record.name]
        (self.folder / record.name).unlink()

    @rule(data=st.data(), departments=st.sets(st.sampled_from(DEPARTMENTS)), member=st.booleans())
    def move(self, data: st.DataObject, departments: set[str], member: bool) -> None:
        """Somebody is transferred, joins a group or leaves it."""
        person = data.draw(st.sampled_from([person for person in self.people if person]))
        person.departments = departments
        person.groups = {"再編班"} if member else set()

    @precondition(lambda self: self.records)
    @rule(data=st.data())
    def look(self, data: st.DataObject) -> None:
        """Somebody asks, searches, opens and exports in both worlds."""
        record = self._any(data)
        person = data.draw(st.sampled_from(self.people))
        piece = data.draw(st.sampled_from([piece for pieces in record.speeches for piece in pieces]))
        found = differences(
            self.door,
            self.stores,
            self.store,
            self.records.values(),
            person,
            [piece.words],
            self._id(record),
        )
        assert found == [], f"{person}: {found}"

    def teardown(self) -> None:
        """The store is sound to the end."""
        if hasattr(self, "store"):
            assert self.store.verify() == []
            self.stores.drop(self.store)

    def _any(self, data: st.DataObject) -> Record:
        return self.records[data.draw(st.sampled_from(sorted(self.records)))]

    def _id(self, record: Record) -> str:
        catalogue = self.store.catalogue
        return catalogue.identify(
            "document", catalogue.identify("source", "全庁", f"files/{record.name}"), ""
        )


def _touching(record: Record, piece: Piece) -> bool:
    """Whether a neighbour of a piece is closed: the two would share a mark."""
    for pieces in record.speeches:
        if piece in pieces:
            place = pieces.index(piece)
            return any(
                near.closed is not None for near in pieces[max(place - 1, 0) : place + 2] if near != piece
            )
    return False


def test_no_history_shows_what_is_closed(door: Door, stores: Stores) -> None:
    examples = int(os.environ.get("WORLDS", "40"))
    History.door, History.stores = door, stores
    run_state_machine_as_test(
        History,
        settings=settings(
            max_examples=examples,
            print_blob=True,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


# -- every protection counts --------------------------------------------------------------------------

Patch = pytest.MonkeyPatch


def _everybody_may_read(patch: Patch) -> None:
    patch.setattr("corpus.disclosure.may_read", lambda *_: Decision(True, Reason.OPEN))


def _one_compartment(patch: Patch) -> None:
    patch.setattr("ingest.cut.compartment", lambda label: "public")


def _every_compartment_is_opened(patch: Patch) -> None:
    patch.setattr(Reader, "compartments", property(lambda self: self._store.catalogue.compartments()))


def _passages_are_not_filtered(patch: Patch) -> None:
    patch.setattr(Reader, "passages", lambda self, ids: self._store.catalogue.passages(ids))


def _documents_are_not_filtered(patch: Patch) -> None:
    patch.setattr(Reader, "documents", lambda self: self._store.catalogue.documents())


def _a_document_is_opened_unasked(patch: Patch) -> None:
    def document(self: Reader, key: str) -> object:
        return self._store.catalogue.documents([key]).get(key)

    def renditions(self: Reader, key: str) -> object:
        return self._store.catalogue.renditions(key, self._store.catalogue.compartments())

    patch.setattr(Reader, "document", document)
    patch.setattr(Reader, "renditions", renditions)


def _fragments_are_not_filtered(patch: Patch) -> None:
    def renditions(self: Reader, key: str) -> object:
        return self._store.catalogue.renditions(key, self._store.catalogue.compartments())

    patch.setattr(Reader, "renditions", renditions)


def _the_index_opens_every_shard(patch: Patch) -> None:
    patch.setattr(EmbeddedIndex, "_open", lambda self, names: list(self._shards.values()))


def _titles_are_not_screened(patch: Patch) -> None:
    patch.setattr("ingest.heading.screen", lambda title, secrets: title)
    patch.setattr("ingest.cut.screen", lambda title, secrets: title)


def _closed_speeches_keep_their_speaker(patch: Patch) -> None:
    patch.setattr("ingest.cut._around", lambda part, holes: None)


def _hidden_words_leave_a_mark(patch: Patch) -> None:
    original_cut = cut.cut

    def marking(document: Document, labelling: Labelling) -> object:
        shown = tuple((span, replace(label, hidden=False)) for span, label in labelling.closed)
        return original_cut(document, replace(labelling, closed=shown))

    patch.setattr("ingest.prepare.cut", marking)


def _offsets_of_the_master(patch: Patch) -> None:
    """Passages of closed words named by where they stood: their ids and places would tell of text between."""
    original_without = cut._without

    def without(document: Document, holes: object, foreign: object) -> Document:
        left = original_without(document, holes, foreign)  # type: ignore[arg-type]
        return replace(left, title=f"{left.title}{len(document.text)}")

    patch.setattr("ingest.cut._without", without)


def _terms_are_kept_under_one_key(patch: Patch) -> None:
    """Terms and vectors are kept once per text; a key that leaves the text out gives one passage those of another."""
    identify = Catalogue.identify

    def keyed(self: Catalogue, kind: str, *parts: str) -> str:
        return identify(self, kind, *(() if kind == "text" else parts))

    patch.setattr(Catalogue, "identify", keyed)


def _figures_for_everybody(patch: Patch) -> None:
    patch.setattr(Guard, "__call__", lambda self, request: caller_of(request))


MUTATIONS = [
    _everybody_may_read,
    _one_compartment,
    _every_compartment_is_opened,
    _passages_are_not_filtered,
    _documents_are_not_filtered,
    _a_document_is_opened_unasked,
    _fragments_are_not_filtered,
    _the_index_opens_every_shard,
    _titles_are_not_screened,
    _closed_speeches_keep_their_speaker,
    _hidden_words_leave_a_mark,
    _offsets_of_the_master,
    _terms_are_kept_under_one_key,
    _figures_for_everybody,
]


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__.strip("_"))
def test_without_a_protection_the_worlds_differ(
    door: Door, stores: Stores, monkeypatch: Patch, mutation: Callable[[Patch], None]
) -> None:
    door.people = {each.id: each for each in people() if each}
    mutation(monkeypatch)
    store = stores.of({record.name: original(record) for record in TOWN})
    assert any(differences(door, stores, store, TOWN, person, WORDS[:3]) for person in people()[:2])
