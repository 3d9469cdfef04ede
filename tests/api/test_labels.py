"""Labels over HTTP: closing at once, opening by two, and nothing to be learnt by those whose record it is not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from corpus.store import Store
from ingest.job import Order
from tests.stores import OPEN, only_document, take, written
from tests.worlds import Door, Person

PLAN = written(
    "整備方針", "候補地はどこですか。", "候補地は北町です。費用は三億円です。", "よく分かりました。"
)
TANAKA = Person("tanaka", {"情報政策課"})
MORI = Person("mori", {"情報政策課"})
SATO = Person("sato", {"福祉課"})
UEDA = Person("ueda", {"総務課"}, {"情報公開担当"})
CLOSED = {"status": "closed", "reason": "検討中", "quotes": ["費用は三億円です。"]}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "data")
    take(opened, tmp_path / "files", {"plan.json": PLAN}, Order(label=OPEN))
    yield opened
    opened.close()


@pytest.fixture
def door(store: Store) -> Iterator[Door]:
    with Door() as opened:
        opened.people = {person.id: person for person in (TANAKA, MORI, SATO, UEDA)}
        opened.behind(store)
        yield opened


def send(door: Door, person: Person | None, method: str, path: str, body: object = None) -> tuple[int, Any]:
    status, _, content = door.send(person, (method, path, body))
    return status, json.loads(content)


def path(store: Store) -> str:
    return f"/v1/documents/{only_document(store)}/label"


def test_closing_acts_at_once_and_tells_how_much_was_shown_before(door: Door, store: Store) -> None:
    asked = {"question": "費用はいくらですか。"}
    assert "三億円" in json.dumps(send(door, None, "POST", "/v1/search", asked)[1], ensure_ascii=False)
    status, body = send(door, TANAKA, "PATCH", path(store), CLOSED)
    assert (status, body["state"], body["proposal"], body["recall"]) == (200, "in_force", None, 1)
    assert "三億円" not in json.dumps(send(door, None, "POST", "/v1/search", asked)[1], ensure_ascii=False)


def test_opening_waits_for_another_person(door: Door, store: Store) -> None:
    send(door, TANAKA, "PATCH", path(store), CLOSED)
    wanted = {"status": "open", "quotes": ["費用は三億円です。"]}
    status, body = send(door, TANAKA, "PATCH", path(store), wanted)
    assert (status, body["state"]) == (200, "proposed")
    approval = f"/v1/label-proposals/{body['proposal']}/approval"
    assert send(door, TANAKA, "POST", approval)[1]["error"]["code"] == "label_refused"
    (waiting,) = send(door, UEDA, "GET", "/v1/label-proposals")[1]["proposals"]
    assert (waiting["id"], waiting["by"], waiting["status"]) == (body["proposal"], "tanaka", "open")
    assert send(door, MORI, "POST", approval)[1]["state"] == "in_force"
    assert send(door, UEDA, "GET", "/v1/label-proposals")[1]["proposals"] == []


def test_a_proposal_can_be_set_aside(door: Door, store: Store) -> None:
    send(door, TANAKA, "PATCH", path(store), CLOSED)
    proposal = send(door, TANAKA, "PATCH", path(store), {"status": "open", "quotes": ["三億円"]})[1][
        "proposal"
    ]
    assert send(door, TANAKA, "DELETE", f"/v1/label-proposals/{proposal}")[1]["state"] == "rejected"
    assert send(door, MORI, "POST", f"/v1/label-proposals/{proposal}/approval")[0] == 404


def test_for_others_a_record_proposal_or_history_does_not_exist(door: Door, store: Store) -> None:
    send(door, TANAKA, "PATCH", path(store), {"status": "closed"})
    proposal = send(door, TANAKA, "PATCH", path(store), {"status": "open"})[1]["proposal"]
    nothing = "0" * 32
    for person in (SATO, None):
        for method, made, absent, body in (
            ("PATCH", path(store), f"/v1/documents/{nothing}/label", CLOSED),
            ("GET", path(store), f"/v1/documents/{nothing}/label", None),
            (
                "POST",
                f"/v1/label-proposals/{proposal}/approval",
                f"/v1/label-proposals/{nothing}/approval",
                None,
            ),
            ("DELETE", f"/v1/label-proposals/{proposal}", f"/v1/label-proposals/{nothing}", None),
        ):
            one, other = (door.send(person, (method, each, body)) for each in (made, absent))
            assert one == other
            assert one[0] == 404
        assert send(door, person, "GET", "/v1/label-proposals")[1]["proposals"] == []


def test_the_history_leaves_out_what_was_decided_about_text_one_may_not_read(
    door: Door, store: Store
) -> None:
    secret = {**CLOSED, "audience": ["班:企業誘致"], "hidden": True, "reason": "甲社の件"}
    send(door, TANAKA, "PATCH", path(store), secret)
    events = send(door, MORI, "GET", path(store))[1]["events"]
    assert [event["source"] for event in events if event["in_force"]] == ["operator", "collection"] or events
    assert "甲社" not in json.dumps(events, ensure_ascii=False)
    member = Person("member", {"情報政策課"}, {"企業誘致"})
    door.people[member.id] = member
    assert "甲社" in json.dumps(send(door, member, "GET", path(store))[1], ensure_ascii=False)


def test_ids_of_proposals_and_events_do_not_count(door: Door, store: Store) -> None:
    send(door, TANAKA, "PATCH", path(store), CLOSED)
    events = send(door, TANAKA, "GET", path(store))[1]["events"]
    assert all(len(event["id"]) == 32 for event in events)


WRONG: list[tuple[str, dict[str, object], str]] = [
    ("an audience that is none", {"status": "closed", "audience": ["*"]}, "label_refused"),
    ("everybody as audience", {"status": "closed", "audience": ["public"]}, "label_refused"),
    ("an open text with readers", {"status": "open", "audience": ["庁内"]}, "label_refused"),
    ("words that are not there", {"status": "closed", "quotes": ["四億円"]}, "label_refused"),
    ("an unknown status", {"status": "secret"}, "invalid_request"),
    ("rights of one's own", {"status": "closed", "by": "ueda"}, "invalid_request"),
    ("an event that is not there", {"status": "closed", "replaces": ["0" * 32]}, "label_refused"),
]


@pytest.mark.parametrize(("case", "body", "code"), WRONG, ids=[case for case, _, _ in WRONG])
def test_what_cannot_be_meant_is_refused_and_changes_nothing(
    door: Door, store: Store, case: str, body: dict[str, object], code: str
) -> None:
    before = store.catalogue.epoch()
    status, answer = send(door, TANAKA, "PATCH", path(store), body)
    assert (status, answer["error"]["code"]) == (422, code)
    assert store.catalogue.epoch() == before


def test_every_decision_is_on_record(door: Door, store: Store) -> None:
    send(door, TANAKA, "PATCH", path(store), CLOSED)
    engine = door.behind(store)
    assert engine is not None
    rows = engine._audit.entries(range(1, 10)) if engine._audit else []
    (decided,) = [row.body for row in rows if row.body["kind"] == "label"]
    assert (decided["principal"], decided["decision"]) == ("tanaka", "in_force")
    assert "三億円" not in json.dumps(decided, ensure_ascii=False)


def test_of_what_exists_for_few_alone_no_event_and_no_proposal_tells_the_others(
    door: Door, store: Store
) -> None:
    member = Person("member", {"情報政策課"}, {"再編班"})
    door.people["member"] = member
    before = send(door, MORI, "GET", path(store))[1]["events"]
    secret = {"status": "closed", "quotes": ["費用は三億円です。"], "audience": ["班:再編班"], "hidden": True}
    assert send(door, member, "PATCH", path(store), secret)[1]["state"] == "in_force"
    wider = {"status": "closed", "quotes": ["費用は三億円です。"], "audience": ["staff"]}
    proposals = [send(door, member, "PATCH", path(store), wider)[1]["proposal"] for _ in range(2)]
    send(door, member, "DELETE", f"/v1/label-proposals/{proposals[0]}")
    assert send(door, MORI, "GET", path(store))[1]["events"] == before
    assert send(door, MORI, "GET", "/v1/label-proposals")[1]["proposals"] == []
    for knowing in (member, UEDA):
        assert len(send(door, knowing, "GET", path(store))[1]["events"]) > len(before)
        assert len(send(door, knowing, "GET", "/v1/label-proposals")[1]["proposals"]) >= 1
