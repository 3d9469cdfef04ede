"""Questions that one can ask next, made from what the cited speech and its surroundings hold; no model is asked.

Only passages that the reader may read take part, and nothing is offered that they do not answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from corpus.disclosure import MARK
from corpus.figures import figures, same
from corpus.japanese import tokens
from corpus.model import Passage, Role
from corpus.reading import Reader
from corpus.units import Quantity
from rag.answer import Answer, Followup, Retrieved, Style
from rag.compose import extractive
from rag.compose.asked import Asked
from rag.compose.shape import shape_of
from rag.topic import topic_of

MOST = 3
_REACH = 2500
"""How far from the cited passage a speech is looked at, in characters."""
_NEAR = 6
"""How many passages around the cited one are looked at for a figure or a time."""
_MAX_SUBJECT, _MAX_TOPIC = 32, 24

_WANTED: tuple[tuple[Asked, frozenset[Quantity], str], ...] = (
    (
        Asked.WHEN,
        frozenset({Quantity.YEAR, Quantity.FISCAL_YEAR, Quantity.MONTH, Quantity.DAY}),
        "{}について、時期はいつですか。",
    ),
    (Asked.MONEY, frozenset({Quantity.MONEY}), "{}について、費用はいくらですか。"),
)
_SPOKEN = frozenset({Role.ANSWER, Role.EXPLANATION})
_PLAIN = re.compile(r"[一-龠々ァ-ヴーA-Za-zＡ-Ｚａ-ｚ0-9０-９・ぁ-ん（）()]+")
_MATTER = re.compile(r"[一-龠々]{2}|[ァ-ヴー]{3}|[A-Za-zＡ-Ｚ]{2}")
_DEED = re.compile(
    r"(?:化|整備|設置|導入|開設|開始|実施|配[付布]|改[定修正]|策定|工事|事業|計画|建設|建築|移転|拡充|制度|運用|廃止|撤去|再編|統合|"
    r"[架掛建]け?て?替え|開発|購入|委託|助成|補助|給付|支給|公開|募集|運行|運転|購買|更新|配備|増設|研修)$"
)
"""What has a time and a cost; an attitude (子供の意見表明権) has neither."""
_UNFIT = re.compile(
    r"^(?:お|ご|この|その|こう|そう|これ|それ|今|先|次|まず|また|以上|具体|最後|ただ|さらに|仮に|もし|なお)"
    r"|(?:お話|ご質問|お尋ね|ご指摘|ご意見|ご提案|質問|答弁|議員|委員|先ほど|ところ|とおり|もの|こと|考え|見解|対応|点|件)$"
    r"|第[0-9０-９一二三四五六七八九十]+[章節条項号編]|[一-龠ァ-ヴー]や[一-龠ァ-ヴー]|及び|並びに|など|きたい|べき"
)


def followups(question: str, answer: Answer, reader: Reader, today: date) -> tuple[Followup, ...]:
    """At most `MOST` questions to ask after an answer; none after a refusal.

    First what is said on the same matter and stands not in the answer: a time, a sum. Then the
    other matters that the same person spoke of beside it, nearest first.

    Args:
        question: as it stands alone.
        answer: what it came back as.
        reader: what the asker may read.
        today: the day of asking.
    """
    if answer.refusal is not None or not answer.citations:
        return ()
    cited = answer.citations[0].passage
    speech = [
        passage
        for passage in reader.near(cited, _REACH)
        if passage.utterance == cited.utterance and passage.role is cited.role
    ]
    if cited.id not in {passage.id for passage in speech}:
        return ()
    found = [*_missing(question, answer, cited, speech, today)][: MOST - 1]
    return (*found, *_others(question, cited, speech))[:MOST]


def _missing(
    question: str, answer: Answer, cited: Passage, speech: Sequence[Passage], today: date
) -> Iterator[Followup]:
    """What is said of the same matter and not told yet."""
    subject = next(
        (
            words
            for words in (topic_of(question), cited.topic.strip())
            if _fits(words, _MAX_SUBJECT) and _DEED.search(words)
        ),
        "",
    )
    if not subject:
        return
    asked = shape_of(question).asked
    told = figures(answer.text)
    same_matter = [p for p in speech if p.topic == cited.topic or not p.topic]
    same_matter = sorted(same_matter, key=lambda p: abs(p.start - cited.start))[:_NEAR]
    asking = next((found.asked for found in answer.passages if found.passage.id == cited.id), ())
    near = [Retrieved(p, 1 + (p.id != cited.id), asked=asking) for p in same_matter]
    for wanted, quantities, wording in _WANTED:
        if wanted is asked or any(figure.quantity in quantities for figure in told):
            continue
        if not any(f.quantity in quantities for item in near for f in figures(item.passage.text)):
            continue
        text = wording.format(subject)
        reply = extractive.compose(text, near, style=Style.FULL, today=today)
        news = [f for f in figures(reply.text) if f.quantity in quantities]
        if news and not any(same(one, other) for one in news for other in told):
            yield Followup(text, reply.citations[0].passage)


def _others(question: str, cited: Passage, speech: Sequence[Passage]) -> Iterator[Followup]:
    """Other matters of the same speech, nearest first, those that follow before those that came before."""
    if cited.role not in _SPOKEN:
        return
    known = {*tokens(question), *tokens(cited.topic)}
    offered: set[str] = set()
    following = [p for p in speech if p.start > cited.start]
    for passage in (*following, *reversed([p for p in speech if p.start < cited.start])):
        topic = passage.topic.strip()
        words = frozenset(tokens(topic))
        if (
            topic in offered
            or not _fits(topic, _MAX_TOPIC)
            or not words
            or len(words & known) * 2 >= len(words)
        ):
            continue
        offered.add(topic)
        known |= words
        yield Followup(f"{topic}についてはどう答えていますか。", passage)


def _fits(words: str, most: int) -> bool:
    """Whether words name a matter that can be asked about."""
    return (
        2 <= len(words) <= most
        and MARK not in words
        and _PLAIN.fullmatch(words) is not None
        and _MATTER.search(words) is not None
        and _UNFIT.search(words) is None
    )
