"""A ledger is taken whole or refused with row and column; it never opens by mistake."""

from pathlib import Path

import pytest

from corpus.disclosure import Ground, Status, compartment
from corpus.model import Document, Kind, Utterance
from ingest.errors import LedgerError
from ingest.ledger import COLUMNS, Ledger

TEXT = "土地の価格は三億二千万円と見込みます。"
DOCUMENT = Document("", "会議録", Kind.MEETING_RECORD, TEXT, utterances=(Utterance(0, len(TEXT)),))
HEADER = "文書,状態,閲覧範囲,理由区分,理由,存否,非公開箇所,決定者,決定日,見直日"


def ledger(tmp_path: Path, *lines: str, header: str = HEADER, encoding: str = "utf-8-sig") -> Ledger:
    path = tmp_path / "ledger.csv"
    path.write_text("\r\n".join([header, *lines]) + "\r\n", encoding=encoding)
    return Ledger.load(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_ledger_is_read_as_a_spreadsheet_writes_it(tmp_path: Path, encoding: str) -> None:
    row = 'a.txt,非公開,"部：情報政策課、班：用地班",法人,交渉中のため,,,副市長,2025/5/30,令和9年'
    with pytest.raises(LedgerError, match="見直日"):
        ledger(tmp_path, row, encoding=encoding)
    (claim,) = ledger(tmp_path, row.replace("令和9年", "2027-04-01"), encoding=encoding).claims(
        "x/a.txt", DOCUMENT
    )
    assert compartment(claim.label) == "dept:情報政策課|group:用地班"
    assert claim.label.grounds == {Ground.CORPORATE}
    assert claim.label.decided_by == "副市長"


def test_a_quoted_span_is_closed_wherever_it_stands(tmp_path: Path) -> None:
    claims = ledger(tmp_path, "a.txt,非公開,部:財務課,,,秘匿,三億二千万円,,,").claims("a.txt", DOCUMENT)
    whole, span = claims
    assert whole.label.status is Status.PARTIAL
    assert span.span is not None
    assert TEXT[span.span.start : span.span.end] == "三億二千万円"
    assert (compartment(span.label), span.label.hidden) == ("dept:財務課", True)


def test_a_quoted_span_that_is_not_there_closes_the_document(tmp_path: Path) -> None:
    (claim,) = ledger(tmp_path, "a.txt,一部非公開,,,,,四億円,,,").claims("a.txt", DOCUMENT)
    assert (claim.span, claim.label.status) == (None, Status.CLOSED)


def test_a_row_speaks_of_its_file_and_part_only(tmp_path: Path) -> None:
    rows = ledger(tmp_path, "a.txt,公開,,,,,,,,", "b.json#会議録,非公開,,,,,,,,")
    assert len(rows.claims("folder/a.txt", DOCUMENT)) == 1
    assert rows.claims("folder/aa.txt", DOCUMENT) == []
    assert len(rows.claims("b.json", DOCUMENT)) == 1
    other = Document("", "別の会議録", Kind.MINUTES, "", ())
    assert rows.claims("b.json", other) == []


def test_rows_that_reach_no_document_are_known(tmp_path: Path) -> None:
    rows = ledger(tmp_path, "a.txt,公開,,,,,,,,", "b.json#会議録,非公開,,,,,,,,", "箱\\c.txt,非公開,,,,,,,,")

    def unused(files: dict[str, list[str] | None]) -> list[str]:
        return [row.document for row in rows.unused(files)]

    assert unused({"in/a.txt": ["題"], "in/箱/c.txt": ["題"]}) == ["b.json"]
    assert unused({"a.txt": ["題"], "b.json": ["別の会議録", "1"], "箱/c.txt": None}) == ["b.json"]
    assert (
        unused({"a.txt": None, "b.json": None, "箱/c.txt": None}) == []
    )  # what was not read now is not known
    assert unused({"a.txt": None, "b.json": ["会 議録"], "箱/c.txt": None}) == []


def test_a_key_that_stands_twice_in_yaml_refuses_the_ledger(tmp_path: Path) -> None:
    path = tmp_path / "ledger.yaml"
    path.write_text("- 文書: a.txt\n  状態: 非公開\n  状態: 公開\n", encoding="utf-8")
    with pytest.raises(LedgerError, match="二度"):
        Ledger.load(path)


def test_words_of_yaml_are_taken_as_they_are_written(tmp_path: Path) -> None:
    path = tmp_path / "ledger.yaml"
    path.write_text("- 文書: 0123\n  状態: 非公開\n  見直日: 2027-04-01\n  理由: ~\n", encoding="utf-8")
    (row,) = Ledger.load(path).rows
    assert (row.document, row.label.reason, str(row.label.review_on)) == ("0123", "", "2027-04-01")


def test_an_undetermined_row_that_quotes_opens_nothing(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="状態"):
        ledger(tmp_path, "a.txt,未判定,,,,,三億二千万円,,,")


REFUSED = [
    ("an unknown status", "a.txt,公開する,,,,,,,,", "状態"),
    ("a typing error in the status", "a.txt,公 會,,,,,,,,", "状態"),
    ("an empty status", "a.txt,,,,,,,,,", "状態"),
    ("no file name", ",公開,,,,,,,,", "文書"),
    ("swapped columns", "公開,a.txt,,,,,,,,", "状態"),
    ("a wildcard", "a.txt,非公開,*,,,,,,,", "閲覧範囲"),
    ("a department wildcard", "a.txt,非公開,部:*,,,,,,,", "閲覧範囲"),
    ("everyone", "a.txt,非公開,全員,,,,,,,", "閲覧範囲"),
    ("closed to the public", "a.txt,非公開,公開,,,,,,,", "閲覧範囲"),
    ("open to some", "a.txt,公開,庁内,,,,,,,", "閲覧範囲"),
    ("an unknown ground", "a.txt,非公開,庁内,秘密,,,,,,", "理由区分"),
    ("a value in 存否", "a.txt,非公開,庁内,,,はい,,,,", "存否"),
    ("a span of an open document", "a.txt,公開,,,,,三億,,,", "状態"),
    ("a serial number for a date", "a.txt,公開,,,,,,,45807,", "決定日"),
    ("a cell without heading", "a.txt,公開,,,,,,,,,閲覧注意", "見出し"),
]


@pytest.mark.parametrize(("case", "row", "column"), REFUSED, ids=[case[0] for case in REFUSED])
def test_a_bad_row_refuses_the_whole_ledger(tmp_path: Path, case: str, row: str, column: str) -> None:
    with pytest.raises(LedgerError, match=column) as caught:
        ledger(tmp_path, "good.txt,公開,,,,,,,,", row)
    assert "3行目" in str(caught.value)


@pytest.mark.parametrize("missing", ["文書", "状態"])
def test_a_missing_column_is_named(tmp_path: Path, missing: str) -> None:
    with pytest.raises(LedgerError, match=f"「{missing}」がない"):
        ledger(tmp_path, "a.txt", header="文書" if missing == "状態" else "状態")


def test_a_misspelt_heading_is_named(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="閲覧範い"):
        ledger(tmp_path, header=HEADER.replace("閲覧範囲", "閲覧範い"))


def test_full_width_headings_and_values_are_understood(tmp_path: Path) -> None:
    (row,) = ledger(tmp_path, "ａ．ｔｘｔ,　公開　,,,,,,,,", header=HEADER).rows
    assert (row.document, row.label.status) == ("a.txt", Status.OPEN)


def test_a_ledger_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    path.write_bytes("文書,状態\r\n".encode("utf-16"))
    with pytest.raises(LedgerError, match=r"文字コード|見出し"):
        Ledger.load(path)


def test_yaml_says_the_same(tmp_path: Path) -> None:
    path = tmp_path / "ledger.yaml"
    path.write_text(
        "- 文書: a.txt\n  状態: 非公開\n  閲覧範囲: [庁内]\n  決定日: 2025-05-30\n", encoding="utf-8"
    )
    (claim,) = Ledger.load(path).claims("a.txt", DOCUMENT)
    assert compartment(claim.label) == "staff"
    path.write_text("- 文書: a.txt\n  状態: ひみつ\n", encoding="utf-8")
    with pytest.raises(LedgerError, match="1行目、列「状態」"):
        Ledger.load(path)


def test_the_columns_are_those_of_the_manual() -> None:
    assert ",".join(COLUMNS) == HEADER
