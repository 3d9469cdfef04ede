"""The report: what a reader sees of a run, and that it can be read back."""

import os
import re
from pathlib import Path

import pytest

from eval import report
from eval.compare import compare
from eval.errors import SuiteError
from eval.result import Result, read
from tests.eval.results import result, row

GOLDEN = Path(__file__).parent / "golden" / "report.md"  # of tests/eval/results.py; made-up text


@pytest.fixture
def run() -> Result:
    rows = [row("q1", 1), row("q2", 2), row("q3", None), row("q4", 7), row("q5", 1, leaks=1)]
    return result(*rows, thresholds={"success@1": 0.4, "leaks": 0, "mrr@10": 0.9})


def test_the_markdown_is_as_it_was(run: Result) -> None:
    """Set TOBEN_REWRITE_GOLDEN=1 to write it anew; then read the difference."""
    earlier = result(*[row(f"q{n}", 2) for n in range(1, 6)], commit="aaaaaaaaaaaa")
    text = report.render(run, report.MARKDOWN, compare(earlier, run))
    if os.environ.get("TOBEN_REWRITE_GOLDEN"):
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_a_report_comes_in_three_forms_and_can_be_read_back(run: Result, tmp_path: Path) -> None:
    paths = report.write(run, tmp_path / "report")
    assert {kind: path.name for kind, path in paths.items()} == {
        "json": "report.json",
        "html": "report.html",
        "markdown": "report.md",
    }
    assert read(tmp_path / "report") == run


def test_a_report_can_be_read_by_its_owner_alone(run: Result, tmp_path: Path) -> None:
    for path in report.write(run, tmp_path / "report").values():
        assert path.stat().st_mode & 0o077 == 0


def test_a_report_that_quotes_closed_text_says_so(run: Result) -> None:
    closed = run.model_copy(
        update={"rows": (*run.rows, row("q9", 1).model_copy(update={"audience": "dept:福祉課"}))}
    )
    assert "公開可" in report.render(run, report.HTML)
    assert "所属限り（dept:福祉課）" in report.render(closed, report.HTML)


def test_the_page_stands_by_itself(run: Result) -> None:
    page = report.render(run, report.HTML)
    assert not re.search(r"<script|<link|https?://|src=|url\(", page)
    assert page.count("<svg") == 3
    assert 'lang="ja"' in page


def test_the_page_tells_what_was_missed_and_who_asked(run: Result) -> None:
    page = report.render(run, report.HTML)
    for words in (
        "3項目中2項目",
        "5問中 2問",
        "よその方式 0.250",
        "public、sato",
        "0123456789ab",
        "c" * 16,
        "i" * 16,
    ):
        assert words in page, words


def test_text_of_a_document_cannot_break_the_page() -> None:
    bad = row("q1", None, question="<img src=x onerror=alert(1)>")
    page = report.render(result(bad), report.HTML)
    assert "<img" not in page and "&lt;img" in page


def test_the_worst_questions_come_first_and_a_leak_before_all(run: Result) -> None:
    assert [each.id for each in report.worst(run, 10)] == ["q5", "q3", "q4", "q2"]


def test_a_run_without_fault_has_no_worst_questions() -> None:
    clean = result(row("q1", 1), thresholds={"success@1": 1.0})
    assert report.worst(clean, 10) == []
    assert "すべての目標を達成しました" in report.render(clean, report.HTML)


def test_a_threshold_without_a_figure_is_missed() -> None:
    empty = result(row("q1", 1), thresholds={"facts": 0.5})
    assert not empty.passed
    assert "測れた質問がなく" in report.render(empty, report.HTML)


def test_ranks_are_counted_in_bands(run: Result) -> None:
    assert report.ranks(run.rows) == [("1番目", 2), ("2〜5番目", 1), ("6〜10番目", 1), ("見つからない", 1)]


def test_something_else_is_not_taken_for_a_result(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text("{}", encoding="utf-8")
    with pytest.raises(SuiteError, match="形ではありません"):
        read(tmp_path)
    with pytest.raises(SuiteError, match="読めません"):
        read(tmp_path / "none")
