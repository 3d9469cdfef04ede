"""Whether a sentence tells what a question asks: that a thing is so, when it was done, why, how many of what.

A number, a date or a reason near the topic is not enough; it must be that of what is asked about.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from corpus.figures import figures
from corpus.japanese import normalise, placed_tokens, tokens
from rag.compose.deeds import same_deed
from rag.compose.event import Event
from rag.compose.mention import (
    BOUNDARY,
    ENOUGH_OF,
    concerns,
    explains,
    holds_deed,
    holds_opposite,
    in_aspect,
    timed,
)
from rag.compose.needs import asks_post, definite, names_near, quantities_of
from rag.compose.shape import Asked, Shape
from rag.compose.status import Told
from rag.compose.vocabulary import concept, coverage

_ASSERTED = frozenset({Told.DONE, Told.DENIED, Told.PLANNED})
_STANDING = {Told.DONE: 0.3, Told.DENIED: 0.3, Told.PLANNED: 0.1, Told.NAMED: -0.1, Told.SUPPOSED: -0.5}
_CAUSE = re.compile(
    r"ため(?!し|ら|息)|ことから|ことによ(?:り|る)|による(?:もの|と)|理由|困難|不足|おそれ|老朽化|要因|原因|背景|ので|(?<=[たるいすだ])から(?:、|で|だ|と)"
    r"|目的|趣旨|ねらい|狙い|観点|理念|志|使命|必要(?:が|と|で)|ように、|べく|[をも]踏まえ|[をも]受けて?、|考慮し|鑑み|(?<!そ)の結果、|た結果"
)
_LACKING = re.compile(
    r"な(?:い|かった)(?![かとけよ])|ません|(?<=[かさたなまらわせ])ず(?:に|、)|困難|難し|不可能|不足|不十分|欠け|満た(?:さ|せ)|限られ|限界|支障|至らな|おそれ"
)
"""What keeps a thing from being."""
_FLATLY = re.compile(r"ません|できない|困難|不可能|至らな|難しい")
"""That it cannot be, in so many words."""
_FOR = re.compile(r"ため(?!し|ら|息)|ことから|ので|(?<=[たるいすだ])から(?:、|で|だ)")
_BECAUSE = re.compile(
    r"ため(?!し|ら|息)|ことから|ので|により|によるもの|(?<=[たるいすだ])から(?:、|で|だ)|理由|要因|原因|背景|目的|ねらい|狙い|(?<!そ)の結果、|た結果|必要(?:が|と|で)"
)
_REASON_WORDS = frozenset(tokens("理由 要因 原因 背景 目的 趣旨 狙い 根拠 意図 なぜ"))
_ENUMERATES = re.compile(r"第[一二三四](?:に|は)|[一二三四](?:つ|点)目|挙げられ|起因|[りっ]まして、|により、")
"""One of several reasons of a reply that gives reasons."""
_MEANS = re.compile(r"により、|によって、|によるもの")
"""A reason only beside what it brought about: else 「助成により」 tells how."""
_PEOPLE = frozenset({"人", "名"})
_RATE = re.compile(r"ごと|当たり|あたり|ずつ|各|毎年|毎月|年間|[1一](?:人|校|か所|箇所|世帯|施設)に(?:つき)?")
_ONLY_ONE = re.compile(r"のみ|だけ|しか|体制|配置|専任|定数|定員|うち")
_GONE = re.compile(
    r"(?:昨|一昨|先|前)(?:年度?|月|週)(?:の?[0-9]{1,2}月)?(?:[0-9]{1,2}日)?|去る(?:[0-9]{1,2}月)?(?:[0-9]{1,2}日)?"
)
"""Times gone by, at which nothing will happen."""
_DATED = re.compile(
    r"(?:年|年度|月|日|期|旬|週|春|夏|秋|冬|末|中|内|頃|ごろ|当初)(?:から|より|まで|までに|以降)?(?:を|に|の|で|と|は|、)"
)
_LIGHTLY = re.compile(
    r"(?:予定|見込|見通し|目途|めど|目標|目指|行[いうわ]|実施|開始|完了|終了|完成|開催|です|でござ|であ|とな|とし|とい[うた]|にな[りる]|始|終|スタート)[^、。]{0,14}[、。]?$"
)
_OWNER = re.compile(r"(?P<noun>[一-龠々ァ-ヴー]{2,})(?:を|が|は)|(?P<name>[一-龠々ァ-ヴーぁ-ん]{2,})\($")
_TOPICAL = re.compile(
    r"[者数員]*(?:は|について|につきまして|に関しまして|で(?:ございます|あります|す)(?:けれども|が)、)"
)
_NATIVE = re.compile(r"[ぁ-ん]$|[一-龠][ぁ-ん][一-龠]?$")
"""A verb of everyday Japanese, which records put in many other words; 閉院 they would say."""
_SUMMED = re.compile(r"合わせて|あわせて|合計|総計|延べ")
_HAS = re.compile(
    r"[者数員]*(?:数|総数|合計)?(?:は|が|も|を(?!含)|に|と|として|について|につきまして|、|:|\(|で|の|約|$)(?!うち)"
)
_NAMED = 0.75
"""Share of a thing's name, by weight, that a sentence that explains it must hold."""
_LIES = re.compile(
    r"[一-龠ァ-ヴー0-9A-Za-z]に(?!お[いけ])(?:は|も|、)?[^、。はがを]{0,8}(?:(?<!で)(?:あ[るりっ]|ござい)|位置|所在|立地|置[いかくけ]|設け|設置|開設|移[しるっ]|移転)"
    r"|(?:所在地|住所|場所)(?:は|が|:)|[0-9] ?(?:階|番地|丁目)(?:に|の|で|$)|(?:内|隣|隣接|跡地|敷地|構内)(?:に|の|で)"
)
"""Where a thing is, not only a place in a sentence on it."""
_OWN_SUBJECT = 0.5
"""Share of a subject, by weight, that a sentence must hold to speak of it."""
_MOSTLY = 0.75
_OF_MATTER = 0.5
"""Share of the noun that an open question is about, by weight, more than which must be there."""
_TAKEN = re.compile(r"[一-龠々ァ-ヴーも](?:が|は|を)|の$")
"""Another noun between a topic and a figure: 「私どもの三人」."""
_NEAR = 12
"""Characters between a figure and a noun behind it that it counts: 「約三百人の職員」."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What stands around a sentence.

    `scope` and `near` hold the words of its wider and closer surroundings, its own included, `units` those of each
    sentence and heading there, `above` the same without the sentences before the last, `topic` those of its heading; `before` and `after` are its neighbours; `reason` tells
    whether it gives one.
    """

    scope: frozenset[str]
    near: frozenset[str]
    units: tuple[frozenset[str], ...]
    above: tuple[frozenset[str], ...]
    topic: frozenset[str]
    before: str
    after: str
    reason: bool


def tells(shape: Shape, text: str, status: Told, setting: Setting) -> bool:
    """Whether a sentence says of the event, or counts of the noun, what the question needs."""
    if shape.asked is Asked.WHAT_IS and shape.defines:
        return _names_it(shape, text)
    if shape.asked is Asked.WHERE and shape.located and not _tells_where(shape, text):
        return False
    if asks_post(shape) and not names_near(shape, text):
        return False
    if quantities_of(shape) and shape.total and _RATE.search(normalise(text)):
        return False
    if shape.asked is Asked.COUNT and _of_others(shape, text):
        return False
    if shape.matter and not _of_matter(shape.matter, setting.scope):
        return False
    if not setting.scope.issuperset(shape.numbers):
        return False
    event = shape.event
    if event is None:
        return True
    whether = shape.asked is Asked.YES_NO and status in _ASSERTED
    if not event.named and not concerns(event, setting.units, asserted=whether):
        return False
    if shape.asked is Asked.YES_NO:
        return _tells_whether(event, text, status, setting)
    if shape.asked is Asked.WHEN:
        return in_aspect(event, text) and _tells_when(shape, event, text, status, setting)
    return _tells_why(event, text, setting)


def _tells_where(shape: Shape, text: str) -> bool:
    """Whether a sentence on the very thing says where it lies."""
    there = {concept(word) for word in tokens(text)}
    named = all(concept(word) in there for word in shape.noun)
    return named and _LIES.search(normalise(text)) is not None


def _of_matter(matter: tuple[str, ...], scope: frozenset[str]) -> bool:
    """Whether most of the noun that an open question is about is there, its last word before all."""
    held = coverage(matter, scope)
    return held > _MOSTLY or (held > _OF_MATTER and any(same_deed(word, matter[-1]) for word in scope))


def _names_it(shape: Shape, text: str) -> bool:
    """Whether what is to be explained is named in the sentence."""
    words = frozenset(tokens(text))
    return not shape.subjects or any(coverage(subject, words) >= _NAMED for subject in shape.subjects)


def _tells_whether(event: Event, text: str, status: Told, setting: Setting) -> bool:
    """Whether a sentence says that a thing is so; of what is to come or may be, whether it is about all of it."""
    if status in _ASSERTED:
        return True
    if event.named:
        return holds_deed(event, tokens(text)) or holds_opposite(event, tokens(text))
    native = _NATIVE.search(event.words[-1]) is not None and len(event.of) > 1
    freely = native or holds_deed(event, setting.scope)
    return not event.past and status is not Told.SUPPOSED and freely


def _tells_when(shape: Shape, event: Event, text: str, status: Told, setting: Setting) -> bool:
    clear, words = (
        definite(shape, text if event.past else _GONE.sub("", normalise(text))),
        frozenset(tokens(text)),
    )
    if not holds_deed(event, words):  # 「中間見直しについてですが、令和九年度に行います。」
        plainly = event.named and _plainly(text)
        told_above = holds_deed(event, setting.near if plainly else setting.topic)
        freely = not (event.past or event.named) and _NATIVE.search(event.words[-1]) is not None
        return clear and (told_above or (freely and concerns(event, setting.above)))
    if clear and event.named and not event.past:
        return not event.ends or timed(event, text) is not Told.NOT or _plainly(text)
    if clear:
        at = timed(event, text)
        return at in _ASSERTED or (at is Told.NAMED and (event.named or not event.past))
    return not event.past and not event.ends and status in (Told.PLANNED, Told.DENIED)


def _plainly(text: str) -> bool:
    """Whether a time stands in a clause with no deed of its own: 「令和九年度を予定しております」."""
    return any(
        _DATED.search(clause) and _LIGHTLY.search(clause) for clause in BOUNDARY.split(normalise(text))
    )


def _tells_why(event: Event, text: str, setting: Setting) -> bool:
    """Whether a reason is given and it is that of the event, told here or next to it.

    Why a thing is not or cannot be is told by what it lacks: a plan to do it is no reason.
    """
    here = holds_deed(event, tokens(text), text)
    lacking = event.denied and _keeps_from(text)
    if _explained(event, setting):
        return lacking or (not event.denied and (gives_reason(text) or _ENUMERATES.search(text) is not None))
    reason = setting.reason or gives_reason(text) or lacking or (_MEANS.search(text) and here)
    if event.denied and not lacking and not (_BECAUSE.search(text) and _FLATLY.search(setting.after)):
        return False
    around = setting.scope | frozenset(tokens(setting.after))
    if not reason or not (
        (lacking and len(event.of) > 1) or holds_deed(event, around, f"{text}{setting.after}")
    ):
        return False
    if not here and not setting.reason and not lacking:  # beside the event, only a reason in so many words
        beside = setting.topic.union(tokens(f"{setting.before}{setting.after}"))
        told = holds_deed(event, beside, f"{setting.before}{setting.after}")
        return told and _BECAUSE.search(text) is not None
    return lacking or setting.reason or explains(event, text, _CAUSE) or explains(event, text, _MEANS)


def _keeps_from(text: str) -> bool:
    """Whether a sentence tells what keeps a thing from being."""
    return _FLATLY.search(text) is not None or (
        _LACKING.search(text) is not None and _FOR.search(text) is not None
    )


def _explained(event: Event, setting: Setting) -> bool:
    """Whether a heading or the member's question that is answered asks why the event was: its reply is the reason."""
    return any(
        _REASON_WORDS & words
        and holds_deed(event, words)
        and any(coverage(of, words) >= ENOUGH_OF for of in event.of)
        for words in (*setting.units[1:], setting.topic)
    )


def gives_reason(text: str) -> bool:
    """Whether a sentence gives a reason by its own words."""
    return _CAUSE.search(text) is not None


def standing(shape: Shape, text: str, status: Told, setting: Setting) -> float:
    """What a sentence gains by telling the event as it is asked: of the past as done, of the future as planned."""
    if shape.event is None:
        return 0.0
    if shape.asked is Asked.WHY:
        return _why_standing(shape.event, text, status, setting)
    if shape.asked is Asked.WHEN and status is not Told.NOT and definite(shape, text):
        return 0.6 if timed(shape.event, text) is not Told.NOT else -0.3
    if shape.event.named:
        return 0.0
    if not shape.event.past:
        return 0.3 if status is Told.PLANNED else 0.1 * (status is Told.DONE)
    return _STANDING.get(status, 0.0)


def _why_standing(event: Event, text: str, status: Told, setting: Setting) -> float:
    """What a reason gains by standing with the event, said to be done or planned, in one sentence or before it."""
    if _explained(event, setting):
        return 1.4 if gives_reason(text) else 0.8
    if event.denied and _FLATLY.search(text):
        return 1.0
    if status not in (Told.NOT, Told.SUPPOSED) and (gives_reason(text) or _MEANS.search(text)):
        return 1.0 if status in _ASSERTED else 0.7
    follows = setting.reason and holds_deed(event, tokens(setting.after))
    return 0.8 if follows else 0.3 if setting.reason or gives_reason(text) else 0.0


def _of_others(shape: Shape, text: str) -> bool:
    """Whether what is counted is something else, a part of it, or a rate where the total is asked."""
    if shape.counter not in _PEOPLE:
        return False
    normal = normalise(text)
    counted = [figure for figure in figures(normal) if figure.unit == "人"]
    if counted and all(figure.value == 1 for figure in counted) and not _ONLY_ONE.search(normal):
        return True
    noun = shape.noun
    if not noun:
        return False
    if concept(noun[-1]) in {concept(word) for word in tokens(normal)}:
        if _of_other_sort(shape, normal):
            return True
        return fitting_figure(replace(shape, total=True), text) < 0
    asked = {concept(word) for word in shape.topic}
    return bool(counted) and all(_owned(normal[: figure.start], asked) for figure in counted)


def _of_other_sort(shape: Shape, normal: str) -> bool:
    """Whether the noun has another one joined to it and its own subject is not named: 学校司書 for 図書館の司書."""
    words = frozenset(tokens(normal))
    others = [subject for subject in shape.subjects if not set(subject) & set(shape.noun)]
    if not others or any(coverage(subject, words) >= _OWN_SUBJECT for subject in others):
        return False
    placed = placed_tokens(normal)
    nouns = [n for n, (word, _, _) in enumerate(placed) if concept(word) == concept(shape.noun[0])]
    return bool(nouns) and all(
        n > 0
        and placed[n - 1][2] == placed[n][1]
        and re.fullmatch(r"[一-龠々ァ-ヴー]{2,}", placed[n - 1][0]) is not None
        and placed[n - 1][0] not in shape.topic
        for n in nouns
    )


def _owned(before: str, asked: set[str]) -> bool:
    """Whether a figure has a noun of its own in front of it: 「要員を窓口に二人」「潮の会(7人)」."""
    owners = list(_OWNER.finditer(BOUNDARY.split(before)[-1]))
    if not owners:
        return False
    last = owners[-1]
    words = tokens(last["noun"]) if last["noun"] else tokens(last["name"])[-1:]
    return not any(concept(word) in asked for word in words)


def fitting_figure(shape: Shape, text: str) -> float:
    """What a sentence gains or loses by whether its figure is that of the noun asked about."""
    quantities = quantities_of(shape)
    if not quantities or shape.asked is Asked.WHEN:
        return 0.0
    noun = shape.noun
    normal = normalise(text)
    last = [
        (start, end)
        for word, start, end in placed_tokens(normal)
        if noun and concept(word) == concept(noun[-1])
    ]
    found = [figure for figure in figures(normal) if figure.quantity in quantities]
    if not found:
        return 0.0
    summed = -0.3 if _SUMMED.search(normal) and not shape.total else 0.0
    if not last:
        return summed
    return summed + (
        0.3
        if any(_counts(normal, end, one.start, one.end, start) for start, end in last for one in found)
        else -0.3
    )


def _counts(normal: str, noun_end: int, start: int, end: int, noun_start: int) -> bool:
    """Whether the figure at ``normal[start:end]`` is said of the noun: in its clause behind it, or right in front of it."""
    if noun_end <= start:
        between = normal[noun_end:start]
        last = BOUNDARY.split(between)[-1]
        topical = _TOPICAL.match(between) and not _TAKEN.search(last)
        return (last == between and _HAS.match(between) is not None) or bool(topical)
    return 0 <= noun_start - end <= _NEAR and not BOUNDARY.search(normal[end:noun_start])
