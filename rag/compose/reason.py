"""Whether a sentence gives the reason of what is asked about, and not that of something near."""

from __future__ import annotations

import re

from corpus.japanese import normalise, tokens
from rag.compose.event import Event
from rag.compose.mention import ENOUGH_OF, explains, holds_deed
from rag.compose.setting import Setting
from rag.compose.status import ASSERTED, Told
from rag.compose.vocabulary import concept, coverage, weight

_CAUSE = re.compile(
    r"ため(?!し|ら|息)|ことから|ことによ(?:り|る)|による(?:もの|と)|理由(?!(?:など|等)?(?:、|及び|や|並びに|について|に関し|を(?:記|示|お示し|掲|説明)))|困難|不足|おそれ|老朽化|要因|原因|背景|ので|(?<=[たるいすだ])から(?:、|で|だ|と)"
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
_TOPIC = re.compile(r"(?P<noun>[^、。はがをにのでと]{3,24})は、")
_REASON_OF = re.compile(
    r"(?P<noun>[^、。]{2,30}?)の(?:主な|大きな|最大の|主たる)?(?:理由|要因|原因|背景|目的)(?:は|としては|と(?:し|いたし)まして)"
)
"""「増加の主な要因は、…」 tells why of the 増加 alone."""
_POINTS = re.compile(r"(?:こ|そ)(?:の|れ|う)")
_SLIGHT = 0.35
"""Weight up to which a word names nothing in particular."""
_MEANS = re.compile(r"により、|によって、|によるもの")
"""A reason only beside what it brought about: else 「助成により」 tells how."""


def tells_why(event: Event, text: str, setting: Setting) -> bool:
    """Whether a reason is given and it is that of the event, told here or next to it.

    Why a thing is not or cannot be is told by what it lacks: a plan to do it is no reason.
    """
    if _of_another(event, text):
        return False
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


def _of_another(event: Event, text: str) -> bool:
    """Whether a sentence says itself that it is about another thing: 検査報告書は for 活動の報告書, 増加の要因は for 値上げ."""
    reason = _REASON_OF.match(normalise(text))
    if reason and not (_POINTS.match(reason["noun"]) or _names(event, reason["noun"])):
        return True
    topic = _TOPIC.match(normalise(text))
    words = tokens(topic["noun"]) if topic else []
    asked = frozenset(concept(word) for of in event.of for word in of)
    for of in event.of:
        own = [word for word in words if word not in of and weight(word) > _SLIGHT]
        if words[-len(of) :] == list(of) and own:
            return not any(concept(word) in asked for word in own)
    return False


def _names(event: Event, noun: str) -> bool:
    """Whether a noun names the event or something that it is said of."""
    words = frozenset(tokens(noun))
    return holds_deed(event, words) or any(coverage(of, words) >= ENOUGH_OF for of in event.of)


def gives_reason(text: str) -> bool:
    """Whether a sentence gives a reason by its own words."""
    return _CAUSE.search(text) is not None


def why_standing(event: Event, text: str, status: Told, setting: Setting) -> float:
    """What a reason gains by standing with the event, said to be done or planned, in one sentence or before it."""
    if _explained(event, setting):
        return 1.4 if gives_reason(text) else 0.8
    if event.denied and _FLATLY.search(text):
        return 1.0
    if status not in (Told.NOT, Told.SUPPOSED) and (gives_reason(text) or _MEANS.search(text)):
        return 1.0 if status in ASSERTED else 0.7
    follows = setting.reason and holds_deed(event, tokens(setting.after))
    return 0.8 if follows else 0.3 if setting.reason or gives_reason(text) else 0.0


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
