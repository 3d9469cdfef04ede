"""The session of minutes whose title states the number of the day alone."""

from ingest.parsers.titles import session_of

TITLE = "令和七年青葉市議会会議録第四号"
NAMES_IT = "令和七年第二回青葉市議会定例会に当たり、会派を代表して質問いたします。"


def test_the_session_that_a_later_party_speaker_names_completes_the_number() -> None:
    texts = ["これより本日の会議を開きます。"] * 30 + [NAMES_IT]
    assert session_of(TITLE, texts) == "令和七年第二回定例会 第四号"


def test_a_session_of_another_year_or_two_different_ones_complete_nothing() -> None:
    assert session_of(TITLE, [NAMES_IT.replace("七年", "六年")]) == "第四号"
    assert session_of(TITLE, [NAMES_IT, NAMES_IT.replace("第二回", "第三回")]) == "第四号"
