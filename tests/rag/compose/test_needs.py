from rag.compose.needs import satisfies
from rag.compose.shape import shape_of


def test_a_question_for_money_needs_money() -> None:
    shape = shape_of("補助の上限額はいくらですか")
    assert satisfies(shape, "上限は五万円でございます。")
    assert not satisfies(shape, "三百件を補助しております。")


def test_a_counted_thing_needs_its_counter() -> None:
    shape = shape_of("何か所に設置しましたか")
    assert satisfies(shape, "十二カ所に設置しました。")
    assert not satisfies(shape, "十二人を配置しました。")


def test_a_when_question_accepts_that_nothing_is_fixed() -> None:
    shape = shape_of("いつ始まりますか")
    assert satisfies(shape, "開始の時期は未定であります。")
    assert satisfies(shape, "この秋から始めます。")
    assert not satisfies(shape, "市民の期待は大きいものがあります。")
