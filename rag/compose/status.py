"""What the words behind an event say of it: that it is done, planned, denied, supposed, or nothing."""

from __future__ import annotations

import re
from enum import StrEnum


class Told(StrEnum):
    """What a sentence says of an event."""

    DONE = "done"
    DENIED = "denied"
    PLANNED = "planned"
    NAMED = "named"  # the word alone: 廃止の影響
    SUPPOSED = "supposed"  # 廃止した場合, 廃止すべき
    NOT = "not"  # not a word of it


ASSERTED = frozenset({Told.DONE, Told.DENIED, Told.PLANNED})
"""What is said of an event to be so, to come, or not to be."""


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


_DENIED = re.compile(
    r"^[^、。]{0,12}?(?:な(?:い(?!よう)|く|かった)|ません|(?<=[かさたなまらわせ])ず(?:に|、)|困難|断念|中止|見送|凍結|に至らな)"
)


_PLANNED = re.compile(
    r"^[^、。]{0,14}?(?:予定|見込|目途|めど|目指|目標|計画(?!が|に基)|方針|まいり|参り|ていく|ていき|こととし|ことにし|ことと(?:なって|いたし)|たいと|よう|検討|見通し|に向け|まで(?:に|の))|"
    r"^(?:を|が)?(?:行い|実施し|開始|完了)?(?:する|します|される|されます|いたします|致します|できる|るもの|うもの)"
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


_COURSE = re.compile(r"^の?(?:開始|完了|終了|実施|決定)(?=[、。]|に(?:当た|際|向け)|を|が|は|後|以降|の)")
"""運用開始に当たり is as little a deed as 運用に当たり."""


def status(after: str) -> Told:
    """What is said of an event by the words behind it."""
    after = _COURSE.sub("", after)
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
