"""Names of sessions and of their minutes."""

import pytest

from corpus.sessions import SessionName, parse_session, sessions


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("令和2年第1回定例会", SessionName(year=2020, number=1, kind="定例会")),
        ("平成十三年第一回臨時会", SessionName(year=2001, number=1, kind="臨時会")),
        ("令和二年花川市議会会議録第二号", SessionName(year=2020, body="花川市議会", issue=2)),
        ("第二回臨時会", SessionName(number=2, kind="臨時会")),
        ("予算特別委員会速記録第三号", SessionName(body="予算特別委員会", issue=3)),
        ("平成31年第1回定例会、第1回臨時会", SessionName(year=2019, number=1, kind="定例会")),
        (
            "令和 7年度 第 1回花川市情報化推進本部",
            SessionName(2025, 1, "", "花川市情報化推進本部", None, True),
        ),
        ("昨年の総務委員会", SessionName(body="総務委員会")),
    ],
)
def test_a_name_is_read_part_by_part(text: str, name: SessionName) -> None:
    assert parse_session(text) == name


@pytest.mark.parametrize("text", ["", "市長の答弁", "2020年3月", "第3号議案"])
def test_what_names_no_session_is_none(text: str) -> None:
    assert parse_session(text) is None


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("令和2年第1回定例会", "令和二年第一回定例会会議録第三号", True),
        ("令和2年第1回定例会", "令和二年花川市議会会議録第二号", True),
        ("令和2年第1回定例会", "令和2年第2回定例会", False),
        ("令和2年第1回定例会", "令和2年予算特別委員会", False),
        ("特別委員会", "予算特別委員会速記録第三号", True),
        ("総務委員会", "予算特別委員会", False),
        ("第3号", "第1回定例会", False),
    ],
)
def test_names_match_where_no_part_differs(first: str, second: str, expected: bool) -> None:
    one, other = parse_session(first) or SessionName(issue=3), parse_session(second)
    assert other is not None
    assert one.matches(other) is expected
    assert other.matches(one) is expected


def test_equal_names_have_one_key() -> None:
    one, other = parse_session("令和2年第1回定例会"), parse_session("Ｒ２年第一回定例会")
    assert one and other and one.key == other.key


def test_sessions_are_found_in_running_text() -> None:
    text = "市長は令和2年第1回定例会や総務委員会で、委員会の本会議に何と答えたか"
    assert [mention.text for mention in sessions(text)] == ["令和2年第1回定例会", "総務委員会"]
