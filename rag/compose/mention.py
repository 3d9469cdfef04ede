"""What a sentence says of an event that is asked about: done, planned, denied, or only named.

「市場はいつ移転しましたか」 is answered by a sentence that says 移転 of the market, not by one with some
other date beside it; and a plan is no answer to whether something was done, unless it is told as a plan.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from corpus.japanese import normalise, placed_tokens, tokens
from rag.compose.deeds import COMING_INTO_BEING, is_light, opposite, same_deed, told_as
from rag.compose.event import Event
from rag.compose.status import Told, status
from rag.compose.vocabulary import concept, coverage, weight


@dataclass(frozen=True, slots=True)
class _Mention:
    """An event at ``text[start:end]``; `adnominal` is the noun it describes (学校 in 開校する学校), else empty."""

    start: int
    end: int
    told: Told
    adnominal: str = ""


ENOUGH_OF = 0.55
"""Share of each thing the event is said of, by weight, that must be there."""


BOUNDARY = re.compile(
    r"(?:し|され|せ|て|って|んで|いで|ますが|ですが|たが|るが|であり|おり|なり|ため|ので|ことから|れば|たら|けれども|つつ|ながら)、|。"
)
"""Where a clause ends: what stands before it belongs to another deed."""


_NEW_DEED = re.compile(
    r"(?:し|され|せ|行い|行われ|設け|定め|決め|始め|終え|進め|開き|図り|結び|おり|なり|あり|ますが|ですが|たが|るが|けれども)、|。"
)
"""Another deed beside it, that a time before it may be of; not what it was done for or upon (…を踏まえ、…ため、)."""


_WITH_IT = re.compile(r"^(?:を|が)?(?:行われ|実施され|し|され|っ|い)?た(?:際|とき|時)")


_ADNOMINAL = re.compile(
    r"^(?:を|が)?(?:行われ|され|実施され|予定され|し|す|でき)?(?:ている|ていた|た|る)(?:予定の|見込みの)?(?P<noun>[一-龠々ァ-ヴーA-Za-z]{2,}(?:の[一-龠々ァ-ヴーA-Za-z]{2,})?)"
)


_BESIDE = re.compile(r"(?P<noun>[一-龠々ァ-ヴーA-Za-z]{2,})(?P<case>の|が|を|は)?$")


_CHOSEN_AS = re.compile(r"(?P<noun>[一-龠々ァ-ヴーA-Za-z]{2,})(?P<case>に)$")
_SETTLED = re.compile(r"(?P<noun>[一-龠々ァ-ヴーA-Za-z]{2,})(?P<case>を)[^、。]*こと(?:が|を|に|と)$")
"""「日数を十日とすることが決定した」 tells of the 日数."""
_CHOOSING = frozenset(tokens("決定 決まる 選定 選ぶ 選出 指定 認定"))
"""「候補地に決定した」 tells of the 候補地, not of whatever else was decided."""
_UP_TO = re.compile(r"(?:までの|に至る(?:まで)?の?)(?:スケジュール|日程|経緯|経過|流れ|手続|間|期間|道のり)")
"""「決定までの日程」 only names the 決定."""
_MOST_OF = 0.7
"""Share of the things, each by its heaviest word, that must be told."""


_HALF_OF = 0.5
"""The same where the event itself is told."""


_OF_TIME = re.compile(r"年度?末?|月末?|日|頃|当初|上旬|中旬|下旬|[昨今来本翌同]年度?|先般|現在")


_SLIGHT = 0.35
"""Weight up to which a noun (施設, 事業) may stand for what is asked about."""


_NO_NOUN = re.compile(
    r"^(?:予定|見込|方針|目途|場合|際|状況|必要|旨|上で|計画|次第|以降|以来|時点|結果|後|前|中)"
)


_TIME = re.compile(
    r"(?:(?:令和|平成|昭和|大正|明治)?[0-9元]{1,4} ?(?:年(?!前)度?|月(?!間)|日(?!間|前|程度|以上))(?:末|中|内|頃|ごろ)?"
    r"|(?:昨|今|来|本|翌|前|再来|一昨|同)(?:年度?|月|日|週)|[0-9]{4}/[0-9]|ことし|当日|上半期|下半期|[春夏秋冬](?:頃|ごろ|に|まで|から)|年内|年度内|年度末|年末"
    r"|(?:午前|午後)?[0-9]{1,2} ?時(?!間)|正午|[0-9]+ ?(?:時間|日|週間|か月)(?:以内|前))"
)


_NOT_ITS_TIME = re.compile(
    r"^(?:の?第 ?[0-9]+回|の?(?:当初|補正)?(?:予算|決算)|計画|の?条例|の?定例会|付帯決議|の震災)"
)


_IS_EXPLAINED = re.compile(
    r"[^、。]{0,12}?(?:(?:た|る)(?:もの|の|こと)(?:は|で)|(?:理由|目的|原因|要因|背景|趣旨|理念|ねらい|狙い)(?:の一つ)?(?:は|が|で(?:す|あ|ご)|と(?:し|いたし|なっ)))"
)


_BEGINS = re.compile(r"開始|始ま|始め|着手|着工|スタート")


_CLOSES = re.compile(
    r"まで|終わ|終え|終了|完了|完成|全て|すべて|全部|全域|末|めど|目途|目指|以来|から ?[0-9]"
)


_ENDS = re.compile(r"終わ|終え|終了|完了|完成")


_DESCRIBES = re.compile(r"(?:(?<!に関)(?<!に対)する|した|される|された|れる|れた|った)[一-龠々ァ-ヴー]{2}")


_LEADS = re.compile(
    r"[^、。]{0,4}?(?:の?(?:時期|時点|期限|期日|予定日?|見込み|見通し|開始|完了|完成|日程|日|期間|決定)[^、。]{0,2})?(?:は|が|を|:|も|につきまして[は]?|については)、?[^、。]{0,6}$|、日課:$"
)


_TOPICAL = re.compile(r"(?:は|につきまして|については)(?!ない)")


_TOPIC_BEHIND = 60
"""The same behind an event that the sentence is about: 「予約は、電話により、七日前から…」."""


_OF_NOUN_ONLY = re.compile(r"の[一-龠々ァ-ヴー]{2,6}(?:が|を|は)$")
"""「2012年の開催が決定している」: the year is that of the noun."""


_ALL_THROUGH = re.compile(r"(?:に?は|において(?:は|も)|も)、?")
"""「令和9年度は、A を終え、B を始めます」: a time that a sentence opens with is that of all it tells."""


_TIME_BEHIND = 24
"""Characters within which a time may follow its event: 「完成の時期は令和9年度末」."""


_CARRIER = re.compile(r"(?P<noun>仕組み?|制度|取り?組み?|体制|措置)(?:を|が)")
"""「支援する仕組みを開始した」 tells of the 支援 what is said of the 仕組み."""


_IS_NOUN = re.compile(r"で(?:ございまし|ありまし|あっ)て、")
"""「休むための部屋でございまして、」 ends what the reason in it is for."""


_NOT_SO = "非未不"
"""In front of a deed they deny it: 非公表."""


def concerns(event: Event, units: Iterable[frozenset[str]], *, asserted: bool = False) -> bool:
    """Whether everything that the event is said of is told, each thing by enough of its words in one of `units`.

    Things that any record is full of (システム, 費用) may be missing, and so may a light one of several. Where the
    event itself is `asserted` or denied, half of the things will do.
    """
    there = [(words, frozenset(concept(word) for word in words)) for words in units]
    things = [of for of in event.of if max(map(weight, of)) >= _SLIGHT]
    given = [any(_told_of(of, words, meant) for words, meant in there) for of in things]
    if all(given):
        return True
    heavy = [max(map(weight, of)) for of in things]
    share = sum(w for w, told in zip(heavy, given, strict=True) if told) / sum(heavy)
    if asserted and share >= _HALF_OF:
        return any(one and weighs == max(heavy) for one, weighs in zip(given, heavy, strict=True))
    return given[-1] and given[heavy.index(max(heavy))] and share >= _MOST_OF


def _told_of(of: tuple[str, ...], words: frozenset[str], meant: frozenset[str]) -> bool:
    return coverage(of, words) >= ENOUGH_OF and (len(of[-1]) == 1 or concept(of[-1]) in meant)


def told(event: Event, text: str) -> Told:
    """The most that `text`, one sentence, says of an event."""
    found = {mention.told for mention in _mentions(event, normalise(text))}
    order = (Told.DENIED, Told.DONE, Told.PLANNED, Told.NAMED, Told.SUPPOSED)
    return next((status for status in order if status in found), Told.NOT)


def timed(event: Event, text: str) -> Told:
    """What is said of the event where a time belongs to it: before it in its clause or right behind it; else `NOT`."""
    normal = normalise(text)
    if not _TIME.search(normal):
        return told(event, normal)
    times = [
        (found.start(), found.end())
        for found in _TIME.finditer(normal)
        if not _NOT_ITS_TIME.match(normal[found.end() :])
    ]
    found = {
        mention.told
        for mention in (_once(each, normal) for each in _mentions(event, normal))
        if any(_belongs(normal, mention, start, end) for start, end in times)
    }
    order = (Told.DONE, Told.DENIED, Told.PLANNED, Told.NAMED)
    return next((status for status in order if status in found), Told.NOT)


def _once(mention: _Mention, normal: str) -> _Mention:
    """The mention, done where it is told as what something else came with: 「二月に公表された際には」."""
    return replace(mention, told=Told.DONE) if _WITH_IT.match(normal[mention.end :]) else mention


def in_aspect(event: Event, text: str) -> bool:
    """Whether a sentence does not tell of the beginning where the end is asked for, nor the other way round."""
    begins, closes = bool(_BEGINS.search(text)), bool(_CLOSES.search(text))
    if event.ends:
        clauses = BOUNDARY.split(text)
        return not begins or any(
            _ENDS.search(c) or (_CLOSES.search(c) and not _BEGINS.search(c)) for c in clauses
        )
    return event.ends is None or begins or not closes or "から" in text


def holds_deed(event: Event, words: Iterable[str], text: str = "") -> bool:
    """Whether `words`, or a phrase of `text`, tell the event, however it is put."""
    there = tuple(words)
    return all(
        any(same_deed(word, wanted) for word in there) or told_as(wanted, text) for wanted in event.words
    )


def holds_opposite(event: Event, words: Iterable[str]) -> bool:
    """Whether `words` tell the contrary of an event: 無料 where 有料 is asked."""
    return any(opposite(word, event.words[-1]) for word in words)


def _mentions(event: Event, normal: str) -> list[_Mention]:
    placed = placed_tokens(normal)
    if not holds_deed(event, [word for word, _, _ in placed]):
        return []
    found = [_mention(normal, start, end) for word, start, end in placed if same_deed(word, event.words[-1])]
    return [each for each in found if each.told is not Told.NOT and _of_it(event, each, normal)]


def _of_other(event: Event, normal: str, start: int) -> bool:
    """Whether the noun that the event is said of, right in front of it, is none of those asked about."""
    chosen = event.words[-1] in _CHOOSING
    before = normal[:start]
    beside = (_CHOSEN_AS.search(before) or _SETTLED.search(before) if chosen else None) or _BESIDE.search(
        before
    )
    if event.named or not event.of or beside is None or not (beside["case"] or len(beside["noun"]) >= 4):
        return False
    words = [word for word in tokens(beside["noun"]) if not word[0].isdigit() and not is_light(word)]
    if _OF_TIME.fullmatch(beside["noun"]):
        return False
    asked = frozenset(concept(word) for of in (*event.of, event.words[:-1]) for word in of)
    if words and event.words[-1] in COMING_INTO_BEING:  # what is made, not what it is made for
        return concept(words[-1]) not in asked
    return bool(words) and max(map(weight, words)) > _SLIGHT and not any(concept(w) in asked for w in words)


def _of_it(event: Event, mention: _Mention, normal: str) -> bool:
    """Whether an event that describes a noun describes what is asked about: not 「四月に開校する別の学校」."""
    if _of_other(event, normal, mention.start):
        return False
    if (
        event.named
        or not mention.adnominal
        or not event.of
        or (event.words[-1] not in COMING_INTO_BEING and normal[: mention.start].endswith(("が", "を", "の")))
    ):
        return True
    return any(coverage(of, frozenset(tokens(mention.adnominal))) >= ENOUGH_OF for of in event.of)


def _mention(normal: str, start: int, end: int) -> _Mention:
    after = normal[end:]
    described = _ADNOMINAL.match(after)
    noun = described["noun"] if described and not _NO_NOUN.match(described["noun"]) else ""
    if described and (carrier := _CARRIER.match(after[described.start("noun") :])):
        told = status(after[described.start("noun") + carrier.end("noun") :])
        return _Mention(start, end, told)
    told = Told.NAMED if _UP_TO.match(after) else status(after)
    if start and normal[start - 1] in _NOT_SO:
        told = Told.DENIED
    return _Mention(start, end, told, noun)


def _belongs(normal: str, mention: _Mention, start: int, end: int) -> bool:
    """Whether the time at ``normal[start:end]`` is that of the event."""
    if mention.told in (Told.SUPPOSED, Told.NOT):
        return False
    if end <= mention.start:
        between = normal[end : mention.start]
        if start == 0 and _ALL_THROUGH.match(between) and mention.told is not Told.NAMED:
            return not mention.adnominal
        near = "、" not in between and "は" not in between
        return not _parted(between) and (near or not mention.adnominal) and not _OF_NOUN_ONLY.match(between)
    between = normal[mention.end : start]
    if _TOPICAL.match(between) and len(between) <= _TOPIC_BEHIND:
        return not BOUNDARY.search(between)
    return len(between) <= _TIME_BEHIND and _leads(between)


def _parted(between: str) -> bool:
    """Whether another event ends between a time and this one, or takes the time for itself (「五月に発生した地震で」)."""
    return bool(_NEW_DEED.search(between) or _DESCRIBES.search(between))


def _leads(between: str) -> bool:
    """Whether what stands between an event and a time behind it leads on to it: 「の時期は」「は」「予定は」."""
    return not between.strip() or _LEADS.match(between) is not None


def explains(event: Event, text: str, cause: re.Pattern[str]) -> bool:
    """Whether a reason in a sentence is that of the event in it: before it, or behind 「…したのは」「…の理由は」.

    In 「増加を抑えるため、帳票を減らす」 the increase is the reason, not what it is given for.
    """
    normal = normalise(text)
    causes = [found.start() for found in cause.finditer(normal)]
    for mention in _mentions(event, normal):
        behind = _IS_EXPLAINED.match(normal[mention.end :])
        condition = re.match(r"(?:ると|うと|れば|たら|ないと|と(?=[一-龠ぁ-ん]))", normal[mention.end :])
        before = any(at < mention.start and not _IS_NOUN.search(normal[at : mention.start]) for at in causes)
        if behind or condition or before:
            return True
    return not _mentions(event, normal)
