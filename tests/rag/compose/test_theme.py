from rag.compose.theme import subjects_of, topic_words


def test_topic_words_leave_the_asking_out() -> None:
    assert topic_words("雨水貯留槽の補助についての市の見解を伺います。") == (
        "雨水",
        "貯留",
        "槽",
        "補助",
        "市",
    )


def test_given_names_are_not_asked_for_where_the_family_name_stands_before_them() -> None:
    assert topic_words("佐藤花子局長の桟橋の説明は") == ("佐藤", "局長", "桟橋")


def test_a_season_of_a_year_is_no_subject() -> None:
    question = "昨年の夏までに桟橋は何基できましたか"
    assert subjects_of(question, topic_words(question)) == (("桟橋",),)


def test_the_name_of_a_numbered_session_tells_where_to_look() -> None:
    assert topic_words("令和2年第一回定例会の会期は何日間ですか") == ("会期",)
    assert topic_words("定例会の会期は何日間ですか") == ("定例", "会", "会期")
