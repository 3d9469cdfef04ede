import pytest

from rag.speaking import Reply, matter_said, question_asked, reply_asked, said_by, speakers


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


@pytest.mark.parametrize(
    ("question", "member", "matter"),
    [
        ("増田議員の質問に市長はどう答えましたか", "増田", ""),
        ("中村議員に市はどう答えましたか。", "中村", ""),
        ("増田議員の一般質問に対する市長の答弁は", "増田", ""),
        ("増田花子議員の空き家の質問に執行部は何と答えましたか", "増田花子", "空き家について"),
        ("空き家について増田委員に市は何と答えましたか", "増田", "空き家について"),
        ("空き家について、増田議員の質問に対する市民部長の答弁は。", "増田", "空き家について"),
        ("増田議員の空き家についての質問に対する市民部長の答弁は", "増田", "空き家について"),
    ],
)
def test_the_reply_to_a_member_is_asked_of_the_member_and_the_matter(
    question: str, member: str, matter: str
) -> None:
    assert reply_asked(question) == Reply(member, matter)
    assert matter_said(question) == (matter or question)


@pytest.mark.parametrize(
    "question",
    [
        "市長は何と答えましたか",
        "女性議員の質問に市長はどう答えましたか",
        "空き家について市民部長は何と答えましたか",
        "増田議員の質問はいつでしたか",
        "住民の質問に市はどう答えましたか",
    ],
)
def test_where_no_member_is_named_no_reply_to_one_is_asked(question: str) -> None:
    assert reply_asked(question) is None


@pytest.mark.parametrize(
    ("question", "matter"),
    [
        ("護岸の交渉について木戸証人は何と証言しましたか", "護岸の交渉について"),
        ("紙の申請についてCIO補佐官は何と言いましたか", "紙の申請について"),
        ("利用が減った理由を市はどう見ていますか", "利用が減った理由を"),
        ("市は空き家対策についてどう考えていますか", "空き家対策について"),
    ],
)
def test_witnesses_advisers_and_the_executive_as_such_speak_too(question: str, matter: str) -> None:
    assert matter_said(question) == matter


def test_only_persons_are_asked_for_by_name() -> None:
    assert said_by("護岸の交渉について木戸証人は何と証言しましたか") == ("木戸",)
    assert said_by("空き家について増田議員に市長は何と答えましたか") == ()
    assert said_by("増田議員の質問はいつでしたか") == ()


def test_posts_of_all_kinds_are_known_where_they_speak() -> None:
    assert speakers("危機管理監の答弁と北支所長の説明は") == ("危機管理監", "北支所長")


@pytest.mark.parametrize(
    ("question", "member", "matter"),
    [
        ("増田議員は何を質問しましたか", "増田", ""),
        ("増田とも子議員の質問の内容は", "増田とも子", ""),
        ("増田議員は空き家について何を質問しましたか", "増田", "空き家について"),
        ("空き家について増田議員はどんな質問をしましたか", "増田", "空き家について"),
        ("増田議員の空き家についての質問を教えてください", "増田", "空き家について"),
    ],
)
def test_what_a_member_asked_is_asked_of_the_member_and_the_matter(
    question: str, member: str, matter: str
) -> None:
    assert question_asked(question) == Reply(member, matter)


@pytest.mark.parametrize(
    "question",
    ["増田議員の質問に市長はどう答えましたか", "増田議員が質問したのはいつですか", "住民の質問は何ですか"],
)
def test_other_questions_do_not_ask_what_a_member_asked(question: str) -> None:
    assert question_asked(question) is None
