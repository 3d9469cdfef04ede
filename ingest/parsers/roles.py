"""What an utterance does: asks, answers, explains, presides, decides. Told from the post, the words and the turn."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.model import Role

_CHAIR = re.compile(r"(?:議長|座長|^副?委員長|^委長|^副?会長|部会長|分科会長|^主査|司会|^進行)$")
_COMMITTEE_CHAIR = re.compile(r"委員長$")
_MEMBER = re.compile(r"(?:番|^委員|^議員|議員$|^理事)$|^議員")
_HEARD = re.compile(r"(?:証人|参考人|公述人|陳述人|補助者|請願者|陳情者)$")
_ASKS = re.compile(
    r"伺い|伺う|お尋ね|お聞き|質問(?:し|いた|を|に)|見解|所見|いかが|お考え|でしょうか|ですか|ますか|ませんか|のか[。、]|教えて|ご?答弁|説明を(?:お願い|求)|でしたか|か[。？?]|か$|[？?]"
)
_DEBATE = re.compile(
    r"討論(?:を|に|いた|し)|(?:賛成|反対)の(?:立場|討論)|意見(?:の開陳|を申し(?:上げ|述べ)|を述べ)|動議を提出"
)
_REPORTS = re.compile(
    r"(?:ご|御)?(?:説明|報告|紹介)(?:を)?(?:申し上げ|いたし|いたさ|させて)|提案理由|施政|所信(?:の一端|表明)?を|概要(?:を|につ)"
)
_CALLS_ITEM = re.compile(
    r"議題(?:と|に)|議題といた|日程に入り|日程第|説明を求め|報告を求め|発言(?:があり|の申し出|を求め)|提案理由|意見(?:の)?開陳|聴取|付託|審査を行い|調査を行い"
)
_DECIDES = re.compile(
    r"(?:異議|異義|御異議|ご異議)?なしと認め|起立(?:全員|総員|多数|少数)|(?:全員|総員|多数|少数)(?:起立|賛成)|挙手(?:全員|多数|少数)|賛成(?:者)?(?:多数|少数|全員)|"
    r"(?:可決|否決|採択|承認|議決|決定|同意)(?:され|いたし|し|することに決定いたし|することに決し)ました"
)
RESOLVED = re.compile(
    r"^[\s〔（(―─—–\-－―]*.{0,60}?(?:承認|了承|可決|否決|決定|採択|了解|議決|同意)(?:された|する|した|しました|されました)?[\s〕）)―─—–\-－。]*$"
)
_DECISION_CHARS = 400
_OPENING_CHARS = 300


@dataclass
class Turns:
    """The course of a meeting so far; `role` tells what the next utterance does and moves on.

    `chairs` are posts that preside in this meeting besides the usual ones (本部長 in a 本部).
    """

    chairs: frozenset[str] = frozenset()
    plenary: bool = False
    asked: bool = False
    reported: bool = False

    def role(self, post: str, text: str) -> Role:
        """The role of an utterance by the holder of `post`."""
        if self._presides(post):
            return self._chair(text)
        if _MEMBER.search(post):
            return self._member(text)
        if not post:
            return Role.OTHER
        return self._officer(post, text)

    def _presides(self, post: str) -> bool:
        if post in self.chairs:
            return True
        if self.plenary and _COMMITTEE_CHAIR.search(post):
            return False
        return bool(_CHAIR.search(post))

    def _chair(self, text: str) -> Role:
        if _CALLS_ITEM.search(text):
            self.asked = False
        if len(text) <= _DECISION_CHARS and _DECIDES.search(text[:_OPENING_CHARS]):
            return Role.RESOLUTION
        return Role.CHAIR

    def _member(self, text: str) -> Role:
        opening = text[:_OPENING_CHARS]
        if _DEBATE.search(opening) and not re.search(r"質問|伺い|お尋ね|聞きます|か[。？]", opening):
            return Role.OTHER
        if _ASKS.search(text):
            self.asked = True
            return Role.QUESTION
        return Role.OTHER

    def _officer(self, post: str, text: str) -> Role:
        if self.asked:
            return Role.ANSWER
        if _HEARD.search(post) and len(text) < _OPENING_CHARS:
            return Role.ANSWER
        if _REPORTS.search(text) or len(text) > _OPENING_CHARS:
            return Role.EXPLANATION
        return Role.OTHER


def is_resolution(line: str) -> bool:
    """Whether a line of a record only states a decision (―議題について案のとおり承認―).

    >>> is_resolution("―議題について案のとおり承認―")
    True
    """
    return len(line) <= 80 and bool(re.match(r"\s*[―─—–\-－〔（(＜<【]", line)) and bool(RESOLVED.match(line))
