"""The lists of the operators' page: for operators only, and each within what its viewer may read or label."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from corpus.store import Store
from ingest.job import Order
from ingest.runs import Origin
from tests.stores import OPEN, STAFF, labels, only_document, take, written
from tests.worlds import PUBLIC, Door, Person, Piece, Record, Stores, only, original, spared

PLAN = written("整備方針", "費用はいくらですか。", "費用は三億円です。")
NOTE = written("再編の下案", "南町の学校を廃止しますか。", "南町の学校は廃止します。", department="福祉課")
RUNNER = Person("runner", {"情報政策課"}, operator=True)
NOBODYS = Person("nobodys", operator=True)
WELFARE = Person("welfare", {"福祉課"}, operator=True)
AUDITOR = Person("auditor", {"監査課"}, {"監査担当"}, operator=True)
CLERK = Person("clerk", {"情報政策課"})
SATO = Person("sato", {"福祉課"})
PEOPLE = (RUNNER, NOBODYS, WELFARE, AUDITOR, CLERK, SATO)
ROUTES = ("labels", "sources", "runs", "usage", "unanswered", "alerts")
NOTHING = "0" * 32


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "data")
    take(opened, tmp_path / "files", {"plan.json": PLAN}, Order(label=OPEN))
    yield opened
    opened.close()


@pytest.fixture
def door(store: Store) -> Iterator[Door]:
    with Door() as opened:
        opened.people = {person.id: person for person in PEOPLE}
        opened.behind(store)
        yield opened


def get(door: Door, person: Person | None, path: str) -> Any:
    status, _, content = door.send(person, ("GET", path, None))
    assert status == 200, content
    return json.loads(content)


def ask(door: Door, person: Person | None, question: str) -> Any:
    return json.loads(door.send(person, ("POST", "/v1/query", {"question": question}))[2])


@pytest.mark.parametrize("person", [CLERK], ids=lambda person: person.id)
def test_for_others_the_page_and_its_lists_do_not_exist(door: Door, store: Store, person: Person) -> None:
    for path in ("/operators", *(f"/v1/{route}" for route in ROUTES)):
        assert door.send(person, ("GET", path, None)) == door.send(person, ("GET", "/nothing", None))
    made, absent = (f"/v1/documents/{key}/recall" for key in (only_document(store), NOTHING))
    assert door.send(person, ("GET", made, None)) == door.send(person, ("GET", absent, None))
    assert [door.send(None, ("GET", f"/v1/{route}", None))[0] for route in ROUTES] == [404] * len(ROUTES)


def test_an_operator_sees_labels_of_readable_documents_and_which_of_them_are_theirs(
    door: Door, store: Store, tmp_path: Path
) -> None:
    take(store, tmp_path / "more", {"note.json": NOTE}, Order(department="福祉課"))
    assert [(d["title"], d["labelled"]) for d in get(door, RUNNER, "/v1/labels")["documents"]] == [
        ("整備方針", True)
    ]
    assert [(d["title"], d["labelled"]) for d in get(door, WELFARE, "/v1/labels")["documents"]] == [
        ("再編の下案", True),
        ("整備方針", False),
    ]
    assert [d["title"] for d in get(door, NOBODYS, "/v1/labels")["documents"]] == ["整備方針"]


def test_documents_are_found_by_words_and_status_and_paged(door: Door, store: Store, tmp_path: Path) -> None:
    take(store, tmp_path / "more", {"note.json": NOTE}, Order(department="福祉課", label=STAFF))
    assert len(get(door, RUNNER, "/v1/labels?words=再編　福祉")["documents"]) == 1
    assert get(door, RUNNER, "/v1/labels?words=再編 三億")["documents"] == []
    assert [d["audience"] for d in get(door, RUNNER, "/v1/labels?status=closed")["documents"]] == ["staff"]
    first = get(door, RUNNER, "/v1/labels?limit=1")
    second = get(door, RUNNER, f"/v1/labels?limit=1&offset={first['next_offset']}")
    assert (len(second["documents"]), second["next_offset"]) == (1, None)


def test_what_an_operator_may_not_read_changes_none_of_the_lists(tmp_path: Path) -> None:
    records = [
        Record("a.json", "整備の会", "情報政策課", PUBLIC, [[Piece("整備を進めます。")]]),
        Record("b.json", "懲戒の会", "福祉課", only("dept:福祉課"), [[Piece("懲戒を検討する。")]]),
        Record("c.json", "再編の会", "情報政策課", only("group:再編班"), [[Piece("再編を検討する。")]]),
    ]
    stores = Stores(tmp_path)
    answers = []
    for documents in (
        {r.name: original(r) for r in records},
        {r.name: d for r in records if (d := spared(r, RUNNER)) is not None},
    ):
        store = stores.of(documents)
        with Door() as door:
            door.people = {person.id: person for person in PEOPLE}
            door.behind(store)
            paths = (
                "labels",
                "labels?words=会&limit=1",
                "sources",
                "sources?state=live",
                "runs",
                "unanswered",
                "usage",
            )
            got = [door.send(RUNNER, ("GET", f"/v1/{path}", None))[2].decode() for path in paths]
            answers.append([re.sub(r'"(?:taken|begun)_at":"[^"]+"', "", each) for each in got])
        stores.drop(store)
    assert answers[0] == answers[1]
    assert "整備の会" in answers[0][0]
    assert '"taken":1,"unchanged":0,"refused":[],"seconds":null' in answers[0][4]


def test_refused_files_are_shown_to_their_department_and_taken_ones_to_their_readers(
    door: Door, store: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "more"
    take(store, folder, {"note.json": NOTE}, Order(collection="福祉課", department="福祉課"))
    (folder / "処分案.json").write_text("{", encoding="utf-8")
    take(store, folder, {}, Order(collection="福祉課", department="福祉課"))
    (refused,) = get(door, WELFARE, "/v1/sources")["sources"]
    assert refused["name"].endswith("処分案.json")
    assert refused["reason"]
    assert get(door, RUNNER, "/v1/sources")["sources"] == []
    names = [
        [s["name"] for s in get(door, p, "/v1/sources?state=live")["sources"]] for p in (WELFARE, RUNNER)
    ]
    assert [len(each) for each in names] == [2, 1]


def test_runs_are_shown_with_the_files_of_which_a_viewer_may_know(
    door: Door, store: Store, tmp_path: Path
) -> None:
    folder, welfare = tmp_path / "more", Order(collection="福祉課", department="福祉課")
    take(store, folder, {"note.json": NOTE}, welfare)
    (folder / "処分案.json").write_text("{", encoding="utf-8")
    take(store, folder, {"plan.json": PLAN}, replace(welfare, origin=Origin.WATCH))
    latest, first, plan = get(door, WELFARE, "/v1/runs")["runs"]
    assert [(r["origin"], r["taken"], r["unchanged"]) for r in (latest, first, plan)] == [
        ("watch", 0, 1),
        ("command", 1, 0),
        ("command", 1, 0),
    ]
    assert [r["name"].rpartition("/")[2] for r in latest["refused"]] == ["処分案.json"]
    assert latest["refused"][0]["reason"]
    assert set(latest["seconds"]) == {"reading", "labels", "embedding", "words", "publishing"}
    assert plan["seconds"] is None  # of a collection that the viewer does not keep
    for person, more in ((RUNNER, [("福祉課", 1, 0, [], None)]), (NOBODYS, [])):
        assert [
            (r["collection"], r["taken"], r["unchanged"], r["refused"], r["seconds"])
            for r in get(door, person, "/v1/runs")["runs"]
        ] == [*more, ("全庁", 1, 0, [], None)]
    assert get(door, WELFARE, "/v1/runs?limit=1")["next_offset"] == 1
    assert get(door, WELFARE, "/v1/runs?limit=2&offset=2")["runs"] == [plan]


def test_files_that_stayed_the_same_are_counted_as_far_as_they_may_be_read(
    door: Door, store: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "more"
    documents = {"note.json": NOTE, "plan.json": PLAN}
    take(store, folder, documents, Order(department="福祉課"))
    take(store, folder, documents, Order(department="福祉課"))
    assert [r["unchanged"] for r in get(door, WELFARE, "/v1/runs")["runs"]] == [1, 0, 0]
    closed = get(door, RUNNER, "/v1/runs")["runs"]
    assert [(r["taken"], r["unchanged"]) for r in closed] == [(0, 1), (1, 0), (1, 0)]


def test_of_a_run_is_forgotten_what_was_deleted_and_in_time_the_run(
    door: Door, store: Store, tmp_path: Path
) -> None:
    labels(store).remove(only_document(store), CLERK.principal())
    assert get(door, RUNNER, "/v1/runs")["runs"] == []
    take(store, tmp_path / "a", {"a.json": PLAN}, Order(label=OPEN))
    with store.catalogue.write() as connection:
        connection.exec_driver_sql("UPDATE runs SET begun_at = '2020-01-01 00:00:00'")
    take(store, tmp_path / "b", {"b.json": PLAN}, Order(label=OPEN))
    assert len(get(door, RUNNER, "/v1/runs")["runs"]) == 1
    with store.catalogue.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM run_files").scalar() == 1


def test_the_recall_list_says_who_used_what_was_closed_since(door: Door, store: Store) -> None:
    key = only_document(store)
    ask(door, SATO, "費用はいくらですか。")
    closing = {"status": "closed", "quotes": ["費用は三億円です。"]}
    assert door.send(CLERK, ("PATCH", f"/v1/documents/{key}/label", closing))[0] == 200
    uses = get(door, RUNNER, f"/v1/documents/{key}/recall")["uses"]
    assert [(use["person"], use["kind"], use["withdrawn"]) for use in uses] == [("sato", "ask", True)]
    for other in (WELFARE, NOBODYS):
        made = door.send(other, ("GET", f"/v1/documents/{key}/recall", None))
        absent = door.send(other, ("GET", f"/v1/documents/{NOTHING}/recall", None))
        assert (made[0], made[2]) == (absent[0], absent[2]) == (404, absent[2])


def test_the_recall_list_leaves_out_uses_of_text_its_viewer_may_not_read(door: Door, store: Store) -> None:
    key, member = only_document(store), Person("member", {"福祉課"}, {"再編班"})
    door.people["member"] = member
    secret = {"status": "closed", "quotes": ["費用は三億円です。"], "audience": ["班:再編班"], "hidden": True}
    door.send(CLERK, ("PATCH", f"/v1/documents/{key}/label", secret))
    passages = [p for p, *_ in store.catalogue.every_passage() if "三億円" in p.text]
    assert door.send(member, ("GET", f"/v1/passages/{passages[0].id}", None))[0] == 200
    assert get(door, RUNNER, f"/v1/documents/{key}/recall")["uses"] == []


def test_usage_counts_people_and_questions_by_department_and_week(door: Door) -> None:
    for person in (CLERK, CLERK, RUNNER, SATO, None):
        ask(door, person, "費用はいくらですか。")
    door.send(CLERK, ("POST", "/v1/search", {"question": "費用"}))
    body = get(door, NOBODYS, "/v1/usage")
    rows = {r["department"]: (r["people"], r["staff"], r["questions"], r["searches"]) for r in body["usage"]}
    assert {row["week"] for row in body["usage"]} == {"2025-W40"}
    assert rows == {
        "*": (4, 6, 5, 1),
        "": (1, None, 1, 0),
        "情報政策課": (2, 2, 3, 1),
        "福祉課": (1, 2, 1, 0),
    }
    assert "費用" not in json.dumps(body, ensure_ascii=False)


def test_an_unanswered_question_is_shown_only_to_those_who_may_read_what_its_asker_could(
    door: Door, store: Store, tmp_path: Path
) -> None:
    take(store, tmp_path / "more", {"note.json": NOTE}, Order(department="福祉課"))
    assert ask(door, None, "火星への移住はいつですか。")["refusal"]["code"] == "not_found"
    assert ask(door, SATO, "丙山氏の火星への左遷はいつですか。")["refusal"]["code"] == "not_found"
    seen = {p.id: [u["question"] for u in get(door, p, "/v1/unanswered")["unanswered"]] for p in PEOPLE[:3]}
    assert seen["runner"] == seen["nobodys"] == ["火星への移住はいつですか。"]
    assert sorted(seen["welfare"]) == ["丙山氏の火星への左遷はいつですか。", "火星への移住はいつですか。"]


def test_an_answer_called_wrong_is_listed_until_a_passage_of_it_is_closed(door: Door, store: Store) -> None:
    found = ask(door, CLERK, "費用はいくらですか。")["passages"]
    rated = {
        "request_id": "r" * 8,
        "rating": "bad",
        "question": "費用はいくらですか。",
        "comment": "単位が違う",
        "passage_ids": [found[0]["passage_id"]],
    }
    assert door.send(CLERK, ("POST", "/v1/feedback", rated))[0] == 201
    (item,) = get(door, RUNNER, "/v1/unanswered")["unanswered"]
    assert (item["why"], item["question"], item["comment"]) == ("bad", "費用はいくらですか。", "単位が違う")
    door.send(CLERK, ("PATCH", f"/v1/documents/{only_document(store)}/label", {"status": "closed"}))
    assert get(door, NOBODYS, "/v1/unanswered")["unanswered"] == []


def test_auditors_see_who_asks_for_many_ids_they_do_not_get(door: Door) -> None:
    for number in range(3):
        door.send(SATO, ("GET", f"/v1/passages/{number:032x}", None))
    (alert,) = get(door, AUDITOR, "/v1/alerts")["alerts"]
    assert (alert["kind"], alert["person"], alert["count"]) == ("refused_ids", "sato", 3)
    assert get(door, RUNNER, "/v1/alerts")["alerts"] == []
    assert "toben_alerts 1.0" in door.send(RUNNER, ("GET", "/metrics", None))[2].decode()


def test_an_alert_about_oneself_is_for_the_others(door: Door) -> None:
    for number in range(5):
        door.send(AUDITOR, ("GET", f"/v1/documents/{number:032x}", None))
    assert get(door, AUDITOR, "/v1/alerts")["alerts"] == []
    door.people["second"] = replace(AUDITOR, id="second")
    assert [a["person"] for a in get(door, door.people["second"], "/v1/alerts")["alerts"]] == ["auditor"]


def test_withheld_and_missing_ids_count_alike(door: Door, store: Store, tmp_path: Path) -> None:
    take(store, tmp_path / "more", {"note.json": NOTE}, Order(department="福祉課"))
    closed = next(key for key, row in store.catalogue.documents().items() if row.department == "福祉課")
    for person, ids in ((CLERK, [closed, NOTHING, "1" * 32]), (RUNNER, ["2" * 32, NOTHING, "1" * 32])):
        for key in ids:
            assert door.send(person, ("GET", f"/v1/documents/{key}", None))[0] == 404
    told = {(a["person"], a["count"]) for a in get(door, AUDITOR, "/v1/alerts")["alerts"]}
    assert told == {("clerk", 3), ("runner", 3)}


def test_a_daybook_that_cannot_be_written_changes_no_answer(door: Door, store: Store) -> None:
    before = ask(door, CLERK, "費用はいくらですか。")["answer"]
    door._noting.target._daybook.close()
    (store.root / "daybook.db").unlink()
    (store.root / "daybook.db").mkdir()
    assert ask(door, CLERK, "費用はいくらですか。")["answer"] == before


def test_a_decision_on_a_label_changes_what_the_lists_say_at_once(door: Door, store: Store) -> None:
    key = only_document(store)
    assert [d["id"] for d in get(door, NOBODYS, "/v1/labels")["documents"]] == [key]
    door.send(CLERK, ("PATCH", f"/v1/documents/{key}/label", {"status": "closed"}))
    assert get(door, NOBODYS, "/v1/labels")["documents"] == []
    assert labels(store).proposals(CLERK.principal()) == []
