"""Cuts a passage into sentences that can be quoted, with offsets, and trims what a person does not need.

A council answer opens with politeness and with a preamble that names its topic
（「次に、雨水貯留槽の整備についてでございますが、」）. The preamble is not quoted, but it says what
the sentences after it are about, so each piece carries the last one as its `topic`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from corpus.japanese import sentences

_ORDINAL = (
    r"(?:まず(?:初めに|は)?|初めに|はじめに|次いで|次に|続いて|続きまして|最後に|そして|また|同じく|"
    r"もう一点|[一二三四五六七八九十1-9１-９]+(?:点|つ|番)目(?:の|は|に|として)?|第[一二三四五六七八九十]+(?:に|は)?)"
)
_ABOUT = r"(?:に(?:つきまして|ついて|関しまして|関して|関する|係る|対する))"
_ASKED = r"(?:の|という)?(?:ご|御)?(?:質問|質疑|お尋ね|指摘|提案|意見|要望|お話)"
_POLITE = r"(?:で(?:ござい|あり)ます|でございました|です)"
_RECEIVED = (
    rf"(?:{_POLITE}|が(?:ござい|あり)ました|を(?:いただ|頂戴|ちょうだい)[^。、]{{1,6}}|があったかと存じます|"
    r"に?(?:お答え|ご答弁)[^。、]{1,14})"
)
_PREAMBLE = re.compile(
    rf"^(?:{_ORDINAL}[、,]?\s*)*(?P<topic>[^。]{{0,60}}?)(?:{_ABOUT}(?:{_ASKED})?)(?:の(?:こと|件|点))?"
    rf"{_RECEIVED}(?:が|けれども|けど)、"
)
_PREAMBLE_SENTENCE = re.compile(
    rf"^(?:私から(?:は)?、?)?(?:{_ORDINAL}[、,]?\s*)*(?P<topic>[^。]{{0,60}}?)"
    rf"(?:(?:{_ABOUT}|の){_ASKED}{_RECEIVED}|{_ABOUT}(?:の)?、?(?:{_RECEIVED}|ご説明[^。、]{{1,10}}|お答え(?!は?(?:でき|いたしかね|しかね|困難))[^。、]{{1,14}}))。?$"
)
_TITLE_SENTENCE = re.compile(
    rf"^(?:{_ORDINAL}[、,]?\s*)*(?P<topic>[^。、はがを]{{2,40}})(?:でございます|であります)。?$"
)
"""「雨水対策でございます。」 at the head of an answer only names its topic."""
_TELLS = re.compile(r"[0-9０-９一二三四五六七八九十百千万]+[人件名]|(?:まし)?たので、")
"""「二十三人から意見をいただいた。」「方針を策定いたしましたので、ご説明します。」 tell a fact."""
_LEADING = re.compile(
    r"^(?:(?:そのため|このため|そこで|したがって|したがいまして|こうしたことから|このことから|これを受け(?:まして|て)?|また|さらに|更に|"
    r"加えまして|加えて|あわせて|併せて|その上で|一方(?:で)?|なお|具体的には|とりわけ|特に|まず(?:は)?|次に|最後に|そして|ただ|"
    r"しかし(?:ながら)?|例えば|さて|ところで|続いて|続きまして|次いで|これにより(?:まして)?|この中(?:にお(?:い|きまし)て|で)(?:は)?|要旨[：:]|お話のように|ご指摘のとおり|お話にありましたように|先ほど(?:も)?(?:申し上げましたとおり|申し上げたとおり)|"
    r"このような中|こうした中(?:で)?|こうした考えのもと(?:で)?|こうした認識のもと|それでは|では)、|（[^（）]{1,60}と呼[ぶび][^（）]{0,16}）"
    r"|それから(?=[一-龠ァ-ヴー])|(?:それ|これ)を(?:踏まえ|受け)(?:て|まして)(?=[一-龠ァ-ヴー]))+"
)
_EMPTY_WORDS = re.compile(
    r"(?:お答え(?:を)?(?:いたし|申し上げ|し)|(?:ご|御)?答弁(?:を|と)?(?:いたし|(?:いた)?させ|申し上げ)|お答え(?:を)?させていただ|(?:感謝|御礼|お礼|お詫び|おわび|敬意)(?:を|の)?[^。]{0,12}"
    r"(?:申し上げ|表し)|ありがとうござい|よろしく(?:お願い|ご)|ご清聴|ご異議|以上で(?:す|ござい|あり)|"
    r"(?:残余|その他|そのほか|ほか|他)の(?:ご|御)?質問|答弁(?:に|を)(?:移|終わ)|ご理解(?:を|と)[^。]{0,12}(?:お願い|賜り|いただきたい)|"
    r"資料[^。]{0,20}ごらん|ご覧(?:ください|いただき)|お手元)"
)
_ASKING = re.compile(
    r"(?:か|かと|のか|だろうか|でしょうか|見解(?:を|は)|所見(?:を|は)|伺い(?:ます|たい(?:と思います)?)|お?尋ね(?:し|いたし)ます|"
    r"お聞き(?:し|いたし)ます|お?聞かせください|求め(?:ます|るものです)|教えてください|お願い(?:し|いたし)ます|いかがか|いかが)[。？?]?$"
)
_CJK = r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef々〆]"
_GAP = re.compile(rf"(?<={_CJK})[ \t\u3000]+|[ \t\u3000]+(?={_CJK})")
_CELLS = re.compile(r"(?<=[^\s：。、])(?:[ \t\u3000]*\n[ \t\u3000]*|\u3000)(?=[^\s：。、]{1,10}：)")
"""The end of a cell of a table before the heading of the next one."""
_BREAK = re.compile(r"[ \t\u3000]*[\r\n]+[ \t\u3000]*")


@dataclass(frozen=True, slots=True)
class Piece:
    """One sentence of a passage, trimmed.

    Attributes:
        start, end: code points into the passage's text; what is left after trimming.
        text: those words as shown: line breaks and stray spaces of the print taken out.
        topic: what the last preamble before it said the talk is about; empty without one.
        asking: whether it puts a question instead of stating something.
        empty: whether it is politeness, a preamble or a stage direction: nothing to quote.
        order: its position among the passage's sentences, from 0.
        lead: the connectives cut off in front of it (このため、).
    """

    start: int
    end: int
    text: str
    topic: str = ""
    asking: bool = False
    empty: bool = False
    order: int = 0
    lead: str = ""


def shown(text: str) -> str:
    """`text` as a person reads it: wrapped lines joined, spaces next to Japanese characters removed.

    >>> shown("運用開始から 1ヶ月が\\n  経った。 Web 会議")
    '運用開始から1ヶ月が経った。Web会議'
    """
    cells = _CELLS.sub("、", text.strip())
    joined = _BREAK.sub(lambda m: "" if _beside_cjk(cells, m.start(), m.end()) else " ", cells)
    return _GAP.sub("", joined).strip()


def _beside_cjk(text: str, start: int, end: int) -> bool:
    stripped = text.strip()
    before, after = stripped[start - 1 : start], stripped[end : end + 1]
    return not (before.isascii() and after.isascii())


def pieces(text: str) -> list[Piece]:
    """The sentences of a passage, trimmed, each with the topic its preamble gave."""
    found: list[Piece] = []
    topic = ""
    for order, (start, end) in enumerate(sentences(text)):
        raw = text[start:end]
        whole = _PREAMBLE_SENTENCE.match(raw) or (_TITLE_SENTENCE.match(raw) if order == 0 else None)
        if whole and len(raw) < 150 and not _TELLS.search(raw):
            topic = whole["topic"] or topic
            found.append(Piece(start, end, shown(raw), topic, empty=True, order=order))
            continue
        begin = start
        if opening := _PREAMBLE.match(raw):
            topic = opening["topic"] or topic
            begin += opening.end()
        led = begin + _leading(text[begin:end])
        found.append(replace(_piece(text, led, end, topic, order), lead=text[begin:led]))
    return found


def _leading(text: str) -> int:
    """How many characters of connectives stand in front of `text`."""
    match = _LEADING.match(text)
    return match.end() if match and match.end() < len(text) else 0


def _piece(text: str, start: int, end: int, topic: str, order: int) -> Piece:
    words = shown(text[start:end])
    return Piece(
        start,
        end,
        words,
        topic,
        asking=bool(_ASKING.search(words)),
        empty=len(words) < 4
        or (bool(_EMPTY_WORDS.search(words)) and len(words) < 80)
        or words.startswith(("〔", "―", "──")),
        order=order,
    )
