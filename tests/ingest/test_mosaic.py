"""Closed words that stand elsewhere in the open text: the one who takes the document in is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from corpus.model import Page, Span
from corpus.store import Store
from ingest.job import Order
from ingest.mosaic import left_open
from tests.stores import SALT, marked, take, written

PLAN = written(
    "整備方針", "候補地はどこですか。", "候補地は北町小学校です。", "北町小学校の前の道は広げます。"
)


def test_whoever_takes_a_document_in_is_told_what_was_left_open_and_where(tmp_path: Path) -> None:
    paged = replace(PLAN, pages=(Page(0, "1"), Page(PLAN.utterances[2].start, "2")))
    store = Store.open(tmp_path / "data", salt=SALT)
    ((_, _, warnings),) = take(store, tmp_path / "files", {"a.json": marked(paged, "北町小学校")}, Order())
    (warning,) = [each for each in warnings if "残っています" in each]
    assert "ほかの1か所（2ページ）" in warning
    assert "北町" not in warning
    store.close()


def test_words_closed_everywhere_and_short_ones_give_no_warning() -> None:
    text = PLAN.text
    once = Span(text.index("候補地は北町"), text.index("候補地は北町") + len("候補地は北町小学校です"))
    assert left_open(PLAN, [once], replace(PLAN, text=text[: once.start] + text[once.end :])) == ()
    assert left_open(PLAN, [Span(text.index("です"), text.index("です") + 2)], PLAN) == ()


def test_many_pages_are_named_in_part() -> None:
    text = "甲野氏の件。\n" * 9
    pages = tuple(Page(7 * n, str(n + 1)) for n in range(9))
    document = replace(PLAN, text=text, pages=pages)
    (warning,) = left_open(document, [Span(0, 3)], document)
    assert "9か所（1ページ、2ページ、3ページ、4ページ、5ページほか）" in warning
