"""The daybook: shared by processes, forgetful by setting, and quiet once it has told."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app
from api.daybook import Daybook, Unanswered, Usage, new_id
from api.noting import Noting
from api.settings import AlertSettings, AuditSettings, Settings, UnansweredSettings
from corpus.audit import Entry
from corpus.disclosure import PUBLIC, Principal

MINUTES = timedelta(minutes=10)
SATO = Principal("sato", departments=frozenset({"福祉課"}))


class Clock:
    """A moment set by hand."""

    now = datetime(2025, 10, 1, 9, 0)

    def __call__(self) -> datetime:
        return self.now


def daybook(path: Path, clock: Clock) -> Daybook:
    def identify(word: str) -> str:
        return hashlib.sha256(word.encode()).hexdigest()[:32]

    return Daybook(path / "daybook.db", identify=identify, now=clock)


def kept(clock: Clock, question: str) -> Unanswered:
    return Unanswered(new_id(), clock.now, "not_found", question, compartments=frozenset({"public"}))


def test_processes_count_together_and_no_name_is_kept(tmp_path: Path) -> None:
    clock = Clock()
    one, two = daybook(tmp_path, clock), daybook(tmp_path, clock)
    one.count("sato", ["福祉課"], searched=False)
    two.count("sato", ["福祉課"], searched=True)
    two.count("yamada", ["福祉課", "総務課"], searched=False)
    assert one.usage(1) == [
        Usage("2025-W40", "*", 2, 2, 1),
        Usage("2025-W40", "福祉課", 2, 2, 1),
        Usage("2025-W40", "総務課", 1, 1, 0),
    ]
    assert not any(b"yamada" in path.read_bytes() for path in tmp_path.iterdir())


def test_whoever_moves_within_a_week_is_one_person_with_all_questions(tmp_path: Path) -> None:
    book = daybook(tmp_path, Clock())
    for department in ("福祉課", "福祉課", "総務課"):
        book.count("sato", [department], searched=False)
    assert book.usage(1)[0] == Usage("2025-W40", "*", 1, 3, 0)


def test_usage_reaches_back_as_many_weeks_as_asked_over_the_turn_of_the_year(tmp_path: Path) -> None:
    clock = Clock()
    book = daybook(tmp_path, clock)
    for moment in (datetime(2025, 12, 22), datetime(2025, 12, 29), datetime(2026, 1, 5)):
        clock.now = moment
        book.count("sato", [""], searched=False)
    assert [row.week for row in book.usage(2) if row.department == "*"] == ["2026-W02", "2026-W01"]


def test_questions_are_forgotten_after_their_days_and_leave_nothing_in_the_files(tmp_path: Path) -> None:
    clock = Clock()
    book = daybook(tmp_path, clock)
    book.keep(kept(clock, "甲野氏の処分は"), days=30)
    clock.now += timedelta(days=31)
    book.keep(kept(clock, "乙川橋の工期は"), days=30)
    assert [each.question for each in book.unanswered()] == ["乙川橋の工期は"]
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert "甲野".encode() not in files
    assert "乙川橋".encode() in files
    book.forget(0)
    assert book.unanswered() == []


def test_words_are_kept_by_default_only_where_the_audit_log_keeps_them() -> None:
    hashed = AuditSettings(questions="hash")
    assert Settings().unanswered_days == 90
    assert Settings(audit=hashed).unanswered_days == 0
    assert Settings(audit=hashed, unanswered=UnansweredSettings(days=7)).unanswered_days == 7
    assert Settings(unanswered=UnansweredSettings(days=0)).unanswered_days == 0


def test_an_alert_comes_at_the_threshold_and_once_in_its_time(tmp_path: Path) -> None:
    clock = Clock()
    one, two = daybook(tmp_path, clock), daybook(tmp_path, clock)

    def mark(book: Daybook, *items: str) -> int | None:
        alert = book.mark("refused_ids", "sato", items, within=MINUTES, threshold=3)
        return alert.count if alert else None

    assert [mark(one, "a"), mark(two, "a"), mark(two, "b")] == [None, None, None]
    assert mark(one, "c") == 3
    assert mark(two, "d") is None
    clock.now += 2 * MINUTES
    assert mark(one, "e") is None
    assert mark(one, "f", "g") == 3
    assert [alert.count for alert in two.alerts(timedelta(days=1))] == [3, 3]


def test_no_more_is_remembered_of_somebody_than_an_alert_needs(tmp_path: Path) -> None:
    clock = Clock()
    book = daybook(tmp_path, clock)
    found = [book.mark("names", "sato", [f"{n}"], within=MINUTES, threshold=5) for n in range(300)]
    assert [alert.count for alert in found if alert] == [5]
    with sqlite3.connect(tmp_path / "daybook.db") as connection:
        assert connection.execute("SELECT count(*) FROM marks").fetchone() == (5,)


def asked(number: int, person: Principal = SATO) -> tuple[Entry, Principal, frozenset[str]]:
    """What is noted of a question about somebody of that number."""
    family = ("佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "加藤")[number % 10]
    given = ("太郎", "花子", "一郎", "次郎", "三郎", "和子", "恵子", "明", "健一", "幸子")[number // 10 % 10]
    question = f"{family}{given}さんの処分はどうなりましたか。"
    return Entry("ask", person.id, "answered", question=question), person, frozenset({"public"})


def test_a_burst_of_more_than_fifty_names_is_told_and_no_name_is_kept(tmp_path: Path) -> None:
    clock = Clock()
    book = daybook(tmp_path, clock)
    noting = Noting(book, unanswered_days=0, alerts=AlertSettings(), now=clock)
    for number in range(50):
        noting.served(*asked(number))
        noting.served(*asked(0))  # the same name again
        noting.served(*asked(number, PUBLIC))  # nobody in particular is many people
    assert book.alerts(MINUTES) == []
    noting.served(*asked(50))
    assert [(alert.kind, alert.person, alert.count) for alert in book.alerts(MINUTES)] == [
        ("names", "sato", 51)
    ]
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert "佐藤".encode() not in files


def test_as_many_names_over_a_longer_time_are_no_burst(tmp_path: Path) -> None:
    clock = Clock()
    book = daybook(tmp_path, clock)
    noting = Noting(book, unanswered_days=0, alerts=AlertSettings(), now=clock)
    for number in range(100):
        noting.served(*asked(number))
        clock.now += timedelta(seconds=30)
    assert book.alerts(timedelta(days=1)) == []


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_auditors_on_the_host_list_alerts(tmp_path: Path, form: list[str]) -> None:
    clock = Clock()
    clock.now = datetime.now().replace(tzinfo=None)
    daybook(tmp_path, clock).mark("closed_passages", "sato", ["a"], within=MINUTES, threshold=1)
    ended = CliRunner().invoke(app, ["audit", "alerts", "--data-dir", str(tmp_path), *form])
    assert ended.exit_code == 0, ended.output
    if form:
        assert [alert["person"] for alert in json.loads(ended.stdout)["alerts"]] == ["sato"]
    else:
        assert "sato 所属限りの箇所を多く閲覧した 1件" in ended.stdout
