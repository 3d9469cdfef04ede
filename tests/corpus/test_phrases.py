"""Exact phrases: contained or not, however the two are written, and where."""

import pytest
from hypothesis import example, given

from corpus.index.terms import fold
from corpus.normalisation import normalise
from corpus.phrases import Phrase, marks, squeeze, squeezed
from tests.corpus.test_tracking import texts

CONTAINED = [
    ("学校給食費", "　学校 給食費の無償化", "学校 給食費"),
    ("ＡＩ", "生成aiの活用", "ai"),
    ("136億円", "経費は百三十六億円です", "百三十六億円"),
    ("百三十六億円", "経費は１３６億円です", "１３６億円"),
    ("令和２年度", "令和二年度の予算", "令和二年度"),
    ("R2年度", "令和二年度の予算", "令和二年度"),
    ("第三", "第三回定例会", "第三"),
    ("第三", "第三者委員会", "第三"),
    ("三か所", "3ヶ所の公園", "3ヶ所"),
    ("10%", "一〇パーセント減", "一〇パーセント"),
    ("6.5", "六・五度上がった", "六・五"),
    ("高橋", "髙橋議員", "髙橋"),
    ("体育館空調", "体育館の、\n体育館・空調", "体育館・空調"),
    ("税", "消費税", "税"),
    ("コミュニティバス", "ｺﾐｭﾆﾃｨﾊﾞｽの運行", "ｺﾐｭﾆﾃｨﾊﾞｽ"),
]
ABSENT = [
    ("5人", "15人が"),
    ("5人", "2.5人分"),
    ("15倍", "1.5倍"),
    ("23年", "2、3年"),
    ("10%", "10人"),
    ("給食費", "給食の費用"),
    ("令和2", "令和21年"),
]


@pytest.mark.parametrize(("phrase", "text", "place"), CONTAINED)
def test_a_phrase_is_found_in_other_writing_and_marked(phrase: str, text: str, place: str) -> None:
    one = Phrase.of(phrase)
    assert one.may_be_in(fold(text))
    assert one.is_in(squeeze(normalise(text)))
    ((start, end),) = marks(text, [one])
    assert text[start:end] == place


@pytest.mark.parametrize(("phrase", "text"), ABSENT)
def test_other_words_and_other_numbers_are_not_the_phrase(phrase: str, text: str) -> None:
    assert not Phrase.of(phrase).is_in(squeeze(normalise(text)))
    assert marks(text, [Phrase.of(phrase)]) == []


def test_marks_that_touch_are_one() -> None:
    assert marks("学校給食と学校", [Phrase.of("学校"), Phrase.of("給食")]) == [(0, 4), (5, 7)]


@pytest.mark.parametrize("text", ["", "　", "、。", "「」"])
def test_signs_alone_are_nothing_to_look_for(text: str) -> None:
    with pytest.raises(ValueError, match="no letter"):
        Phrase.of(text)


@given(texts)
@example("0_0")
def test_the_short_way_to_a_squeezed_text_gives_the_same(text: str) -> None:
    assert squeezed(text, fold(text)) == squeeze(normalise(text))
