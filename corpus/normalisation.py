"""One spelling for matching: width, glyph variants, dashes, numerals, eras and white space."""

from __future__ import annotations

import re
import unicodedata

from corpus.counting import arabic, numbers, written
from corpus.tracking import Tracked

# Old and variant forms of characters in the names of people and places, each with its common form. Pairs
# that are distinct surnames (斉/斎, 島/嶋, 富/冨, 館/舘) stay apart; compatibility forms are NFKC's work.
_VARIANTS = (
    "髙高 﨑崎 𠮷吉 德徳 濵浜 濱浜 邊辺 邉辺 澤沢 齋斎 齊斉 櫻桜 廣広 國国 惠恵 眞真 榮栄 龍竜 瀨瀬 桒桑 栁柳 槗橋 學学 會会 縣県 "
    "壽寿 濟済 萬万 與与 豐豊 藏蔵 彌弥 禮礼 靜静 齡齢 營営 實実 圓円 鐵鉄 關関 區区 廳庁 應応 對対 團団 圖図 體体 檢検 經経 鹽塩 "
    "淺浅 瀧滝 遙遥 增増 寬寛 黑黒 敎教 步歩 每毎 戶戸 橫横 曾曽 莊荘 藪薮 蠟蝋 頰頬 鷗鴎 麴麹 兩両 晉晋 條条 來来 淸清 狹狭"
)
_GLYPHS = {ord(pair[0]): pair[1] for pair in _VARIANTS.split()}
_GLYPHS |= {ord(dash): "-" for dash in "‐‑‒–—―−─━﹣⁃"} | {ord(tilde): "~" for tilde in "〜∼∿˜"}
_GLYPHS |= {ord(dot): "・" for dot in "·•∙⋅‧"} | {ord(mark): "'" for mark in "‘’‚‛′‵`"}
_GLYPHS |= {ord(mark): '"' for mark in "“”„‟″〝〞〟"}
_GLYPHS |= {ord("『"): "「", ord("』"): "」", ord("ヶ"): "ケ", ord("ヵ"): "カ"}
# Soft hyphen, zero-width and direction marks, variation selectors: unseen on the page. Lone surrogates,
# which broken JSON carries, are no text at all.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ud800-\udfff"
    "\U000e0000-\U000e0fff]"
)

_NUMERALS = "〇零一二三四五六七八九十百千万億兆"
_LETTER = rf"(?:(?![{_NUMERALS}])[ぁ-ゖァ-ヺー々〆一-鿿㐀-䶿])"
_Rewrites = tuple[tuple[re.Pattern[str], str], ...]
_BEFORE_NUMBERS: _Rewrites = (
    (re.compile(r"\s+"), " "),
    (re.compile(r"(?<=[ァ-ヺー])-(?=[ァ-ヺ])"), "ー"),
    (re.compile(r"(?<=[ぁ-ゖァ-ヺー々一-鿿」)]),"), "、"),
    (re.compile(rf"(?:(?<={_LETTER})|(?<=[」)]))\.(?![0-9.])"), "。"),
)
_AFTER_NUMBERS: _Rewrites = (
    *(
        (re.compile(rf"(?<![a-z0-9.\-]){letter}\.?(?=(?:[0-9]{{1,2}}|元)年)"), era)
        for letter, era in (("m", "明治"), ("t", "大正"), ("s", "昭和"), ("h", "平成"), ("r", "令和"))
    ),
    (re.compile(rf"(?<={_LETTER}) (?=[0-9])|(?<=[0-9]) (?={_LETTER})"), ""),
    (re.compile(r"(?<=明治|大正|昭和|平成|令和)元(?=年)"), "1"),
    (re.compile(r"(?<=[0-9])パーセント"), "%"),
    (re.compile(r"(?<=[0-9])[カケ箇](?=[所月国年村条町店校園])"), "か"),
)


def normalise(text: str) -> str:
    """`text` in the one spelling used for matching; applying it twice changes nothing.

    NFKC and lower case; unseen characters dropped; variant characters, dashes, tildes, quotes and
    middle dots unified; numbers in arabic digits written out in full (136億 and 百三十六億 become
    13600000000, 10パーセント becomes 10%, 三ヶ所 becomes 3か所) but not the numerals of words; era
    years as 令和2年 (from R2年, 令和二年; 元年 is 1年); white space collapsed, and dropped between a
    number and the word beside it. Offsets are not kept.

    >>> normalise("Ｒ２年度は 百三十六億円、　髙橋議員の一割強（三ヶ所）")
    '令和2年度は13600000000円、 高橋議員の1割強(3か所)'
    """
    spelt = spell(text)
    while (again := _rewritten(arabic(spelt), _AFTER_NUMBERS)) != spelt:
        spelt = again  # a number just written may decide about the numeral beside it; two rounds as a rule
    return spelt


def spell(text: str) -> str:
    """`text` as `normalise` gives it before it comes to numbers: kanji numerals and digits stay as written."""
    spelt = _UNSEEN.sub("", _nfkc(text)).lower()
    return _rewritten(_nfkc(spelt).translate(_GLYPHS), _BEFORE_NUMBERS).strip()


def _rewritten(text: str, rewrites: _Rewrites) -> str:
    for pattern, replacement in rewrites:
        text = pattern.sub(replacement, text)
    return text


_CLUSTER = re.compile("(?s).[\u0300-\u036f\u3099\u309a\uff9e\uff9f\u1160-\u11ff]*")
_CHARACTER = re.compile("(?s).")


def normalise_tracked(text: str) -> Tracked:
    """`normalise` of `text` with the place in `text` of every character: for marking what was matched.

    >>> found = normalise_tracked("経費は百三十六億円")
    >>> found.text, found.origin(3, 4)
    ('経費は13600000000円', (3, 8))
    """
    spelt = Tracked.of(text).through(_nfkc, _CLUSTER).sub(_UNSEEN, "").through(str.lower, _CHARACTER)
    spelt = spelt.through(_nfkc, _CLUSTER).through(lambda part: part.translate(_GLYPHS), _CHARACTER)
    spelt = _stripped(_rewritten_tracked(spelt, _BEFORE_NUMBERS))
    while (again := _rewritten_tracked(_arabic_tracked(spelt), _AFTER_NUMBERS)).text != spelt.text:
        spelt = again
    return spelt


def _nfkc(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _stripped(spelt: Tracked) -> Tracked:
    length = len(spelt.text)
    first = length - len(spelt.text.lstrip())
    return spelt.picked(range(first, max(first, len(spelt.text.rstrip()))))


def _arabic_tracked(spelt: Tracked) -> Tracked:
    text = spelt.text
    return spelt.replaced((start, end, written(text[start:end])) for start, end in numbers(text))


def _rewritten_tracked(spelt: Tracked, rewrites: _Rewrites) -> Tracked:
    for pattern, replacement in rewrites:
        spelt = spelt.sub(pattern, replacement)
    return spelt
