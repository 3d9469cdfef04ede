from rag.compose.shape import shape_of


def test_a_sum_of_all_is_a_total() -> None:
    shape = shape_of("市民会館の改修費の総額はいくらですか")
    assert shape.total and "総額" not in shape.topic
