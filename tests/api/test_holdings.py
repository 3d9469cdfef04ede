"""Handing files in, having the original, deleting: over a real store, as people of two departments."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.auth import Caller, Directory
from api.engine import StoreEngine
from api.holdings import Holdings
from api.services import Services
from api.settings import HttpSettings, Settings
from corpus.catalogue import CollectionRow
from corpus.disclosure import PUBLIC, Principal
from corpus.embedding import HashEmbedder
from corpus.model import Document, Kind
from corpus.serial import document_to_json
from corpus.store import Store
from ingest.collections import put_collection
from ingest.job import Job, Order
from ingest.opening import Opened
from rag.pipeline import Pipeline
from rag.retrieval import Retriever
from tests.api.fake import NOON, FeedbackList
from tests.stores import (
    APPROVERS,
    DISCLOSURE,
    IT,
    OPEN,
    SALT,
    TODAY,
    WELFARE,
    job,
    labels,
    marked,
    take,
    written,
)

BOTH = Principal("okada", "岡田", frozenset({"情報政策課", "福祉課"}))
OUTSIDER = Principal("outsider", staff=False)
DIRECTORY = Directory({p.id: Caller(p) for p in (IT, WELFARE, DISCLOSURE, BOTH, OUTSIDER)})
NOTE = written("端末の配付", "端末はいつ配りますか。", "端末は四月に配ります。", department="")
As = Callable[[Principal], TestClient]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "data", salt=SALT)
    yield opened
    opened.close()


@pytest.fixture
def holdings(store: Store) -> Holdings:
    return Holdings(store, labels(store), lambda: job(store), approvers=APPROVERS, now=lambda: NOON)


@pytest.fixture
def client_as(store: Store, holdings: Holdings) -> As:
    app = create_app(
        Services(
            engine=StoreEngine(store, Pipeline(Retriever(HashEmbedder())), now=lambda: NOON),
            settings=Settings(user_header=True, http=HttpSettings(max_upload_bytes=200_000)),
            directory=lambda: DIRECTORY,
            feedback=FeedbackList(),
            holdings=holdings,
            now=lambda: NOON,
        )
    )

    def make(principal: Principal) -> TestClient:
        headers = {} if principal is PUBLIC else {"X-Toben-User": principal.id}
        return TestClient(
            app,
            base_url="http://localhost",
            headers=headers,
            client=("127.0.0.1", 5),
            raise_server_exceptions=False,
        )

    return make


def content(document: Document = NOTE) -> bytes:
    return json.dumps(document_to_json(document), ensure_ascii=False).encode()


def send(client: TestClient, *, name: str = "端末.json", body: bytes | None = None, **fields: str) -> Any:
    return client.post(
        "/v1/documents", files={"file": (name, content() if body is None else body)}, data=fields
    )


def taken(client: TestClient, holdings: Holdings, **kwargs: Any) -> dict[str, Any]:
    """The upload after it has been taken."""
    answer = send(client, **kwargs)
    assert answer.status_code == 202, answer.text
    holdings.work()
    return dict(client.get(answer.headers["location"]).json()["upload"])


def test_a_file_is_handed_in_acknowledged_and_taken(client_as: As, holdings: Holdings, store: Store) -> None:
    client = client_as(IT)
    answer = send(client)
    assert (answer.status_code, answer.json()["upload"]["state"]) == (202, "waiting")
    assert answer.json()["upload"]["name"] == "端末.json"
    holdings.work()
    upload = client.get(answer.headers["location"]).json()["upload"]
    assert upload["state"] == "taken"
    (document_id,) = upload["documents"]
    assert client.get(f"/v1/documents/{document_id}").status_code == 200
    assert client_as(WELFARE).get(f"/v1/documents/{document_id}").status_code == 404
    assert store.verify() == []


def test_the_original_comes_back_byte_for_byte_under_a_neutral_name(
    client_as: As, holdings: Holdings
) -> None:
    upload = taken(client_as(IT), holdings, name="懲戒処分_鈴木.json")
    answer = client_as(IT).get(f"/v1/documents/{upload['documents'][0]}/original")
    assert answer.content == content()
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith('attachment; filename="document-')
    assert "鈴木" not in disposition
    assert "etag" not in answer.headers
    assert "last-modified" not in answer.headers


def test_the_name_on_disk_tells_nothing(client_as: As, holdings: Holdings, tmp_path: Path) -> None:
    taken(client_as(IT), holdings, name="../../懲戒処分_鈴木.json")
    names = [path.name for path in (tmp_path / "data").rglob("*")]
    assert not any("鈴木" in name for name in names)
    assert not (tmp_path.parent / "懲戒処分_鈴木.json").exists()
    assert len(list((tmp_path / "data" / "originals").iterdir())) == 1


@pytest.mark.parametrize("principal", [PUBLIC, OUTSIDER])
def test_only_staff_of_a_department_hand_in(client_as: As, principal: Principal, tmp_path: Path) -> None:
    assert send(client_as(principal)).status_code == 404
    assert client_as(principal).get("/v1/uploads").status_code == 404
    assert not list((tmp_path / "data").glob("originals/*"))


@pytest.mark.parametrize(
    "fields",
    [
        {"label": "open"},
        {"department": "福祉課"},
        {"status": "open"},
        {"collection": "全庁"},
        {"collection": "福祉課"},
        {"kind": "nothing"},
    ],
)
def test_nobody_hands_in_a_label_or_for_another_department(
    client_as: As, fields: dict[str, str], tmp_path: Path
) -> None:
    assert send(client_as(IT), **fields).status_code == 422
    assert not list((tmp_path / "data").glob("originals/*"))


def test_a_repeated_field_or_a_second_file_is_refused(client_as: As) -> None:
    client = client_as(IT)
    two = [("file", ("a.json", content())), ("file", ("b.json", content()))]
    assert client.post("/v1/documents", files=two).status_code == 422
    assert client.post("/v1/documents", data={"collection": "情報政策課"}).status_code in (400, 422)
    assert (
        client.post("/v1/documents", content=b"x", headers={"content-type": "text/plain"}).status_code == 400
    )


def test_too_large_a_file_is_refused_before_it_is_read(client_as: As, tmp_path: Path) -> None:
    assert send(client_as(IT), body=b"x" * 300_000).status_code == 413
    assert not list((tmp_path / "data").glob("originals/*"))


def test_too_large_a_file_without_a_length_is_refused_on_the_way(client_as: As, tmp_path: Path) -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    pieces = (each for each in [head, *[b"x" * 50_000] * 6])
    answer = client_as(IT).post(
        "/v1/documents", content=pieces, headers={"content-type": "multipart/form-data; boundary=b"}
    )
    assert answer.status_code == 413
    assert not list((tmp_path / "data").glob("originals/*"))


def test_a_form_that_ends_early_leaves_nothing(client_as: As, tmp_path: Path) -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhalf'
    answer = client_as(IT).post(
        "/v1/documents", content=body, headers={"content-type": "multipart/form-data; boundary=b"}
    )
    assert answer.status_code == 400
    assert not list((tmp_path / "data").glob("originals/*"))


def test_a_bad_file_is_refused_with_a_reason_and_not_kept(
    client_as: As, holdings: Holdings, tmp_path: Path
) -> None:
    upload = taken(client_as(IT), holdings, body=b"{")
    assert upload["state"] == "refused"
    assert upload["reason"].endswith("。")
    assert not list((tmp_path / "data").glob("originals/*"))


def test_the_same_file_twice_is_one_document(client_as: As, holdings: Holdings, store: Store) -> None:
    first, second = taken(client_as(IT), holdings), taken(client_as(IT), holdings)
    assert first["documents"] == second["documents"]
    assert len(store.catalogue.documents()) == 1
    assert len(list((store.root / "originals").iterdir())) == 1


def test_another_file_of_the_same_name_is_another_document(
    client_as: As, holdings: Holdings, store: Store
) -> None:
    taken(client_as(IT), holdings)
    taken(client_as(IT), holdings, body=content(replace(NOTE, title="別の配付")))
    assert len(store.catalogue.documents()) == 2


def test_a_file_can_take_the_place_of_one_handed_in_before(
    client_as: As, holdings: Holdings, store: Store
) -> None:
    (old,) = taken(client_as(IT), holdings)["documents"]
    assert send(client_as(WELFARE), replaces=old).status_code == 404
    newer = content(written("端末の配付", "端末はいつ配りますか。", "端末は五月に配ります。", department=""))
    (new,) = taken(client_as(IT), holdings, body=newer, replaces=old)["documents"]
    assert "五月" in client_as(IT).get(f"/v1/documents/{new}").text
    assert len(store.catalogue.documents()) == 1
    assert [path.read_bytes() for path in (store.root / "originals").iterdir()] == [newer]


def test_uploads_are_seen_by_who_made_them_alone(client_as: As, holdings: Holdings) -> None:
    location = send(client_as(IT)).headers["location"]
    assert client_as(BOTH).get(location).status_code == 404
    assert client_as(BOTH).get("/v1/uploads").json()["uploads"] == []
    assert len(client_as(IT).get("/v1/uploads").json()["uploads"]) == 1


def test_one_of_several_departments_must_be_named(client_as: As) -> None:
    assert send(client_as(BOTH)).status_code == 422
    assert send(client_as(BOTH), collection="福祉課").status_code == 202


def test_the_default_of_the_collection_holds_for_what_is_handed_in(
    client_as: As, holdings: Holdings, store: Store
) -> None:
    put_collection(store, HashEmbedder, CollectionRow("学校試行", "情報政策課", "staff"), lambda: TODAY)
    (document_id,) = taken(client_as(IT), holdings, collection="学校試行")["documents"]
    assert client_as(WELFARE).get(f"/v1/documents/{document_id}").status_code == 200
    assert client_as(PUBLIC).get(f"/v1/documents/{document_id}").status_code == 404


def test_what_waits_when_the_service_ends_is_taken_at_the_next_start(
    client_as: As, holdings: Holdings, store: Store
) -> None:
    send(client_as(IT))
    again = Holdings(store, labels(store), lambda: job(store), now=lambda: NOON)
    assert again.work() == 1
    assert len(store.catalogue.documents()) == 1


def test_the_background_takes_what_is_handed_in(client_as: As, holdings: Holdings, store: Store) -> None:
    with client_as(IT) as client:  # with the life of the application
        location = send(client).headers["location"]
        for _ in range(600):
            if client.get(location).json()["upload"]["state"] != "waiting":
                break
            holdings._stop.wait(0.05)
        assert client.get(location).json()["upload"]["state"] == "taken"


# -- the original ------------------------------------------------------------------------------


def original_of(client_as: As, store: Store, principal: Principal) -> int:
    (document_id,) = store.catalogue.documents()
    return int(client_as(principal).get(f"/v1/documents/{document_id}/original").status_code)


def test_the_original_of_a_partly_closed_record_is_for_those_who_read_all_of_it(
    client_as: As, store: Store, tmp_path: Path
) -> None:
    record = marked(written("整備方針", "候補地はどこですか。", "候補地は北町です。"), "候補地は北町です。")
    take(store, tmp_path / "in", {"a.json": record}, Order(keep=True, label=OPEN))
    (document_id,) = store.catalogue.documents()
    assert client_as(PUBLIC).get(f"/v1/documents/{document_id}").status_code == 200
    assert [original_of(client_as, store, p) for p in (PUBLIC, WELFARE, IT)] == [404, 404, 200]


def test_the_original_of_a_file_with_hidden_text_is_for_those_who_keep_the_record(
    client_as: As, store: Store, tmp_path: Path
) -> None:
    take(store, tmp_path / "in", {"a.json": written("記録", "公開です。")}, Order(keep=True, label=OPEN))
    assert original_of(client_as, store, PUBLIC) == 200
    with store.catalogue.write() as connection:
        connection.exec_driver_sql("UPDATE sources SET guarded = 1")
    assert [original_of(client_as, store, p) for p in (PUBLIC, WELFARE, IT, DISCLOSURE)] == [
        404,
        404,
        200,
        200,
    ]


def test_a_file_that_was_not_kept_looks_like_one_that_is_withheld(
    client_as: As, store: Store, tmp_path: Path
) -> None:
    take(store, tmp_path / "in", {"a.json": written("記録", "公開です。")}, Order(label=OPEN))
    (document_id,) = store.catalogue.documents()
    missing = client_as(PUBLIC).get(f"/v1/documents/{document_id}/original")
    unknown = client_as(PUBLIC).get(f"/v1/documents/{'0' * 32}/original")
    assert missing.status_code == unknown.status_code == 404
    assert missing.json()["error"]["code"] == unknown.json()["error"]["code"]


def test_a_source_with_several_documents_is_given_when_all_of_them_may_be_read(
    client_as: As, store: Store, tmp_path: Path
) -> None:
    take(store, tmp_path / "in", {"a.json": written("記録", "公開です。")}, Order(keep=True, label=OPEN))
    take(store, tmp_path / "in2", {"b.json": written("秘密", "非公開です。")}, Order())
    first, second = (
        next(k for k, r in store.catalogue.documents().items() if r.title == t) for t in ("記録", "秘密")
    )
    rows = store.catalogue.documents()
    with store.catalogue.write() as connection:  # as if both had come from one file
        connection.exec_driver_sql(
            "UPDATE documents SET source_id = ? WHERE id = ?", (rows[first].source_id, second)
        )
    assert client_as(WELFARE).get(f"/v1/documents/{first}/original").status_code == 404
    assert client_as(IT).get(f"/v1/documents/{first}/original").status_code == 200


# -- deleting ----------------------------------------------------------------------------------


@pytest.mark.parametrize("again", [False, True], ids=["deleted", "taken again"])
def test_the_original_goes_with_the_first_document_deleted_of_it(
    client_as: As, store: Store, tmp_path: Path, again: bool
) -> None:
    kept, gone = written("橋の整備", "橋を直す。"), written("用地", "用地は秘策で買う。")
    several = [replace(kept, key="1"), replace(gone, key="2")]
    path = tmp_path / "in" / "both.json"
    path.parent.mkdir()
    path.write_text(json.dumps([document_to_json(d) for d in several], ensure_ascii=False), encoding="utf-8")
    taking = Job(store, HashEmbedder, open_=lambda *_: Opened(tuple(several)), today=lambda: TODAY)
    taking.run([path], Order(label=OPEN, keep=True))
    rows = {row.title: key for key, row in store.catalogue.documents().items()}
    url = f"/v1/documents/{rows['橋の整備']}/original"
    assert client_as(PUBLIC).get(url).status_code == 200
    assert client_as(IT).delete(f"/v1/documents/{rows['用地']}").status_code == 200
    if again:
        taking.run([path], Order(label=OPEN, keep=True, collection="全庁"))
    assert client_as(PUBLIC).get(f"/v1/documents/{rows['橋の整備']}").status_code == 200
    assert client_as(PUBLIC).get(url).status_code == 404
    assert list((store.root / "originals").iterdir()) == []


def test_the_owner_department_and_the_approvers_delete_and_nobody_else(
    client_as: As, store: Store, tmp_path: Path
) -> None:
    take(store, tmp_path / "in", {"a.json": written("記録", "公開です。")}, Order(keep=True, label=OPEN))
    (document_id,) = store.catalogue.documents()
    url = f"/v1/documents/{document_id}"
    for principal in (PUBLIC, OUTSIDER, WELFARE):
        assert client_as(principal).delete(url).status_code == 404
    assert client_as(PUBLIC).get(url).status_code == 200
    assert client_as(DISCLOSURE).delete(url).status_code == 200
    assert client_as(PUBLIC).get(url).status_code == 404
    assert store.verify() == []
    assert not list((store.root / "originals").iterdir())
    assert client_as(IT).delete(url).status_code == 404


# -- what belongs together ---------------------------------------------------------------------


def test_materials_open_from_the_record_of_their_meeting(client_as: As, store: Store, tmp_path: Path) -> None:
    record = replace(written("推進会議 会議録", "【資料１】に基づき説明します。"), session="第1回")
    first = replace(written("【資料１】整備の概要", "概要です。"), kind=Kind.MATERIAL, meeting="", date=None)
    secret = replace(written("【資料２】用地の候補", "候補です。"), kind=Kind.MATERIAL, meeting="", date=None)
    take(store, tmp_path / "第1回", {"会議録.json": record, "資料1.json": first}, Order(label=OPEN))
    take(store, tmp_path / "2" / "第1回", {"資料2.json": secret}, Order())
    take(store, tmp_path / "第2回", {"資料1.json": first}, Order(label=OPEN))
    key = next(k for k, row in store.catalogue.documents().items() if row.title == "推進会議 会議録")

    def materials(principal: Principal) -> list[str]:
        return [
            m["material"]
            for m in client_as(principal).get(f"/v1/documents/{key}/related").json()["materials"]
        ]

    assert materials(PUBLIC) == ["資料1"]
    assert materials(IT) == ["資料1", "資料2"]


def test_versions_and_copies_are_listed_to_those_who_read_them(
    client_as: As, store: Store, tmp_path: Path
) -> None:
    draft = replace(written("推進会議 会議録（速報版）", "速報です。"), session="第1回")
    final = replace(draft, title="推進会議 会議録（確定版）")
    master = replace(draft, title="推進会議 会議録（原本）")
    take(store, tmp_path / "in", {"a.json": draft, "b.json": final}, Order(label=OPEN))
    take(store, tmp_path / "in2", {"c.json": master}, Order())
    key = next(k for k, row in store.catalogue.documents().items() if row.edition == 2)

    def listed(principal: Principal) -> tuple[list[str], list[str]]:
        found = client_as(principal).get(f"/v1/documents/{key}/related").json()
        return [v["edition"] for v in found["versions"]], [c["copy_kind"] for c in found["copies"]]

    assert listed(PUBLIC) == ([], [])
    assert listed(WELFARE) == (["速報版"], [])
    assert listed(IT) == (["速報版"], ["master"])
    assert client_as(PUBLIC).get(f"/v1/documents/{'0' * 32}/related").status_code == 404


def test_collections_are_those_one_reads_or_may_write_to(client_as: As, store: Store, tmp_path: Path) -> None:
    take(store, tmp_path / "in", {"a.json": written("記録", "公開です。")}, Order(label=OPEN))
    take(store, tmp_path / "in2", {"b.json": written("秘密", "非公開です。")}, Order(collection="極秘の班"))
    listed = client_as(WELFARE).get("/v1/collections").json()["collections"]
    assert listed == [
        {"name": "全庁", "documents": 1, "writable": False},
        {"name": "福祉課", "documents": 0, "writable": True},
    ]
    assert "極秘の班" not in client_as(PUBLIC).get("/v1/collections").text
