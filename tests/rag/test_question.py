"""What the words of a question say about when, where and by whom something was said."""

from datetime import date

import pytest

from rag.question import understand

TODAY = date(2026, 11, 23)

CASES = [
    ("令和6年第2回定例会で市長は学校給食をどう答弁したか", (), ("令和6年第2回定例会",), ("市長",)),
    (
        "昨年の予算特別委員会での学童保育の議論",
        (date(2025, 1, 1), date(2025, 12, 31)),
        ("予算特別委員会",),
        (),
    ),
    ("令和7年9月の一般質問で出た空き家対策", (date(2025, 9, 1), date(2025, 9, 30)), (), ()),
    ("山本議員の質問への答弁", (), (), ("山本",)),
    ("2024年に市長は何と答弁したか", (date(2024, 1, 1), date(2024, 12, 31)), (), ("市長",)),
    ("福祉部長の見解は", (), (), ("福祉部長",)),
    # what is asked about, not where it was said
    ("令和6年度の保育の予算はいくらか", (), (), ()),
    ("来年度に実施する事業について質問したのは誰か", (), (), ()),
    ("教育委員会の取組は", (), (), ()),
    ("第三期の計画期間は", (), (), ()),
    ("市議会議員が質問した件", (), (), ()),
]


@pytest.mark.parametrize(("text", "period", "meetings", "speakers"), CASES, ids=[case[0] for case in CASES])
def test_conditions(
    text: str, period: tuple[date, ...], meetings: tuple[str, ...], speakers: tuple[str, ...]
) -> None:
    found = understand(text, TODAY).conditions
    assert tuple(day for day in (found.from_, found.to) if day) == period
    assert (found.meetings, found.speakers) == (meetings, speakers)


def test_each_condition_can_be_switched_off() -> None:
    text = "昨年の予算特別委員会での福祉部長の答弁"
    assert understand(text, TODAY, frozenset({"period"})).conditions.from_ is None
    assert understand(text, TODAY, frozenset({"meetings"})).conditions.meetings == ()
    assert understand(text, TODAY, frozenset({"speakers"})).conditions.speakers == ()
