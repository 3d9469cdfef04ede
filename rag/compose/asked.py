"""What a question wants to know, read from its interrogative: a sum of money, a time, a reason …"""

from __future__ import annotations

import re
from enum import StrEnum

from corpus.japanese import normalise


class Asked(StrEnum):
    """What a question wants to know."""

    MONEY = "money"  # いくら・予算額
    RATIO = "ratio"  # 何割・割合
    COUNT = "count"  # 何人・何件・件数
    DURATION = "duration"  # 何年間・期間
    WHEN = "when"  # いつ
    WHO = "who"  # 誰・どの課
    COMPANY = "company"  # どの会社
    SPEAKER = "speaker"  # 誰が答えたか
    NAME = "name"  # 名前は
    WHERE = "where"  # どこ
    WHY = "why"  # なぜ・理由
    WHAT_IS = "what_is"  # 〜とは
    YES_NO = "yes_no"  # 〜ですか
    OPEN = "open"  # 取組は・見解は


CLOCK = "時"
"""The counter of a question for the hour."""


WHOM = "誰"
"""That of a question for a person, which no department answers by being named in it."""


HEADED = frozenset(
    {
        Asked.MONEY,
        Asked.RATIO,
        Asked.COUNT,
        Asked.DURATION,
        Asked.WHEN,
        Asked.WHO,
        Asked.COMPANY,
        Asked.WHERE,
        Asked.WHAT_IS,
    }
)
"""Questions that are only answered by a sentence that has what is asked of the matter."""


EVENTFUL = frozenset({Asked.YES_NO, Asked.WHEN, Asked.WHY})
"""Questions that are only answered by a sentence that tells what they ask to have happened."""


_COUNTER_WORDS = (
    r"世帯|団体|施設|法人|企業|[かヶカ箇ヵケ]所|か国|項目|種類|地区|路線|店舗|手続き?|"
    r"人|名|件|校|園|社|台|戸|棟|基|回|本|冊|枚|組|頭|匹|店|室|床|点|つ|個|票|歳|号|種|駅|区|市|部|課|年|階|番|位|倍|ヘクタール|平方メートル|立方メートル|キロメートル|メートル|センチメートル|キロ|"
    r"便|席|張|トン|グラム|リットル|通|面|隻|株|区画|床|人分|回分"
)


_MANY = re.compile(r"何(?P<counter>人|名|件|台|校|世帯|[かヶカ箇]所)(?!に[1一]|前|当たり)")


_AND_PARTS = re.compile(r"(?:と|及び)(?:その)?内訳(?=は|を|について|$)")


_WHEN_ASKED = re.compile(
    r"いつ(?!も|の間|しか|でも)|何(?:年度|年(?!間)|月(?!間)|日(?!間)|時(?!間)|曜日)|時期は|日程は|期限は|スケジュールは|期日は|日(?:時)?は(?:いつ)?$"
)


_NUMBER_OF = (
    r"(?P<number>[一-龠ァ-ヴー]*(?<!多)(?<!少)(?<!複)(?<!半)(?<!手)(?<!無)(?:数|定員|人口))(?:は|を|が)?(?:どの|どれ|いく|何|$|教え)"
    r"|(?:どれ|どの)(?:くらい|ぐらい)(?:の)?(?:数|人数|件数)"
)
_HOW_MUCH = (
    r"(?:[一-龠]量|面積|延長|距離|[広長高深重]さ|幅)は(?:どの|どれ)(?:くらい|ぐらい|ほど|だけ)"
    r"|(?:どの|どれ)(?:くらい|ぐらい|ほど|だけ)(?:離れ|伸び|縮|広が|深|長|集ま)"
    r"|(?:どの|どれ)(?:くらい|ぐらい|ほど|だけ)(?:の(?!期間|時間|割合|費用|予算|額|お?金)[一-龠]{1,4}[がを][^、。]{0,12}|(?:あり|い)(?:ます|まし)(?:た)?)(?:か|$)"
)


_COUNTER_OF = {
    "人": r"[者人員童徒客民]数$|定員$|人口$|受診数$|参加数$",
    "社": r"(?:企業|会社|社)数$",
    "席": r"席数$",
} | {
    counter: rf"{counter}数$"
    for counter in ("件", "台", "戸", "校", "世帯", "団体", "施設", "店舗", "棟", "床", "回", "便")
}
"""How a number is counted, by what it is called: 参加企業数 in 社."""


_PATTERNS: tuple[tuple[Asked, re.Pattern[str]], ...] = (
    (
        Asked.MONEY,
        re.compile(
            r"いくら|幾ら|何(?:千|百|十)?[万億兆]?円|(?:金額|予算額?|費用|経費|料金|利用料|使用料|単価|価格|事業費|総額|額|代金|負担額|(?:予算|決算|財政|事業)の?規模)(?:は|を|について)?(?:いくら|どれ|どの|$|教え)"
        ),
    ),
    (
        Asked.RATIO,
        re.compile(
            r"何(?:割|%|パーセント|分の)|(?:どの|どれ)(?:くらい|ぐらい|程度|ほど)の(?:割合|比率)|の(?:うち、?)?(?:どの|どれ)(?:くらい|ぐらい|程度|ほど)[がを]|(?:割合|比率|達成率|取得率|普及率|利用率|率)(?:は|を|が)?(?:どの|どれ|いく|何|$|教え)"
        ),
    ),
    (
        Asked.DURATION,
        re.compile(
            r"何(?:年|か月|ヶ月|カ月|箇月|週|日|時)間|何分(?!の)|何(?:年|か月|日)(?:ほど|くらい|ぐらい)?(?:保存|かか|続|有効|待)|何(?:年|か月|ヶ月|カ月|週|日)に[1一](?:度|回)|(?:期間|時間)は何(?:年|か月|月|日)|(?:計画)?期間(?:は|を)(?:何|どの|どれ|いつ|$|教え)|何か年|どのくらいの(?:期間|時間)"
        ),
    ),
    (Asked.WHEN, _WHEN_ASKED),
    (
        Asked.COUNT,
        re.compile(
            rf"何(?P<counter>{_COUNTER_WORDS}|(?![度者故事処らとでのかをにがも])[一-龠ァ-ヴー]{{1,3}}(?=です|でしょう|あり|いま|くらい|ぐらい))|いくつ|{_NUMBER_OF}|{_HOW_MUCH}"
        ),
    ),
    (
        Asked.SPEAKER,
        re.compile(
            r"(?:誰|だれ|どなた)[がの][^。]{0,12}?(?:答え|答弁|発言|説明し|説明を|言っ|言い|述べ)|(?:答え|答弁し|発言し|説明し|言っ|述べ)た(?:の|人|方)は(?:誰|だれ|どなた)"
        ),
    ),
    (Asked.NAME, re.compile(r"(?:氏名|名前|名称|愛称)は")),
    (
        Asked.COMPANY,
        re.compile(
            r"(?:会社|企業|事業者|業者|法人|メーカー|委託先|発注先)(?:の(?:名前|名称|社名))?は(?:どこ|どちら|何|誰|どの)|(?:会社|法人|企業|事業者)名は|どの(?:会社|企業|事業者|業者|法人)|どこの(?:会社|企業)"
        ),
    ),
    (
        Asked.WHO,
        re.compile(
            r"誰|だれ|どなた|どの(?:課|部|局|部署|会社|企業|団体|事業者|組織)|どこの(?:課|部|局|部署|会社)|どこが(?:担当|所管|実施|作|主|管理|運営)|何(?:課|局)|担当(?:課|部署|者)?は|所管は"
        ),
    ),
    (Asked.WHERE, re.compile(r"どこ(?!まで)|場所は|会場は|所在地は")),
    (
        Asked.WHY,
        re.compile(
            r"なぜ|何故|どうして|理由|原因|要因|なんで(?!しょ|す)|背景は|根拠は|趣旨は|目的は|ねらいは"
        ),
    ),
    (
        Asked.WHAT_IS,
        re.compile(
            r"とは(?:何|なに|どう|どの|どん|$)|とは.{0,8}(?:もの|こと|システム|制度|事業)|って何|(?:は|が)(?:何|なん)(?:です|でしょう|か|だ|$)|何(?:の|に(?!よ)|を|で(?!す|し)|から)[^。]{1,20}(?:か|の|$)|(?:意味|定義)は|どのような(?:もの|制度|システム|事業|サービス|製品)|何という"
        ),
    ),
)


_COURTESY = re.compile(
    r"(?:以上|では|それでは|どうか)?、?(?:教えて(?:ください|下さい|ほしい)?|お?願いします|お願いいたします|お聞かせください|ありがとうございます)"
)


_OPEN_ASKED = re.compile(
    r"ど(?:う|の|ん|れ|こ)|何|いか(?:が|に)|見解|所見|(?:は|を|べき|せよ|よ|ては|とは)$|教えて|について|聞か|伺"
)


_YES_NO = re.compile(r"(?:か|の|かどうか|ない)$")


_OF_KNOWING = re.compile(
    r"(?:理由|原因|要因|背景|根拠|趣旨|目的|名前|名称|氏名|愛称|場所|会場)(?:など|等)?(?:は|も|を)(?P<deed>[^、。]*)(?:ます|まし|ませ)[^、。]*か$"
)
_INTERROGATIVES = re.compile(r"何|なぜ|ど[うのこれんちな]|いつ|いく[らつ]|誰|だれ|いか[がに]")
_TELLING = re.compile(r"教え|聞か|伺|示し|説明し|答え|述べ")


def asks_whether(sentence: str) -> bool:
    """Whether a sentence asks not for a reason or a name but whether something was done about it.

    >>> asks_whether("工事が遅れた理由は公表されましたか"), asks_whether("工事が遅れた理由は何ですか")
    (True, False)
    """
    found = _OF_KNOWING.search(sentence)
    return found is not None and not (_INTERROGATIVES.search(sentence) or _TELLING.search(found["deed"]))


def asked_of(question: str) -> tuple[Asked, str]:
    """What the last sentence of a question that is more than courtesy wants to know, and in which counter.

    The counter is empty for any.

    >>> asked_of("費用が心配です。何人が使いますか。教えてください。")
    (<Asked.COUNT: 'count'>, '人')
    """
    return _asked(_asking_sentence(normalise(question).strip()))


def _asking_sentence(text: str) -> str:
    """The last sentence that is more than courtesy: 「費用が心配です。いつ決まりますか。教えてください。」 asks when."""
    sentences = [part for part in re.split(r"[。？?！!\n]+", text) if part.strip()]
    asking = [part for part in sentences if not _COURTESY.fullmatch(part.strip())]
    return (asking or sentences or [""])[-1]


def _asked(text: str) -> tuple[Asked, str]:
    text = _AND_PARTS.sub("", text)
    if (match := _MANY.search(text)) and not re.search(r"いつ|なぜ|誰", text):
        return (Asked.COUNT, match["counter"])
    if asks_whether(text):
        return Asked.YES_NO, ""
    for asked, pattern in _PATTERNS:
        if match := pattern.search(text):
            clock = CLOCK if asked is Asked.WHEN and match.group() == "何時" else ""
            whom = WHOM if asked is Asked.WHO and match.group() in ("誰", "だれ", "どなた") else ""
            return asked, match.groupdict().get("counter") or _counter(asked, text) or clock or whom
    if _OPEN_ASKED.search(text):
        return Asked.OPEN, ""
    return (Asked.YES_NO if _YES_NO.search(text) else Asked.OPEN), ""


def _counter(asked: Asked, text: str) -> str:
    """The counter of a question for a number that names none behind 何, or names it later: 「登録者数は何人」."""
    if asked is not Asked.COUNT:
        return ""
    if (behind := re.search(rf"何({_COUNTER_WORDS})", text)) is not None:
        return behind.group(1)
    number = re.search(_NUMBER_OF, text)
    called = (number["number"] or "") if number else ""
    return next((counter for counter, pattern in _COUNTER_OF.items() if re.search(pattern, called)), "")
