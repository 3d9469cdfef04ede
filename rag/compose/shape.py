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
from corpus.figures import figures
from corpus.japanese import normalise, tokens
from corpus.units import Quantity
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
    `defines` whether the meaning of a name is asked.
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
    noun: tuple[str, ...] = ()
    defines: bool = False


_CLOCK = "時"
"""The counter of a question for the hour."""
_WHOM = "誰"
"""That of a question for a person, which no department answers by being named in it."""
_COUNTER_WORDS = (
    r"世帯|団体|施設|法人|企業|[かヶカ箇ヵケ]所|か国|項目|種類|地区|路線|店舗|手続き?|"
    r"人|名|件|校|園|社|台|戸|棟|基|回|本|冊|枚|組|頭|匹|店|室|床|点|つ|個|票|歳|号|種|駅|区|市|部|課|年|階|番|位|倍|ヘクタール|平方メートル|キロ|"
    r"便|席|張|トン|グラム|リットル|通|面|隻|株|区画|床|人分|回分"
)
_LARGE_PART = re.compile(r"[0-9] ?対 ?[0-9]|過半数|半数|大半|半分|大部分|全員|全て|すべて|ほとんど")
_TOWN = re.compile(r"(?:^|[、。のはがを])([一-龠々ァ-ヴー]{1,6}[都道府県市区町村])(?=[のはでがに])")
_MANY = re.compile(r"何(?P<counter>人|名|件|台|校|世帯|[かヶカ箇]所)(?!に[1一]|前|当たり)")
_DEFINED = re.compile(
    r"(?<!意義)(?<!目的)(?<!効果)(?<!成果)(?<!課題)(?<!役割)(?<!見解)(?<!所見)(?<!考え)(?<!方針)とは|って何|の(?:意味|定義)は"
)
_AND_PARTS = re.compile(r"(?:と|及び)(?:その)?内訳(?=は|を|について|$)")
_TOTAL = re.compile(r"全部で|合計|総数|総勢|全体で|合わせて|合わせると")
_SEASON = re.compile(
    r"[春夏秋冬](?:頃|ごろ|に|まで|から|以降|をめど|を目途)|年(?:内|末|明け|度(?:内|末|当初|明け|途中|上半期|下半期)?)|"
    r"(?:昨|今|来|本|翌|前|再来)(?:年度?|月|週|日|期)|上半期|下半期|前半|後半|上旬|中旬|下旬|同日|当日|四半期"
)
_NO_TIME = re.compile(
    r"[1一] ?(?:日|週|か?月|年)(?:当たり|あたり|平均|[0-9]|に[0-9])|(?:令和|平成)[0-9元]+年第[0-9]+回|[0-9]+年前の|[0-9]+日(?:以内(?!に)|間|分)"
)
_WITHIN = re.compile(r"[0-9](?:時間|日|週間?|か月|年)以内に")
_LASTING = re.compile(r"[0-9] ?(?:日|か月|年|週|時間|分)(?:以内|以上|以下|未満|程度|前)")
_VAGUE_WHEN = (
    r"(?:未定|決まって|検討中|調整中|早期|速やか|早急|順次|将来|当面|段階的|直ち|できるだけ早|まもなく)"
)
_WHO = r"(?:部|局|課|室|係|班|庁|省|区|市|町|都|県|国|社|団体|協会|委員会|協議会|センター|公社|財団|法人|組合|会|者|員|長|氏|さん|事業者|担当|学校|大学|チーム)"
_WHY = r"(?:ため|為|から|ので|理由|背景|原因|こと(?:により|で)|によ[りる]|観点|目的|目指|ねらい|踏まえ|趣旨|必要)"
_COMPANY = (
    r"(?:株式|有限|合同|合資)会社|(?:社会福祉|医療|学校|一般社団|公益社団|一般財団|公益財団|特定非営利活動|NPO|社団|財団)法人[^、。のはがを]"
    r"|[一-龠ァ-ヴーA-Za-z]{2,}(?:協会|公社|財団|組合|銀行|大学|機構|連盟)|[ァ-ヴーA-Za-z]{3,}社|「[^「」]{2,30}」"
)
_PLACE = r"[一-龠ァ-ヴーぁ-ん](?:地区|町|丁目|区|市|村|県|駅|館|室|校|園|所|署|センター|会場|ホーム|広場|公園|病院|地域|圏域|窓口|課|庁舎|階|屋外|港|線|川|島|倉庫|ルート|国)|[東西南北]側|付近|周辺|屋外|庁舎|ホームページ"
_PERSON = (
    r"[一-龠々][一-龠々ぁ-んァ-ヴー]{1,6}(?:氏|さん|君|議員|教授|先生)(?![一-龠])|"
    r"(?<![一-龠])(?![元前現新副都区市町村県])[一-龠々]{2,4}(?:座長|会長|社長|市長|区長|知事|委員長|理事長|監督|部長|課長|局長|弁護士|証人|参考人)"
)
_BODY = (
    r"[一-龠々ァ-ヴーA-Za-z]{2,}(?:会社|法人|団体|協会|公社|財団|組合|銀行|大学|機構|連盟|事務所|委員会|協議会|連絡会|自治会|町会|消防団|"
    r"センター|局|部|課|室|庁|省|署|班|係|者|員|士|師|人|隊|会|市|区|町|村|都|県|国)"
)
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
    Asked.COMPANY: re.compile(_COMPANY),
    Asked.NAME: re.compile(
        r"「[^「」]{2,30}」|[一-龠々]{2,6}(?:氏|さん|君|先生|教授)|という(?:名|愛称)|名(?:称|前)は"
    ),
    Asked.WHERE: re.compile(_PLACE),
}

_BESIDE = 16
"""Characters between a person's name and what the person is."""
_POST = re.compile(r"長$|監督$|役$|大臣$|知事$|後任$|前任$|作者$")
_BY_NAME = re.compile(f"{_PERSON}|{_BODY}")

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
_PATTERNS: tuple[tuple[Asked, re.Pattern[str]], ...] = (
    (
        Asked.MONEY,
        re.compile(
            r"いくら|何(?:千|百|十)?[万億兆]?円|(?:金額|予算額?|費用|経費|料金|利用料|使用料|単価|価格|事業費|総額|額|代金|負担額|(?:予算|決算|財政|事業)の?規模)(?:は|を|について)?(?:いくら|どれ|どの|$|教え)"
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
            r"何(?:年|か月|ヶ月|カ月|箇月|週|日|時)間|何分(?!の)|何(?:年|か月|日)(?:ほど|くらい|ぐらい)?(?:保存|かか|続|有効|待)|何(?:年|か月|ヶ月|カ月|週|日)に[1一](?:度|回)|(?:期間|時間)は何(?:年|か月|月|日)|(?:計画)?期間(?:は|を)(?:何|どの|どれ|いつ|$|教え)|何か年|どのくらいの(?:期間|時間)"
        ),
    ),
    (Asked.WHEN, _WHEN_ASKED),
    (
        Asked.COUNT,
        re.compile(
            rf"何(?P<counter>{_COUNTER_WORDS}|(?![度者故事処らとでのかをにがも])[一-龠ァ-ヴー]{{1,3}}(?=です|でしょう|あり|いま|くらい|ぐらい))|いくつ|(?P<noun>人|件|台|戸|校|回|世帯|職員|登録者|利用者|定)(?:数|員)(?:は|を|が)?(?:どの|どれ|いく|何|$|教え)|(?:どれ|どの)(?:くらい|ぐらい)(?:の)?(?:数|人数|件数)"
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
    (Asked.WHY, re.compile(r"なぜ|何故|どうして|理由|なんで|背景は|根拠は|趣旨は|目的は|ねらいは")),
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
    "数 額 率 時期 理由 期間 今後 今 現在 有る 無い 居る 成る 出来る 行う 取り組み 取組 取り組む 図る 進める 考え 考える 認識 対応 方針 検討 推進 強化 必要 重要 於く 就く "
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
    head = tuple(
        word for word in head if not (counter not in ("", _WHOM) and word.endswith(counter))
    )  # 得点は何点
    if any(set(head) <= set(subject) for subject in subjects):
        head = ()
    event = event_of(question) if asked in EVENTFUL and len(question) <= _TERSE else None
    return Shape(
        asked,
        topic,
        counter,
        subjects,
        head,
        years,
        kinds_of(question),
        event,
        total=bool(_TOTAL.search(question)),
        noun=head_of(question),
        defines=bool(_DEFINED.search(question)),
        places=tuple(dict.fromkeys(word for name in _TOWN.findall(question) for word in tokens(name))),
    )


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
            clock = _CLOCK if asked is Asked.WHEN and match.group() == "何時" else ""
            whom = _WHOM if asked is Asked.WHO and match.group() in ("誰", "だれ", "どなた") else ""
            return asked, match.groupdict().get("counter") or clock or whom
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


_FREE = re.compile(
    r"無[料償](?:で(?!き)|と|に|だ|、|。)|(?:費用|料金|負担)は?(?:かか|いただ|頂|徴収)[^。]{0,5}ません"
)
"""A sum too: that nothing is paid. 無料相談 and 無償化 only name a thing."""


def definite(shape: Shape, text: str) -> bool:
    """As `satisfies`, but a when-question needs a time."""
    if (quantities := _QUANTITIES.get(shape.asked)) is None:
        pattern = _by_name(shape) if shape.counter == _WHOM else _NEEDED.get(shape.asked)
        return pattern is None or any(_is_news(shape, found.group()) for found in pattern.finditer(text))
    if shape.asked is Asked.WHEN and shape.counter == _CLOCK:
        return any(figure.quantity is Quantity.CLOCK for figure in figures(text)) or "正午" in text
    if shape.asked is Asked.WHEN:
        text = _NO_TIME.sub("", normalise(text))
    if shape.asked is Asked.COUNT and not shape.counter:
        quantities |= {Quantity.NUMBER}
    found = [figure for figure in figures(text) if figure.quantity in quantities]
    if shape.asked is Asked.COUNT and (unit := counted_unit(shape.counter)):
        return any(figure.unit.removeprefix("第") == unit for figure in found)
    if shape.asked is Asked.COUNT and shape.counter:
        return any(text.startswith(shape.counter, figure.end) for figure in figures(text))
    return bool(found) or bool(
        (shape.asked is Asked.RATIO and _LARGE_PART.search(normalise(text)))
        or (shape.asked is Asked.MONEY and _FREE.search(text))
        or (shape.asked is Asked.WHEN and (_SEASON.search(text) or _WITHIN.search(text)))
        or (shape.asked is Asked.DURATION and _LASTING.search(normalise(text)))
    )


def asks_post(shape: Shape) -> bool:
    """Whether the holder of a post is asked for."""
    return shape.counter == _WHOM and bool(shape.noun) and _POST.search("".join(shape.noun)) is not None


def _by_name(shape: Shape) -> re.Pattern[str]:
    """What answers 「誰」: a person; where no post is asked for, a body too."""
    return re.compile(_PERSON) if asks_post(shape) else _BY_NAME


def names_near(shape: Shape, text: str) -> bool:
    """Whether a person is named beside the noun that a who-question asks for: 「座長の平田氏」."""
    if shape.counter != _WHOM or not shape.noun:
        return False
    normal = normalise(text)
    places = [m.start() for m in re.finditer(re.escape(shape.noun[-1]), normal)]
    return any(
        min(abs(found.start() - at), abs(at - found.end())) <= _BESIDE
        for found in re.finditer(_PERSON, normal)
        for at in places
    )


def quantities_of(shape: Shape) -> frozenset[Quantity]:
    """What sorts of figure answer the question; none where no figure does."""
    return _QUANTITIES.get(shape.asked, frozenset())


def _is_news(shape: Shape, name: str) -> bool:
    """Whether a name is more than what the question named itself."""
    return (shape.asked not in (Asked.COMPANY, Asked.NAME) and shape.counter != _WHOM) or not set(
        tokens(name)
    ) <= set(shape.topic)


def counted_unit(counter: str) -> str:
    """The canonical unit of a counter: 名 is 人, 箇所 is か所; empty for any."""
    return figures(f"3{counter}")[0].unit if counter else ""


def only_rates(shape: Shape, text: str) -> bool:
    """Whether every figure of the kind asked for is one (「一基五万円」): a rate, not a count."""
    quantities = quantities_of(shape)
    values = [figure.value for figure in figures(text) if figure.quantity in quantities]
    return bool(values) and all(value == 1 for value in values)


def needed_words(shape: Shape, text: str) -> tuple[str, ...]:
    """The words of `text` that answer the question and must stay when it is shortened: its figures of that kind."""
    quantities = quantities_of(shape)
    return tuple(text[figure.start : figure.end] for figure in figures(text) if figure.quantity in quantities)
