from corpus.japanese import tokens
from rag.compose.deeds import same_deed


def test_offices_have_several_words_for_a_deed() -> None:
    assert same_deed("辞任", "辞職") and not same_deed("開始", "終了")


def test_what_came_into_being_was_opened_or_set_up_but_not_the_other_way_round() -> None:
    made = tokens("できた")[0]
    assert same_deed("開館", made) and same_deed("設置", made) and not same_deed("廃止", made)
    assert not same_deed(made, "開館")


def test_what_is_carried_out_is_not_thereby_opened() -> None:
    assert not same_deed("実施", "開く") and same_deed("開催", "開く")
