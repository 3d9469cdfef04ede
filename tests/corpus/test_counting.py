"""Numerals that are numbers, and numerals that are words."""

import pytest

from corpus.counting import arabic, numbers


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("二〇二〇年", "2020年"),
        ("一割強", "1割強"),
        ("第三回", "第3回"),
        ("三分の一", "3分の1"),
        ("午後一時開議", "午後1時開議"),
        ("十分間の休憩", "10分間の休憩"),
        ("三か月と一カ所", "3か月と1カ所"),
        ("二、三日", "2、3日"),
        ("一・二年生", "1・2年生"),
        ("一・五倍", "1.5倍"),
        ("1,234円", "1234円"),
        ("一都三県", "1都3県"),
        ("震度六強", "震度6強"),
        ("百条委員会", "100条委員会"),
        ("十数年", "10数年"),
        ("外四名", "外4名"),
        ("三・二・五号線", "3・2・5号線"),
    ],
)
def test_numbers_are_written_in_digits(text: str, written: str) -> None:
    assert arabic(text) == written


@pytest.mark.parametrize(
    "text",
    [
        *(
            "一般",
            "第三者",
            "一方",
            "三鷹市",
            "千代田区",
            "二重橋",
            "一生懸命",
            "万全",
            "十分な議論",
            "一部",
            "一時保護",
        ),
        *(
            "一人ひとり",
            "数十人",
            "何百件",
            "統一",
            "世界一",
            "五十嵐",
            "八百屋",
            "四日市",
            "六本木",
            "千葉",
            "一度",
            "万が一",
        ),
        *(
            "健二委員",
            "良一議員",
            "零細企業",
            "千客万来",
            "〇〇氏",
            "一番大切",
            "五輪",
            "七五三",
            "一日も早く",
            "不十分",
            "一層の充実",
        ),
    ],
)
def test_words_keep_their_numerals(text: str) -> None:
    assert arabic(text) == text


def test_spans_point_at_the_numbers() -> None:
    text = "一般の方が三十人、第二回に来た"
    assert [text[start:end] for start, end in numbers(text)] == ["三十", "二"]
