from rag.compose.telling import gives_reason


def test_a_reason_is_told_by_its_words() -> None:
    assert gives_reason("利用が減ったことから、便を減らします。")
    assert not gives_reason("四月から便を減らします。")
