import pytest

from rag.opening import matter, opening


@pytest.mark.parametrize(
    "words",
    [
        "令和7年6月12日の浜野直議員の質問に対する市長の答弁：",
        "令和7年6月12日の本会議で浜野直議員が行った代表質問への市長の答弁。",
        "浜野直議員（みなと会）の一般質問、環境部長答弁。",
        "令和7年第2回定例会、浜野議員の代表質問に対する教育長の答弁について：",
        "2025-06-12 浜野直議員→市長：",
        "6月12日、浜野議員の質問に市長はどう答えたか。",
        "市長の答弁：",
        "昨年の予算特別委員会での浜野議員の質疑、防災監の答弁：",
    ],
)
def test_an_opening_is_no_part_of_the_matter(words: str) -> None:
    assert matter(f"{words}砂浜の清掃。頻度を増やすべき。") == "砂浜の清掃。頻度を増やすべき。"


@pytest.mark.parametrize(
    "question",
    [
        "砂浜の清掃。頻度を増やすべき。",
        "民生委員：担い手を増やす対策は",
        "監査委員。増員の予定は",
        "議員の報酬：いくらですか",
        "市長の給与：いくらですか",
        "令和7年度。砂浜の清掃の予算は",
        "教育委員会の見解。砂浜での授業は",
        "浜野議員の質問に環境部長はどう答えたか",
    ],
)
def test_what_names_a_matter_is_no_opening(question: str) -> None:
    assert matter(question) == question


@pytest.mark.parametrize(
    "question", ["市長の答弁。", "浜野議員の質問に対して、市長はどう答えたか", "浜野議員の質問："]
)
def test_where_nothing_would_be_left_there_is_no_opening(question: str) -> None:
    assert matter(question) == question


def test_a_name_with_particles_in_it_is_read_whole() -> None:
    assert opening("令和7年6月12日の野の原いくみ議員の質問：潮干狩りの案内は。").member == "野の原いくみ"


@pytest.mark.parametrize(
    "unit", ["の", "会議", "本会議の", "議員の質問", "令和2年の", "（", "知事議員", "、"]
)
def test_nonsense_of_any_length_is_read_at_once(unit: str) -> None:
    assert matter(unit * 2000) == unit * 2000
