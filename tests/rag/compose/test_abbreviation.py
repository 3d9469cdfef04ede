from datetime import date

import pytest

from rag.answer import Style
from rag.compose.abbreviation import is_short_for, shortened
from rag.compose.extractive import compose
from tests.rag.building import found, passage


@pytest.mark.parametrize(
    ("word", "parts", "expected"),
    [
        ("特養", ("特別", "養護", "老人", "ホーム"), True),
        ("市教委", ("市立", "教育", "委員", "会"), True),
        ("養特", ("特別", "養護", "老人", "ホーム"), False),
        ("特別", ("特別", "養護"), False),
        ("特護", ("特別", "養護", "老人"), False),
    ],
)
def test_a_short_word_takes_the_heads_of_the_parts_in_order(
    word: str, parts: tuple[str, ...], expected: bool
) -> None:
    assert is_short_for(word, parts) is expected


def test_common_words_are_short_for_nothing() -> None:
    assert shortened(["大会", "特養"], "大規模な会議の後、特別養護老人ホームを視察しました。") == {"特養"}


def test_a_question_with_a_short_word_is_answered_by_the_full_one() -> None:
    text = "市内の特別養護老人ホームの定員は、合わせて四百二十人でございます。"
    answer = compose("特養の定員は何人ですか", found(passage(text)), style=Style.FULL, today=date(2025, 9, 1))
    assert "四百二十人" in answer.text
