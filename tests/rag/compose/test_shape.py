import pytest

from rag.compose.shape import Asked, shape_of, topic_words


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("防災アプリの年間利用料はいくらですか。", Asked.MONEY),
        ("予算額を教えてください", Asked.MONEY),
        ("職員の何割が使っていますか", Asked.RATIO),
        ("普及率はどのくらいですか", Asked.RATIO),
        ("学童クラブは何か所ありますか", Asked.COUNT),
        ("参加者の人数は", Asked.COUNT),
        ("計画期間は何年間ですか", Asked.DURATION),
        ("新庁舎はいつ開庁しますか", Asked.WHEN),
        ("工事の時期は", Asked.WHEN),
        ("補助金の担当課は", Asked.WHO),
        ("図書館の分館はどこにできますか", Asked.WHERE),
        ("なぜ休館するのですか", Asked.WHY),
        ("みどりポイントとは何ですか", Asked.WHAT_IS),
        ("夜間窓口は続きますか", Asked.YES_NO),
        ("空き家対策の今後の取組は", Asked.OPEN),
        ("費用の問題がある。市長の見解は。", Asked.OPEN),
        ("ごみ袋が高い。いくらになるのか。教えてください。", Asked.MONEY),
    ],
)
def test_the_interrogative_decides_the_shape(question: str, asked: Asked) -> None:
    assert shape_of(question).asked is asked


@pytest.mark.parametrize(
    ("question", "counter"),
    [
        ("エコ宣言の加盟企業数は", "社"),
        ("資料館の来館者数はどのくらいですか", "人"),
        ("来館者数は何人ですか", "人"),
        ("雨水槽の貯水量はどのくらいですか", ""),
        ("対象になる駅はどのくらいありますか", ""),
    ],
)
def test_a_number_is_asked_for_by_its_name_too(question: str, counter: str) -> None:
    shape = shape_of(question)
    assert (shape.asked, shape.counter) == (Asked.COUNT, counter)


def test_a_sum_of_all_is_a_total() -> None:
    shape = shape_of("市民会館の改修費の総額はいくらですか")
    assert shape.total and "総額" not in shape.topic


def test_topic_words_leave_the_asking_out() -> None:
    assert topic_words("雨水貯留槽の補助についての市の見解を伺います。") == (
        "雨水",
        "貯留",
        "槽",
        "補助",
        "市",
    )
