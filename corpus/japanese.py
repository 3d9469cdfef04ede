"""Words of Japanese text for search and for measures: normalised, segmented by Sudachi, stop words dropped.

Also the one place from which others import what they need of Japanese writing: `normalise`,
`sentences`, `name_key`, `same_name`.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator
from enum import Enum, auto
from functools import cache
from typing import Any

from sudachipy import Dictionary, SplitMode

from corpus.names import name_key, names_person, same_name
from corpus.normalisation import normalise
from corpus.sentences import sentences

__all__ = [
    "bigrams",
    "content_words",
    "name_key",
    "names_person",
    "normalise",
    "parts_of_speech",
    "placed_content_words",
    "placed_tokens",
    "same_name",
    "sentences",
    "tokens",
    "tokens_many",
]

# Long or short units? BM25 on JSQuAD, a true paragraph first / in five / in ten: long 0.899 / 0.968 / 0.977,
# short 0.900 / 0.969 / 0.980, both 0.898 / 0.968 / 0.979; on 103 council questions against answers only long
# 0.58 / 0.86 / 0.90, short 0.63 / 0.90 / 0.94. Leaving out the empty words changes neither by more than the
# noise and makes texts a seventh shorter.

# Sudachi refuses more than 49149 bytes at once; a character takes up to four.
_MAX_CHARS = 12_000
_DROPPED = ("助詞", "助動詞", "補助記号", "空白", "記号", "接頭辞")
_WHOLE = ("動詞", "形容詞", "形状詞", "副詞", "接続詞", "連体詞", "感動詞", "代名詞")
_STOP_WORDS = frozenset(
    {"為る", "有る", "居る", "成る", "致す", "頂く", "御座る", "参る", "下さる", "就く", "つく"}
    | {"事", "物", "よう", "様", "其れ", "此れ", "其の", "此の"}
)
_ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}  # year 0 of each
_OKURIGANA = re.compile(r"(?<=[一-龠々][一-龠々])[ぁ-ん]{1,2}$|(?<=[一-龠々][ぁ-ん][一-龠々])[ぁ-ん]{1,2}$")


class _Sort(Enum):
    """What a part of speech means for search."""

    DROPPED = auto()
    NUMBER = auto()
    COUNTER = auto()
    WHOLE = auto()  # kept in one piece
    WORD = auto()  # split into short units


_Spot = tuple[Any, int]
"""A Sudachi morpheme and the offset of the piece that its own offsets count in."""


class _Segmenter:
    """A Sudachi tokenizer with the sort of each part of speech looked up once. Belongs to one thread."""

    def __init__(self) -> None:
        self._tokenizer = _dictionary().tokenizer(mode=SplitMode.C)
        self._sorts: dict[int, _Sort] = {}

    def units(self, normal: str) -> Iterator[tuple[str, _Sort, _Spot]]:
        """Normalised form, sort and spot of each unit of normalised text, nouns cut into short units."""
        done = 0
        for piece in _pieces(normal):
            for long in self._tokenizer.tokenize(piece):
                sort = self._sort(long)
                short = long.split(SplitMode.A, add_single=False) if sort is _Sort.WORD else ()
                if short:
                    yield from ((unit.normalized_form(), self._sort(unit), (unit, done)) for unit in short)
                else:
                    yield long.normalized_form(), sort, (long, done)
            done += len(piece)

    def parts(self, normal: str) -> Iterator[tuple[str, str]]:
        """Surface and part of speech of each long unit of normalised text."""
        for piece in _pieces(normal):
            for long in self._tokenizer.tokenize(piece):
                yield long.surface(), long.part_of_speech()[0]

    def _sort(self, morpheme: Any) -> _Sort:
        code = morpheme.part_of_speech_id()
        if code not in self._sorts:
            self._sorts[code] = _sort_of(morpheme.part_of_speech())
        return self._sorts[code]

    def units_of(self, piece: str) -> Iterator[Any]:
        """The short units of a piece of normalised text as Sudachi morphemes."""
        yield from self._tokenizer.tokenize(piece, SplitMode.A)


def _sort_of(pos: tuple[str, ...]) -> _Sort:
    if pos[1] == "数詞":
        return _Sort.NUMBER
    if pos[2] in ("助数詞", "助数詞可能"):
        return _Sort.COUNTER
    if pos[0] in _DROPPED:
        return _Sort.DROPPED
    return _Sort.WHOLE if pos[0] in _WHOLE else _Sort.WORD


def _pieces(text: str) -> Iterator[str]:
    """`text` in pieces that Sudachi takes, cut behind a sentence where there is one."""
    while len(text) > _MAX_CHARS:
        cut = max(text.rfind(mark, 0, _MAX_CHARS) for mark in "。!? ") + 1 or _MAX_CHARS
        yield text[:cut]
        text = text[cut:]
    yield text


_ADDRESSED = frozenset({"氏", "さん", "様", "君", "殿", "先生"})


@cache
def _dictionary() -> Any:
    """The Sudachi core dictionary, loaded once; threads share it."""
    return Dictionary(dict="core")


_local = threading.local()


def _segmenter() -> _Segmenter:
    if not hasattr(_local, "segmenter"):
        _local.segmenter = _Segmenter()
    segmenter: _Segmenter = _local.segmenter
    return segmenter


def tokens(text: str) -> list[str]:
    """Content tokens of `text` for lexical search, in text order, repeats kept; any thread may call it.

    `normalise` first; then Sudachi's normalised forms in lower case. Compound nouns are split into their
    short units, verbs and adjectives are not; a noun and the verb it comes from meet without their
    kana ending (取り組み, 取り組む). Particles, auxiliaries, prefixes, signs and the emptiest verbs and
    nouns are dropped. A number before a counter gives the number and both together (3, 3箇所); an era
    year gives its Gregorian year as well.

    >>> tokens("令和二年度の取り組みについて、１割強です。")
    ['令和', '2', '2年度', '2020年度', '取り組', '1', '1割', '強']
    """
    return [token for token, _, _ in _content(normalise(text))]


def placed_tokens(normal: str) -> list[tuple[str, int, int]]:
    """`tokens` of text that is normalised already, each with the span in it that it was made of.

    >>> placed_tokens("令和2年度の取り組み")
    [('令和', 0, 2), ('2', 2, 3), ('2年度', 2, 5), ('2020年度', 2, 5), ('取り組', 6, 10)]
    """
    return [
        (token, first[1] + first[0].begin(), last[1] + last[0].end())
        for token, first, last in _content(normal)
    ]


def parts_of_speech(text: str) -> list[tuple[str, str]]:
    """The words of `text`, normalised, as (surface, part of speech): 名詞, 動詞, 助詞, …

    >>> parts_of_speech("学校は休みか")
    [('学校', '名詞'), ('は', '助詞'), ('休み', '名詞'), ('か', '助詞')]
    """
    return list(_segmenter().parts(normalise(text)))


def inflections(text: str) -> list[tuple[str, str, str]]:
    """The words of `text` as written: (surface, dictionary form, inflection); no inflection for words without any.

    >>> inflections("橋が変わります")[2:]
    [('変わり', '変わる', '五段-ラ行'), ('ます', 'ます', '助動詞-マス')]
    """
    return [
        (unit.surface(), unit.dictionary_form(), unit.part_of_speech()[4].strip("*"))
        for piece in _pieces(text)
        for unit in _segmenter().units_of(piece)
    ]


def person_names(text: str) -> list[str]:
    """The names of people in `text`, normalised, in text order: what the dictionary knows as such, family and given
    name together, and what stands before 氏, さん and the like.

    >>> person_names("佐藤花子さんと鮫洲氏の件は、高橋課長に")
    ['佐藤花子', '鮫洲', '高橋']
    """
    found: list[str] = []
    for piece in _pieces(normalise(text)):
        name, before = "", ""
        for unit in _segmenter().units_of(piece):
            pos, surface = unit.part_of_speech(), unit.surface()
            if pos[2] == "人名" or (name and pos[2] == "地名"):
                name += surface
                continue
            addressed = surface in _ADDRESSED and pos[0] == "接尾辞"
            found += [name] if name else [before] if addressed and before else []
            name, before = "", before + surface if pos[0] == "名詞" else ""
        found += [name] if name else []
    return found


def given_names(text: str) -> frozenset[str]:
    """The tokens of the given names in `text` that stand right behind a family name.

    >>> sorted(given_names("佐藤花子局長は高橋さんに"))
    ['花子']
    """
    found: set[str] = set()
    for piece in _pieces(normalise(text)):
        family = False
        for unit in _segmenter().units_of(piece):
            pos = unit.part_of_speech()
            if family and pos[2] == "人名" and pos[3] == "名":
                found.update(tokens(unit.surface()))
            family = pos[2] == "人名" and pos[3] == "姓"
    return frozenset(found)


def tokens_many(texts: Iterable[str]) -> list[list[str]]:
    """`tokens` of each text, in order."""
    return [tokens(text) for text in texts]


def _content(normal: str) -> Iterator[tuple[str, _Spot, _Spot]]:
    """Content tokens with the first and the last unit that each was made of."""
    era = number = ""
    before: _Spot = (None, 0)
    for form, sort, spot in _segmenter().units(normal):
        if sort is _Sort.NUMBER:
            number, before = form, spot
            yield form, spot, spot
            continue
        if number and (sort is _Sort.COUNTER or form == "年度"):
            yield number + form, before, spot
            if era and form in ("年", "年度") and number.isdecimal():
                yield f"{_ERAS[era] + int(number)}{form}", before, spot
        elif sort is not _Sort.DROPPED and form not in _STOP_WORDS:
            yield _OKURIGANA.sub("", form).lower(), spot, spot
        number, era = "", form if form in _ERAS else ""


def bigrams(text: str) -> list[str]:
    """Character bigrams of the normalised text, not across white space or punctuation.

    A character that stands alone is kept as it is, so that it can still be found.

    >>> bigrams("三鷹市、区")
    ['三鷹', '鷹市', '区']
    """
    grams: list[str] = []
    for run in re.findall(r"\w+", normalise(text)):
        grams += [run[at : at + 2] for at in range(len(run) - 1)] or [run]
    return grams


# The measure's own lists (NTCIR-16 QA Lab PoliInfo-3, evaluation script eval_util.py).
_EMPTY_VERBS = frozenset({"為る", "居る", "成る", "有る"})
_NOT_JOINED = frozenset({"所", "為", "くらい", "の", "事", "物", "積り", "訳"})
_NOT_CONTENT = ("助詞", "助動詞", "感動詞", "空白", "補助記号")


def content_words(text: str) -> list[str]:
    """Content words as in the content-word ROUGE of NTCIR-16 QA Lab PoliInfo-3, in text order.

    Lemmas of all words but particles, auxiliaries, interjections, signs and する, いる, なる, ある; nouns,
    numbers, prefixes and noun suffixes that stand side by side are joined into one word, numbers in
    arabic digits; lines are taken one by one. That script runs MeCab with UniDic on NFKC text; here Sudachi's short units on
    `normalise`d text stand in for it, so that scores compare closely but not to the last digit.

    >>> content_words("百三十六億円の感染症対策事業に取り組みます。")
    ['13600000000円', '感染症対策事業', '取る', '組む']
    """
    return [word for line in text.splitlines() for word, _ in placed_content_words(normalise(line))]


def placed_content_words(normal: str) -> list[tuple[str, int]]:
    """`content_words` of one line that is normalised already, each with the offset at which it ends.

    >>> placed_content_words("感染症対策に取り組む")
    [('感染症対策', 5), ('取る', 8), ('組む', 10)]
    """
    words: list[tuple[str, int]] = []
    compound, done = "", 0
    for piece in _pieces(normal):
        for unit in _segmenter().units_of(piece):
            pos, form = unit.part_of_speech(), unit.normalized_form()
            if _joins(pos, unit.surface()):
                compound += form
            else:
                words += [(compound, done + unit.begin())] * bool(compound)
                compound = ""
                if pos[0] not in _NOT_CONTENT and pos[:2] != ("記号", "一般") and form not in _EMPTY_VERBS:
                    words.append((form, done + unit.end()))
        done += len(piece)
    words += [(compound, len(normal))] * bool(compound)
    return words


def _joins(pos: tuple[str, ...], surface: str) -> bool:
    noun = pos[0] in ("名詞", "接頭辞") or pos[:2] in (("接尾辞", "名詞的"), ("記号", "文字"))
    return noun and surface not in _NOT_JOINED
