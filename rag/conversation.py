"""Makes a follow-up question stand alone: 「それはいつからですか」 after a question about school meals.

No model is asked. Only the earlier questions count, never the answers: those hold text that its reader may have
lost the right to since, and a client may put anything there. Whether a question with a matter of its own
belongs to the earlier one（映像はどのくらい保存されますか）cannot be told from words alone; the caller
decides that by what the reader's records say on both together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from corpus.calendar import Grain, Mention, fiscal_year, japanese_fiscal_year, japanese_year
from corpus.normalisation import normalise
from rag.refusal import assess_question
from rag.speaking import speakers
from rag.topic import (
    INTERROGATIVE,
    asking_sentence,
    deed_of,
    last_period,
    own_nouns,
    relational,
    topic_of,
)

MAX_TURNS = 8
"""Earlier questions that are looked at, the latest ones."""

Belongs = Callable[[str], bool]
"""Whether a question tied to the earlier one finds something said on both."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A question that stands alone. `completed` tells whether it was made from earlier ones."""

    text: str
    completed: bool = False


def resolve(question: str, earlier: Sequence[str], today: date, belongs: Belongs) -> Resolved:
    """`question` as it would be asked without the conversation.

    Args:
        question: as typed.
        earlier: the questions before it, oldest first; greetings and orders among them are passed over.
        today: the day of asking.
        belongs: decides about a question that could stand alone as well as follow.

    >>> resolve("費用は", ["中学校の給食費の無償化はいつからですか"], date(2026, 4, 1), lambda _: True).text
    '中学校の給食費の無償化について、費用は'
    """
    before = ""
    for text in earlier[-MAX_TURNS:]:
        if assess_question(text, follows=bool(before)) is None:
            before = _tied(text, before, today, belongs) or text
    if not before or assess_question(question, follows=True) is not None:
        return Resolved(question)
    tied = _tied(question, before, today, belongs)
    return Resolved(tied, True) if tied and tied != question else Resolved(question)


_LEAD = re.compile(
    r"^(?:では|それでは|じゃあ?|それなら|で(?=、)|あと(?=、)|なお|また|ちなみに|次に|続いて|すると)、?\s*"
)
_IT = re.compile(
    r"^(?:それ|これ|そちら|あれ|そこ|ここ|上記|前述)(?:ら)?(?P<rest>(?:は|が|を|に|の|って|について|で|も|から|、).*)?$"
)
_THAT = re.compile(
    r"(?:その|この|同じ|同)(?!他|ほか|一方|上で|後の(?!年)|ため|際|よう|度|まま|[0-9０-９数十]|じ)(?P<noun>(?:制度|事業|計画|取組み?|施設|件|話|問題|施策|条例|案|工事)(?![一-龠]))?"
)
_OF_FIGURE = re.compile("内訳|根拠|理由|原因|推移|増減|差")
_MORE = re.compile(
    r"(?:もう少し|もっと|さらに)?(?:詳しく|くわしく|具体的に|細かく)(?:は|お願いします|お願いいたします|教えて(?:ください)?|説明して(?:ください)?|知りたい(?:です)?)*"
    r"|(?:ほか|他)(?:に|には)(?:何か)?(?:は)?(?:あり(?:ます|ません)か)?|続き(?:を|は)?(?:教えて(?:ください)?|お願いします)?"
)
_WHO_SAID = re.compile(
    r"(?:誰|だれ|どなた|どの(?:部長|課長|議員|委員|人))(?:が|の)?(?:(?:答|応)え|答弁|発言|説明|言っ|言い|述べ|話し)|(?:答え|答弁(?:し)?|発言(?:し)?|説明(?:し)?|言っ|述べ)た(?:の|人|方)は(?:誰|だれ|どなた)"
)
_WHY = re.compile(
    r"^(?:(?:それ|これ)は)?、?(?:なぜ|何故|どうして|なんで)(?:です|でしょう|な(?:の|ん)です|そう(?:な(?:の|ん)|なった(?:の|ん))です)?か?$"
)
_HOW = r"(?:、?(?:どう|いかが)(?:です|でしょう|なって(?:い(?:ます|る(?:の|ん)です)|る(?:の|ん)です)|なり(?:ます|ました)|でした)?か?)?"
_VALUE = re.compile(
    rf"(?P<value>.+?)(?P<mark>について(?:は)?|に関して(?:は)?|の(?:場合|時|とき|ほう|方)(?:は|だと)?|には|では|だと|なら|は|も){_HOW}"
)
_NEXT = re.compile(
    r"(?:その)?(?P<way>一つ前|1つ前|前々|前|翌|次)の?(?P<unit>年度|年)(?:度)?(?:の(?:時点|場合))?(?:は|では|には|だと)?"
    + _HOW
)
_SUFFIX = r"(?:末|初め|当初|中|時点|現在|の時点)?"
_PLACE = re.compile(
    r"^(?P<place>.{0,30}?(?:会議|委員会|定例会|臨時会|議会|審議会|協議会|懇談会))(?=で|に|の)"
)
_ABOUT = re.compile(r"(?P<matter>[^、。はがを]+)(?=について|に関)")
_RUN = re.compile(r"[一-龠々ァ-ヴーA-Za-z]+")
_KINDS = "駅課部局区市町村県校園館室科党会期号線"
_ASCII = re.compile(r"[\x00-\x7f]+")


def _tied(question: str, before: str, today: date, belongs: Belongs) -> str:
    """`question` tied to the question `before`; empty where it stands alone or there is nothing to tie it to."""
    text = _LEAD.sub("", re.sub(r"[。？?！!\s]+$", "", question.strip()))
    if not _MORE.fullmatch(text):
        text = _LEAD.sub("", asking_sentence(question)) or text
    if not before or _ASCII.fullmatch(text):
        return ""
    whole = topic_of(before, whole=True)
    if _MORE.fullmatch(text):
        return f"{whole}について、詳しく教えてください" if whole else ""
    if _WHO_SAID.search(text) and not own_nouns(_IT.sub(r"", text)):
        return f"{whole}について、誰が答えましたか"
    if _WHY.match(text):
        deed = deed_of(before)
        return f"{deed if re.search(r'(?:[一-龠ァ-ヴー]|見込み)$', deed) else whole}の理由は何ですか"
    return (
        _another_period(text, before, today)
        or _pointing(text, before)
        or _another_value(text, before, today)
        or _tied_by_topic(text, question, before, today, belongs)
    )


def _pointing(text: str, before: str) -> str:
    """A question with それ or その, with the matter in its place."""
    topic = topic_of(before)
    if not topic:
        return ""
    if (found := _IT.match(text)) and not _WHO_SAID.search(text):
        rest = found["rest"] or "は"
        return f"{topic_of(before, whole=True) if not own_nouns(rest) else topic}{rest}"
    found = _THAT.search(text)
    if found is None:
        return ""
    put = topic if found["noun"] else f"{topic_of(before, whole=bool(_OF_FIGURE.match(text, found.end())))}の"
    if found.start() == 0:
        return f"{put}{text[found.end() :]}"
    return f"{topic}について、{text[: found.start()]}{text[found.end() :] if not found['noun'] else text[found.start() :]}"


def _another_period(text: str, before: str, today: date) -> str:
    """The earlier question with another period: 「令和5年度はどうですか」「その前の年は」."""
    known = last_period(before, today)
    if step := _NEXT.fullmatch(text):
        away = {"翌": 1, "次": 1, "前々": -2}.get(step["way"], -1)
        return _with_period(before, known, _moved(known, away, step["unit"], today))
    named = last_period(text, today)
    if named is None:
        return ""
    rest = f"{text[: named.start]}{text[named.end :]}"
    if not re.fullmatch(rf"{_SUFFIX}の?(?:について(?:は)?|の場合は?|では|には|だと|は|も)?{_HOW}", rest):
        return ""
    suffix = re.match(_SUFFIX, text[named.end :])
    return _with_period(before, known, named.text + (suffix.group() if suffix else ""))


def _with_period(question: str, known: Mention | None, period: str) -> str:
    if known is None:
        return f"{period}の{question}"
    tail = re.match(r"(?:末|初め|当初|中|時点|現在)?", question[known.end :])
    end = known.end + (tail.end() if tail else 0)
    return f"{question[: known.start]}{period}{question[end:]}"


def _moved(known: Mention | None, away: int, unit: str, today: date) -> str:
    """The period so many years later, in the words of an office."""
    if known is None:
        return (
            japanese_fiscal_year(fiscal_year(today) + away)
            if unit == "年度"
            else japanese_year(today.year + away)
        )
    day = known.period.first
    if known.grain is Grain.FISCAL_YEAR or (known.grain is not Grain.MONTH and unit == "年度"):
        return japanese_fiscal_year(fiscal_year(day) + away)
    year = japanese_year(day.year + away)
    if known.grain is Grain.MONTH:
        return f"{year}{day.month}月"
    return f"{year}{day.month}月{day.day}日" if known.grain is Grain.DAY else year


def _another_value(text: str, before: str, today: date) -> str:
    """The earlier question about another of the same kind: 「小学校は？」「教育長は？」「予算特別委員会では？」."""
    found = _VALUE.fullmatch(text)
    if found is None or INTERROGATIVE.search(found["value"]) or re.search(r"[はがを、]", found["value"]):
        return ""
    value, mark = found["value"], found["mark"]
    place = _PLACE.match(before)
    if mark == "では" and re.search(r"(?:会議|委員会|定例会|臨時会|議会|審議会)$", value):
        return f"{value}{before[place.end() :]}" if place else f"{value}では、{before}"
    if (named := speakers(f"{value}は")) or re.search(r"(?:議員|委員|知事)$", value):
        known = speakers(before)
        whole = f"{topic_of(before)}について、{named[0] if named else value}は何と答えていますか"
        return before.replace(known[0], value, 1) if known else whole
    if twin := _twin(value, before):
        return before.replace(twin, value, 1)
    if mark.startswith(("について", "に関して")):
        if about := _ABOUT.search(before):
            return f"{before[: about.start()]}{value}{before[about.end() :]}"
        whole = topic_of(before, whole=True)
        return before.replace(whole, value, 1) if whole and before.startswith(whole) else ""
    return ""


def _twin(value: str, before: str) -> str:
    """The noun of the earlier question that is of the same kind as `value`: 小学校 for 中学校, 第三期 for 第二期."""
    if value in before or relational(value):
        return ""
    ranked = [(length, run) for run in _runs(before) if (length := _alike(value, run))]
    return max(ranked)[1] if ranked else ""


def _runs(text: str) -> list[str]:
    return [
        run
        for run in re.findall(r"第[一二三四五六七八九十0-9]+[期号回次]|[一-龠々ァ-ヴーA-Za-z]+", text)
        if len(run) > 1
    ]


def _alike(left: str, right: str) -> int:
    """Length of the common end that makes two nouns of one kind; 0 where they are not."""
    if left == right:
        return 0
    ends = zip(reversed(left), reversed(right), strict=False)
    length = next((n for n, (a, b) in enumerate(ends) if a != b), min(len(left), len(right)))
    same_size = len(left) == len(right) <= 3
    kind = length and (left[-1] in _KINDS or same_size)
    return length if length >= 2 or kind else 0


def _tied_by_topic(text: str, question: str, before: str, today: date, belongs: Belongs) -> str:
    """The question under the topic of the earlier one, where it names no matter of its own or `belongs` says so."""
    named = speakers(text)
    own = own_nouns(_without(text, named))
    if named and not own:
        return f"{topic_of(before, whole=True)}について、{text}"
    topic = topic_of(before) if own or re.search(r"[一-龠]", text) else topic_of(before, whole=True)
    known = frozenset(own_nouns(before))
    if not topic or (own and _stands_alone(question, own, known)):
        return ""
    if last_period(text, today) and (old := last_period(topic, today)):
        topic = f"{topic[: old.start]}{topic[old.end :]}".lstrip("の") or topic
    tied = f"{topic}について、{text}"
    return tied if not own or belongs(tied) else ""


def _without(text: str, names: Sequence[str]) -> str:
    for name in names:
        text = text.replace(name, "")
    return text


def _stands_alone(text: str, own: Sequence[str], known: frozenset[str]) -> bool:
    """Whether a question clearly opens a topic: it says about what, by whom or where, or names much."""
    normal = normalise(text)
    told = re.search(r"について|に関(?:し|す)|とは(?:何|$)", normal) or speakers(text) or _PLACE.match(normal)
    return bool(told) or len(own) >= 3 or bool(known & frozenset(own) and len(own) >= 2)
