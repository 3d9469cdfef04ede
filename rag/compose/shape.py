"""What shape an answer must have: a question for a sum of money needs a sum, a when-question a time.

Read from the interrogative of the question alone; the rest of its content words is its topic.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from corpus.figures import figures
from corpus.japanese import normalise, tokens
from corpus.units import Quantity


class Asked(StrEnum):
    """What a question wants to know."""

    MONEY = "money"  # いくら・予算額
    RATIO = "ratio"  # 何割・割合
    COUNT = "count"  # 何人・何件・件数
    DURATION = "duration"  # 何年間・期間
    WHEN = "when"  # いつ
    WHO = "who"  # 誰・どの課
    WHERE = "where"  # どこ
    WHY = "why"  # なぜ・理由
    WHAT_IS = "what_is"  # 〜とは
    YES_NO = "yes_no"  # 〜ですか
    OPEN = "open"  # 取組は・見解は


@dataclass(frozen=True, slots=True)
class Shape:
    """What is asked (`asked`), of which counter (`counter`: 人, 校 …; empty for any) and about what (`topic`).

    `topic` holds the content words of the question without its interrogative, each once, in order;
    `subjects` those of the first noun phrase of each of its sentences: what it is about before all.
    """

    asked: Asked
    topic: tuple[str, ...]
    counter: str = ""
    subjects: tuple[tuple[str, ...], ...] = ()


_COUNTER_WORDS = (
    r"世帯|団体|施設|法人|企業|[かヶカ箇ヵケ]所|か国|項目|種類|地区|路線|"
    r"人|名|件|校|園|社|台|戸|棟|基|回|本|冊|枚|組|頭|匹|店|室|床|点|つ|個|票|歳|号|種|駅|区|市|部|課|年|階|番|位|倍|ヘクタール|平方メートル|キロ"
)
_LARGE_PART = re.compile(r"過半数|半数|大半|半分|大部分|全員|全て|すべて|ほとんど")
_SEASON = re.compile(
    r"[春夏秋冬](?:頃|ごろ|に|まで|から|以降|をめど|を目途)|年(?:内|末|明け|度(?:内|末|当初|明け|途中|上半期|下半期)?)|"
    r"(?:昨|今|来|本|翌|前|再来)(?:年度?|月|週|日|期)|上半期|下半期|前半|後半|上旬|中旬|下旬|同日|当日|四半期"
)
_VAGUE_WHEN = (
    r"(?:未定|決まって|検討中|調整中|早期|速やか|早急|順次|将来|当面|段階的|直ち|できるだけ早|まもなく)"
)
_WHO = r"(?:部|局|課|室|係|班|庁|省|区|市|町|都|県|国|社|団体|協会|委員会|協議会|センター|公社|財団|法人|組合|会|者|員|長|氏|さん|事業者|担当|学校|大学|チーム)"
_WHY = r"(?:ため|為|から|ので|理由|背景|原因|こと(?:により|で)|によ[りる]|観点|目的|目指|ねらい|踏まえ|趣旨|必要)"
_QUANTITIES: dict[Asked, frozenset[Quantity]] = {
    Asked.MONEY: frozenset({Quantity.MONEY}),
    Asked.RATIO: frozenset({Quantity.SHARE}),
    Asked.COUNT: frozenset(
        {Quantity.COUNT, Quantity.PEOPLE, Quantity.AGE, Quantity.MEASURE, Quantity.MULTIPLE, Quantity.ORDINAL}
    ),
    Asked.DURATION: frozenset({Quantity.DURATION}),
    Asked.WHEN: frozenset(
        {Quantity.YEAR, Quantity.FISCAL_YEAR, Quantity.MONTH, Quantity.DAY, Quantity.CLOCK}
    ),
}
_NEEDED: dict[Asked, re.Pattern[str]] = {
    Asked.WHO: re.compile(_WHO),
    Asked.WHY: re.compile(_WHY),
}

_WHEN_ASKED = re.compile(
    r"いつ(?!も|の間|しか|でも)|何(?:年度|年(?!間)|月(?!間)|日(?!間)|時(?!間)|曜日)|時期は|日程は|期限は|スケジュールは|期日は|日(?:時)?は(?:いつ)?$"
)
_PATTERNS: tuple[tuple[Asked, re.Pattern[str]], ...] = (
    (
        Asked.MONEY,
        re.compile(
            r"いくら|何(?:千|百|十)?[万億兆]?円|(?:金額|予算額?|費用|経費|料金|利用料|使用料|単価|価格|事業費|総額|額|代金|負担額)(?:は|を|について)?(?:いくら|どれ|どの|$|教え)"
        ),
    ),
    (
        Asked.RATIO,
        re.compile(
            r"何(?:割|%|パーセント|分の)|(?:割合|比率|達成率|取得率|普及率|利用率|率)(?:は|を|が)?(?:どの|どれ|いく|何|$|教え)"
        ),
    ),
    (
        Asked.DURATION,
        re.compile(
            r"何(?:年|か月|ヶ月|カ月|箇月|週|日|時)間|(?:計画)?期間(?:は|を)(?:何|どの|どれ|いつ|$|教え)|何か年|どのくらいの(?:期間|時間)"
        ),
    ),
    (Asked.WHEN, _WHEN_ASKED),
    (
        Asked.COUNT,
        re.compile(
            rf"何(?P<counter>{_COUNTER_WORDS})|いくつ|(?P<noun>人|件|台|戸|校|回|世帯|職員|登録者|利用者|定)(?:数|員)(?:は|を|が)?(?:どの|どれ|いく|何|$|教え)|(?:どれ|どの)(?:くらい|ぐらい)(?:の)?(?:数|人数|件数)"
        ),
    ),
    (
        Asked.WHO,
        re.compile(
            r"誰|だれ|どなた|どの(?:課|部|局|部署|会社|企業|団体|事業者|組織)|どこの(?:課|部|局|部署|会社)|どこが(?:担当|所管|実施|作|主|管理|運営)|何(?:課|局)|担当(?:課|部署|者)?は|所管は"
        ),
    ),
    (Asked.WHERE, re.compile(r"どこ(?!まで)|場所は|会場は|所在地は")),
    (Asked.WHY, re.compile(r"なぜ|何故|どうして|理由|なんで|背景は|根拠は|趣旨は|目的は|ねらいは")),
    (
        Asked.WHAT_IS,
        re.compile(
            r"とは(?:何|なに|どう|どの|どん|$)|とは.{0,8}(?:もの|こと|システム|制度|事業)|って何|(?:は|が)(?:何|なん)(?:です|でしょう|か)|(?:意味|定義)は|どのような(?:もの|制度|システム|事業|サービス|製品)|何という"
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
    "数 額 率 時期 理由 期間 今後 今 現在 有る 無い 居る 成る 出来る 行う 取り組み 取組 取り組む 図る 進める 考え 考える 認識 対応 方針 検討 推進 強化 必要 重要 於く 就く "
    "関する 対する 向ける 言う 思う 年 月 日 時 回 か所 年間 更に 一層 等 様 事 性 化 べき"
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
    asked, counter = _asked(_asking_sentence(normalise(question).strip()))
    topic = topic_words(question)
    sentences = [part for part in re.split(r"[。？?！!\n]+", question) if part.strip()]
    subjects = dict.fromkeys(_subject(part, topic) for part in sentences)
    return Shape(asked, topic, counter, tuple(subject for subject in subjects if subject))


_PHRASE = re.compile(
    r"\s*(?P<phrase>.{2,24}?)(?:について|に関(?:する|して)|に(?:よる|おける|対する|係る)|の(?!り)|は|が|を|に(?!ぎ)|で(?!き)|へ|から|まで|、|。|？|\?|$)"
)


def _subject(sentence: str, topic: Sequence[str]) -> tuple[str, ...]:
    """The topic words of the first noun phrase; of the next one where the first has none (「今年の…」)."""
    rest = normalise(sentence)
    while match := _PHRASE.match(rest):
        if words := tuple(word for word in tokens(match["phrase"]) if word in topic):
            return words
        rest = rest[match.end() :]
    return ()


def _asking_sentence(text: str) -> str:
    """The last sentence that is more than courtesy: 「費用が心配です。いつ決まりますか。教えてください。」 asks when."""
    sentences = [part for part in re.split(r"[。？?！!\n]+", text) if part.strip()]
    asking = [part for part in sentences if not _COURTESY.fullmatch(part.strip())]
    return (asking or sentences or [""])[-1]


def _asked(text: str) -> tuple[Asked, str]:
    for asked, pattern in _PATTERNS:
        if match := pattern.search(text):
            return asked, match.groupdict().get("counter") or ""
    if _OPEN_ASKED.search(text):
        return Asked.OPEN, ""
    return (Asked.YES_NO if _YES_NO.search(text) else Asked.OPEN), ""


def topic_words(question: str) -> tuple[str, ...]:
    """The content words of a question that are not part of asking, each once, in order.

    Words such as 取組 and 見解 are left out while anything else remains.
    """
    words = tuple(dict.fromkeys(tokens(question)))
    bare = tuple(word for word in words if word not in _asking() and not word.isdigit() and word[0] != "何")
    return bare or tuple(word for word in words if word in _plain())


def satisfies(shape: Shape, text: str) -> bool:
    """Whether `text` has what the question asks for: a sum, a share, a time, a name …

    Always true for questions without such a need (open, yes/no, where). A when-question is also met by
    the statement that the time is not fixed.
    """
    if shape.asked is Asked.WHEN:
        return definite(shape, text) or re.search(_VAGUE_WHEN, text) is not None
    return definite(shape, text)


def definite(shape: Shape, text: str) -> bool:
    """As `satisfies`, but a when-question needs a time."""
    if (quantities := _QUANTITIES.get(shape.asked)) is None:
        pattern = _NEEDED.get(shape.asked)
        return pattern is None or pattern.search(text) is not None
    found = [figure for figure in figures(text) if figure.quantity in quantities]
    if shape.asked is Asked.COUNT and (unit := counted_unit(shape.counter)):
        return any(figure.unit.removeprefix("第") == unit for figure in found)
    return bool(found) or bool(
        (shape.asked is Asked.RATIO and _LARGE_PART.search(text))
        or (shape.asked is Asked.WHEN and _SEASON.search(text))
    )


def counted_unit(counter: str) -> str:
    """The canonical unit of a counter: 名 is 人, 箇所 is か所; empty for any."""
    return figures(f"3{counter}")[0].unit if counter else ""


def only_rates(shape: Shape, text: str) -> bool:
    """Whether every figure of the kind asked for is one (「一基五万円」): a rate, not a count."""
    quantities = _QUANTITIES.get(shape.asked, frozenset())
    values = [figure.value for figure in figures(text) if figure.quantity in quantities]
    return bool(values) and all(value == 1 for value in values)


def needed_words(shape: Shape, text: str) -> tuple[str, ...]:
    """The words of `text` that answer the question and must stay when it is shortened: its figures of that kind."""
    quantities = _QUANTITIES.get(shape.asked, frozenset())
    return tuple(text[figure.start : figure.end] for figure in figures(text) if figure.quantity in quantities)
