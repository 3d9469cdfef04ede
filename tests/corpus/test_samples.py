"""The made-up city keeps its promises: quotes occur, labels name documents, canaries can occur."""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdfium2
import pytest
import yaml
from lxml import html

SAMPLES = Path(__file__).parents[2] / "corpus" / "samples"
DOCUMENTS = sorted((SAMPLES / "documents").iterdir())
CLOSED_SPAN = re.compile("〔非公開ここから〕.*?〔非公開ここまで〕", re.DOTALL)


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def folded(text: str) -> str:
    return squeezed(unicodedata.normalize("NFKC", text))


def _docx(path: Path) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)


def _xlsx(path: Path) -> str:
    sheets = openpyxl.load_workbook(path).worksheets
    return "\n".join(str(v) for ws in sheets for row in ws.iter_rows(values_only=True) for v in row if v)


def _pdf(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as pdf:
        return "\n".join(page.get_textpage().get_text_range() for page in pdf)


def _html(path: Path) -> str:
    return str(html.fromstring(path.read_bytes()).text_content())


def _plain(path: Path) -> str:
    encoding = "cp932" if path.name.startswith("staff_notice") else "utf-8"
    return path.read_bytes().decode(encoding)


READERS = {".docx": _docx, ".xlsx": _xlsx, ".pdf": _pdf, ".html": _html, ".txt": _plain}


def _texts(path: Path) -> Iterator[tuple[str, str]]:
    """(name in the ledger, text) of each record in one file."""
    if path.suffix != ".json":
        yield path.name, READERS[path.suffix](path)
        return
    for meeting in json.loads(path.read_text(encoding="utf-8")):
        speeches = [f"{row['Speaker']}\n{row['Utterance']}" for row in meeting["Proceeding"]]
        yield f"{path.name}#{meeting['ProceedingTitle']}", "\n".join(speeches)


@cache
def records() -> dict[str, str]:
    return dict(pair for path in DOCUMENTS for pair in _texts(path))


@cache
def ledger() -> list[dict[str, str]]:
    with (SAMPLES / "ledger.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def questions() -> list[dict[str, Any]]:
    return [
        json.loads(line) for line in (SAMPLES / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    ]


@cache
def people() -> dict[str | None, set[str]]:
    """The audiences each active person belongs to, in the ledger's words; None is the public."""
    audiences: dict[str | None, set[str]] = {None: set()}
    for person in yaml.safe_load((SAMPLES / "principals.yaml").read_text(encoding="utf-8"))["principals"]:
        if person.get("valid_until") is None:
            departments = {"部:" + name.partition("部")[2] for name in person.get("departments", [])}
            groups = {"班:" + name for name in person.get("groups", [])}
            audiences[person["id"]] = {"庁内"} | departments | groups
    return audiences


def readable(who: str | None) -> str:
    """All that `who` may read, by the ledger alone: closed spans of other people are cut out."""
    kept = []
    for name, text in records().items():
        rows = [row for row in ledger() if row["文書"] == name]
        whole = next(row for row in rows if not row["非公開箇所"])
        if whole["状態"] == "非公開" and not _admits(whole, who):
            continue
        text = squeezed(text)
        for row in rows:
            if row["非公開箇所"] and not _admits(row, who):
                text = text.replace(squeezed(row["非公開箇所"]), "")
        kept.append(text)
    return folded("\n".join(kept))


def _admits(row: dict[str, str], who: str | None) -> bool:
    return not people()[who].isdisjoint(row["閲覧範囲"].split("、"))


def test_there_are_twelve_documents_and_none_is_large() -> None:
    assert len(DOCUMENTS) == 12
    assert [path.name for path in DOCUMENTS if path.stat().st_size >= 200_000] == []


def test_the_minutes_have_the_size_of_real_ones() -> None:
    minutes = [path for path in DOCUMENTS if re.search("meeting|plenary|committees", path.name)]
    sizes = {path.name: sum(len(squeezed(text)) for _, text in _texts(path)) for path in minutes}
    assert len(sizes) == 6
    assert {name: size for name, size in sizes.items() if not 3_000 <= size <= 9_000} == {}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_decodes_and_holds_japanese(path: Path) -> None:
    for _, text in _texts(path):
        assert "\ufffd" not in text
        assert len(re.findall("[ぁ-ん]", text)) > 200


def test_the_notice_is_not_utf_8() -> None:
    with pytest.raises(UnicodeDecodeError):
        (SAMPLES / "documents" / "staff_notice_38.txt").read_bytes().decode("utf-8")


def test_the_ledger_is_written_as_excel_writes_it() -> None:
    assert (SAMPLES / "ledger.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_the_ledger_names_every_record_and_no_other() -> None:
    assert {row["文書"] for row in ledger()} == set(records())


def test_each_record_has_one_row_for_the_whole() -> None:
    whole = [row["文書"] for row in ledger() if not row["非公開箇所"]]
    assert sorted(whole) == sorted(records())


def test_the_ledger_uses_the_known_words() -> None:
    for row in ledger():
        assert row["状態"] in {"公開", "一部非公開", "非公開", "未判定"}
        assert row["存否"] in {"", "秘匿"}
        assert (row["状態"] == "公開") == (row["理由区分"] == "")
        assert re.fullmatch("公開|庁内|(部|班):[^、]+(、(部|班):[^、]+)*", row["閲覧範囲"])


def test_the_labels_are_a_mix() -> None:
    whole = [row for row in ledger() if not row["非公開箇所"]]
    assert sum(row["状態"] == "公開" for row in whole) > len(whole) / 2
    assert sum(row["閲覧範囲"] == "庁内" for row in whole) >= 2
    assert sum(row["存否"] == "秘匿" for row in whole) == 1
    assert any(row["状態"] == "一部非公開" for row in whole)


def test_closed_spans_of_the_ledger_stand_once_in_their_document() -> None:
    spans = [row for row in ledger() if row["非公開箇所"]]
    assert len(spans) >= 4
    for row in spans:
        assert squeezed(records()[row["文書"]]).count(squeezed(row["非公開箇所"])) == 1


def test_every_marked_span_is_decided_in_the_ledger_and_one_more_is_only_there() -> None:
    name = "facility_meeting_2025-08-06.txt"
    marked = {squeezed(span[9:-9]) for span in CLOSED_SPAN.findall(records()[name])}
    decided = {squeezed(row["非公開箇所"]) for row in ledger() if row["文書"] == name} - {""}
    assert len(marked) == 3
    assert marked < decided


def test_there_are_forty_questions_mostly_by_the_public() -> None:
    asked = questions()
    assert len({row["id"] for row in asked}) == len(asked) == 40
    assert sum(row["as"] is None for row in asked) >= 25
    assert sum(not row["answerable"] for row in asked) == 10
    assert {row["as"] for row in asked} <= set(people())


@pytest.mark.parametrize("row", questions(), ids=lambda row: str(row["id"]))
def test_an_answerable_question_has_a_quote_its_asker_may_read(row: dict[str, Any]) -> None:
    assert bool(row["relevant"]) == bool(row["facts"]) == row["answerable"]
    for relevant in row["relevant"]:
        assert squeezed(relevant["quote"]) in squeezed(records()[relevant["document"]])
        assert folded(relevant["quote"]) in readable(row["as"])


@pytest.mark.parametrize("row", questions(), ids=lambda row: str(row["id"]))
def test_facts_stand_in_the_quotes(row: dict[str, Any]) -> None:
    quotes = folded("\n".join(relevant["quote"] for relevant in row["relevant"]))
    assert [fact for fact in row["facts"] if folded(fact) not in quotes] == []


@pytest.mark.parametrize("row", questions(), ids=lambda row: str(row["id"]))
def test_what_must_not_show_occurs_but_not_where_the_asker_may_read(row: dict[str, Any]) -> None:
    everything, own = folded("\n".join(records().values())), readable(row["as"])
    for canary in row["must_not_show"]:
        assert folded(canary) in everything
        assert folded(canary) not in own


def test_two_people_get_different_answers_to_one_question() -> None:
    answerable: dict[str, set[bool]] = {}
    for row in questions():
        answerable.setdefault(row["question"], set()).add(row["answerable"])
    assert sum(outcomes == {True, False} for outcomes in answerable.values()) >= 4


def test_the_period_of_the_plan_is_the_same_in_the_plan_and_in_the_minutes() -> None:
    for name in ("dx_plan_3rd.txt", "dx_meeting_2025-05-27.txt"):
        assert "令和8年度から令和13年度までの6年" in folded(records()[name])
