from rag.compose.theme import topic_words


def test_topic_words_leave_the_asking_out() -> None:
    assert topic_words("雨水貯留槽の補助についての市の見解を伺います。") == (
        "雨水",
        "貯留",
        "槽",
        "補助",
        "市",
    )
