"""Citation forms."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from api.citing import audience_badge, cited_as
from corpus.model import Kind, Passage, Role

ANSWER = Passage(
    id="p", document_id="d", compartment="public", utterance=0, start=0, end=1, text="a",
    title="会議録", kind=Kind.MINUTES, meeting="みはる野市議会", session="令和6年第2回定例会 第2号",
    date=date(2024, 6, 12), agenda="一般質問", speaker="早瀬一郎", post="市長", role=Role.ANSWER,
)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "令和6年第2回定例会（6月12日）市長答弁"),
        ({"session": "第2回定例会（第2号）"}, "令和6年第2回定例会（6月12日）市長答弁"),
        ({"session": ""}, "みはる野市議会（令和6年6月12日）市長答弁"),
        ({"session": "", "meeting": ""}, "会議録（令和6年6月12日）市長答弁"),
        (
            {"session": "平成31年第1回臨時会", "date": date(2019, 2, 1)},
            "平成31年第1回臨時会（2月1日）市長答弁",
        ),
        (
            {"role": Role.QUESTION, "post": "", "speaker": "若林みどり"},
            "令和6年第2回定例会（6月12日）若林みどり議員質問",
        ),
        ({"role": Role.QUESTION, "post": "", "speaker": ""}, "令和6年第2回定例会（6月12日）"),
        ({"role": Role.EXPLANATION, "kind": Kind.MEETING_RECORD}, "令和6年第2回定例会（6月12日）市長説明"),
        (
            {"kind": Kind.PLAN, "title": "推進計画", "agenda": "第2章", "page": "12"},
            "「推進計画」第2章（12ページ）",
        ),
        (
            {"kind": Kind.ANSWER_BOOK, "title": "想定問答", "agenda": "", "page": "一覧!B4"},
            "「想定問答」（一覧!B4）",
        ),
        ({"kind": Kind.MANUAL, "title": "手引", "agenda": "手引 第1章"}, "「手引」第1章"),
        (
            {"session": "令和７年度 第１回", "meeting": "デジタル推進会議"},
            "令和7年度第1回デジタル推進会議（6月12日）市長答弁",
        ),
        (
            {"session": "令和六年第二回定例会", "meeting": "予算特別委員会"},
            "令和六年第二回定例会予算特別委員会（6月12日）市長答弁",
        ),
        (
            {"session": "総務委員会速記録第三号", "meeting": "総務委員会"},
            "令和6年総務委員会速記録（6月12日）市長答弁",
        ),
        ({"date": None, "title": ""}, "一般質問"),
    ],
)
def test_a_source_is_cited_in_the_form_of_assemblies(change: dict[str, object], expected: str) -> None:
    assert cited_as(replace(ANSWER, **change)) == expected


@pytest.mark.parametrize(
    ("audience", "badge"),
    [
        ("public", "公開可"),
        ("staff", "庁内限り"),
        ("dept:総務課", "所属限り"),
        ("dept:a|group:b", "所属限り"),
        ("", "所属限り"),
    ],
)
def test_the_badge_of_anything_unknown_is_the_narrowest(audience: str, badge: str) -> None:
    assert audience_badge(audience) == badge


def test_a_heading_that_the_title_says_already_is_not_said_twice() -> None:
    passage = replace(
        ANSWER,
        kind=Kind.NEWSLETTER,
        title="町議会だより　第31号（冬）",
        agenda="町議会だより 第31号 一般質問から",
    )
    assert cited_as(passage).startswith("「町議会だより　第31号（冬）」一般質問から")
