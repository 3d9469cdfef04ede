"""Whether a sentence tells what a question asks: that a thing is so, when it was done, where it is, why.

A number, a date or a reason near the topic is not enough; it must be that of what is asked about.
"""

from __future__ import annotations

import re

from corpus.japanese import normalise, tokens
from rag.compose.asked import Asked
from rag.compose.count import of_others
from rag.compose.deeds import same_deed
from rag.compose.event import Event
from rag.compose.mention import BOUNDARY, concerns, holds_deed, holds_opposite, in_aspect, timed
from rag.compose.needs import asks_post, definite, names_near, quantities_of
from rag.compose.paraphrase import told_otherwise
from rag.compose.reason import tells_why, why_standing
from rag.compose.setting import Setting
from rag.compose.shape import Shape
from rag.compose.status import ASSERTED, Told
from rag.compose.vocabulary import concept, coverage

_STANDING = {Told.DONE: 0.3, Told.DENIED: 0.3, Told.PLANNED: 0.1, Told.NAMED: -0.1, Told.SUPPOSED: -0.5}
_RATE = re.compile(r"ごと|当たり|あたり|ずつ|各|毎年|毎月|年間|[1一](?:人|校|か所|箇所|世帯|施設)に(?:つき)?")
_OVER = re.compile(r"(?:まし|でし)た。?$")
"""What a sentence ends in that tells of nothing to come."""
GONE = re.compile(
    r"(?:昨|一昨|先|前)(?:年度?|月|週)(?:の?[0-9]{1,2}月)?(?:[0-9]{1,2}日)?|去る(?:[0-9]{1,2}月)?(?:[0-9]{1,2}日)?"
)
"""Times gone by, at which nothing will happen."""
_DATED = re.compile(
    r"(?:年|年度|月|日|期|旬|週|春|夏|秋|冬|末|中|内|頃|ごろ|当初)(?:から|より|まで|までに|以降)?(?:を|に|の|で|と|は|、)"
)
_LIGHTLY = re.compile(
    r"(?:予定|見込|見通し|目途|めど|目標|目指|行[いうわ]|実施|開始|完了|終了|完成|開催|です|でござ|であ|とな|とし|とい[うた]|にな[りる]|始|終|スタート)[^、。]{0,14}[、。]?$"
)
_NATIVE = re.compile(r"[ぁ-ん]$|[一-龠][ぁ-ん][一-龠]?$")
"""A verb of everyday Japanese, which records put in many other words; 閉院 they would say."""
_NAMED = 0.75
"""Share of a thing's name, by weight, that a sentence that explains it must hold."""
_LIES = re.compile(
    r"[一-龠ァ-ヴー0-9A-Za-z]に(?!お[いけ])(?:は|も|、)?[^、。はがを]{0,8}(?:(?<!で)(?:あ[るりっ]|ござい)|位置|所在|立地|置[いかくけ]|設け|設置|開設|移[しるっ]|移転)"
    r"|(?:所在地|住所|場所)(?:は|が|:)|[0-9] ?(?:階|番地|丁目)(?:に|の|で|$)|(?:内|隣|隣接|跡地|敷地|構内)(?:に|の|で)"
)
"""Where a thing is, not only a place in a sentence on it."""
_MOSTLY = 0.75
_OF_MATTER = 0.5
"""Share of the noun that an open question is about, by weight, more than which must be there."""


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
    if shape.asked is Asked.COUNT and of_others(shape, text):
        return False
    if shape.matter and not _of_matter(shape.matter, setting.scope):
        return False
    if not setting.scope.issuperset(shape.numbers):
        return False
    event = shape.event
    if event is None:
        return True
    whether = shape.asked is Asked.YES_NO and status in ASSERTED
    units = (*setting.units, setting.units[0] | setting.units[1])  # a sentence is under what is announced
    if not event.named and not concerns(event, units, asserted=whether):
        return False
    if shape.asked is Asked.YES_NO:
        return _tells_whether(event, text, status, setting)
    if shape.asked is Asked.WHEN:
        return in_aspect(event, text) and _tells_when(shape, event, text, status, setting)
    return tells_why(event, text, setting)


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
    if status in ASSERTED:
        return True
    if event.named:
        return holds_deed(event, tokens(text)) or holds_opposite(event, tokens(text))
    native = _NATIVE.search(event.words[-1]) is not None and len(event.of) > 1
    freely = native or holds_deed(event, setting.scope)
    return not event.past and status is not Told.SUPPOSED and freely


def _tells_when(shape: Shape, event: Event, text: str, status: Told, setting: Setting) -> bool:
    clear, words = (
        definite(shape, text if event.past else GONE.sub("", normalise(text))),
        frozenset(tokens(text)),
    )
    if not holds_deed(event, words):  # 「中間見直しについてですが、令和九年度に行います。」
        plainly = event.named and _plainly(text)
        told_above = holds_deed(event, setting.near if plainly else setting.topic)
        open_yet = not (event.past or event.named or _OVER.search(text))
        freely = open_yet and _NATIVE.search(event.words[-1]) is not None
        return clear and (
            told_above or (freely and concerns(event, setting.above)) or told_otherwise(event, text)
        )
    if clear and event.named and not event.past:
        return not event.ends or timed(event, text) is not Told.NOT or _plainly(text)
    if clear:
        at = timed(event, text)
        return at in ASSERTED or (at is Told.NAMED and (event.named or not event.past))
    return not event.past and not event.ends and status in (Told.PLANNED, Told.DENIED)


def _plainly(text: str) -> bool:
    """Whether a time stands in a clause with no deed of its own: 「令和九年度を予定しております」."""
    return any(
        _DATED.search(clause) and _LIGHTLY.search(clause) for clause in BOUNDARY.split(normalise(text))
    )


def standing(shape: Shape, text: str, status: Told, setting: Setting) -> float:
    """What a sentence gains by telling the event as it is asked: of the past as done, of the future as planned."""
    if shape.event is None:
        return 0.0
    if shape.asked is Asked.WHY:
        return why_standing(shape.event, text, status, setting)
    if shape.asked is Asked.WHEN and status is not Told.NOT and definite(shape, text):
        return 0.6 if timed(shape.event, text) is not Told.NOT else -0.3
    if shape.event.named:
        return 0.0
    if not shape.event.past:
        return 0.3 if status is Told.PLANNED else 0.1 * (status is Told.DONE)
    return _STANDING.get(status, 0.0)
