from rag.compose.deeds import same_deed


def test_offices_have_several_words_for_a_deed() -> None:
    assert same_deed("辞任", "辞職") and not same_deed("開始", "終了")
