"""Who asked what, what was replied to whom, lists of replies, follow-ups: nothing in them tells of closed speeches.

Two worlds over an assembly in which a question is open and its reply closed, the other way round, a member is known
from closed speeches alone, the newest day is closed, and a closed reply stands once more in an open record.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
import structlog

from corpus.disclosure import PUBLIC as PUBLIC_READER
from corpus.index.embedded import EmbeddedIndex
from corpus.reading import Reader
from corpus.store import Store
from rag.answer import Retrieved
from rag.question import Filters
from rag.retrieval import LangChainRetriever
from tests.api.test_generation import town, untold
from tests.rag.compose.endpoint_stub import Line, Stub, saying
from tests.test_two_worlds import GROUP, IT, PUBLIC, STAFF, WELFARE, people
from tests.worlds import Door, Person, Piece, Record, Stores, differences, exchanges, original, spared

LIGHTS = "夜間の照明の増設は、来年度から二十基ずつ進めてまいります。"
TREES = "街路樹の剪定は、三月から年二回に増やします。費用は四百万円です。"
SITE = "旧校舎の跡地は、丸井商会に七億円で売却する方向で調整しております。"
ASSEMBLY = [
    Record(
        "june.json",
        "六月の審議",
        "情報政策課",
        PUBLIC,
        [
            [Piece("夜間の照明の増設をどう進めますか。街路樹の剪定の費用はいくらですか。")],
            [Piece(LIGHTS), Piece(TREES, GROUP)],
            [Piece("旧校舎の跡地をどう使うのか伺います。", IT)],
            [Piece("跡地の使い方は、来年度に案を示します。")],
            [Piece("旧校舎の跡地の売却先を伺います。")],
            [Piece(SITE, WELFARE, hidden=True)],
            [Piece("丸井商会との面談の有無を伺います。", IT, hidden=True)],
            [Piece("面談は二回行いました。", IT, hidden=True)],
        ],
        names=("東田一郎", "芝正雄", "西原二子", "芝正雄", "南口三郎", "木戸健", "北沢四郎", "木戸健"),
        meeting="市議会",
    ),
    Record(
        "march.json",
        "三月の審議",
        "情報政策課",
        PUBLIC,
        [
            [Piece("図書館の開館時間の延長をどう進めますか。")],
            [Piece("図書館の開館時間の延長は、夜九時までとする方向で進めます。")],
            [Piece("旧校舎の跡地の管理の費用はいくらですか。")],
            [Piece("跡地の管理の費用は、年に三十万円です。")],
        ],
        date(2025, 3, 3),
        names=("東田一郎", "芝正雄", "南口三郎", "木戸健"),
        meeting="市議会",
    ),
    Record(
        "closed.json",
        "丸井商会との協議",
        "福祉課",
        WELFARE,
        [
            [Piece("旧校舎の跡地の売却の時期はいつですか。夜間の照明の増設はやめますか。")],
            [Piece("旧校舎の跡地の売却は来年の二月です。夜間の照明の増設はやめます。")],
            [Piece("図書館の開館時間の延長をやめますか。")],
            [Piece("図書館の開館時間の延長は見送ります。")],
        ],
        date(2025, 9, 9),
        names=("丙山五子", "芝正雄", "東田一郎", "木戸健"),
        meeting="跡地売却の秘密会",
    ),
    Record(
        "copy.json",
        "職員への知らせ",
        "福祉課",
        STAFF,
        [
            [Piece("街路樹の剪定を伺います。")],
            [Piece(TREES)],
            [Piece("売却先を伺います。")],
            [Piece(SITE, GROUP)],
        ],
        names=("丁野六郎", "木戸健", "西原二子", "芝正雄"),
    ),
]
MEMBERS = ("東田", "西原", "南口", "北沢", "丙山")
WAYS = (
    "{}議員の質問に市長はどう答えましたか",
    "{}議員の旧校舎の跡地の質問に市長はどう答えましたか",
    "{}議員は何を質問しましたか",
    "旧校舎の跡地について{}議員は何と述べましたか",
    "{}議員への答弁をすべて教えてください",
)
MATTERS = (
    "旧校舎の跡地の売却先について、誰が質問しましたか",
    "夜間の照明の増設について誰が答えましたか",
    "旧校舎の跡地の売却先を伺います",
    "旧校舎の跡地はいくらで売却しますか",
    "街路樹の剪定の費用はいくらですか",
    "跡地売却の秘密会で市長は何と答えましたか",
    "令和7年9月9日の丙山議員の質問に対する市長の答弁：照明の増設をどうするのか",
    "六月の本会議で市長は面談は二回と答弁されましたが、丸井商会との面談の有無を改めて伺います。お答えください",
    "図書館の開館時間の延長はやめますか",
)
FOLLOW = ("それはいつからですか", "費用は", "誰が質問しましたか", "丙山議員は", "原文を見せてください")
OF_MEMBERS = [way.format(member) for member in MEMBERS for way in WAYS]
QUESTIONS = [*OF_MEMBERS, *MATTERS]


@pytest.fixture(scope="module")
def stores() -> Iterator[Stores]:
    """Makes stores that need not outlive the machine; no log."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, "fsync", lambda handle: None)
        yield Stores(Path(folder))
    structlog.configure(**before)


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    """The application, over whatever store is put behind it."""
    with Door() as opened:
        opened.people = {each.id: each for each in people() if each}
        yield opened


@pytest.mark.parametrize("person", people(), ids=lambda person: person.id if person else "public")
def test_closed_speeches_change_no_byte_of_who_asked_and_what_was_replied(
    door: Door, stores: Stores, person: Person | None
) -> None:
    store = stores.of({record.name: original(record) for record in ASSEMBLY})
    sent = exchanges(MATTERS, FOLLOW) + exchanges(OF_MEMBERS, FOLLOW[:1])
    assert differences(door, stores, store, ASSEMBLY, person, (), instead=sent) == []
    stores.drop(store)


def _retrieved(door: Door, store: Store, person: Person | None) -> list[object]:
    """What a LangChain program gets that asks the engine as this person."""
    engine = door.behind(store)
    principal = person.principal() if person else PUBLIC_READER

    def retrieve(query: str) -> list[Retrieved]:
        return engine.search(query, principal, filters=Filters(), top_k=8)[0]

    retriever = LangChainRetriever(retrieve=retrieve)
    return [document.model_dump() for question in QUESTIONS for document in retriever.invoke(question)]


@pytest.mark.parametrize("person", people()[:2], ids=lambda person: person.id if person else "public")
def test_a_langchain_program_gets_the_same_as_if_closed_speeches_did_not_exist(
    door: Door, stores: Stores, person: Person | None
) -> None:
    one = stores.of({record.name: original(record) for record in ASSEMBLY})
    other = stores.of({r.name: left for r in ASSEMBLY if (left := spared(r, person)) is not None})
    found = _retrieved(door, one, person)
    assert found
    assert found == _retrieved(door, other, person)
    for store in (one, other):
        stores.drop(store)


def _prompts(store: Store) -> list[list[str]]:
    """What reaches the model of the public when a member of the welfare office asks, for each question."""

    def echo(line: Line, stub: Stub) -> None:
        saying(line.prompt)(line, stub)

    sent: list[list[str]] = []
    with town(store, echo) as it:
        for question in QUESTIONS:
            before = len(it.stub.bodies)
            it.ask(question, "worker")
            it.ask(FOLLOW[0], "worker", history=[{"question": question, "answer": SITE}])
            sent.append([json.dumps(body, ensure_ascii=False) for body in it.stub.bodies[before:]])
    return sent


def test_a_model_is_sent_nothing_that_tells_of_speeches_it_may_not_read(stores: Stores) -> None:
    one = stores.of({record.name: original(record) for record in ASSEMBLY})
    left = {r.name: document for r in ASSEMBLY if (document := spared(r, None)) is not None}
    other = stores.of(left)
    sent = _prompts(one)
    assert [untold(*pair) for pair in zip(sent, _prompts(other), strict=True)] == [[]] * len(QUESTIONS)
    assert any(sent), "something was sent"
    text = json.dumps(sent, ensure_ascii=False)
    assert [word for word in ("丙山五子", "七億円", "西原二子") if word in text] == []
    for store in (one, other):
        stores.drop(store)


def test_some_of_what_is_asked_is_answered_and_some_only_to_whom_may_read_it(
    door: Door, stores: Stores
) -> None:
    store = stores.of({record.name: original(record) for record in ASSEMBLY})
    door.behind(store)

    def answered(person: Person | None) -> set[str]:
        ask = [("POST", "/v1/query", {"question": question}) for question in QUESTIONS]
        return {
            body["question"]
            for _, _, body in ask
            if b'"answer":{' in door.send(person, ("POST", "/v1/query", body))[2]
        }

    public, member = answered(None), answered(people()[-1])
    assert "東田議員の質問に市長はどう答えましたか" in public
    assert "丙山議員の質問に市長はどう答えましたか" in member - public
    assert len(public) >= 12
    assert len(member - public) >= 2
    stores.drop(store)


def test_the_reply_to_a_closed_question_is_not_told_as_one_to_another_member(
    door: Door, stores: Stores
) -> None:
    store = stores.of({record.name: original(record) for record in ASSEMBLY})
    door.behind(store)
    body = {"question": "東田議員の質問に市長はどう答えましたか"}
    told = door.send(None, ("POST", "/v1/query", body))[2].decode()
    assert "東田一郎議員への答弁" in told
    assert "跡地の使い方は" not in json.loads(told)["answer"]["text"]
    stores.drop(store)


Patch = pytest.MonkeyPatch


def _every_compartment_is_opened(patch: Patch) -> None:
    patch.setattr(Reader, "compartments", property(lambda self: self._store.catalogue.compartments()))


def _the_index_opens_every_shard(patch: Patch) -> None:
    patch.setattr(EmbeddedIndex, "_open", lambda self, names: list(self._shards.values()))


def _closed_speeches_keep_their_speaker(patch: Patch) -> None:
    patch.setattr("ingest.cut._around", lambda part, holes: None)


@pytest.mark.parametrize(
    "mutation",
    [_every_compartment_is_opened, _the_index_opens_every_shard, _closed_speeches_keep_their_speaker],
    ids=lambda mutation: mutation.__name__.strip("_"),
)
def test_without_a_protection_the_worlds_differ(
    door: Door, stores: Stores, monkeypatch: Patch, mutation: Callable[[Patch], None]
) -> None:
    mutation(monkeypatch)
    store = stores.of({record.name: original(record) for record in ASSEMBLY})
    sent = exchanges(OF_MEMBERS[:6], FOLLOW[:1])
    assert any(
        differences(door, stores, store, ASSEMBLY, person, (), instead=sent) for person in people()[:2]
    )
