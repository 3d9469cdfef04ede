"""What an answer must hold to answer at all: a question for a sum of money needs a sum, a when-question a time."""

from __future__ import annotations

import re

from corpus.figures import figures
from corpus.japanese import normalise, parts_of_speech, tokens
from corpus.units import Quantity
from rag.compose.asked import CLOCK, WHOM, Asked
from rag.compose.shape import Shape

_LARGE_PART = re.compile(r"[0-9] ?対 ?[0-9]|過半数|半数|大半|半分|大部分|全員|全て|すべて|ほとんど")


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


_WHY = r"(?:ため|為|から|ので|理由|背景|原因|こと(?:により|で)|によ[りる]|観点|目的|目指|ねらい|踏まえ|趣旨|必要|た結果)"


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


_COUNTED_AS = {
    "社": r"(?:企業|会社|社|事業者|業者|事業所)",
    "人": r"(?:人|名|方々)",
    "校": r"(?:学校|小学校|中学校|高校)",
    "団体": r"(?:団体|組織)",
    "か国": r"(?:国|か国・地域)",
    "店": r"(?:店|店舗)",
    "か所": r"(?:施設|地点|地区|拠点)",
}
"""What stands for a counter behind a bare number: 「千六百を超える企業」."""
_LOOSELY = r"る?(?:に上る|もの|の)?"
"""What stands between a figure with its hedge (「千六百を超え」) and the noun that it counts."""
_OTHER_UNITS = {
    "席": re.compile(
        r"(?:収容|定員|着席|座れ)[^、。]{0,16}?[0-9] ?(?:人|名)|[0-9] ?(?:人|名)(?:を|が)?(?:収容|着席)"
    ),
    "隻": re.compile(r"[0-9] ?回[^、。]{0,4}寄[港航]|寄[港航][^、。]{0,12}[0-9] ?回"),
}
"""A count given in another unit: seats as the people who find room, ships as their calls."""
_SPAN = re.compile(
    r"年度?(?:[1-9一二三四五六七八九十]{1,2}月)?(?:から|~|-)、?(?:令和|平成|昭和)?[0-9元]+年度?(?:末|まで|を|の|と|が|に|、|\))"
)
"""「令和8年度から13年度までを期間とする」: how long, too."""


_BESIDE = 16
"""Characters between a person's name and what the person is."""


_POST = re.compile(r"長$|監$|監督$|役$|大臣$|知事$|後任$|前任$|作者$")


_NAMING = re.compile(r"名付け|名づけ|名称|名前|愛称|通称|呼称|氏名|と称|と呼|という名|命名|と申し")
_QUOTED = r"「[^「」]{2,30}」|[一-龠々]{2,6}(?:氏|さん|君|先生|教授)"


_BARE_NAME = r"[一-龠々]{1,4}[一-龠々ぁ-んァ-ヴー]{1,5}(?:で(?:す|ござい|あり)|君)"


_BY_NAME = re.compile(f"{_PERSON}|{_BODY}")


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
        if shape.asked is Asked.NAME and _is_called(shape, text):
            return True
        if shape.asked is Asked.NAME and shape.noun and not _NAMING.search(normalise(text)):
            return _named_beside(shape.noun[-1], normalise(text))
        if shape.asked is Asked.WHO and _holder_named(shape, text):
            return True
        pattern = _by_name(shape) if shape.counter == WHOM else _NEEDED.get(shape.asked)
        if shape.asked is Asked.WHERE:
            return any(not _known(shape, place) for place in _places(text))
        return pattern is None or any(_is_news(shape, found.group()) for found in pattern.finditer(text))
    if shape.asked is Asked.WHEN and shape.counter == CLOCK:
        return any(figure.quantity is Quantity.CLOCK for figure in figures(text)) or "正午" in text
    if shape.asked is Asked.WHEN:
        text = _NO_TIME.sub("", normalise(text))
    if shape.asked is Asked.COUNT and not shape.counter:
        quantities |= {Quantity.NUMBER}
    found = [figure for figure in figures(text) if figure.quantity in quantities]
    if shape.asked is Asked.COUNT and (unit := counted_unit(shape.counter)):
        told = any(figure.unit.removeprefix("第") == unit for figure in found)
        return told or _counted_as(unit, text) or _counts(shape.noun, text)
    if shape.asked is Asked.COUNT and shape.counter:
        return any(text.startswith(shape.counter, figure.end) for figure in figures(text))
    return bool(found) or bool(
        (shape.asked is Asked.RATIO and _LARGE_PART.search(normalise(text)))
        or (shape.asked is Asked.MONEY and _FREE.search(text))
        or (shape.asked is Asked.WHEN and (_SEASON.search(text) or _WITHIN.search(text)))
        or (
            shape.asked is Asked.DURATION
            and (_LASTING.search(normalise(text)) or _SPAN.search(normalise(text)))
        )
    )


def _counted_as(unit: str, text: str) -> bool:
    """Whether a count is given in other words than its unit: 「千六百を超える企業」, 「収容数は三千人」."""
    normal = normalise(text)
    named = _COUNTED_AS.get(unit)
    if named and any(
        figure.quantity is Quantity.NUMBER and re.match(_LOOSELY + named, normal[figure.end :])
        for figure in figures(normal)
    ):
        return True
    other = _OTHER_UNITS.get(unit)
    return other is not None and other.search(normal) is not None


def _counts(noun: tuple[str, ...], text: str) -> bool:
    """Whether a bare number stands right in front of the noun that is counted: 「二百を超える実績報告」."""
    normal = normalise(text)
    named = re.compile(_LOOSELY + re.escape("".join(noun)))
    return len("".join(noun)) > 1 and any(
        figure.quantity is Quantity.NUMBER and named.match(normal, figure.end) for figure in figures(normal)
    )


def _named_beside(noun: str, text: str) -> bool:
    """Whether something in quotes or a person stands right beside a noun: 「愛称「みなとん」の市の電車」 for 電車."""
    places = [found.start() for found in re.finditer(re.escape(noun), text)]
    return any(
        min(abs(found.start() - at - len(noun)), abs(at - found.end())) <= _BESIDE
        for found in re.finditer(_QUOTED, text)
        for at in places
    )


def _is_called(shape: Shape, text: str) -> bool:
    """Whether a compound names one of what is asked for: みどり推進部, where the name of a 部 is wanted."""
    if not shape.noun:
        return False
    called, known = shape.noun[-1], set(shape.topic) | set(shape.noun)
    return any(
        run.endswith(called) and len(run) >= len(called) + 2 and not set(tokens(run)) <= known
        for run in _compounds(text)
    )


def _compounds(text: str) -> list[str]:
    """The nouns of a text as they are joined: 「市民」「健康課」."""
    runs = [""]
    for surface, part in parts_of_speech(text):
        if part in ("名詞", "接頭辞", "接尾辞"):
            runs[-1] += surface
        elif runs[-1]:
            runs.append("")
    return [run for run in runs if run]


def asks_post(shape: Shape) -> bool:
    """Whether the holder of a post is asked for."""
    return shape.counter == WHOM and bool(shape.noun) and _POST.search("".join(shape.noun)) is not None


def _of_other_body(shape: Shape, normal: str, at: int) -> bool:
    """Whether the post at `at` is that of another body: it lacks a word of the one asked about and has one more."""
    run = re.search(r"[一-龠々ァ-ヴー]+(?:会|局|部|課|室|本部|機構|協会|センター)[元前現副]?$", normal[:at])
    subjects = [subject for subject in shape.subjects if not set(subject) <= set(shape.noun)]
    if run is None or not subjects:
        return False
    named, wanted = set(tokens(run.group())), set(subjects[0])
    return bool(wanted - named and named - wanted - set(shape.topic))


def _holder_named(shape: Shape, text: str) -> bool:
    """Whether the holder of a post is introduced by the bare name: 「技監の三浦でございます」."""
    post = re.escape("".join(shape.noun))
    return asks_post(shape) and re.search(rf"{post}(?:の|は、?){_BARE_NAME}", normalise(text)) is not None


def _by_name(shape: Shape) -> re.Pattern[str]:
    """What answers 「誰」: a person; where no post is asked for, a body too."""
    return re.compile(_PERSON) if asks_post(shape) else _BY_NAME


def names_near(shape: Shape, text: str) -> bool:
    """Whether a person is named beside the noun that a who-question asks for: 「座長の平田氏」."""
    if shape.counter != WHOM or not shape.noun:
        return False
    if _holder_named(shape, text):
        return True
    normal = normalise(text)
    post = shape.noun[-1] if len(shape.noun[-1]) > 1 else "".join(shape.noun[-2:])  # 委員長, not any 長
    places = [
        m.start()
        for m in re.finditer(re.escape(post), normal)
        if not _of_other_body(shape, normal, m.start())
    ]
    return any(
        min(abs(found.start() - at), abs(at - found.end())) <= _BESIDE
        for found in re.finditer(_PERSON, normal)
        for at in places
    )


def quantities_of(shape: Shape) -> frozenset[Quantity]:
    """What sorts of figure answer the question; none where no figure does."""
    return _QUANTITIES.get(shape.asked, frozenset())


def _places(text: str) -> list[str]:
    """The runs of joined characters that name a place."""
    runs = re.findall(r"[一-龠々ァ-ヴーA-Za-z0-9]+[一-龠々ァ-ヴーA-Za-z0-9ぁ-ん]?", normalise(text))
    halls = re.findall(r"[ァ-ヴー]{4,}(?=で|に|及び|など|を会場)", normalise(text))
    return [run for run in runs if re.search(_PLACE, run)] + halls


def _known(shape: Shape, place: str) -> bool:
    """Whether a place is nothing but what the question names itself: 「販売所に置く」 where that is looked for."""
    words = [word for word in tokens(place) if len(word) > 1 and not word[0].isdigit()]
    return bool(words) and set(words) <= {*shape.topic, *shape.noun}


def _is_news(shape: Shape, name: str) -> bool:
    """Whether a name is more than what the question named itself."""
    return (shape.asked not in (Asked.COMPANY, Asked.NAME) and shape.counter != WHOM) or not set(
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
