"""Words of a question marked in a passage."""

import pytest

from rag.highlights import wanted_words, word_marks


def marked(question: str, text: str) -> list[str]:
    return [text[start:end] for start, end in word_marks(text, wanted_words(question))]


CASES = [
    ("学童保育の定員はいつ増えますか", "学童保育の定員を増やします。", ["学童保育", "定員"]),
    ("取組を教えて", "庁内で取り組みを進めます。", ["取り組み"]),
    ("給食費は何と答弁したか", "給食費、市の負担。答弁書。", ["給食費"]),
    ("令和2年度の予算", "　Ｒ２年度予算は", ["Ｒ２年度予算"]),
    ("ﾊﾞｽの運行", "バス路線を運行する", ["バス", "運行"]),
    ("市の負担", "市長と市民の負担", ["負担"]),
]


@pytest.mark.parametrize(("question", "text", "expected"), CASES)
def test_content_words_are_marked_in_other_writing_too(question: str, text: str, expected: list[str]) -> None:
    assert marked(question, text) == expected


def test_a_question_of_nothing_but_asking_words_marks_them() -> None:
    assert marked("何と答弁したか", "市長が答弁した") == ["答弁"]


def test_what_says_where_to_look_is_not_marked() -> None:
    words = wanted_words("令和6年第2回定例会での給食の答弁", without=["令和6年第2回定例会"])
    text = "令和6年の給食"
    assert [text[a:b] for a, b in word_marks(text, words)] == ["給食"]


def test_nothing_to_mark_marks_nothing() -> None:
    assert word_marks("給食です。", wanted_words("")) == []
    assert word_marks("", wanted_words("給食")) == []
