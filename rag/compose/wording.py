"""Rewrites polite speech in the terse wording of an assembly newsletter, without changing what it says.

「…を整備してまいります」 becomes 「…を整備」, 「…に努めてまいりたいと考えております」 「…に努める」. Negations,
wishes, plans and figures stay: only politeness, fillers and the verb endings behind a verbal noun go.
"""

from __future__ import annotations

import re
from datetime import date

from corpus.calendar import era_name, resolve_relative
from corpus.expressions import RELATIVE, RELATIVE_MONTH
from corpus.japanese import normalise
from rag.compose.politeness import casual

_FILLERS = re.compile(
    r"(?:お話(?:のございました|にありました|の)|ご指摘(?:のありました|の)|ご要望のありました|委員(?:ご指摘|お話)の|"
    r"(?:都|区|市|町|村|県|本市|本区|当市|当区|本県|当局)(?:は|としましては|といたしましては?|としては?|といたしまして)、|"
    r"しっかりと?|着実に|積極的に|引き続き、?|今後(?:と)?も、|今後、|より一層|さらに、|また、|その上で、|こうした取り?組み?(?:により|を通じて?)、?)"
)
_WE = re.compile(r"(?:都|区|市|町|村|県|本市|本区|当市|当区|本県|当局)(?:は|と)")
_SOMEBODY = re.compile(r"[一-龠ァ-ヴー](?<![年月日度中上])(?:が|は|で(?:は|も)?|におい(?:て|ては|ても))、")
_PLAIN = (
    (re.compile(r"に(?:つきまして|ついて|関しまして)も、?"), "も"),
    (re.compile(r"に(?:つきまして|ついて|関しまして)は、?"), "は"),
    (re.compile(r"に(?:つきまして|関しまして)"), "について"),
    (re.compile(r"に(?:おきまして)(は|も)?"), r"で\1"),
    (re.compile(r"にお(?:きます|けます|ける)"), "の"),
    (re.compile(r"(?<=[ァ-ヴー一-龠])に(?:おいて)(は|も)?"), r"で\1"),
    (re.compile(r"により(?:まして)"), "により"),
    (re.compile(r"によります"), "による"),
    (re.compile(r"と(?:いたしまして|しまして)"), "として"),
    (re.compile(r"に当た(?:りましては|っては|り)"), "に当たり"),
    (re.compile(r"(?:を)?(?:いた)?しまして、"), "し、"),
    (re.compile(r"(?<=[一-龠])を行(?:いまして|って)、"), "を行い、"),
    (re.compile(r"(?<=[れけめえせげねべしき])ました(?=[一-龠ァ-ヴー])"), "た"),
    (re.compile(r"いたし(?=た|て(?!まいり))"), "し"),
    (re.compile(r"で(?:ござい|あり)まして、"), "であり、"),
    (re.compile(r"まして、"), "、"),
    (re.compile(r"(?<=[一-龠をがに])行います(?=[一-龠ァ-ヴー])"), "行う"),
    (re.compile(r"(?:いた)?します(?=[一-龠ァ-ヴー])"), "する"),
    (re.compile(r"(?P<te>[てで])おります(?=[一-龠ァ-ヴー])"), r"\g<te>いる"),
    (re.compile(r"(?<=[れけめえせげねべ])ます(?=[一-龠ァ-ヴー])"), "る"),
    (re.compile(r"(?<=[なあ])ります(?=[一-龠ァ-ヴー])"), "る"),
    (re.compile(r"できます(?=[一-龠ァ-ヴー]|よう)"), "できる"),
    (re.compile(r"(?<=[れけめえせげねべ])ますよう"), "るよう"),
    (re.compile(r"などの"), "等の"),
    (re.compile(r"など(?=[をがはにで、])"), "等"),
    (re.compile(r"さまざまな"), "様々な"),
    (re.compile(r"取り組み(?!、|まし|ます|つつ|ながら|たい)|(?<=[たのる])取り組み(?=、)"), "取組"),
    (re.compile(r"ご(?!要望のあり)(?=理解|意見|要望|協力|相談|提案|利用|案内|支援|参加)"), ""),
)
_WISH = (
    (
        re.compile(r"(?P<te>[てで])(?:まいり|いき)たいと(?:、?このように)?(?:考え|思|存じ)[^。]{0,10}$"),
        r"\g<te>まいります",
    ),
    (
        re.compile(
            r"(?:と|、)(?:、?このように)?(?:強く)?(?:考え|認識(?:を)?(?:いた)?し|思い|思っ|存じ)(?:て(?:おり|い)?)?(?:ます|るところで(?:ござい|あり)ます)$"
        ),
        "",
    ),
    (re.compile(r"(?<!との)(?:もの|ところ|こと)(?:で(?:ござい|あり)ます|です)$"), ""),
    (re.compile(r"(?<=する|した|れる|せる|える|いる|ある|なる|った)もの$"), ""),
    (re.compile(r"する(?:ことと(?:いた)?し(?:て(?:おり|い|ござい)ます|ました|ます))$"), "します"),
    (
        re.compile(r"(?:を行う|を図る)(?:ことと(?:いた)?し(?:て(?:おり|い|ござい)ます|ました|ます))$"),
        "します",
    ),
    (re.compile(r"ことと(?:いた)?し(?:て(?:おり|い|ござい)ます|ました|ます)$"), ""),
    (re.compile(r"(?<=との)こと(?:で(?:ござい|あり)ます|です)$"), "こと"),
)
"""Wishes and hedges around the predicate, taken off first."""

_TAIL = r"(?:[てで](?:まいります|いきます|いく|おります|います|いる|まいりました|きました|おる|ございます)|ます|ました|た|る)"
_SAHEN = r"(?P<noun>[一-龠々ァ-ヴー]{2,}|見直し)(?<!見直)"
_ENDINGS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(
            r"(?:いた)?(?:する|していく)予定(?:で(?:ござい|あり)ます|です|(?:と|を)(?:いた)?して(?:おり|い)ます)?$"
        ),
        "予定",
    ),
    (re.compile(r"予定(?:で(?:ござい|あり)ます|です|(?:と|を)(?:いた)?して(?:おり|い)ます)$"), "予定"),
    (re.compile(rf"{_SAHEN}(?:を|に)?(?:し|いたし|を図っ|を行っ|を行い){_TAIL}$"), r"\g<noun>"),
    (re.compile(rf"{_SAHEN}する$"), r"\g<noun>"),
    (re.compile(r"(?:で(?:ござい|あり)ます|です)$"), ""),
    (re.compile(r"(?:こと)?が(?:ござい|あり)ます$"), "がある"),
    (re.compile(r"に(?:ござい|あり)ます$"), "にある"),
    (re.compile(r"が(?:ござい|あり)ません$"), "がない"),
)
_VERBS = {
    "努め": "努める",
    "進め": "進める",
    "図っ": "図る",
    "取り組ん": "取り組む",
    "目指し": "目指す",
    "つなげ": "つなげる",
    "繋げ": "繋げる",
    "行っ": "行う",
    "行い": "行う",
    "果たし": "果たす",
    "生かし": "生かす",
    "働きかけ": "働きかける",
    "求め": "求める",
    "高め": "高める",
    "広げ": "広げる",
    "深め": "深める",
    "強め": "強める",
    "努力し": "努力",
    "整え": "整える",
    "講じ": "講じる",
    "促し": "促す",
    "伝え": "伝える",
    "支え": "支える",
    "守っ": "守る",
    "育て": "育てる",
    "設け": "設ける",
    "定め": "定める",
    "取りまとめ": "取りまとめる",
    "加え": "加える",
    "応え": "応える",
    "踏まえ": "踏まえる",
    "ふやし": "増やす",
    "増やし": "増やす",
    "減らし": "減らす",
    "創り": "創る",
    "つくっ": "つくる",
    "引き上げ": "引き上げる",
    "立ち上げ": "立ち上げる",
    "見直し": "見直す",
    "役立て": "役立てる",
    "重ね": "重ねる",
    "続け": "続ける",
    "受け": "受ける",
    "呼びかけ": "呼びかける",
    "後押しし": "後押し",
    "支援し": "支援",
    "導い": "導く",
    "築い": "築く",
    "向け": "向ける",
    "含め": "含める",
}
_VERB_END = re.compile(rf"(?P<verb>{'|'.join(sorted(_VERBS, key=len, reverse=True))})(?P<tail>{_TAIL})$")
_GOES_ON = ((re.compile(r"(?<=[けめえせげねべれ])て(?:まいります|いきます|いく)$"), "る"),)
_CONTINUED = (
    (re.compile(r"(?:する|を行う|していく)?とともに$"), ""),
    (
        re.compile(
            rf"{_SAHEN}(?:を)?(?:し|いたし|を行い|を図り|を進め|して(?:おり|い)?|しており(?:まして)?|し(?:まして|つつ)?)$"
        ),
        r"\g<noun>",
    ),
    (re.compile(r"して(?:おり|いる)(?:まして|ほか)?$|しており$"), ""),
    (re.compile(r"(?:した|する|している)(?:ほか|一方(?:で)?)$"), ""),
    (re.compile(r"ており(?:まして)?$"), "ている"),
)
_TERMINABLE = re.compile(
    rf"(?:{_SAHEN}(?:を)?(?:し|いたし|し(?:て)?|しまして|しており(?:まして)?|を行い|を図り)|とともに|(?:した|する|している)ほか|ており(?:まして)?)$"
)


_RELATIVES = tuple(re.compile(rf"{pattern}(?! ?[（(])") for pattern in (RELATIVE, RELATIVE_MONTH))
_COUNTED = "(?:元|[0-9]{1,2}|[一二三四五六七八九十]{1,3})"


def years(text: str, said_on: date) -> str:
    """`text` with the years of the running era as newsletters print them, without its name; 来年 and 来月 too.

    >>> years("来年度から、令和二年四月に開設した窓口を増やし、本年夏に検証します。", date(2020, 9, 1))
    '3年度から、2年四月に開設した窓口を増やし、2年夏に検証します。'
    """
    era = era_name(said_on)
    for relative in _RELATIVES:
        text = relative.sub(lambda m: _dated(m[0], said_on, era), text)
    return re.sub(
        rf"{era}({_COUNTED})年(?=度|[0-9一二三四五六七八九十]+月)", lambda m: normalise(f"{m[1]}年"), text
    )


def _dated(word: str, said_on: date, era: str) -> str:
    """来年度 as 3年度; as it is where that year has the name of another era."""
    year = resolve_relative(word, said_on).removeprefix(word).strip("（）")
    return year.removeprefix(era) if year.startswith(era) else word


def plain(text: str) -> str:
    """`text` with the speech forms of a reply in their written form; its meaning and figures unchanged."""
    for pattern, replacement in _PLAIN:
        text = pattern.sub(replacement, text)
    head, comma, last = text.rpartition("、")  # the end is made terse by `ended`
    text = f"{casual(head)}{comma}{last}"
    return _FILLERS.sub(lambda m: m[0] if _turns_to(text, m) else "", text)


def _turns_to(text: str, filler: re.Match[str]) -> bool:
    """Whether 「都は、」 says that from here on another acts than before: 「国が基準を示し、都は、窓口を設け」."""
    return _WE.match(filler[0]) is not None and _SOMEBODY.search(text, 0, filler.start()) is not None


def can_end(clause: str) -> bool:
    """Whether a clause before a comma can be made the end of a sentence: 「…を整備し、」, 「…するとともに、」."""
    return _TERMINABLE.search(clause.rstrip("、")) is not None


def ended(text: str) -> str:
    """`text` ending in a noun or a plain verb, with 。.

    >>> ended("雨水貯留槽の設置を支援してまいります。"), ended("安全の確保に努めてまいりたいと考えております")
    ('雨水貯留槽の設置を支援。', '安全の確保に努める。')
    """
    body = text.strip().rstrip("。、")
    for pattern, replacement in _WISH:
        body = pattern.sub(replacement, body)
    if match := _VERB_END.search(body):
        return f"{body[: match.start()]}{_written(match['verb'], match['tail'])}。"
    for pattern, replacement in (*_ENDINGS, *_CONTINUED, *_GOES_ON):
        body, done = pattern.subn(replacement, body)
        if done:
            break
    return f"{casual(body).rstrip('を、')}。"


def _written(stem: str, tail: str) -> str:
    """A verb of the table in its written form: plans in the plain form, what is or was done as such."""
    voiced = "だ" if stem.endswith("ん") else "た"
    if tail.endswith(("おります", "います", "いる", "おる", "ございます")) and not stem.endswith("い"):
        return f"{stem}{'で' if voiced == 'だ' else 'て'}いる"
    if tail in ("ました", "た"):
        return {"行い": "行った"}.get(stem, f"{stem}{voiced}")
    if tail.endswith(("まいりました", "きました")):
        return f"{stem}{'で' if voiced == 'だ' else 'て'}きた"
    return _VERBS[stem]
