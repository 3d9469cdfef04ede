"""Who does what in a meeting record, where posts say little: told from the words and from the turn before."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.model import Role

_ASKS = re.compile(
    r"(?:のか|ないか|ますか|ですか|でしょうか|だろうか|あるか|するか|きるか|いるか|たいか|べきか|よいか|良いか|どうか|いかが(?:か)?|"
    r"(?:予定|状況|理由|見込み|方法|内容|根拠|違い|意図)は)[。？?」\s]|[^\s、。]{2,16}は[。？?]?$|[？?](?:\s|$)|か。$|"
    r"教えて(?:いただきたい|ほしい|ください)|(?:説明|回答)を?(?:お願い|求め)|伺いたい|聞きたい|お聞きしたい|示して(?:ほしい|いただきたい|ください)"
)
_PRESIDES = re.compile(
    r"(?:開催|開会|閉会|閉じ(?:ます|る)?|進行|開始|再開|始め|閉会と)(?:し|いた|を|と|す|ます|る)|(?:議題|議事|協議事項|報告事項|次第)(?:に|を|は|の)|次の(?:議題|案件)|以上(?:で|を)|異議"
)
_DECIDES = re.compile(
    r"異議(?:は|が)?なしと認め|(?:案|原案|提案)のとおり(?:と(?:し|する|いた)|決定|進め|了承|承認)|(?:決定|了承|承認)(?:と)?(?:いたし|し|する|とする|され)"
)
_CHAIR = re.compile(r"(?:議長|座長|会長|委員長|本部長|部会長|司会)$")
_EXPLAINS = re.compile(r"(?:説明|報告)(?:する|します|いたします|申し上げ)")
_OFFICE = re.compile(r"事務局|担当|課$|係$|課長|係長|部長|所管")
_SHORT = 120


@dataclass
class Speaking:
    """The course of one meeting: whether a question stands open, and who asked it."""

    asked_by: str = ""
    open_question: bool = False

    def new_item(self) -> None:
        """A new agenda item begins: no question is open."""
        self.open_question, self.asked_by = False, ""

    def role(self, post: str, text: str, *, explaining: bool = False) -> Role:
        """The role of an utterance, and the state moves on."""
        if not post:
            return Role.OTHER
        if explaining:
            self.new_item()
            return Role.EXPLANATION
        chair = bool(_CHAIR.search(post))
        office = not chair and bool(_OFFICE.search(post))
        if chair and _DECIDES.search(text) and len(text) <= _SHORT:
            self.new_item()
            return Role.RESOLUTION
        if chair and _PRESIDES.search(text) and len(text) <= _SHORT and not self.open_question:
            return Role.CHAIR
        asks = bool(_ASKS.search(text))
        if self.open_question and (not asks or office):
            self.open_question = False
            return Role.ANSWER
        if asks and not (office and len(text) > _SHORT):
            self.open_question, self.asked_by = True, post
            return Role.QUESTION
        if office or (not chair and _EXPLAINS.search(text)):
            return Role.EXPLANATION
        return Role.OTHER
