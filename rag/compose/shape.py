"""What shape an answer must have: a question for a sum of money needs a sum, a when-question a time.

Read from the interrogative of the question alone; the rest of its content words is its topic.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from corpus.expressions import Period
from corpus.japanese import normalise, tokens
from rag.compose.deeds import is_light
from rag.compose.event import Event, event_of
from rag.compose.head import head_of, kinds_of, years_of
from rag.opening import matter


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


@dataclass(frozen=True, slots=True)
class Shape:
    """What is asked (`asked`), of which counter (`counter`: 人, 校 …; empty for any) and about what (`topic`).

    `topic` holds the content words of the question without its interrogative, each once, in order;
    `subjects` those of the first noun phrase of each of its sentences: what it is about before all;
    `head` those of what is asked of it (運転手 in うみかぜ号の運転手は何人), `years` the times and `kinds` the one
    of a pair (小学校, 中学校) that it names; `event` what is asked to happen, of questions that ask for such;
    `total` whether all together are to be counted; `places` the names of towns and wards,
    `noun` what is counted, also where it is the subject (職員 in 市の職員は何人),
    `defines` whether the meaning of a name is asked, `matter` the words of the noun that an open question is about,
    `numbers` the figures of a yes/no question that are no times: 24 in 「24時間運行を始めましたか」.
    """

    asked: Asked
    topic: tuple[str, ...]
    counter: str = ""
    subjects: tuple[tuple[str, ...], ...] = ()
    head: tuple[str, ...] = ()
    years: tuple[Period, ...] = ()
    kinds: tuple[str, ...] = ()
    event: Event | None = None
    total: bool = False
    places: tuple[str, ...] = ()
    matter: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    noun: tuple[str, ...] = ()
    defines: bool = False
    located: bool = False


CLOCK = "時"
"""The counter of a question for the hour."""


WHOM = "誰"
"""That of a question for a person, which no department answers by being named in it."""


_COUNTER_WORDS = (
    r"世帯|団体|施設|法人|企業|[かヶカ箇ヵケ]所|か国|項目|種類|地区|路線|店舗|手続き?|"
    r"人|名|件|校|園|社|台|戸|棟|基|回|本|冊|枚|組|頭|匹|店|室|床|点|つ|個|票|歳|号|種|駅|区|市|部|課|年|階|番|位|倍|ヘクタール|平方メートル|キロ|"
    r"便|席|張|トン|グラム|リットル|通|面|隻|株|区画|床|人分|回分"
)


_TOWN = re.compile(r"(?:^|[、。のはがを])([一-龠々ァ-ヴー]{1,6}[都道府県市区町村])(?=[のはでがに])")


_MANY = re.compile(r"何(?P<counter>人|名|件|台|校|世帯|[かヶカ箇]所)(?!に[1一]|前|当たり)")


_DEFINED = re.compile(
    r"(?<!意義)(?<!目的)(?<!効果)(?<!成果)(?<!課題)(?<!役割)(?<!見解)(?<!所見)(?<!考え)(?<!方針)とは|って何|の(?:意味|定義)は"
)


_LOCATED = re.compile(
    r"どこに(?:あり|ある|所在|位置|置)|(?:所在地|住所)は|(?:室|庁舎|窓口|事務所|事務局|本社|本店|場所)は(?:どこ|どちら)"
)


_AND_PARTS = re.compile(r"(?:と|及び)(?:その)?内訳(?=は|を|について|$)")


_TOTAL = re.compile(r"全部で|合計|総数|総額|総工費|総事業費|総勢|全体で|合わせて|合わせると")


HEADED = frozenset(
    {
        Asked.MONEY,
        Asked.RATIO,
        Asked.COUNT,
        Asked.DURATION,
        Asked.WHEN,
        Asked.WHO,
        Asked.WHERE,
        Asked.WHAT_IS,
    }
)
"""Questions that are only answered by a sentence that has what is asked of the matter."""


EVENTFUL = frozenset({Asked.YES_NO, Asked.WHEN, Asked.WHY})
"""Questions that are only answered by a sentence that tells what they ask to have happened."""


_WHEN_ASKED = re.compile(
    r"いつ(?!も|の間|しか|でも)|何(?:年度|年(?!間)|月(?!間)|日(?!間)|時(?!間)|曜日)|時期は|日程は|期限は|スケジュールは|期日は|日(?:時)?は(?:いつ)?$"
)


_NUMBER_OF = (
    r"(?P<number>[一-龠ァ-ヴー]*(?<!多)(?<!少)(?<!複)(?<!半)(?<!手)(?<!無)(?:数|定員|人口))(?:は|を|が)?(?:どの|どれ|いく|何|$|教え)"
    r"|(?:どれ|どの)(?:くらい|ぐらい)(?:の)?(?:数|人数|件数)"
)
_HOW_MUCH = (
    r"(?:[一-龠]量|面積|延長|距離|[広長高深重]さ|幅)は(?:どの|どれ)(?:くらい|ぐらい|ほど|だけ)"
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
            r"何(?:割|%|パーセント|分の)|(?:どの|どれ)(?:くらい|ぐらい|程度|ほど)の(?:割合|比率)|(?:割合|比率|達成率|取得率|普及率|利用率|率)(?:は|を|が)?(?:どの|どれ|いく|何|$|教え)"
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


_ASKING_WORDS = (
    "何 何れ 幾ら いくら 幾つ いくつ 何時 いつ 何処 どこ 誰 だれ 何故 なぜ 如何 いかが どの どれ どう どんな 位 くらい 程 ほど 頃 割 パーセント 見解 所見 "
    "教える 伺う 聞く 尋ねる 答える 知る 頂く 下さい 下さる 願う 質問 回答 答弁 説明 述べる 状況 予定 内容 具体 的 件 点 人 名 円 其れ 此れ 其の 此の 方 為 為る 物 所 者 達 "
    "数 総数 額 総額 合計 率 時期 理由 期間 今後 今 現在 有る 無い 居る 成る 出来る 行う 取り組み 取組 取り組む 図る 進める 考え 考える 認識 対応 方針 検討 推進 強化 必要 重要 於く 就く "
    "割合 比率 うち 内 前年 前年度 氏名 名前 名称 発言 誰か 関する 対する 向ける 言う 思う 年 月 日 時 回 か所 年間 更に 一層 等 様 事 性 化 べき"
)


_PLAIN = "取り組み 取組 取り組む 図る 進める 考え 考える 認識 対応 方針 検討 推進 強化 必要 重要 状況 内容 説明 回答"


@cache
def _asking() -> frozenset[str]:
    """The words of asking as `tokens` gives them."""
    return frozenset(tokens(_ASKING_WORDS)) | frozenset(_ASKING_WORDS.split())


@cache
def _plain() -> frozenset[str]:
    return frozenset(tokens(_PLAIN))


def shape_of(question: str) -> Shape:
    """The shape that an answer to `question` must have.

    >>> shape_of("防災アプリの年間利用料はいくらですか。").asked.value
    'money'
    """
    question = matter(question)
    asked, counter = _asked(_asking_sentence(normalise(question).strip()))
    years = years_of(question)
    topic = topic_words(question)
    if years:
        topic = tuple(word for word in topic if not _DATE.match(word)) or topic
    sentences = [part for part in re.split(r"[。？?！!\n]+", question) if part.strip()]
    subjects = tuple(filter(None, dict.fromkeys(_subject(part, topic) for part in sentences)))
    short = len(sentences) == 1 or asked in HEADED  # a request of several sentences says more than it asks
    head = tuple(word for word in head_of(question) if word in topic and not is_light(word)) if short else ()
    kinds = kinds_of(question)
    head = tuple(
        word
        for word in head
        if word in kinds or not (counter not in ("", WHOM) and word.endswith(counter))  # 得点は何点
    )
    if any(set(head) <= set(subject) for subject in subjects):
        head = ()
    event = event_of(question) if asked in EVENTFUL and len(question) <= _TERSE else None
    if event is not None:  # why something is: of what, the event tells
        told = {word for of in event.of for word in of} if asked is Asked.YES_NO else set()
        head = () if asked is Asked.WHY else tuple(w for w in head if w not in event.words and w not in told)
    return Shape(
        asked,
        topic,
        counter,
        subjects,
        head,
        years,
        kinds,
        event,
        total=bool(_TOTAL.search(question)),
        noun=head_of(question),
        numbers=tuple(_NUMBER.findall(normalise(question)))
        if asked is Asked.YES_NO and len(question) <= _TERSE
        else (),
        matter=_matter(question) if asked is Asked.OPEN and len(question) <= _TERSE else (),
        defines=bool(_DEFINED.search(question)),
        located=bool(_LOCATED.search(question)),
        places=tuple(dict.fromkeys(word for name in _TOWN.findall(question) for word in tokens(name))),
    )


_NUMBER = re.compile(r"(?<![0-9.,])[0-9]{2,}(?![0-9.,])(?!年|月|日|期|回|/)")


_OF_MATTER = re.compile(
    r"(?P<noun>(?:[^、。はがをもにのとや]{2,12}の)?[^、。はがをもにのとや]{2,20})(?:について|につき|に関(?:する|し))"
)


def _matter(question: str) -> tuple[str, ...]:
    """The words of the noun that an open question is about: 遊園 and 誘致 in 「遊園地の誘致についての見解は」."""
    found = _OF_MATTER.findall(normalise(question))
    named = topic_words(question)
    nouns = [tokens(noun) for noun in found[-1].split("の")] if found else []
    if not nouns or not set(nouns[-1]) <= set(named):
        return ()  # 「局の取組について」 tells no matter of its own
    nouns = nouns[-2:] if len(nouns[-1]) == 1 else nouns[-1:]  # 誘致 needs what is brought
    return tuple(word for noun in nouns for word in noun if len(word) > 1 and not is_light(word))


_TERSE = 80
"""Characters of a question up to which the event in it is what it asks about: a member's speech names many."""


_PHRASE = re.compile(
    r"\s*(?P<phrase>.{2,24}?)(?:について|に関(?:する|して)|に(?:よる|おける|対する|係る)|の(?!り)|は|が|を|に(?!ぎ)|で(?!き)|へ|から|まで|、|。|？|\?|$)"
)


_DATE = re.compile(r"[0-9]|(?:令和|平成|昭和)$")


def _subject(sentence: str, topic: Sequence[str]) -> tuple[str, ...]:
    """The topic words of the first noun phrase; of the next one where the first has none (「今年の…」)."""
    rest = normalise(sentence)
    while match := _PHRASE.match(rest):
        words = tuple(w for w in tokens(match["phrase"]) if w in topic and not _DATE.match(w))
        if words:
            # neither 用 of ペット用 nor 新しい in front names anything
            return tuple(w for w in words if len(w) > 1 and not w.endswith(("い", "る"))) or words
        rest = rest[match.end() :]
    return ()


def _asking_sentence(text: str) -> str:
    """The last sentence that is more than courtesy: 「費用が心配です。いつ決まりますか。教えてください。」 asks when."""
    sentences = [part for part in re.split(r"[。？?！!\n]+", text) if part.strip()]
    asking = [part for part in sentences if not _COURTESY.fullmatch(part.strip())]
    return (asking or sentences or [""])[-1]


def _asked(text: str) -> tuple[Asked, str]:
    text = _AND_PARTS.sub("", text)
    if (match := _MANY.search(text)) and not re.search(r"いつ|なぜ|誰", text):
        return (Asked.COUNT, match["counter"])
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


def topic_words(question: str) -> tuple[str, ...]:
    """The content words of a question that are not part of asking, each once, in order.

    Words such as 取組 and 見解 are left out while anything else remains.
    """
    words = tuple(dict.fromkeys(tokens(question)))
    bare = tuple(word for word in words if word not in _asking() and not word.isdigit() and word[0] != "何")
    return bare or tuple(word for word in words if word in _plain())
