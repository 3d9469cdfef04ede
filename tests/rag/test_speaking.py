import pytest

from rag.speaking import matter_said, speakers


@pytest.mark.parametrize(
    "question",
    [
        "市民部長は空き家対策について何と答えましたか",
        "空き家対策について市民部長は何と言っていますか。",
        "空き家対策について、市民部長からはどのような答弁がありましたか",
        "空き家対策について危機管理監はどう説明していますか",
        "増田議員は空き家対策について何を述べましたか",
    ],
)
def test_who_speaks_is_no_part_of_the_matter(question: str) -> None:
    assert matter_said(question) == "空き家対策について"


@pytest.mark.parametrize(
    "question",
    [
        "市長は何と答えましたか",
        "増田議員の質問に市長はどう答えましたか",
        "増田議員の質問について市長はどう答えましたか",
        "市民部長はいつ説明しましたか",
        "住民説明会では何を説明しましたか",
        "市長が言った「住みよい町」とは何ですか",
    ],
)
def test_a_question_that_leaves_no_matter_or_asks_for_more_stays_as_it_is(question: str) -> None:
    assert matter_said(question) == question


def test_posts_of_all_kinds_are_known_where_they_speak() -> None:
    assert speakers("危機管理監の答弁と北支所長の説明は") == ("危機管理監", "北支所長")
