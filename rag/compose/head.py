"""What exactly is asked of a matter: 運転手 in 「うみかぜ号の運転手は何人ですか」, and in which period.

A sentence on the right matter that lacks it answers another question: how many buses there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import cache

from corpus.calendar import Grain, Period, fiscal_year, periods
from corpus.japanese import normalise, placed_tokens, tokens
from rag.compose.deeds import same_deed
from rag.compose.vocabulary import concept

_ASKED = re.compile(
    r"いつ(?!も|の間|しか|でも)|いくら|いくつ|誰|だれ|どなた|どこ(?!まで)|どの(?:くらい|ぐらい|程度)|どれ(?:くらい|ぐらい|だけ|ほど)|何(?!らか)|なぜ|$"
)
_HELD = re.compile(r"(?P<phrase>[^、。はがをも]+)(?:は|が|を|も)、?(?P<between>[^、。はがを]{0,12})$")
_FISCAL = re.compile(r"(?:令和|平成|昭和)[0-9元]+年度?|[0-9]{4}年度?|[今本昨来翌同前]年度?|ことし")
_PLACED = re.compile(r"[一-龠々ァ-ヴーA-Za-z0-9)」](?:で|に|へ|から|まで|より|にて)$")
"""「検査科では何人」 counts people there, not the section."""
_AND_ITS = re.compile(r"(?<=.)(?:と|及び|や)その[^、。]{1,8}$")
"""「予算額とその内訳」 asks for both."""
_THERE = re.compile(r"(?:ど(?:この|の)|何の)(?P<noun>[一-龠ァ-ヴー]{2,8})")
_JOINED_BY = re.compile(
    r"何(?:人|名|社|校|団体)(?:くらい|ぐらい|ほど)?(?:が|も|、)?(?P<deed>[一-龠]{2,4})(?:し|さ|する)"
)
_TAKEN = "課 部 局 部署 会社 企業 団体 事業者 組織 人 部長 課長 議員 委員 場所 所 地点 方 者 くらい 程度 時期 時点 頃"
_GENERIC_WORDS = (
    "数 額 率 割合 比率 時期 期間 人数 件数 台数 回数 箇所 金額 場所 理由 平均 合計 総額 総数 目安 見込み 予定 月額 年額 年間 年度 年 月 日 時 全部 "
    "費用 経費 予算 費 事業 事 物 所 者 人 方 為 時間 件 回 内 中 上 下 前 後 今 今年 今年度 年度末 現在 必要 要する 掛かる 開始 始まる 完了 実施 "
    "会社 企業 団体 事業者 業者 法人 行う 出来る 有る 成る 為る 居る 目標 見通し 状況 現状 氏名 名前 名称 担当 額 程 程度 位 効果 課題 意義 概要 内容 経緯 経過 成果 結果 影響 対策 取組 取り組み 進捗 動向 展望 体制 連携 活用 対応 最も 多い 高い 大きい 化 令和 平成 昭和"
)
_TAKEN_BY_SHAPE = frozenset(_TAKEN.split())
_LONG_AGO = date(2000, 1, 1)
_GRAINS = (Grain.FISCAL_YEAR, Grain.YEAR, Grain.MONTH, Grain.DAY, Grain.SPAN)
_TITLE_YEAR = re.compile(r"(令和|平成|(?<![A-Za-z])[RrHh]) ?(元|[0-9]{1,2})(?![0-9])")
_ERA_BEGINS = {"令": 2018, "r": 2018, "平": 1988, "h": 1988}
_COMPARED = re.compile(r"[^、。]{0,8}?(?:と比べ|に比べ|と比較|比で|より)")
_CONTRASTS = (
    ("小学校", "中学校", "高校", "大学"),
    ("男性", "女性"),
    ("平日", "休日"),
    ("都立", "区立", "市立", "県立", "私立", "国立"),
    ("第一期", "第二期", "第三期", "第四期"),
    ("上半期", "下半期"),
    ("歳入", "歳出"),
)
_ORDINAL = re.compile(r"第 ?(?P<number>[0-9]+) ?(?P<of>回|期|次|号|弾|章|条|部)(?!(?:定例|臨時)会)")
_DEPUTY = re.compile(r"副(?:[一-龠]{1,4}長|知事|議長|総裁)")
"""A deputy is not told by who holds the post."""
_NOUN = re.compile(r"[一-龠々ァ-ヴーa-zA-Z-]+")
_NUMERIC = re.compile(r"^[0-9〇一二三四五六七八九十百千]+")


@cache
def _generic() -> frozenset[str]:
    """The words that name nothing by themselves, as written and as `tokens` gives them."""
    return frozenset(_GENERIC_WORDS.split()) | frozenset(tokens(_GENERIC_WORDS))


def head_of(question: str) -> tuple[str, ...]:
    """The words of the noun that is asked about, next to the interrogative; empty where only the matter is.

    >>> head_of("デマンド交通の運転手は何人ですか。")
    ('運転', '手')
    """
    sentence = _asking(normalise(question))
    asked = _ASKED.search(sentence)
    assert asked is not None  # the pattern matches the end
    words: tuple[str, ...] = ()
    held = _HELD.search(sentence[: asked.start()])
    if held is not None and not _PLACED.search(held["phrase"]):
        words = _last_noun(_AND_ITS.sub("", held["phrase"]))
    if joined := _JOINED_BY.search(sentence):  # 「説明会に何人が参加しましたか」 counts those who took part
        words += tuple(word for word in tokens(joined["deed"]) if word not in _generic())
    there = _THERE.search(sentence)
    if there is not None and there["noun"] not in _TAKEN_BY_SHAPE:
        words += tuple(word for word, _, _ in placed_tokens(there["noun"]) if word not in _generic())
    return tuple(dict.fromkeys(words))


def _asking(text: str) -> str:
    parts = [part for part in re.split(r"[。?!\n]+", text) if part.strip()]
    return parts[-1].strip() if parts else ""


def _last_noun(phrase: str) -> tuple[str, ...]:
    """The last word of a phrase that says something, with what is joined to it: 利用 and 料 of 利用料."""
    placed = [each for each in placed_tokens(phrase) if not _NUMERIC.match(each[0])]
    while placed and placed[-1][0] in _generic():
        placed.pop()
    if not placed:
        return ()
    _, begin, last = placed[-1]
    for word, start, end in reversed(placed[:-1]):
        if end != begin or not _NOUN.fullmatch(word):
            break
        begin = start
    return tuple(word for word in tokens(phrase[begin:last]) if word not in _generic())


def holds(head: Iterable[str], words: Iterable[str]) -> bool:
    """Whether all words of the head are among `words`, by what they mean or what is done.

    A noun of one character is also held by one that ends with it: 車 by 自動車.
    """
    there = frozenset(words)
    meant = frozenset(concept(word) for word in there)
    return all(
        concept(word) in meant
        or (len(word) == 1 and any(other.endswith(word) for other in there))
        or any(same_deed(other, word) for other in there)
        for word in head
    )


def years_of(question: str) -> tuple[Period, ...]:
    """The years, months and days that a question asks about. It must hold no relative ones any more."""
    return tuple(m.period for m in periods(question, _LONG_AGO) if not m.relative and _dated(m.text))


def _dated(text: str) -> bool:
    return re.search(r"[年度]|[0-9]{4}", text) is not None


def of_other_years(asked: Iterable[Period], text: str, said_on: date | None, title: str = "") -> bool:
    """Whether `text` tells of years and none of them is one that is asked about; without any, it tells of its own.

    A text without a day is of the year in its title, if any.
    """
    wanted = tuple(asked)
    if not wanted or any(f"{period.first.year}年" in normalise(text) for period in wanted):
        return False  # 「1964年大会」, too, which is a name and no time
    if said_on is None and (own := _year_of_title(title)) is not None:
        return not any(_share(own, other) for other in wanted)
    mentions = [m for m in periods(text, said_on or _LONG_AGO) if said_on or not m.relative]
    told = [m.period for m in mentions if m.grain in _GRAINS and not _COMPARED.match(text, m.end)]
    if not told and said_on:
        told = [
            Period(
                said_on.replace(year=said_on.year - 1, day=1), said_on.replace(year=said_on.year + 1, day=1)
            )
        ]
    return bool(told) and not any(_share(one, other) for one in told for other in wanted)


def _year_of_title(title: str) -> Period | None:
    """The fiscal year that a title such as 「令和3年度当初予算」 or 「r3_budget」 names, where it names one."""
    found = _TITLE_YEAR.findall(normalise(title))
    if len({*found}) != 1:
        return None
    era, year = found[0]
    first = _ERA_BEGINS[era[0].lower()] + (1 if year == "元" else int(year))
    return Period(date(first, 4, 1), date(first + 1, 3, 31))


def tells_year(text: str) -> bool:
    """Whether a sentence names a fiscal year: 「平成30年度一般会計予算について説明いたします。」"""
    return _FISCAL.search(normalise(text)) is not None


def kinds_of(question: str) -> tuple[str, ...]:
    """The words of a question that say which of several kinds is meant."""
    text = _spelled(question)
    ordinals = tuple(dict.fromkeys(found.group() for found in _ORDINAL.finditer(normalise(question))))
    return (
        tuple(word for words in _CONTRASTS for word in words if word in text)
        + ordinals
        + tuple(_DEPUTY.findall(text))
    )


def of_other_kind(kinds: Iterable[str], text: str) -> bool:
    """Whether `text` names another of the kinds and not the one that is asked about."""
    spelled = _spelled(text)
    asked = tuple(kinds)
    deputies = [word for word in asked if _DEPUTY.fullmatch(word)]
    if _of_other_ordinal(asked, normalise(text)) or (
        deputies and not any(word in spelled for word in deputies)
    ):
        return True
    others = [word for words in _CONTRASTS if set(words) & set(asked) for word in words]
    return any(word in spelled for word in others) and not any(word in spelled for word in asked)


def _of_other_ordinal(asked: Iterable[str], text: str) -> bool:
    """Whether `text` tells of 第3回 and the like where another one of them is asked about."""
    for wanted in filter(None, map(_ORDINAL.fullmatch, asked)):
        told = [found for found in _ORDINAL.finditer(text) if found["of"] == wanted["of"]]
        number = int(wanted["number"])
        numbers = [int(found["number"]) for found in told]
        within = any(
            low <= number <= high and re.match("から|~|-|及び|、", text[one.end() :])
            for (one, low), high in zip(zip(told, numbers, strict=True), numbers[1:], strict=False)
        )
        if numbers and number not in numbers and not within:
            return True
    return False


def _spelled(text: str) -> str:
    return text.replace("小中学校", "小学校中学校").replace("高等学校", "高校")


def _share(one: Period, other: Period) -> bool:
    """Whether two periods touch, or are of the same fiscal year: 年度末 and 3月31日 are told either way."""
    if one.first <= other.last and other.first <= one.last:
        return True
    last = one.last if one.last != date.max else one.first
    return fiscal_year(one.first) == fiscal_year(other.first) or fiscal_year(last) == fiscal_year(other.first)
