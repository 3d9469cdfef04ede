"""The opening of a question that only says when, where and by whom something was said.

In 「令和2年2月26日の増田議員の質問に対する市長の答弁：空き家対策。見解は」 the words before the colon say where to
look. They are no part of the matter: no word of an answer is to be held against them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import regex  # the possessive repetitions of `re` lose groups before Python 3.11.5

from corpus.calendar import periods, sessions
from rag.speaking import matter_said, names_nobody

MAX_CHARS = 90
_ANY_DAY = date(2000, 1, 1)
"""Only where an expression of time stands is of interest here, not which day it means."""
_MASK = "\ue000"

_NAME = r"[一-龠々ァ-ヺーぁ-ん]{1,8}(?:[ 　]?[一-龠々ァ-ヺーぁ-ん]{1,8}?)?"
_PARTY = r"(?:[（(][^）)]{1,16}[）)])?"
_JOINS = r"(?:[、,・/→ 　のにではがと（(）)]|より|から|における|において|行った|行われた)*+"
_PLACE = rf"(?:(?:{_MASK}+|[一-龠]{{0,6}}(?:本会議|議会|定例会|臨時会|委員会|会議録|議事録|会議)){_JOINS})*+"
_SPOKEN = r"(?:代表質問|一般質問|緊急質問|質問|質疑|発言|お尋ね|問い)"
_TO = r"(?:に対する|に対して|に対し|に答えた|への|へ|について|を受けた|[、,・/→ 　のにでと]|及び)*+"
_MEMBER = (
    rf"(?P<member>{_NAME}){_PARTY}(?P<title>議員|委員|さん|氏|君){_PARTY}"
    rf"(?:(?:から|より|が|による|[、,の →])*+(?:行った|した|出した|出された)?+の?(?P<spoken>{_SPOKEN})(?:した|された)?)?{_TO}"
)
_POST = (
    r"(?P<post>(?:副?(?:知事|市長|区長|町長|村長)|教育長|警視総監|消防総監|消防長|会計管理者|当局|執行部|理事者"
    r"|[一-龠々ァ-ヺーぁ-ん・]{1,30}?(?:局長|部長|課長|室長|管理者|監|参事|理事|次長)))"
    rf"(?:{_PARTY}|[（(]?{_NAME}[）)]?)(?:の|による|は|が|から|[、, ])*+"
)
_ANSWER = (
    r"(?P<answer>(?:ご?答弁|回答|答え|見解|発言|説明|所見)(?:の?(?:要旨|要点|内容|概要))?(?:について)?(?:は(?=[？?]))?"
    r"|(?:どう|どのように|何と)(?:答え|答弁し|回答し|説明し|述べ)(?:た|ました|られました|ています)か)"
)
_END = r"(?:[：:。？?\n]+|(?:で|では|によると|によれば|のうち)?[、,])[ 　]*"
_NOTHING = regex.compile(rf"(?:{_POST})?(?:{_ANSWER})?[ 　。、？?]*")
_OPENING = regex.compile(
    rf"[（(「【]?{_PLACE}(?:{_MEMBER})?+(?:{_POST})?+(?:{_ANSWER})?[）)」】]?(?P<end>{_END})"
)


@dataclass(frozen=True, slots=True)
class Opening:
    """The opening of a question: how many characters it takes, and the member whom it names, if any."""

    length: int = 0
    member: str = ""


@lru_cache(maxsize=1000)
def opening(question: str) -> Opening:
    """The opening of `question`; of length 0 where it has none, or where nothing would be left to ask.

    >>> opening("令和2年2月26日の増田議員の質問に対する市長の答弁：空き家対策。見解は。").member
    '増田'
    """
    found = _OPENING.match(_masked(question[:MAX_CHARS]))
    if found is None or _NOTHING.fullmatch(question, found.end()):
        return Opening()
    member = found["member"] or ""
    if member and names_nobody(member):
        return Opening()
    colon = found["end"][0] in "：:\n"
    by_member = member and (found["spoken"] or (colon and found["title"] == "議員"))
    answered = found["answer"] and (member or found["post"])
    return Opening(found.end(), member) if by_member or answered else Opening()


def without_opening(question: str) -> str:
    """`question` without its opening.

    >>> without_opening("増田議員の一般質問、市長の答弁：空き家対策。見解は。")
    '空き家対策。見解は。'
    """
    return question[opening(question).length :]


def matter(question: str) -> str:
    """`question` without its opening, and without who speaks where it asks what somebody said.

    >>> matter("令和7年9月8日の市長の答弁：空き家対策について副市長は何と言いましたか")
    '空き家対策について'
    """
    return matter_said(without_opening(question))


def _masked(text: str) -> str:
    """`text` with what names days, months, years and sessions made unreadable; of the same length."""
    spans = [(time.start, time.end) for time in periods(text, _ANY_DAY)]
    spans += [(session.start, session.end) for session in sessions(text)]
    # 病院経営本部長 is a person, not a body
    spans = [(start, end) for start, end in spans if text[end : end + 1] != "長"]
    for start, end in spans:
        text = text[:start] + _MASK * (end - start) + text[end:]
    return text
