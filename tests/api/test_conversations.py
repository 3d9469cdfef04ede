"""Conversations kept for their askers: own only, shown again within what may be read now, deletable."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from api.app import create_app
from api.auth import Caller, Directory
from api.engine import StoreEngine
from api.history import LESS, Asked, History
from api.services import Services
from api.settings import Settings
from corpus.audit import Audit
from corpus.conversations import Conversations
from corpus.disclosure import Label, Status
from corpus.embedding import HashEmbedder
from corpus.model import Document, Kind, Role, Section, Utterance
from corpus.store import Store
from ingest.job import Order
from ingest.wishes import Change
from rag.answer import Answer, Citation, Sentence
from rag.pipeline import Pipeline
from rag.retrieval import Retriever
from tests.api.conftest import As
from tests.api.fake import NOON, FakeEngine, FeedbackList, passages_of
from tests.api.town import TOWN
from tests.rag.test_followups import ANSWERS, minutes
from tests.rag.test_followups import QUESTION as BATTERY
from tests.stores import IT, NOW, OPEN, SALT, TODAY, WELFARE, labels, only_document, take, written

LUNCH = "学校給食費の無償化はいつから始まりますか。"
STAFFING = "窓口部門の職員配置は何名減りますか。"
STAFF = {p.id: p for p in (IT, WELFARE)}
CLOSED_WORDS = "6名減らし"


def ask(client: TestClient, question: str, conversation: str = "new") -> dict[str, Any]:
    """The body of an answer that is kept."""
    response = client.post("/v1/query", json={"question": question, "conversation": conversation})
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def turns(client: TestClient, conversation: str) -> list[dict[str, Any]]:
    """The turns of a conversation as they are shown."""
    response = client.get(f"/v1/conversations/{conversation}")
    assert response.status_code == 200, response.text
    shown: list[dict[str, Any]] = response.json()["turns"]
    return shown


def test_a_conversation_is_shown_again_as_it_was(client_as: As) -> None:
    clerk = client_as("clerk")
    first = ask(clerk, LUNCH)
    key = first["conversation"]
    assert ask(clerk, "体育館の空調設備の設置はどう進めますか。", key)["conversation"] == key
    one, two = turns(clerk, key)
    assert (one["question"], one["answer"], one["citations"]) == (LUNCH, first["answer"], first["citations"])
    assert two["answer"]["sentences"]
    assert one["request_id"] == first["request_id"]
    listed = clerk.get("/v1/conversations").json()
    assert [(c["id"], c["title"], c["turns"]) for c in listed["conversations"]] == [(key, LUNCH, 2)]
    assert listed["days"] == 90


def test_a_refusal_is_kept_as_one(client_as: As) -> None:
    clerk = client_as("clerk")
    (turn,) = turns(clerk, ask(clerk, STAFFING)["conversation"])
    assert (turn["answer"], turn["refusal"]["code"]) == (None, "not_found")


def test_nothing_is_kept_unless_asked_for_and_nothing_of_nobody(client_as: As) -> None:
    clerk, public = client_as("clerk"), client_as("")
    assert ask(clerk, LUNCH, "")["conversation"] == ""
    assert ask(public, LUNCH)["conversation"] == ""
    for client in (clerk, public):
        assert client.get("/v1/conversations").json()["conversations"] == []
    assert public.get("/v1/conversations").json()["days"] == 0


def test_anothers_conversation_is_the_same_as_none(client_as: As) -> None:
    key = ask(client_as("personnel"), STAFFING)["conversation"]
    same = {"X-Request-ID": "same-request-id"}
    for user in ("clerk", ""):
        other = client_as(user)
        for method in ("GET", "DELETE"):
            theirs, none = (
                other.request(method, f"/v1/conversations/{each}", headers=same) for each in (key, "0" * 32)
            )
            assert (theirs.status_code, theirs.content) == (404, none.content)
            assert theirs.headers == none.headers
        assert other.get("/v1/conversations").json()["conversations"] == []
        assert other.delete("/v1/conversations").json()["deleted"] == 0
    body = {"question": LUNCH, "conversation": key}
    assert client_as("clerk").post("/v1/query", json=body).status_code == 404
    assert len(turns(client_as("personnel"), key)) == 1


def test_the_stream_tells_where_the_turn_is_kept(client_as: As) -> None:
    clerk = client_as("clerk")
    body = {"question": LUNCH, "conversation": "new", "stream": True}
    text = clerk.post("/v1/query", json=body).text
    meta = json.loads(text.split("event: meta\ndata: ")[1].split("\n")[0])
    assert turns(clerk, meta["conversation"])[0]["question"] == LUNCH


def test_one_and_all_can_be_deleted(client_as: As) -> None:
    clerk = client_as("clerk")
    keys = [ask(clerk, LUNCH)["conversation"] for _ in range(3)]
    assert clerk.delete(f"/v1/conversations/{keys[0]}").json()["deleted"] == 1
    assert clerk.get(f"/v1/conversations/{keys[0]}").status_code == 404
    assert clerk.delete("/v1/conversations").json()["deleted"] == 2
    assert clerk.get("/v1/conversations").json()["conversations"] == []


def test_what_was_closed_since_is_not_shown_again(client_as: As, engine: FakeEngine) -> None:
    personnel = client_as("personnel")
    key = ask(personnel, STAFFING)["conversation"]
    assert CLOSED_WORDS in personnel.get(f"/v1/conversations/{key}").text
    engine.records = [
        replace(record, compartment="dept:秘書課") if "職員配置" in record.title else record
        for record in TOWN
    ]
    answer = personnel.get(f"/v1/conversations/{key}")
    assert CLOSED_WORDS not in answer.text
    assert answer.json()["turns"][0]["refusal"]["code"] == "not_found"
    assert answer.json()["turns"][0]["citations"] == []


# -- over a real store ---------------------------------------------------------------------------

PLAN = written(
    "橋の整備",
    "橋の架け替えはいつ終わりますか。",
    "橋の架け替えは令和九年三月に終わります。",
    department="情報政策課",
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "data", salt=SALT)
    take(opened, tmp_path / "files", {"plan.json": PLAN}, Order(label=OPEN))
    yield opened
    opened.close()


@pytest.fixture
def people(store: Store) -> Iterator[dict[str, TestClient]]:
    audit = Audit(store.root / "audit.db", questions="hash")
    engine = StoreEngine(
        store, Pipeline(Retriever(HashEmbedder()), today=lambda: TODAY), now=lambda: NOW, audit=audit
    )
    history = History(
        Conversations(store.catalogue), engine.again, store.catalogue.identify, days=30, now=lambda: NOW
    )
    app = create_app(
        Services(
            engine=engine,
            settings=Settings(user_header=True),
            directory=lambda: Directory({p.id: Caller(p) for p in STAFF.values()}),
            feedback=FeedbackList(),
            history=history,
            now=lambda: NOON,
        )
    )
    yield {
        p.id: TestClient(
            app, base_url="http://localhost", headers={"X-Toben-User": p.id}, client=("127.0.0.1", 5)
        )
        for p in (IT, WELFARE)
    }
    audit.close()


BRIDGE = "橋の架け替えはいつ終わりますか。"


def test_a_conversation_that_is_opened_again_offers_what_may_be_read_now(
    store: Store, people: dict[str, TestClient], tmp_path: Path
) -> None:
    take(store, tmp_path / "council", {"council.json": minutes()}, Order(label=OPEN))
    sato = people["sato"]
    first = ask(sato, BATTERY)
    key = first["conversation"]
    assert any("図書館" in text for text in first["followups"])
    ask(sato, BATTERY, key)
    one, two = turns(sato, key)
    assert (one["followups"], two["followups"]) == ([], first["followups"])
    council = next(k for k, row in store.catalogue.documents().items() if row.title == "議会の記録")
    closed = Change(Label(Status.CLOSED, owner="情報政策課"), quotes=(ANSWERS[2],))
    labels(store).change(council, closed, IT)
    last = turns(sato, key)[-1]
    assert last["answer"] == first["answer"]
    assert last["followups"]
    assert not any("図書館" in text for text in last["followups"])


MEMBER, MAYOR = "田口花子", "芝正雄"


def debate() -> Document:
    """A member's question, the mayor's reply, and both named once more at the end."""
    said = (
        (
            MEMBER,
            "",
            Role.QUESTION,
            "夜間の照明の増設と、街路樹の剪定について伺います。夜間の照明の増設をどう進めますか。",
        ),
        (
            MAYOR,
            "市長",
            Role.ANSWER,
            "夜間の照明についてお答えします。夜間の照明の増設は、来年度から二十基ずつ進めてまいります。",
        ),
        (
            "木戸健",
            "議会事務局長",
            Role.OTHER,
            f"なお、{MEMBER}の欠席届が出ております。{MAYOR}は公務で退席します。",
        ),
    )
    text, spoken = "", []
    for who, post, role, words in said:
        spoken.append(Utterance(len(text), len(text) + len(words), who, post, role, 0))
        text += f"{words}\n"
    text = text.removesuffix("\n")
    agenda = (Section("一般質問", 0, len(text)),)
    return Document(
        "",
        "夜間照明の審議",
        Kind.MINUTES,
        text,
        agenda,
        tuple(spoken),
        meeting="市議会",
        date=date(2025, 6, 2),
        department="情報政策課",
    )


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("田口議員の質問に市長はどう答えましたか", MEMBER),
        ("田口議員の質問に市長はどう答えましたか", MAYOR),
        ("夜間の照明の増設について、誰が質問しましたか", MEMBER),
        ("田口議員は何を質問しましたか", MEMBER),
        ("夜間の照明の増設について誰が答えましたか", MAYOR),
    ],
)
def test_a_name_that_is_closed_later_takes_the_kept_sentences_that_tell_it_with_it(
    store: Store, people: dict[str, TestClient], tmp_path: Path, question: str, name: str
) -> None:
    take(store, tmp_path / "debate", {"debate.json": debate()}, Order(label=OPEN))
    sato = people["sato"]
    first = ask(sato, question)
    assert name in first["answer"]["text"]
    council = next(k for k, row in store.catalogue.documents().items() if row.title == "夜間照明の審議")
    closed = Change(Label(Status.CLOSED, owner="情報政策課"), quotes=(name,))
    labels(store).change(council, closed, IT)
    assert name not in sato.get(f"/v1/conversations/{first['conversation']}").text
    assert name not in sato.post("/v1/query", json={"question": question}).text


def test_of_an_answer_no_text_is_kept_in_the_clear(store: Store, people: dict[str, TestClient]) -> None:
    key = ask(people["sato"], BRIDGE)["conversation"]
    assert "三月" in people["sato"].get(f"/v1/conversations/{key}").text
    with store.catalogue.read() as connection:
        rows = connection.exec_driver_sql("SELECT body FROM turns").scalars().all()
    assert rows
    assert "三月" not in json.dumps([json.loads(row) for row in rows], ensure_ascii=False)


def test_narrowing_takes_effect_at_once_in_history_and_exports(
    store: Store, people: dict[str, TestClient]
) -> None:
    sato, tanaka = people["sato"], people["tanaka"]
    key = ask(sato, BRIDGE)["conversation"]
    own = ask(tanaka, BRIDGE)["conversation"]
    (turn,) = turns(sato, key)
    sentences = [{"text": s["text"], "citations": s["citations"]} for s in turn["answer"]["sentences"]]
    citations = [{k: c[k] for k in ("n", "passage_id", "start", "end")} for c in turn["citations"]]
    file = {"question": BRIDGE, "sentences": sentences, "citations": citations}
    assert sato.post("/v1/export", json=file).status_code == 200
    closed = Change(Label(Status.CLOSED, owner="情報政策課"))
    labels(store).change(only_document(store), closed, IT)
    shown = sato.get(f"/v1/conversations/{key}")
    assert "三月" not in shown.text
    assert shown.json()["turns"][0]["refusal"]["code"] == "not_found"
    assert sato.post("/v1/export", json=file).status_code == 404
    assert turns(tanaka, own)[0]["question"] == BRIDGE


def test_whoever_has_moved_opens_the_own_conversation_without_what_is_closed_now(
    store: Store, people: dict[str, TestClient], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = written("用地の候補", "用地の候補はどこですか。", "用地の候補は旧校舎の跡地です。")
    take(store, tmp_path / "secret", {"secret.json": secret}, Order())
    tanaka = people["tanaka"]
    key = ask(tanaka, "用地の候補はどこですか。")["conversation"]
    assert "跡地" in tanaka.get(f"/v1/conversations/{key}").text
    monkeypatch.setitem(STAFF, "tanaka", replace(IT, departments=frozenset({"福祉課"})))
    assert "跡地" not in tanaka.get(f"/v1/conversations/{key}").text
    assert turns(tanaka, key)[0]["refusal"]["code"] == "not_found"


def test_what_was_deleted_cannot_be_opened_by_anybody(store: Store, people: dict[str, TestClient]) -> None:
    key = ask(people["tanaka"], BRIDGE)["conversation"]
    labels(store).remove(only_document(store), IT)
    assert "三月" not in people["tanaka"].get(f"/v1/conversations/{key}").text
    for path in store.root.rglob("*"):
        if path.is_file():
            assert "令和九年三月".encode() not in path.read_bytes(), path.name


def test_an_answer_of_which_a_part_is_closed_keeps_the_rest_and_says_so(
    store: Store,
) -> None:
    engine = FakeEngine()
    history = History(
        Conversations(store.catalogue), engine.again, store.catalogue.identify, days=30, now=lambda: NOW
    )

    one, two = (passages_of(TOWN[n])[0] for n in (0, 3))
    answer = Answer(
        (Sentence("一つ目。", (1,)), Sentence("二つ目。", (2,)), Sentence("両方。", (1, 2))),
        (Citation(1, one, 0, 5), Citation(2, two, 0, 5)),
    )
    key = history.keep(WELFARE, Asked("問い"), answer, "new")
    (recalled,) = history.open(WELFARE, key)
    assert recalled.answer.text == "一つ目。"
    assert [c.n for c in recalled.answer.citations] == [1]
    assert recalled.answer.notice == LESS
    assert recalled.answer.audience == "public"


def test_a_store_that_cannot_be_written_answers_all_the_same(
    people: dict[str, TestClient], monkeypatch: pytest.MonkeyPatch
) -> None:

    def full(*_: object, **__: object) -> None:
        raise sa.exc.OperationalError("INSERT", {}, Exception("database or disk is full"))

    monkeypatch.setattr("corpus.catalogue.Catalogue.write", full)
    body = ask(people["sato"], BRIDGE)
    assert body["answer"]
    assert body["conversation"] == ""
