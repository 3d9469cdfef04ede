"""The earlier question with one of its parts replaced: another year, another school, what was meant instead."""

from __future__ import annotations

import re
from datetime import date

from corpus.calendar import Grain, Mention, fiscal_year, japanese_fiscal_year, japanese_year
from rag.speaking import speakers
from rag.topic import INTERROGATIVE, last_period, relational, topic_of

_HOW = r"(?:、?(?:どう|いかが)(?:です|でしょう|なって(?:い(?:ます|る(?:の|ん)です)|る(?:の|ん)です)|なり(?:ます|ました)|でした)?か?)?"
_VALUE = re.compile(
    rf"(?P<value>.+?)(?P<mark>について(?:は)?|に関して(?:は)?|の(?:場合|時|とき|ほう|方)(?:は|だと)?|には|では|だと|なら|は|も){_HOW}"
)
_OTHER_ONE = re.compile(
    r"^(?P<value>[^、。はがを]{1,12}?)(?:のほう|の方|の場合)(?:は|も|だと|なら|では)、?(?P<rest>.{2,})$"
)
_NEXT = re.compile(
    r"(?:その)?(?P<way>一つ前|1つ前|前々|前|翌|次)の?(?P<unit>年度|年)(?:度)?(?:の(?:時点|場合))?(?:まで)?(?:は|では|には|だと)?"
    + _HOW
)
_SUFFIX = r"(?:末|初め|当初|中|時点|現在|の時点|まで)?"
PLACE = re.compile(r"^(?P<place>.{0,30}?(?:会議|委員会|定例会|臨時会|議会|審議会|協議会|懇談会))(?=で|に|の)")
_ABOUT = re.compile(r"(?P<matter>[^、。はがを]+)(?=について|に関)")
_KINDS = "駅課部局区市町村県校園館室科党会期号線"
MEANT = re.compile(
    r"^(?:(?P<wrong>[^、。はがを]{1,20}?)(?:では|じゃ)なく(?:て)?、?)?(?P<value>[^、。はがを]{1,30}?)(?:のほう|の方|のこと|の話|の件|について|に関して|の場合)?"
    r"(?:でした|です|だ(?:った)?|をお願い(?:し|いたし)ます|を(?:聞いて|知りたい|教えて)[^、。]{0,10})(?:よ|ね|が|けど)?$"
)
_ELSEWHERE = re.compile(
    r"(?P<place>(?:ほか|他|よそ|近隣|周辺)の(?:市区町村|区市町村|市町村|自治体|都市|市|区|町|村|県))(?:の場合)?(?:は|では|だと|も)?"
    + _HOW
)
"""「ほかの市は？」 asks the same of others; what is known of this one is no answer."""
_DEED = re.compile(
    r"(?:化|整備|設置|導入|開設|開始|実施|配[付布備]|改[定修正]|工事|事業|計画|建設|移転|[拡補]充|運用|廃止|撤去|再編|購入|委託|助成|補助|給付|支給|公開|募集"
    r"|運[行転]|更新|備蓄|減免|滞納|点検|管理|利用|開放|申請|登録|転[入出]|増[設減]|補修|修繕|保護|支援|対策|調査|貸出し?|見直し|値上げ|植え替え|建て替え|設備)$"
)
"""What is done with a thing: 「違います、毛布です」 puts another thing in its place, 「滞納です」 another deed."""
_COUNTED = re.compile(r"何(?:[一-龠]{1,2}|トン|ヘクタール|キロ)(?=で|あ|備|設|必|い|に|が|、|$)")


def meant(text: str, before: str, today: date) -> str:
    """「いや、区立のほうです」: the earlier question with what was meant in place of what was understood."""
    found = MEANT.match(text)
    if found is None or INTERROGATIVE.search(text):
        return ""
    value, wrong = found["value"], found["wrong"] or ""
    if last_period(value, today):
        return another_period(f"{value}は", before, today)
    if wrong and wrong in before:
        return before.replace(wrong, value, 1)
    if twin := another_value(f"{value}は", before, today, deeds=True) or _prefixed(value, before):
        return twin
    if re.search(r"(?:について|に関して)", text) and (
        about := another_value(f"{value}については", before, today)
    ):
        return about
    topic = topic_of(before)
    if not topic or topic not in before:
        return ""
    segments = topic.split("の")
    alike = [n for n, each in enumerate(segments) if bool(_DEED.search(each)) is bool(_DEED.search(value))]
    segments[alike[-1] if alike else 0] = value
    return _COUNTED.sub("いくつ", before.replace(topic, "の".join(segments), 1))


def _prefixed(value: str, before: str) -> str:
    """The earlier question with another prefix: 区立 for 都立 in 都立図書館."""
    if not 2 <= len(value) <= 3 or not re.fullmatch(r"[一-龠々]+", value):
        return ""
    for run in _runs(before):
        if len(run) > len(value) and run[len(value) - 1] == value[-1] and run[: len(value)] != value:
            return before.replace(run, f"{value}{run[len(value) :]}", 1)
    return ""


def another_period(text: str, before: str, today: date) -> str:
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


def another_value(text: str, before: str, today: date, *, deeds: bool = False) -> str:
    """The earlier question about another of the same kind: 「小学校は？」「教育長は？」「予算特別委員会では？」.

    `deeds`: whether another deed may be meant, too; 「開設は？」 asks for the time of one.
    """
    if elsewhere := _ELSEWHERE.fullmatch(text):
        return f"{elsewhere['place']}の{before}"
    if (other := _OTHER_ONE.match(text)) and (twin := _twin(other["value"], before)):
        return f"{topic_of(before).replace(twin, other['value'], 1)}について、{other['rest']}"
    found = _VALUE.fullmatch(text)
    if found is None or INTERROGATIVE.search(found["value"]) or re.search(r"[はがを、]", found["value"]):
        return ""
    value, mark = found["value"], found["mark"]
    place = PLACE.match(before)
    if mark == "では" and re.search(r"(?:会議|委員会|定例会|臨時会|議会|審議会)$", value):
        return f"{value}{before[place.end() :]}" if place else f"{value}では、{before}"
    if (other := re.fullmatch(r"[一-龠々ぁ-んァ-ヴー]{1,8}(?P<title>議員|委員)", value)) and (
        old := re.search(rf"[一-龠々]{{1,6}}{other['title']}(?=の|が|は|に)", before)
    ):
        return f"{before[: old.start()]}{value}{before[old.end() :]}"
    if (named := speakers(f"{value}は")) or re.search(r"(?:議員|委員|知事)$", value):
        known = speakers(before)
        whole = f"{topic_of(before)}について、{named[0] if named else value}は何と答えていますか"
        return before.replace(known[0], value, 1) if known else whole
    if (deeds or not _DEED.fullmatch(value)) and (twin := _twin(value, before)):
        return before.replace(twin, value, 1)
    if part := _same_part(value, before):
        return part
    if value.endswith("立") and (prefixed := _prefixed(value, before)):
        return prefixed
    if mark.startswith(("について", "に関して")):
        if about := _ABOUT.search(before):
            return f"{before[: about.start()]}{value}{before[about.end() :]}"
        whole = topic_of(before, whole=True)
        return before.replace(whole, value, 1) if whole and before.startswith(whole) else ""
    return ""


def _same_part(value: str, before: str) -> str:
    """The earlier question with another owner of the same part: 「公園の分は」 after 「…のうち道路の分は」."""
    found = re.fullmatch(
        r"(?P<owner>[一-龠々ァ-ヴーA-Za-z]+)の(?P<part>分|方|場合|ところ|件数|人数|費用)", value
    )
    if found is None:
        return ""
    old = re.search(rf"[一-龠々ァ-ヴーA-Za-z]+(?=の{found['part']}(?:は|が|を|も|$))", before)
    return f"{before[: old.start()]}{found['owner']}{before[old.end() :]}" if old else ""


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
