"""Printed names of the same person."""

import pytest

from corpus.names import name_key, names_person, same_name


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("髙橋花子", "高橋花子"),
        ("林　　健太君", "林健太"),
        ("十二番髙橋花子君", "高橋花子さん"),
        ("高橋議員", "高橋委員"),
        ("高橋花子（無所属）", "高橋花子"),
        ("市長（高橋花子君）", "高橋花子"),
        ("高橋委員長", "高橋"),
    ],
)
def test_printed_forms_of_one_name_are_the_same(first: str, second: str) -> None:
    assert same_name(first, second)


@pytest.mark.parametrize(
    ("first", "second"), [("斎藤花子", "斉藤花子"), ("高橋花子", "高橋太郎"), ("", ""), ("", "高橋")]
)
def test_other_names_are_not(first: str, second: str) -> None:
    assert not same_name(first, second)


def test_a_title_alone_is_kept() -> None:
    assert name_key("議長") == "議長"


@pytest.mark.parametrize(
    ("part", "name", "expected"),
    [
        ("高橋議員", "髙橋花子（無所属）", True),
        ("高橋花子", "高橋花子君", True),
        ("花子", "高橋花子", False),
        ("議員", "議員", False),
        ("", "高橋花子", False),
    ],
)
def test_a_family_name_can_mean_its_bearer(part: str, name: str, expected: bool) -> None:
    assert names_person(part, name) is expected
