"""What a question asks to have happened, and what a sentence says of it: done, planned, denied, or only named.

「市場はいつ移転しましたか」 is answered by a sentence that says 移転 of the market, not by one with some
other date beside it; and a plan is no answer to whether something was done, unless it is told as a plan.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from corpus.japanese import normalise, parts_of_speech, placed_tokens, tokens
from rag.compose.deeds import is_light, same_deed
from rag.compose.head import head_of
from rag.compose.vocabulary import concept, coverage, weight


class Told(StrEnum):
    """What a sentence says of an event."""

    DONE = "done"
    DENIED = "denied"
    PLANNED = "planned"
    NAMED = "named"  # the word alone: 廃止の影響
    SUPPOSED = "supposed"  # 廃止した場合, 廃止すべき
    NOT = "not"  # not a word of it


@dataclass(frozen=True, slots=True)
class Event:
    """What is asked to happen and whether it is asked of the past.

    `words` are those of a verb or, where `named`, of the noun it is called by (開幕 and 戦): all must be there,
    the last of them stands for it. `of` holds the words of what it is said of: subject, object, places;
    `ends` tells whether its end is asked for, or its beginning (False), or neither (None).
    """

    words: tuple[str, ...]
    past: bool
    named: bool = False
    ends: bool | None = None
    of: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class _Mention:
    """An event at ``text[start:end]``; `adnominal` is the noun it describes (学校 in 開校する学校), else empty."""

    start: int
    end: int
    told: Told
    adnominal: str = ""


ENOUGH_OF = 0.55
"""Share of each thing the event is said of, by weight, that must be there."""

_CLEFT = re.compile(
    r"^(?P<clause>.*?[たるい])(?:の|こと)(?:は|が)、?(?:いつ|なぜ|どうして|誰|だれ|どなた|どこ|何|なに|どの|どれ)"
)
_ATTRIBUTE = re.compile(
    r"^(?P<clause>.*?[たるい])(?:その)?(?:理由|目的|背景|原因|根拠|経緯|時期|時点|期日|日付?|年度?|月)(?:は|を|が|について|と)"
)
_OF_NOUN = re.compile(
    r"^(?P<clause>.+?)の?(?:理由|目的|背景|原因|根拠|時期|期日|予定日|予定|日程|見込み|見通し)(?:は|を|が|について)"
)
_ENDING = re.compile(
    r"(?:の|こと|ん|もの|予定|見込み)?(?:です|でしょう|だ|だった|でした)?(?:の)?(?:か|かどうか)?$"
)
_INTERROGATIVE = re.compile(
    r"、?(?:いつ(?:から|まで|ごろ|頃)?(?:に)?|なぜ|何故|どうして|なんで|どこで?|誰が?|何(?:年度?|か月|月|週間|日|時間?)(?:前|後)?(?:から|まで)?(?:に)?)、?"
)
_PAST = re.compile(r"(?:た|でした|だった)(?:の|ん|か|こと)?(?:です|でしょう)?(?:か)?$")
_VERBAL = re.compile(
    r"(?:を|は|も|が)?(?:し|す|さ|せ|でき|いたし|致し|なさ|いただ|頂)|られ|れ[たるま]|ま(?:す|し|せ)|て|た$"
)
_KANA_VERB = re.compile(r"[うくぐすつぬぶむるい]$")
_VERB = re.compile(r"[ぁ-ん一-龠][うくぐすつぬぶむる]$")
_ASKING = frozenset({"何", "幾つ", "幾", "幾ら", "誰", "何処", "どの", "どれ", "どんな"})
_CASES = frozenset(
    ["は", "が", "を", "に", "へ", "から", "と", "で", "も", "まで", "より", "には", "では", "とは"]
)

BOUNDARY = re.compile(
    r"(?:し|され|せ|て|って|んで|いで|ますが|ですが|たが|るが|であり|おり|なり|ため|ので|ことから|れば|たら|けれども|つつ|ながら)、|。"
)
"""Where a clause ends: what stands before it belongs to another deed."""
_NEW_DEED = re.compile(
    r"(?:し|され|せ|行い|行われ|設け|定め|決め|始め|終え|進め|開き|図り|結び|おり|なり|あり|ますが|ですが|たが|るが|けれども)、|。"
)
"""Another deed beside it, that a time before it may be of; not what it was done for or upon (…を踏まえ、…ため、)."""
_OTHER_DEED = re.compile(
    r"^(?:を|が)(?!実施|完了|終了|決定|開始|達成|予定|目標|計画|検討|断念|中止|確認|報告|議決|可決|延期)[一-龠]{2,}(?:し|する|さ[れせ])"
    r"|^に(?!な[りっる]|至[りっる]|着手|踏み切|向け|当た|際|反対|賛成)"
)
"""「設立を公表して以来」 tells the announcement, 「移転にかじを切った」 a turn."""
_SUPPOSED = re.compile(
    r"^(?:(?:を|が|に|の)?(?:実施|決定)?(?:し(?:た|ている)?|する|され(?:た|る)|でき[るた]|決定した|った|る)?"
    r"(?:場合|際|以降|以後|とき|時に|れば|ば|たら|べき|かどうか|か否か|可能性|よう(?:に|要望|求)|ことを(?:求|要望|検討)|必要|のであれば|前提|ことなく|か、)|"
    r"すべき|に当た|に際|を(?:求め|要望|要請|主張)|(?:の)?是非|ありき|反対|賛成|に(?:反対|賛成))"
)
_WITH_IT = re.compile(r"^(?:を|が)?(?:行われ|実施され|し|され|っ|い)?た(?:際|とき|時)")
_DENIED = re.compile(
    r"^[^、。]{0,12}?(?:な(?:い(?!よう)|く|かった)|ません|(?<=[かさたなまらわせ])ず(?:に|、)|困難|断念|中止|見送|凍結|に至らな)"
)
_PLANNED = re.compile(
    r"^[^、。]{0,14}?(?:予定|見込|目途|めど|目指|目標|計画(?!が|に基)|方針|まいり|参り|ていく|ていき|こととし|ことにし|ことと(?:なって|いたし)|たいと|よう|検討|見通し|に向け|まで(?:に|の))|"
    r"^(?:を|が)?(?:行い|実施し)?(?:する|します|される|されます|いたします|致します|できる|るもの|うもの)"
)
_DONE = re.compile(
    r"^[^、。]{0,9}?(?:た(?!い|め|ら|だ|ちが|ところへ)|だ(?=[。、]|こと|の)|て(?:おり|い)(?!く|き|た[だい])|て以来|てから|済み|ずみ|てござい|てあり"
    r"|から ?[0-9]+ ?(?:年|[かヶカ]月|日|週間)[^、。]{0,4}(?:経|たっ|過ぎ))"
)
_GOES_ON = re.compile(
    r"^[^、。]{0,9}?(?:し|され|せ|して|されて|って|て|い|き|り|ち|み|び|れ|え|け|め)(?:、|。?$)"
)
_ENDS_DONE = re.compile(
    r"(?:た|ました|でした|(?:て|で)(?:い|おり)ます|ところで(?:す|ござい.*|あり.*)|たもので[^。]{1,8}|ている|てござい.*|報告があった|報告がございました)[。、]?$"
)
_COMPOUND = re.compile(
    r"^(?!予定|時期|日(?!程|本)|見込|済|後|以[来降前]|前|等|目|完了|開始|決定|実施|場合|中|計画)[一-龠々ァ-ヴー]"
)
"""設立準備, 廃止条例: another matter that only bears the name of the event."""
_ADNOMINAL = re.compile(
    r"^(?:を|が)?(?:行われ|され|実施され|予定され|し|す|でき)?(?:ている|ていた|た|る)(?:予定の|見込みの)?(?P<noun>[一-龠々ァ-ヴーA-Za-z]{2,}(?:の[一-龠々ァ-ヴーA-Za-z]{2,})?)"
)
_BESIDE = re.compile(r"(?P<noun>[一-龠々ァ-ヴーA-Za-z]{2,})(?P<case>の|が|を|は)?$")
_MOST_OF = 0.7
"""Share of the things, each by its heaviest word, that must be told."""
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
_ASPECT = re.compile(
    r"(?:(?P<end>終わり|終わっ|終え|終了|完了)|(?P<begin>始ま|始め|開始|スタート))[^、。]{0,8}(?:か|いつ.*)?$"
)
_BEGINS = re.compile(r"開始|始ま|始め|着手|着工|スタート")
_CLOSES = re.compile(
    r"まで|終わ|終え|終了|完了|完成|全て|すべて|全部|全域|末|めど|目途|目指|以来|から ?[0-9]"
)
_DESCRIBES = re.compile(r"(?:する|した|される|された|れる|れた|った)[一-龠々ァ-ヴー]{2}")
_LEADS = re.compile(
    r"[^、。]{0,4}?(?:の?(?:時期|時点|期限|期日|予定日?|見込み|見通し|開始|完了|完成|日程|日|期間|決定)[^、。]{0,2})?(?:は|が|を|:|も|につきまして[は]?|については)、?[^、。]{0,6}$|、日課:$"
)
_TOPICAL = re.compile(r"(?:は|につきまして|については)(?!ない)")
_TOPIC_BEHIND = 60
"""The same behind an event that the sentence is about: 「予約は、電話により、七日前から…」."""
_OF_NOUN_ONLY = re.compile(r"の[一-龠々ァ-ヴー]{2,6}(?:が|を|は)$")
"""「2012年の開催が決定している」: the year is that of the noun."""
_TIME_BEHIND = 24
"""Characters within which a time may follow its event: 「完成の時期は令和9年度末」."""


def event_of(question: str) -> Event | None:
    """The event that the last sentence of a question asks about; None where it asks for none.

    >>> event_of("新しい橋はいつ完成しましたか")
    Event(words=('完成',), past=True, named=False, ends=None, of=(('橋',),))
    """
    sentence = _last(normalise(question))
    found = _found(sentence, question)
    return replace(found, ends=_ends(sentence)) if found else None


def _ends(sentence: str) -> bool | None:
    """Whether a question is for an end or a beginning: 「工事はいつ終わりますか」."""
    verb = _ASPECT.search(sentence)
    return None if verb is None else verb["end"] is not None


def _found(sentence: str, question: str) -> Event | None:
    past = bool(_PAST.search(sentence))
    if match := _CLEFT.match(sentence) or _ATTRIBUTE.match(sentence):
        return _event(match["clause"], match["clause"].endswith("た"))
    if match := _OF_NOUN.match(sentence):
        return _named(head_of(f"{match['clause']}は何"), match["clause"], past)
    bare = _ENDING.sub("", _INTERROGATIVE.sub("、", sentence))
    return _event(bare, past) or _named(head_of(question), bare, past)


def _last(text: str) -> str:
    parts = [part.strip() for part in re.split(r"[。?!\n]+", text) if part.strip()]
    return re.sub(r"(?:を)?(?:教えて(?:ください|下さい)?|知りたい(?:です)?)$", "", parts[-1]) if parts else ""


def _named(head: tuple[str, ...], clause: str, past: bool) -> Event | None:
    """The event that a noun names: 移転 of 「市場の移転の理由」."""
    if not any(len(word) > 1 for word in head):
        return None
    return Event(head, past, True, of=tuple(of for of in _of(clause) if not set(of) & set(head)))


def _event(clause: str, past: bool) -> Event | None:
    """The event that a clause ends in: its verb, or what a light verb is said of (停電 in 停電が起きる)."""
    placed = [each for each in placed_tokens(clause) if not each[0][0].isdigit()]
    if not placed:
        return None
    word, start, end = placed[-1]
    rest = clause[end:]
    inflected = _KANA_VERB.search(word) and re.search(r"[ぁ-ん]$", clause[start:end])
    verbal = inflected or _VERBAL.match(rest)
    if (
        verbal
        and is_light(word)
        and len(placed) > 1
        and re.search(r"[をがはもに]$", clause[placed[-2][2] : start])
    ):
        word, start, end = placed[-2]
    elif not verbal and not re.match(r"(?:が|は|も)(?:あ|ござ)", rest):
        return None
    return None if is_light(word) else Event((word,), past, of=_of(clause[:start]))


def _of(clause: str) -> tuple[tuple[str, ...], ...]:
    """The words of each noun of a clause, joined by 「の」 or in a case of its own."""
    found: list[tuple[str, ...]] = []
    nouns = [""]
    for surface, part in [*parts_of_speech(clause), ("、", "補助記号")]:
        if part not in ("助詞", "補助記号"):
            nouns[-1] += surface
        elif surface == "の":
            nouns.append("")
        elif surface in _CASES or part == "補助記号":
            found += [_nouns(noun) for noun in nouns]
            nouns = [""]
        else:
            nouns[-1] += surface
    return tuple(dict.fromkeys(filter(None, found)))


def _nouns(phrase: str) -> tuple[str, ...]:
    words = [word for word in tokens(phrase) if not word[0].isdigit() and not is_light(word)]
    if _ASKING.intersection(words):
        return ()
    return tuple(word for word in words if not _VERB.search(word))


def concerns(event: Event, units: Iterable[frozenset[str]]) -> bool:
    """Whether everything that the event is said of is told, each thing by enough of its words in one of `units`.

    Things that any record is full of (システム, 費用) may be missing, and so may a light one of several.
    """
    there = [(words, frozenset(concept(word) for word in words)) for words in units]
    things = [of for of in event.of if max(map(weight, of)) >= _SLIGHT]
    given = [any(_told_of(of, words, meant) for words, meant in there) for of in things]
    if all(given):
        return True
    heavy = [max(map(weight, of)) for of in things]
    share = sum(w for w, told in zip(heavy, given, strict=True) if told) / sum(heavy)
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
    return event.ends is None or (
        closes or not begins if event.ends else begins or not closes or "から" in text
    )


def holds_deed(event: Event, words: Iterable[str]) -> bool:
    """Whether `words` tell the event, however it is put."""
    there = tuple(words)
    return all(any(same_deed(word, wanted) for word in there) for wanted in event.words)


def _mentions(event: Event, normal: str) -> list[_Mention]:
    placed = placed_tokens(normal)
    if not holds_deed(event, [word for word, _, _ in placed]):
        return []
    found = [_mention(normal, start, end) for word, start, end in placed if same_deed(word, event.words[-1])]
    return [each for each in found if each.told is not Told.NOT and _of_it(event, each, normal)]


def _of_other(event: Event, normal: str, start: int) -> bool:
    """Whether the noun that the event is said of, right in front of it, is none of those asked about."""
    beside = _BESIDE.search(normal[:start])
    if event.named or not event.of or beside is None or not (beside["case"] or len(beside["noun"]) >= 4):
        return False
    words = [word for word in tokens(beside["noun"]) if not word[0].isdigit() and not is_light(word)]
    if _OF_TIME.fullmatch(beside["noun"]):
        return False
    asked = frozenset(concept(word) for of in event.of for word in of)
    return bool(words) and max(map(weight, words)) > _SLIGHT and not any(concept(w) in asked for w in words)


def _of_it(event: Event, mention: _Mention, normal: str) -> bool:
    """Whether an event that describes a noun describes what is asked about: not 「四月に開校する別の学校」."""
    if _of_other(event, normal, mention.start):
        return False
    if (
        event.named
        or not mention.adnominal
        or not event.of
        or normal[: mention.start].endswith(("が", "を", "の"))
    ):
        return True
    return any(coverage(of, frozenset(tokens(mention.adnominal))) >= ENOUGH_OF for of in event.of)


def _mention(normal: str, start: int, end: int) -> _Mention:
    after = normal[end:]
    described = _ADNOMINAL.match(after)
    noun = described["noun"] if described and not _NO_NOUN.match(described["noun"]) else ""
    return _Mention(start, end, _status(after), noun)


def _status(after: str) -> Told:
    """What is said of an event by the words behind it."""
    if _COMPOUND.match(after):
        return Told.NOT
    if _SUPPOSED.match(after):
        return Told.SUPPOSED
    if _OTHER_DEED.match(after):
        return Told.NAMED
    if _DENIED.match(after):
        return Told.DENIED
    if _PLANNED.match(after):
        return Told.PLANNED
    if _DONE.match(after):
        return Told.DONE
    if _GOES_ON.match(after):
        return Told.DONE if _ENDS_DONE.search(after) else Told.PLANNED
    return Told.NAMED


def _belongs(normal: str, mention: _Mention, start: int, end: int) -> bool:
    """Whether the time at ``normal[start:end]`` is that of the event."""
    if mention.told in (Told.SUPPOSED, Told.NOT):
        return False
    if end <= mention.start:
        between = normal[end : mention.start]
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
        if behind or condition or any(at < mention.start for at in causes):
            return True
    return not _mentions(event, normal)
