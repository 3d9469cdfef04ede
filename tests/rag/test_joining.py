"""A sentence that joins passages is said by them part by part, never by their words mixed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from eval.verification import Row, load
from rag.grounding import check
from rag.joining import Source, shares

POOL = Source(
    "市民プールの利用料は、来年度から一回五百円といたします。更衣室の改修は、夏までに終えます。",
    date(2025, 6, 12),
)
BUS = Source(
    "循環バスは、運転手の不足により、十月から一日六便に減らします。", date(2025, 6, 12), "都市整備部長 早瀬"
)
TREES = Source("街路樹の点検は、三年に一度行っております。", date(2025, 6, 12), "環境部長 川瀬")


def sources_of(sentence: str) -> list[int]:
    return [share.source for share in shares(sentence, [POOL, BUS, TREES])]


@pytest.mark.parametrize(
    ("sentence", "said_by"),
    [
        ("市民プールの利用料は一回五百円とし、循環バスは一日六便に減らす。", [0, 1]),
        ("循環バスは一日六便に減らし、また、街路樹の点検は三年に一度行っている。", [1, 2]),
        ("街路樹の点検は三年に一度行っている一方、市民プールの利用料は一回五百円とする。", [2, 0]),
        (
            "市民プールの利用料は一回五百円とし、循環バスは一日六便に減らし、街路樹の点検は三年に一度行っている。",
            [0, 1, 2],
        ),
    ],
)
def test_each_stretch_is_said_by_one_source(sentence: str, said_by: list[int]) -> None:
    assert sources_of(sentence) == said_by


@pytest.mark.parametrize(
    "sentence",
    [
        "循環バスは一回五百円とし、市民プールの利用料は一日六便に減らす。",
        "市民プールの利用料は一日六便とし、循環バスは一回五百円に減らす。",
        "市民プールの利用料は一回五百円とし、一日六便に減らす。",
        "市民プールの利用料は一回五百円とし、便数を六便に減らす。",
        "十月から、市民プールの利用料は一回五百円とし、循環バスは一日六便に減らす。",
        "市民プールの利用料は一回五百円とし、循環バスは一日七便に減らす。",
        "市民プールの利用料は一回五百円とし、循環バスは一日六便に減らさない。",
        "環境部長は、街路樹の点検を三年に一度行い、循環バスを一日六便に減らすと述べた。",
        "市民プールの利用料は一回五百円とし、循環バスは一日六便に減らすことはない。",
        "市民プールの利用料も循環バスもいずれも五百円とし、街路樹の点検は三年に一度行う。",
        "市民プールの利用料は一回五百円とし、図書館は夜間も開く。",
    ],
)
def test_what_belongs_to_one_source_is_not_told_of_the_matter_of_another(sentence: str) -> None:
    assert sources_of(sentence) == []


def test_one_source_joins_nothing() -> None:
    assert shares("市民プールの利用料は一回五百円とし、循環バスは一日六便に減らす。", [POOL]) == ()
    assert shares("", [POOL, BUS]) == ()


# -- on pairs of real summaries ------------------------------------------------------------------


@pytest.fixture(scope="module")
def summaries(shared: Path) -> list[Row]:
    """One true summary of one sentence for each of sixty answers, one that its answer is found to support."""
    first: dict[str, Row] = {}
    for row in load(shared):
        text = row.summary.strip()
        if row.faithful and text.count("。") <= 1 and 8 < len(text) < 90 and _alone(row):
            first.setdefault(row.group, row)
    return list(first.values())[:60]


def _alone(row: Row) -> bool:
    return check(row.summary, [row.answer], said_on=row.day).supported


def _kept(rows: list[Row], sentence: Callable[[Row, Row], str]) -> float:
    """The share of pairs whose sentence is kept with the answers of both."""
    chance = random.Random(11)
    pairs = [(row, chance.choice([other for other in rows if other.group != row.group])) for row in rows]
    made = [(text, left, right) for left, right in pairs if (text := sentence(left, right))]
    kept = [
        shares(text, [Source(left.answer, left.day), Source(right.answer, right.day)])
        for text, left, right in made
    ]
    return sum(map(bool, kept)) / len(kept)


def _bare(row: Row) -> str:
    return row.summary.strip().rstrip("。")


def _halves(row: Row) -> tuple[str, str]:
    """What a summary is about, and what it says of it; empty where it has no such parts."""
    found = re.match(r"(.{2,30}?)((?:は|を|について).+)$", _bare(row))
    return (found[1], found[2]) if found else ("", "")


def _crossed(left: Row, right: Row) -> str:
    (a, says_a), (b, says_b) = _halves(left), _halves(right)
    return f"{a}{says_b}、{b}{says_a}。" if a and b else ""


def test_true_summaries_joined_are_mostly_kept_and_crossed_ones_hardly_ever(summaries: list[Row]) -> None:
    assert _kept(summaries, lambda left, right: f"{_bare(left)}、また、{_bare(right)}。") >= 0.7
    assert _kept(summaries, _crossed) <= 0.05


def test_a_summary_of_a_third_answer_is_never_carried_along(summaries: list[Row]) -> None:
    assert (
        _kept(summaries, lambda left, right: f"{_bare(left)}、{_bare(_third(summaries, left, right))}。") == 0
    )


def _third(rows: list[Row], left: Row, right: Row) -> Row:
    return next(row for row in reversed(rows) if row.group not in (left.group, right.group))
