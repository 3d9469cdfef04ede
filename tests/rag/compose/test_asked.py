import pytest

from rag.compose.asked import Asked, asked_of


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("防災アプリの年間利用料はいくらですか。", Asked.MONEY),
        ("予算額を教えてください", Asked.MONEY),
        ("職員の何割が使っていますか", Asked.RATIO),
        ("普及率はどのくらいですか", Asked.RATIO),
        ("船員のどれくらいが資格を持っていますか", Asked.RATIO),
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
    assert asked_of(question)[0] is asked


@pytest.mark.parametrize(
    ("question", "counter"),
    [
        ("エコ宣言の加盟企業数は", "社"),
        ("資料館の来館者数はどのくらいですか", "人"),
        ("来館者数は何人ですか", "人"),
        ("雨水槽の貯水量はどのくらいですか", ""),
        ("対象になる駅はどのくらいありますか", ""),
        ("桟橋の高さは最大で何メートルですか", "メートル"),
        ("駐輪場は駅からどれくらい離れていますか", ""),
    ],
)
def test_a_number_is_asked_for_by_its_name_too(question: str, counter: str) -> None:
    assert asked_of(question) == (Asked.COUNT, counter)
