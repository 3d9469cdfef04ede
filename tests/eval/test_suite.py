"""Suites: those that come along are sound, and a wrong one is refused with line and field."""

from pathlib import Path

import pytest

from eval import suite
from eval.errors import SuiteError

GOOD = """\
name: mine
title: ためし
corpus:
  store: mine
  sources: [documents]
questions:
  file: questions.jsonl
measures: [success@1, leaks]
thresholds:
  leaks: 0
"""
QUESTION = '{"id": "q1", "question": "橋は。", "reference": "架ける。"}\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "documents").mkdir()
    (tmp_path / "suite.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "questions.jsonl").write_text(QUESTION, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("path", list(suite.folders()), ids=lambda path: path.name)
def test_a_suite_that_comes_along_is_sound(path: Path, shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOBEN_SHARED", str(shared))
    assert suite.validate(path.name) == []
    assert suite.load(path.name).suite.name == path.name


def test_the_suites_of_the_issue_come_along() -> None:
    names = {path.name for path in suite.folders()}
    poliinfo = {
        f"poliinfo-{part}" for part in ("retrieval", "answers", "answers-as-set", "verification", "alignment")
    }
    assert names >= {"samples", "jsquad", "disclosure"} | poliinfo


def test_the_template_is_sound_once_its_documents_are_there(tmp_path: Path) -> None:
    template = Path(suite.__file__).with_name("templates") / "suite"
    for path in template.iterdir():
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "documents").mkdir()
    assert suite.validate(str(tmp_path)) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "field"),
    [
        ("title: ためし", "titel: ためし", 2, "titel"),
        ("store: mine", "store: 私の", 4, "corpus.store"),
        ("  leaks: 0", "  leaks: たくさん", 10, "thresholds.leaks"),
        ("success@1, leaks", "sucess@1, leaks", 1, ""),
        ("  leaks: 0", "  mrr@10: 0.5", 1, ""),
        ("sources: [documents]", "sources: []", 5, "corpus.sources"),
    ],
)
def test_a_fault_is_named_by_line_and_field(folder: Path, old: str, new: str, line: int, field: str) -> None:
    (folder / "suite.yaml").write_text(GOOD.replace(old, new), encoding="utf-8")
    faults = suite.validate(str(folder))
    assert (line, field) in [(fault.line, fault.field) for fault in faults]


def test_broken_yaml_is_a_fault_with_its_line(folder: Path) -> None:
    (folder / "suite.yaml").write_text(GOOD + "  : [\n", encoding="utf-8")
    assert suite.validate(str(folder))[0].message.startswith("YAML として読めません")


def test_a_missing_source_is_named(folder: Path) -> None:
    (folder / "documents").rmdir()
    assert any("documents が見つかりません" in fault.message for fault in suite.validate(str(folder)))


def test_missing_reference_data_tell_what_to_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOBEN_SHARED", str(tmp_path))
    with pytest.raises(SuiteError, match="TOBEN_SHARED"):
        suite.load("jsquad").path("$TOBEN_SHARED/data/jsquad/valid-v1.3.json")


def test_an_unknown_suite_tells_which_there_are() -> None:
    with pytest.raises(SuiteError, match="samples"):
        suite.load("no-such-suite")


def test_a_question_as_somebody_needs_a_list_of_people(folder: Path) -> None:
    (folder / "questions.jsonl").write_text(QUESTION.replace("{", '{"as": "sato", ', 1), encoding="utf-8")
    assert [fault.field for fault in suite.validate(str(folder))] == ["principals"]
