"""The real minutes of the shared folder, read in place."""

import os
from pathlib import Path

import pytest

from corpus.disclosure import Status
from corpus.model import Document, Role
from ingest.errors import UnreadableSourceError
from ingest.parsers import parse
from ingest.readers import read
from tests.ingest.parsers.checks import assert_sound

MINUTES = Path(os.environ.get("TOBEN_SHARED", Path(__file__).parents[4] / "shared")) / "data" / "minutes"
pytestmark = pytest.mark.skipif(not MINUTES.is_dir(), reason="the shared minutes are not here (TOBEN_SHARED)")


def documents(pattern: str) -> list[Document]:
    found: list[Document] = []
    for path in sorted(MINUTES.glob(pattern)):
        try:
            found.extend(parse(read(path)))
        except UnreadableSourceError as error:
            assert error.reason == "発言がありません（目次のページ）"
    for document in found:
        assert_sound(document)
    return found


def test_ward_record_has_its_agenda_label_and_date() -> None:
    (record,) = documents("toshima_*.txt")
    assert record.date is not None and record.date.isoformat() == "2025-05-30"
    assert record.department == "政策経営部情報政策課"
    assert [claim.label.status for claim in record.claims] == [Status.PARTIAL]
    assert len(record.sections) == 8 and len(record.utterances) == 34
    assert sum(u.role is Role.RESOLUTION for u in record.utterances) == 2


def test_plenary_days_have_dates_speakers_and_answers() -> None:
    plenary = documents("tokyo_plenary_2020/*.json")
    assert len(plenary) == 10
    assert all(document.date and document.meeting == "東京都議会" for document in plenary)
    turns = [u for document in plenary for u in document.utterances]
    assert all(u.speaker and u.post for u in turns)
    assert not any("登壇〕" in document.text for document in plenary)


def test_committee_posts_are_rarely_left_whole() -> None:
    turns = [u for document in documents("tokyo_committees/*.json") for u in document.utterances]
    assert len(turns) > 24_000
    assert sum(not u.speaker for u in turns) < 0.001 * len(turns)


def test_mayor_speaks_in_every_budget_speech() -> None:
    speeches = documents("otaru/*.html")
    assert len(speeches) == 7
    assert all(u.post == "市長" and u.role is Role.EXPLANATION for d in speeches for u in d.utterances)


def test_same_file_gives_the_same_documents() -> None:
    for pattern in ("toshima_*.txt", "tokyo_committees/utterances_tokyo_draft.json", "otaru/*R3*.html"):
        assert documents(pattern) == documents(pattern)
