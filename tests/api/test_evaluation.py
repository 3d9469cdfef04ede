"""``toben eval`` and ``toben bench`` from the outside: what is printed, written, and how they end."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from corpus.embedding import HashEmbedder
from tests.eval.results import result, row

TEXT = "港の計画\n\n桟橋の修繕は、令和8年4月に着手する。\n\n工事費は、三億二千万円を見込む。\n"
SUITE = """\
name: harbour
title: 港の質問
corpus: {store: harbour, sources: [documents], label: open}
questions: {file: questions.jsonl}
measures: [success@1, success@5, leaks]
thresholds: {success@5: 1, leaks: 0}
"""
QUESTION = {
    "id": "q1",
    "question": "桟橋の修繕はいつ着手しますか。",
    "relevant": [{"document": "plan.txt", "quote": "桟橋の修繕は、令和８年４月に着手する。"}],
}


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own, and vectors that need no model."""
    monkeypatch.setattr("api.wiring.load_embedder", lambda *args, **options: HashEmbedder())
    monkeypatch.setenv("TOBEN_DATA_DIR", str(tmp_path / "var"))
    return tmp_path / "var"


@pytest.fixture
def harbour(tmp_path: Path) -> Path:
    folder = tmp_path / "suite"
    (folder / "documents").mkdir(parents=True)
    (folder / "documents" / "plan.txt").write_text(TEXT, encoding="utf-8")
    (folder / "suite.yaml").write_text(SUITE, encoding="utf-8")
    (folder / "questions.jsonl").write_text(json.dumps(QUESTION, ensure_ascii=False), encoding="utf-8")
    return folder


def toben(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_a_suite_that_reaches_its_goals_ends_with_0_and_three_reports(harbour: Path, tmp_path: Path) -> None:
    done = toben("eval", "run", harbour, "--report", tmp_path / "r", "--json")
    body = json.loads(done.stdout)
    assert (done.exit_code, body["passed"]) == (0, True)
    assert sorted(path.name for path in (tmp_path / "r").iterdir()) == [
        "report.html",
        "report.json",
        "report.md",
    ]
    assert body["provenance"]["principals"] == ["public"]


def test_a_missed_goal_ends_with_1(harbour: Path, tmp_path: Path) -> None:
    hidden = QUESTION | {"must_not_show": ["三億二千万円", "令和8年4月"]}
    (harbour / "questions.jsonl").write_text(json.dumps(hidden, ensure_ascii=False), encoding="utf-8")
    done = toben("eval", "run", harbour, "--report", tmp_path / "r")
    assert done.exit_code == 1
    assert "未達" in (tmp_path / "r" / "report.md").read_text(encoding="utf-8")


def test_the_second_run_tells_what_changed(harbour: Path, data: Path) -> None:
    toben("eval", "run", harbour, "--report", data / "reports" / "1")
    toben("eval", "run", harbour, "--report", data / "reports" / "2")
    page = (data / "reports" / "2" / "report.html").read_text(encoding="utf-8")
    assert "比べられる前回の結果はありません" not in page
    assert "変わらない" in page


def test_two_results_are_compared(tmp_path: Path) -> None:
    result(*[row(f"q{n}", 2) for n in range(12)]).write(tmp_path / "a")
    result(*[row(f"q{n}", 1) for n in range(12)]).write(tmp_path / "b")
    done = toben("eval", "compare", tmp_path / "a", tmp_path / "b", "--json", "--report", tmp_path / "c")
    body = json.loads(done.stdout)
    assert (done.exit_code, body["measures"]["success@1"]["delta"]) == (0, 1.0)
    assert body["measures"]["success@1"]["p"] < 0.001
    assert len(body["improved"]) == 12
    assert "良くなった" in (tmp_path / "c" / "compare.html").read_text(encoding="utf-8")


def test_all_suites_are_listed_own_ones_too(harbour: Path) -> None:
    body = json.loads(toben("eval", "list", "--json", "--suites", harbour.parent).stdout)
    names = [each["name"] for each in body["suites"]]
    assert {"samples", "jsquad", "disclosure", "poliinfo-retrieval", "suite"} <= set(names)


def test_the_validator_names_line_and_field_and_ends_with_1(harbour: Path) -> None:
    assert toben("eval", "validate", harbour).exit_code == 0
    with (harbour / "questions.jsonl").open("a", encoding="utf-8") as file:
        file.write('\n{"id": "q2", "qestion": "?"}\n')
    done = toben("eval", "validate", harbour, "--json")
    faults = json.loads(done.stdout)["faults"]
    assert done.exit_code == 1
    assert {(f["line"], f["field"]) for f in faults} == {(2, "question"), (2, "qestion")}
    assert toben("eval", "run", harbour).exit_code == 2


def test_a_template_is_made_in_an_empty_folder_only(tmp_path: Path) -> None:
    assert toben("eval", "new", tmp_path / "mine").exit_code == 0
    assert {path.name for path in (tmp_path / "mine").iterdir()} == {"suite.yaml", "questions.jsonl"}
    assert toben("eval", "new", tmp_path / "mine").exit_code == 2


def test_drafts_are_written_and_never_over_a_file(harbour: Path, tmp_path: Path) -> None:
    toben("eval", "run", harbour, "--data-dir", tmp_path / "store", "--report", tmp_path / "r")
    done = toben("eval", "draft", "--out", tmp_path / "d.jsonl", "--data-dir", tmp_path / "store")
    entries = [json.loads(line) for line in (tmp_path / "d.jsonl").read_text(encoding="utf-8").splitlines()]
    assert done.exit_code == 0
    assert entries and all(entry["draft"] for entry in entries)
    assert (
        toben("eval", "draft", "--out", tmp_path / "d.jsonl", "--data-dir", tmp_path / "store").exit_code == 2
    )


def test_the_bench_prints_where_the_time_goes(harbour: Path, tmp_path: Path) -> None:
    toben("eval", "run", harbour, "--data-dir", tmp_path / "store", "--report", tmp_path / "r")
    done = toben("bench", "-n", "2", "--no-peers", "--data-dir", tmp_path / "store", "--json")
    body = json.loads(done.stdout)
    assert done.exit_code == 0
    assert {"embed", "search", "fuse", "fetch", "compose", "whole"} <= set(body["stages"])
    assert body["memory_mib"]["serving"] > 0


def test_an_unknown_suite_is_wrong_usage() -> None:
    assert toben("eval", "run", "no-such-suite").exit_code == 2
