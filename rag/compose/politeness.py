"""Polite verbs in their plain form: 「変わりません」 as 変わらない, 「進めてございます」 as 進めている."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from corpus.japanese import inflections

_Word = tuple[str, str, str]  # surface, dictionary form, inflection
_POLITE = re.compile(r"ます|まし|ませ|です|でし|ござ")
_LEMMA = {"ござる": "ある", "おる": "いる", "いたす": "する", "まいる": "いく", "参る": "行く"}
_PAST = {
    "う": "った",
    "つ": "った",
    "る": "った",
    "く": "いた",
    "ぐ": "いだ",
    "す": "した",
    "ぬ": "んだ",
    "ぶ": "んだ",
    "む": "んだ",
}
_NEGATIVE = dict(zip("うつるくぐすぬぶむ", "わたらかがさなばま", strict=True))
_MASU, _DESU, _PAST_MARK, _NOT = "助動詞-マス", "助動詞-デス", "助動詞-タ", "助動詞-ヌ"


def casual(text: str) -> str:
    """`text` with its polite verbs in plain form, nothing else changed.

    >>> casual("差がございましたが、額は変わりません"), casual("調べておりませんでした")
    ('差があったが、額は変わらない', '調べていなかった')
    """
    return "".join(_rewritten(inflections(text))) if _POLITE.search(text) else text


def _rewritten(words: Sequence[_Word]) -> Iterator[str]:
    place = 0
    while place < len(words):
        taken, written = _verb(words, place) or _copula(words, place) or (1, words[place][0])
        yield written
        place += taken


def _verb(words: Sequence[_Word], place: int) -> tuple[int, str] | None:
    """How many words from `place` are a polite verb, and its plain form."""
    after = [kind for _, _, kind in words[place + 1 : place + 6]]
    if not after or after[0] != _MASU or not words[place][2] or words[place][2] == _DESU:
        return None
    lemma, kind = _plain_verb(words, place)
    if after[1:5] == [_NOT, _DESU, _PAST_MARK, *after[4:5]]:
        return 5, f"{_negative(lemma, kind)[:-1]}かった"
    if after[1:2] == [_NOT]:
        return 3, _negative(lemma, kind)
    if after[1:2] == [_PAST_MARK]:
        return 3, _past(lemma, kind)
    return (2, lemma) if words[place + 1][0] == "ます" else None


def _plain_verb(words: Sequence[_Word], place: int) -> tuple[str, str]:
    """Dictionary form and inflection; ある behind て is いる: 「配置してございます」."""
    _, lemma, kind = words[place]
    continued = place > 0 and words[place - 1][0] in ("て", "で") and not words[place - 1][2]
    if lemma == "ござる" and continued:
        return "いる", "上一段"
    plain = _LEMMA.get(lemma, lemma)
    return plain, {"いる": "上一段", "する": "サ行変格"}.get(plain, kind)


def _copula(words: Sequence[_Word], place: int) -> tuple[int, str] | None:
    """「課題でした」 as 課題だった, 「高いです」 as 高い, 「必要ですが」 as 必要だが."""
    surface, _, kind = words[place]
    if kind != _DESU:
        return None
    inflected = place > 0 and bool(words[place - 1][2]) and "形状詞" not in words[place - 1][2]
    if surface == "でし" and words[place + 1 : place + 2] and words[place + 1][2] == _PAST_MARK:
        return 2, "だった"
    if surface != "です":
        return None
    return 1, "" if inflected else "だ"


def _past(lemma: str, kind: str) -> str:
    if kind.startswith("五段"):
        return f"{lemma[:-1]}{'った' if lemma in ('行く', 'いく', 'ゆく') else _PAST[lemma[-1]]}"
    return f"{'し' if lemma == 'する' else lemma[:-1]}た"


def _negative(lemma: str, kind: str) -> str:
    if lemma == "ある":
        return "ない"
    if kind.startswith("五段"):
        return f"{lemma[:-1]}{_NEGATIVE[lemma[-1]]}ない"
    return f"{'し' if lemma == 'する' else lemma[:-1]}ない"
