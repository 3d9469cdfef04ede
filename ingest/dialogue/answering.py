"""The points of an answer: 「次に、～についてでございますが」, 「～についてのご質問でございます」, 「～への支援でございます」."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.dialogue.wording import COUNT, FIRM_LEAD, KANJI_DIGITS, LEAD, Paragraph, number, sentences, shared

_COPULA = r"(?:でございま(?:す|した)|であります|です)(?:が|けれども)?[、。]"
_SAID = r"[^。、]{0,8}?(?:でございま|であります|です|がございま|をいただ|に(?:お答え|答弁))"
_NAMED = re.compile(
    r"(?:(?:について|につきまして|に関する|に関して|に関連して|に対する|に係る)の?[^。、]{0,6}"
    rf"(?:ご質問|御質問|お尋ね|ご質疑|お問い合わせ|ご指摘|お話)|(?:という|との|か)の?(?:ご質問|お尋ね)){_SAID}"
    rf"|^(?P<short>[^。、]{{2,40}}?)の(?:ご質問|お尋ね|お話|ご指摘){_SAID}"
)
_ABOUT = re.compile(
    rf"(?:について|に関して|に関連して|に関する(?:件|こと)|につきまして|の件)(?:の件)?(?:{_COPULA}|お答え|答弁)"
)
_NOUN = re.compile(rf"^[^。、はがも]*(?:、[^。、はがも]*){{0,2}}{_COPULA}")
_LOOSE = re.compile(r"^(?P<topic>[^。、]{2,30}?)(?:について|につきまして|に関して|に関しまして)は?、")
_DEMONSTRATIVE = re.compile(r"^(?:ただいま|今|先ほど)?の?(?:ご質問|お尋ね|お話)")
_DEICTIC = re.compile(
    r"^(?:この|その|これ|それ|こうした|今回|今般|今後|今年度|来年度|昨年|本年|現在|具体的|例えば|また|あわせ|さらに|そして"
    rf"|[{KANJI_DIGITS}]+月)"
)
_GREETING = re.compile(
    rf"^(?:.{{0,30}}(?:議員|先生|委員)の.{{0,16}}質問に(?:お答え|答弁)"
    rf"|(?:私から[はも]、?)?{COUNT}点(?:の|に(?:わたる|ついて))?.{{0,8}}(?:質問|お答え)"
    r"|(?:再質問|再々質問|ご質問)に(?:順次)?お答え)"
)
_CLOSING = re.compile(
    r"^(?:なお、)?(?:以上(?:です|で|、)|(?:その他|残余|残り|ほか|他)の(?:ご質問|点)|よろしくお願い)"
)
_COUNTED = re.compile(
    rf"^.{{0,12}}?(?P<count>{COUNT})点(?:の|に(?:わたる|ついて))?.{{0,8}}(?:質問|お尋ね|お答え)"
)
_TOPIC_TAIL = re.compile(r"(?:について|に関して|に関する|につきまして|に係る|への|の|に|との)+$")
_TOPIC_STARTS_BEFORE, _NOUN_ENDS_BEFORE = 110, 50

# How certain it is that a paragraph turns to another point, and the share of new words that it needs for it.
LOOSE, DOUBTFUL, LIKELY, CERTAIN = 0, 1, 2, 3
_NOVELTY_ABOVE = {DOUBTFUL: 0.5, LIKELY: -1.0, CERTAIN: -1.0}


def answer_cuts(lines: Sequence[Paragraph]) -> dict[int, str]:
    """Where each answered point begins (position of its first paragraph), with its topic; frames stand alone."""
    cuts: dict[int, str] = {0: ""}
    doubtful: dict[int, float] = {}
    begin = 0
    for position, line in enumerate(lines):
        if frames(line.text) or (position and frames(lines[position - 1].text)):
            begin = position
            cuts[begin] = ""
        topic, strength = point(line.text)
        if not topic or strength == LOOSE:
            continue
        novelty = 1 - shared(topic, [other.text for other in lines[begin:position]])
        if position == begin or (
            novelty > _NOVELTY_ABOVE[strength] and (position > begin + 1 or strength == CERTAIN)
        ):
            begin = position
            cuts[begin] = topic
        else:
            doubtful[position] = strength + novelty
    return _recount(lines, cuts, doubtful)


def _recount(lines: Sequence[Paragraph], cuts: dict[int, str], doubtful: dict[int, float]) -> dict[int, str]:
    """Take doubtful turns in where the speaker counted more points than were found."""
    match = _COUNTED.match(lines[0].text)
    missing = (number(match["count"]) if match else 0) - sum(bool(topic) for topic in cuts.values())
    for position in sorted(doubtful, key=lambda position: -doubtful[position])[: max(missing, 0)]:
        cuts[position] = point(lines[position].text)[0]
    return cuts


def frames(text: str) -> bool:
    """Whether a paragraph only greets, counts the questions or hands on, and answers nothing.

    >>> [frames(text) for text in ("四点のご質問にお答えいたします。", "運賃についてでございますが、二百円です。")]
    [True, False]
    """
    return all(_GREETING.match(sentence) or _CLOSING.match(sentence) for sentence in sentences(text))


def point(text: str) -> tuple[str, int]:
    """The point that an answering paragraph turns to, empty where none is named, and how certain the turn is.

    >>> point("次に、桟橋の修繕についてでありますが、八月に終わります。")
    ('桟橋の修繕', 3)
    """
    first = "" if frames(text) else (sentences(text) or [""])[0]
    body = LEAD.sub("", first)
    lead = bool(FIRM_LEAD.match(first))
    named = _NAMED.search(body)
    if named and named.start() <= _TOPIC_STARTS_BEFORE and not _DEMONSTRATIVE.match(body):
        return _trim(named["short"] or body[: named.start()]), CERTAIN
    about = _ABOUT.search(body)
    if about and about.start() <= _TOPIC_STARTS_BEFORE:
        return _trim(body[: about.start()]), CERTAIN if lead or about.end() == len(body) else LIKELY
    noun = _NOUN.match(body)
    alone = body == text or (noun is not None and noun.end() < len(body))
    if noun and noun.end() <= _NOUN_ENDS_BEFORE and (lead or alone) and not _DEICTIC.match(first):
        return _trim(re.sub(_COPULA + "$", "", noun.group())), CERTAIN if lead else DOUBTFUL
    loose = _LOOSE.match(body)
    return (_trim(loose["topic"]), LOOSE) if loose and not _DEICTIC.match(first) else ("", LOOSE)


def loose_turns(lines: Sequence[Paragraph]) -> list[int]:
    """Paragraphs within one answered point (positions) that might turn to another one after all.

    「～につきましては、」 opens a point as often as a detail: the words do not tell, the questions may.
    """
    return [
        position
        for position in range(1, len(lines))
        if (topic := point(lines[position].text)[0])
        and shared(topic, [line.text for line in lines[:position]]) < 1
    ]


def _trim(phrase: str) -> str:
    return _TOPIC_TAIL.sub("", phrase.strip("、， ")).strip("、， ") or phrase
