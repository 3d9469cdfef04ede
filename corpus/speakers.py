"""Speaker classes (発言者区分) as minutes searches know them: members, the executive, whoever presides."""

from __future__ import annotations

import re
from enum import StrEnum

from corpus.model import Role


class SpeakerClass(StrEnum):
    """On which side of the house somebody speaks."""

    MEMBER = "member"  # 議員
    EXECUTIVE = "executive"  # 執行機関（理事者）
    CHAIR = "chair"  # 議長・委員長


_CHAIR = re.compile(
    r"^(?:(?:副|仮|臨時|年長)?(?:議長|委員長|座長|会長)|委員長職務代理者?|議長職務代理者?)(?:\s|$)"
)
_MEMBER = re.compile(r"^(?:\S*議員|委員|[0-9０-９〇一二三四五六七八九十百]+番)(?:\s|$)")
_GUEST = re.compile(r"^\S*(?:証人|参考人|公述人|請願者|陳情者|紹介議員|傍聴人|補佐人)(?:\s|$)")
_EXECUTIVE = re.compile(
    r"^\S*(?:知事|市長|区長|町長|村長|教育長|(?<!議)(?<!委員)(?<!座)(?<!会)長|監|参事|理事|管理者|次長|主幹|監査委員)(?:\s|$)"
)


def speaker_class(speaker: str, role: Role) -> SpeakerClass | None:
    """The class of somebody printed as "post name" who speaks in `role`; None for witnesses, guests and the unknown.

    >>> [speaker_class(*each) for each in (("総務部長 山田", Role.OTHER), ("委員 山田", Role.ANSWER), ("山田", Role.OTHER))]
    [<SpeakerClass.EXECUTIVE: 'executive'>, <SpeakerClass.MEMBER: 'member'>, None]
    """
    if role in (Role.CHAIR, Role.RESOLUTION) or _CHAIR.match(speaker):
        return SpeakerClass.CHAIR
    if _GUEST.match(speaker):
        return None
    if _MEMBER.match(speaker) or role is Role.QUESTION:
        return SpeakerClass.MEMBER
    if _EXECUTIVE.match(speaker) or role in (Role.ANSWER, Role.EXPLANATION):
        return SpeakerClass.EXECUTIVE
    return None
