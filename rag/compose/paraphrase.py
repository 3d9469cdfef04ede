"""A deed told with another verb than it was asked for, and of the very things: 提言を決議した where まとめた is asked.

Words of doing cannot be listed. Where a sentence holds all that the deed is said of, one of these things right in
front of its verb, and a time that belongs to the verb, the verb may be any but one of another known deed (開業 where
着工 is asked) and one that only speaks of the thing or prepares it (検討, 要望).
"""

from __future__ import annotations

import re
from dataclasses import replace

from corpus.japanese import normalise, placed_tokens, tokens
from rag.compose.deeds import is_known, is_light, same_deed
from rag.compose.event import Event
from rag.compose.mention import BOUNDARY, concerns, timed
from rag.compose.status import Told
from rag.compose.vocabulary import concept, weight

HEAVY = 1.2
"""Weight from which the things said to be done to are particular enough to tell the deed by."""

_NATIVE = re.compile(r"[ぁ-ん]$|[一-龠][ぁ-ん][一-龠]?$")
_DOING = re.compile(r"(?:を|が)?(?:開始)?(?:し|さ|す|いた|致|行[いうっわ]|申)|[ただてまらりるれっん]")
_CONDITION = re.compile(r"(?:する|した|れる|る|う)?(?:と(?!し|い|の|こ)|れば|ば|たら|場合)")
"""「換算すると」 is nothing that was or will be done."""
_OVER = re.compile(r"(?:まし|でし)た。?$")
_CASED = re.compile(
    r"(?P<noun>[一-龠々ァ-ヴーA-Za-z0-9]{2,})[」』]?(?:を|が|は|につきまして[はも]?|については)"
)
_TALK = frozenset(
    tokens(
        "検討 議論 審議 協議 調整 説明 提案 要望 要請 求める 報告 質問 質疑 答弁 設計 準備 申請 諮問 依頼 調査 研究 確認 指摘 認識 予想 想定 予定 期待 対象 見込む "
        "目指す 向ける 踏まえる 基づく 反対 賛成 主張 請願 陳情 試算 計画 延期 中止 断念 廃止 撤回"
    )
)
"""Speaking of a thing, preparing it or giving it up."""
_DOES = frozenset(tokens("行う 実施"))
"""What any meeting or event is said of: as good as 開く where it is said of the very thing."""


def told_otherwise(event: Event, text: str) -> bool:
    """Whether `text` tells when a thing was done, with another verb than that of `event`.

    Only for deeds that people put in many words: verbs of everyday Japanese and what no list of deeds knows.
    """
    asked = event.words[-1]
    if event.named or len(event.words) > 1 or (is_known(asked) and not _NATIVE.search(asked)):
        return False
    normal = normalise(text)
    if not event.past and _OVER.search(normal):
        return False
    if sum(weight(word) for of in event.of for word in of) < HEAVY:
        return False
    if not concerns(event, (frozenset(tokens(normal)),)):
        return False
    return any(_tells(event, word, normal, start, end) for word, start, end in placed_tokens(normal))


def _tells(event: Event, word: str, normal: str, start: int, end: int) -> bool:
    """Whether the verb `word` at ``normal[start:end]`` can stand for that of the event."""
    asked = event.words[-1]
    if word in _TALK or (is_light(word) and word not in _DOES) or not _DOING.match(normal, end):
        return False
    if is_known(asked) and is_known(word) and word not in _DOES and not same_deed(word, asked):
        return False
    if _CONDITION.match(normal, end) or not _said_of(event, normal[:start]):
        return False
    status = timed(replace(event, words=(word,)), normal)
    return status is (Told.DONE if event.past else Told.PLANNED)


def _said_of(event: Event, before: str) -> bool:
    """Whether the noun that the clause puts last in front of a verb is one of those the event is said of."""
    cased = list(_CASED.finditer(BOUNDARY.split(before)[-1]))
    there = {concept(word) for word in tokens(cased[-1]["noun"])} if cased else set()
    return any(concept(of[-1]) in there for of in event.of)
