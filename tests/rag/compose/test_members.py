from datetime import date

from corpus.model import Role
from rag.answer import Answer, Style
from rag.compose.extractive import compose
from tests.rag.building import found, passage

TODAY = date(2025, 9, 1)
ASKED = passage(
    "旧図書館について伺います。市は昨年、旧図書館を三億二千万円で取得しました。取得の経緯を伺います。",
    role=Role.QUESTION,
    speaker="東野",
    post="",
)
REPLY = passage(
    "旧図書館は、地域の学びの拠点とするため取得したものであります。", id="reply", document_id="reply"
)


def test_a_sum_that_only_the_member_names_is_told_as_the_words_of_the_member() -> None:
    answer = compose(
        "市は旧図書館をいくらで取得しましたか", found(REPLY, asked=(ASKED,)), style=Style.FULL, today=TODAY
    )
    assert answer.sentences[0].text.startswith("質問者（東野）の発言：")
    assert "三億二千万円" in answer.text


def test_what_others_say_goes_before_the_words_of_a_member() -> None:
    own = passage("旧図書館の取得に要した額は、三億一千万円であります。", id="own", document_id="own")
    answer = compose(
        "旧図書館をいくらで取得しましたか", found(own, asked=(ASKED,)), style=Style.FULL, today=TODAY
    )
    assert "三億一千万円" in answer.text and "三億二千万円" not in answer.text


def test_a_view_of_a_member_is_not_that_of_the_office() -> None:
    view = passage(
        "旧図書館を取得した理由は、選挙のためであります。", role=Role.QUESTION, speaker="東野", post=""
    )
    reply = passage("経緯は先ほど申し上げたとおりであります。", id="reply2", document_id="reply2")
    assert compose(
        "旧図書館を取得した理由は何ですか", found(reply, asked=(view,)), style=Style.FULL, today=TODAY
    ).refusal


def test_a_day_is_told_by_a_member_only_of_what_was_done_and_in_one_sentence_with_it() -> None:
    reply = passage("御意見として承ります。", id="reply3", document_id="reply3")

    def of(text: str, question: str = "旧図書館の窓口はいつから無人化されましたか") -> Answer:
        asking = passage(text, role=Role.QUESTION, speaker="東野", post="")
        return compose(question, found(reply, asked=(asking,)), style=Style.FULL, today=TODAY)

    told = of("旧図書館の窓口について、令和五年六月から無人化が行われています。今後を伺います。")
    assert "令和五年六月" in told.text and told.sentences[0].text.startswith("質問者（東野）の発言：")
    assert of("旧図書館の窓口を無人化すべきと申し上げたのは令和五年六月であります。").refusal is not None
    assert of("旧図書館の窓口の無人化を伺います。令和五年六月から行われています。").refusal is not None
    assert of("旧図書館の窓口は大切です。近隣の窓口は令和五年六月に無人化されました。").refusal is not None
    heard = "旧図書館の窓口は、令和九年六月から無人化される予定と聞いております。"
    assert of(heard, "旧図書館の窓口はいつから無人化されますか").refusal is not None
