"""Finding the run before."""

from datetime import datetime
from pathlib import Path

from eval.previous import before, folder_for
from tests.eval.results import result, row


def test_the_newest_sibling_of_the_same_suite_is_the_run_before(tmp_path: Path) -> None:
    for hour, commit in ((9, "a" * 12), (11, "b" * 12)):
        result(row("q", 1), commit=commit).write(folder_for(tmp_path, "harbour", datetime(2026, 6, 1, hour)))
    now = folder_for(tmp_path, "harbour", datetime(2026, 6, 1, 12))
    found = before(now, "harbour")
    assert found is not None and found.provenance.commit == "b" * 12
    assert before(now, "another") is None


def test_a_report_already_in_the_folder_is_the_run_before(tmp_path: Path) -> None:
    result(row("q", 1), commit="c" * 12).write(tmp_path / "r")
    found = before(tmp_path / "r", "harbour")
    assert found is not None and found.provenance.commit == "c" * 12


def test_a_report_that_cannot_be_read_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text("{}", encoding="utf-8")
    assert before(tmp_path, "harbour") is None
