"""What was written stays, and shows when somebody touched it."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.audit import Audit, Entry, Shown
from corpus.errors import AuditError

ASKED = Entry("ask", "sato", "answered", question="候補地は どこですか。", request_id="r-1")


def shown(passage: str, document: str = "d1") -> Entry:
    return Entry("passage", "sato", "shown", (Shown(passage, document, "dept:福祉課", "closed"),))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "audit.db"


def test_an_untouched_log_is_sound(path: Path) -> None:
    audit = Audit(path)
    numbers = [audit.record(entry) for entry in (ASKED, shown("p1"), shown("p2"))]
    assert numbers == [1, 2, 3]
    assert audit.verify() == []
    audit.close()
    assert Audit(path).verify() == []


TAMPERING: list[tuple[str, str]] = [
    ("a changed record", "UPDATE entries SET body = replace(body, 'sato', 'kato') WHERE seq = 2"),
    ("a changed time", "UPDATE entries SET at = '2001-01-01' WHERE seq = 2"),
    ("a missing record", "DELETE FROM entries WHERE seq = 2"),
    ("a record put in", "INSERT INTO entries VALUES (4, '2025', 1, '{}', 'x')"),
    ("a use taken off the recall list", "DELETE FROM shown WHERE seq = 2"),
    ("a changed order", "UPDATE entries SET seq = 5 - seq WHERE seq IN (2, 3)"),
]


@pytest.mark.parametrize(("case", "statement"), TAMPERING, ids=[case for case, _ in TAMPERING])
def test_tampering_shows(path: Path, case: str, statement: str) -> None:
    audit = Audit(path)
    for entry in (ASKED, shown("p1"), shown("p2")):
        audit.record(entry)
    audit.close()
    connection = sqlite3.connect(path)
    for part in statement.replace("seq = 5 - seq", "seq = -seq").split(";"):
        connection.execute(part)
    connection.execute("UPDATE entries SET seq = 5 + seq WHERE seq < 0")
    connection.commit()
    connection.close()
    assert Audit(path).verify() != []


def test_a_shortened_log_shows_against_a_head_that_was_noted(path: Path) -> None:
    audit = Audit(path)
    audit.record(ASKED)
    audit.record(shown("p1"))
    noted = audit.head()
    audit.close()
    connection = sqlite3.connect(path)
    for table in ("entries", "shown"):
        connection.execute(f"DELETE FROM {table} WHERE seq = 2")
    connection.commit()
    connection.close()
    assert Audit(path).verify() == []
    assert Audit(path).verify(noted=noted) != []


def test_after_a_break_the_log_goes_on_with_a_new_segment(path: Path) -> None:
    audit = Audit(path)
    audit.record(ASKED)
    audit.close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE entries SET at = '2001'")
    connection.commit()
    connection.close()
    again = Audit(path)
    again.record(shown("p1"))
    assert len(again.verify()) == 1
    again.close()
    assert Audit(path).head()[0] == 3


def test_the_recall_list_finds_who_was_shown_a_passage_or_document(path: Path) -> None:
    audit = Audit(path)
    for entry in (shown("p1"), shown("p2"), shown("p3", "d2"), ASKED):
        audit.record(entry)
    assert [use.seq for use in audit.uses(passages=["p1"])] == [1]
    assert [use.seq for use in audit.uses(documents=["d1"])] == [1, 2]
    assert [use.seq for use in audit.uses(passages=["p1", "p3"], documents=["d2"])] == [1, 3]
    assert audit.uses(passages=["nothing"]) == []


def test_questions_may_be_kept_as_a_keyed_hash(path: Path) -> None:
    audit = Audit(path, questions="hash")
    audit.record(ASKED)
    (kept,) = audit.entries([1])
    assert kept.body["question"] == audit.hashed("候補地はどこですか。")
    assert "候補地" not in path.read_bytes().decode("utf-8", "ignore")


def test_only_the_service_may_read_the_log(path: Path) -> None:
    Audit(path).record(ASKED)
    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name


def test_a_log_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "audit.db").mkdir()
    with pytest.raises(AuditError):
        Audit(tmp_path / "audit.db").record(ASKED)


def test_two_processes_write_one_chain(path: Path) -> None:
    writers: list[Callable[[Entry], int]] = [Audit(path).record, Audit(path).record]
    numbers = [write(ASKED) for _ in range(3) for write in writers]
    assert numbers == [1, 2, 3, 4, 5, 6]
    assert Audit(path).verify() == []
