"""Cut speeches into topical segments: what a member asks, point by point, and what is answered, point by point.

The cues are those of Japanese council minutes in general: an answer opens with 「次に、～についてでございますが」 or
「～についてのご質問でございます」, a bureau chief counts the points (「四点のご質問」), a member names a topic
(「～について伺います」) and asks for a view further down. Borders fall at paragraph breaks only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.model import Document, Role, Span, Utterance

_KANJI_DIGITS = "一二三四五六七八九十"
_COUNT = rf"[{_KANJI_DIGITS}0-9０-９]+"
_LEAD = re.compile(
    r"^(?:まず(?:は|初めに)?|(?:一番)?初めに|はじめに|最初に|次に|次いで|続いて|続きまして|引き続きまして|最後に|同じく"
    rf"|それから|そして|さらに|また|第{_COUNT}に|{_COUNT}(?:点目|つ目|問目)(?:に|は|の)?)[、，]?"
)
_FIRM_LEAD = re.compile(
    rf"^(?:まず|初めに|はじめに|最初に|次に|次いで|続いて|続きまして|最後に|同じく|第{_COUNT}に|{_COUNT}(?:点|つ|問)目)"
)
_CONTENT_PAIR = re.compile(r"(?=([^ぁ-ん、。，\s]{2}))")
_NEXT_LEAD = re.compile(rf"^(?:次に|次いで|続いて|続きまして|最後に|第{_COUNT}に|{_COUNT}(?:点|つ|問)目)")
_NOISE = re.compile(r"（(?:拍手|笑声|[^（）]{0,12}(?:発言|呼ぶ者)[^（）]{0,12})）")
_SENTENCE = re.compile(r"[^。？！?!]*(?:[。？！?!]+[」』）]*|$)")

# How an answer names the point it turns to.
_COPULA = r"(?:でございま(?:す|した)|であります|です)(?:が|けれども)?[、。]"
_NAMED_POINT = re.compile(
    r"(?:ご質問|御質問|お尋ね|ご質疑|お問い合わせ|ご指摘|お話).{0,8}?"
    r"(?:でございま|であります|です|がございま|をいただ|に(?:お答え|答弁))"
)
_ABOUT = re.compile(
    r"(?:について|に関して|に関連して|に関する(?:件|こと)|につきまして|の件)(?:の件)?(?:"
    + _COPULA
    + "|お答え|答弁)"
)
_NOUN_POINT = re.compile(r"^[^。、はがも]*(?:、[^。、はがも]*){0,2}" + _COPULA)
_DEICTIC = re.compile(
    r"^(?:この|その|これ|それ|今回|今般|今後|今年度|来年度|昨年|本年|現在|具体的|例えば|また|あわせ|さらに|そして|[一二三四五六七八九十]+月)"
)
_GREETING = re.compile(
    rf"^(?:.{{0,30}}(?:議員|先生|委員)の.{{0,16}}質問に(?:お答え|答弁)|{_COUNT}点(?:の|に(?:わたる|ついて))?.{{0,8}}質問"
    rf"|{_COUNT}点お答え|(?:再質問|再々質問|ご質問)に(?:順次)?お答え)"
)
_COUNTED = re.compile(
    rf"^.{{0,12}}?(?P<count>{_COUNT})点(?:の|に(?:わたる|ついて))?.{{0,8}}(?:質問|お尋ね|お答え)"
)
_CLOSING = re.compile(
    r"^(?:なお、)?(?:以上(?:です|で|、)|(?:その他|残余|残り|ほか|他)の(?:ご質問|点)|よろしくお願い)"
)

# How a member asks, and how a member announces what the next questions are about.
_REQUEST = re.compile(
    r"伺い(?:ます|たい|ました|をいた)|うかがい(?:ます|たい)|伺う(?:もの|ところ)"
    r"|(?:お尋ね|お聞き|お伺い)を?(?:し|いたし|申し上げ)(?:ます|たい)|について(?:ご?質問|質疑)を?(?:し|いたし)ます|お聞かせ|聞かせて"
    r"|(?:お答え|お示し)(?:ください|いただ|を|願)|教えて(?:ください|いただ)|ご?説明(?:ください|願|いただき|をお願)"
    r"|(?:見解|所見|答弁|認識|説明|回答|考え|決意)を(?:お?求め|お?願い|いただき|問)"
    r"|(?:見解|所見|認識|考え|決意)は(?:いかが)?[。？]|(?:答えて|明らかにして)ください"
    r"|(?:メッセージ|見解|所見|答弁|説明|回答|お考え)を[^。]{0,6}お願い"
    r"|いかがで(?:しょう|す)|いかがか。|どうで(?:しょう|す)|か[。？]|[？?]"
    r"|(?:伺い|尋ね|聞き|求め)(?:し|いたし)?(?:まして|て)?、[^、。]{0,16}(?:質問|質疑|発言)を終"
    r"|求めるものです。|(?:を|よう|べきと)、?(?:強く|改めて)?求めます。"
)
_EXPLICIT = re.compile(
    r"伺い|うかが|お尋ね|お聞き|お聞かせ|お答え|答えてください|(?:見解|所見|答弁|認識|説明)を.{0,6}(?:求め|願)|いかが"
)
_BRIDGE = re.compile(
    r"^(?:そこで|以下|それでは|では)?[、，]?(?:[^、。]{0,12}に)?(?:以下|お?伺い|うかがい|お?尋ね|ご?質問|お聞き)を?(?:いた)?し?ます。?$"
)
_REMARK = re.compile(
    r"(?:おきます|望みます|(?:要望|お願い)を?(?:する(?:もの|ところ)(?:です|であります)|(?:いた)?します|申し上げます))。?$"
)
_ADDING = re.compile(r"^(?:なお|あわせて|併せて|加えて|また|ぜひ|そして|さらに|どうか)")
_HEADER = re.compile(
    r"^(?:私からは|ここからは)?[、，]?(?P<topic>[^。]{2,60}?)(?:について|につきまして|に関して|に関し|に関連して|の(?:問題|件|話|こと))"
    r"(?:も|、|は)?(?:お?伺い|うかがい|お?尋ね|お?聞き|ご?質問|質疑|です|であります|でございます|申し上げ|述べ|取り上げ|移り|お話)[^。か]{0,16}。$"
)
_CLAUSE = re.compile(r"(?:ますが|べき|ですが|ましたが|そこで|どのよう|あわせて|見解|所見|、.+、.+、)")


# How certain it is that a paragraph turns to another point, and the share of new words that it then needs.
DOUBTFUL, LIKELY, CERTAIN = 0, 1, 2
_KNOWN = {DOUBTFUL: 0.5, LIKELY: -1.0, CERTAIN: -1.0}


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of one utterance on one point, as a span of the document's text.

    `utterance` is the position of the utterance in the document. `topic` is the phrase that names the point, empty
    where none is named; in a question it may have been named paragraphs before.
    """

    span: Span
    utterance: int
    role: Role
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of an utterance, as a span of the document's text."""

    start: int
    end: int
    text: str


def segments(document: Document) -> list[Segment]:
    """Every utterance cut into topical segments, in text order.

    The segments of an utterance cover it from start to end without gaps or overlaps; an utterance without text has
    none. Questions are cut behind each asking paragraph, answers before each paragraph that turns to another point;
    all other utterances are one segment.
    """
    found: list[Segment] = []
    for number, utterance in enumerate(document.utterances):
        lines = paragraphs(document.text, Span(utterance.start, utterance.end))
        if lines:
            found.extend(_segments_of(lines, number, utterance))
    return found


def _segments_of(lines: list[Paragraph], number: int, utterance: Utterance) -> Iterator[Segment]:
    cuts = {0: ""}
    if utterance.role is Role.QUESTION:
        cuts = question_cuts(lines)
    elif utterance.role is Role.ANSWER:
        cuts = answer_cuts(lines)
    borders = [*sorted(cuts), len(lines)]
    for first, after in pairwise(borders):
        start = utterance.start if first == 0 else lines[first].start
        end = utterance.end if after == len(lines) else lines[after].start
        yield Segment(Span(start, end), number, utterance.role, cuts[first])


def paragraphs(text: str, span: Span) -> list[Paragraph]:
    """The non-empty lines within a span, in order, without surrounding white space."""
    found = []
    for match in re.finditer(r"[^\n]+", text[span.start : span.end]):
        line = match.group()
        if line.strip():
            start = span.start + match.start() + len(line) - len(line.lstrip())
            found.append(Paragraph(start, start + len(line.strip()), line.strip()))
    return found


def sentences(text: str) -> list[str]:
    """The sentences of one paragraph, each with its final mark."""
    return [match.group() for match in _SENTENCE.finditer(_NOISE.sub("", text)) if match.group().strip()]


def frames(text: str) -> bool:
    """Whether an answering paragraph only greets, counts the questions or hands on, and answers nothing."""
    return bool(_GREETING.match(text) or _CLOSING.match(text)) and len(sentences(text)) <= 2


# Questions


def question_cuts(lines: Sequence[Paragraph]) -> dict[int, str]:
    """Where each asked point begins (position of its first paragraph), with its topic.

    A point ends with the paragraph that asks, or with one that only demands or remarks (「要望しておきます」); a remark
    behind a request stays with it where it adds to it.
    """
    asking = asking_lines(lines)
    cuts = {0: ""}
    topic, done, begin = "", False, 0
    for position, line in enumerate(lines):
        named = "" if asking[position] and len(sentences(line.text)) == 1 else header(line.text)
        remark = bool(_REMARK.search(line.text)) and not asking[position] and not named
        adds = remark and (_ADDING.match(line.text) or shared(line.text, _texts(lines[begin:position])) > 0.4)
        if position and ((done and not adds) or (named and not header(lines[position - 1].text))):
            begin, done = position, False
        topic = named or topic
        if named or begin == position:
            cuts[begin] = topic
        done = done or asking[position] or remark
    return cuts


def _texts(lines: Iterable[Paragraph]) -> list[str]:
    return [line.text for line in lines]


def asks(text: str) -> bool:
    """Whether a paragraph asks something: requests a view or an answer, or puts a question."""
    found = sentences(text)
    if not found or _BRIDGE.match(text):
        return False
    return bool(_REQUEST.search(found[-1])) or any(
        _EXPLICIT.search(sentence) and _REQUEST.search(sentence) and not header(sentence)
        for sentence in found[:-1]
    )


def header(text: str) -> str:
    """The topic that the first sentence of a paragraph announces (「～について伺います」), or nothing."""
    first = sentences(text)[:1]
    match = _HEADER.match(_LEAD.sub("", first[0])) if first else None
    if not match or _CLAUSE.search(match["topic"]):
        return ""
    return match["topic"].strip("、， ")


def asking_lines(lines: Sequence[Paragraph]) -> list[bool]:
    """For each paragraph of a question speech: does it ask, or only tell and announce?

    「～について伺います」 announces a topic as often as it asks. It asks where its words stand in the paragraphs since
    the last request rather than in those up to the next one.
    """
    found = [asks(line.text) for line in lines]
    for position, line in enumerate(lines):
        if found[position] and header(line.text) and len(sentences(line.text)) == 1:
            found[position] = _asks_by_context(lines, found, position)
    return found


def _asks_by_context(lines: Sequence[Paragraph], asking: Sequence[bool], position: int) -> bool:
    before: list[str] = []
    for other in range(position - 1, -1, -1):
        if asking[other] or header(lines[other].text):
            break
        before.append(lines[other].text)
    after: list[str] = []
    for other in range(position + 1, len(lines)):
        after.append(lines[other].text)
        if asking[other]:
            break
    if not after:
        return True
    if _LEAD.match(lines[position].text) or not before:
        return bool(
            header(after[0]) and _FIRM_LEAD.match(after[0]) and _FIRM_LEAD.match(lines[position].text)
        )
    words = header(lines[position].text)
    return shared(words, before) > shared(words, after)


# Answers


def answer_cuts(lines: Sequence[Paragraph]) -> dict[int, str]:
    """Where each answered point begins (position of its first paragraph), with its topic."""
    cuts: dict[int, str] = {0: ""}
    doubtful: dict[int, float] = {}
    begin = 0
    for position, line in enumerate(lines):
        if frames(line.text) or (position and frames(lines[position - 1].text)):
            begin = position
            cuts[begin] = ""
        topic, strength = point(line.text)
        if not topic:
            continue
        novelty = 1 - shared(topic, _texts(lines[begin:position]))
        if (position > begin and novelty <= _KNOWN[strength]) or (
            position == begin + 1 and strength < CERTAIN
        ):
            doubtful[position] = strength + novelty
            continue
        begin = position
        cuts[begin] = topic
    return _recount(lines, cuts, doubtful)


def _recount(lines: Sequence[Paragraph], cuts: dict[int, str], doubtful: dict[int, float]) -> dict[int, str]:
    """Take doubtful turns in where the speaker counted more points than were found."""
    match = _COUNTED.match(lines[0].text)
    missing = (number(match["count"]) if match else 0) - sum(bool(topic) for topic in cuts.values())
    for position in sorted(doubtful, key=lambda position: -doubtful[position])[: max(missing, 0)]:
        cuts[position] = point(lines[position].text)[0]
    return cuts


def point(text: str) -> tuple[str, int]:
    """The point that an answering paragraph turns to, empty where none is named, and how certain the turn is."""
    if frames(text):
        return "", DOUBTFUL
    first = sentences(text)[0]
    body = _LEAD.sub("", first)
    lead = bool(_FIRM_LEAD.match(first))
    match = _NAMED_POINT.search(body)
    if (
        match
        and match.start() <= 110
        and not re.search(r"[。、](?!.*(?:について|に関)).*$", body[: match.start()][40:])
    ):
        return _trim(body[: match.start()]), CERTAIN
    match = _ABOUT.search(body)
    if match and match.start() <= 90:
        return _trim(body[: match.start()]), CERTAIN if lead or match.end() == len(body) else LIKELY
    match = _NOUN_POINT.match(body)
    if (
        match
        and match.end() <= 50
        and not _DEICTIC.match(first)
        and (match.end() < len(body) or body == text or lead)
    ):
        return _trim(re.sub(_COPULA + "$", "", match.group())), CERTAIN if lead else DOUBTFUL
    return "", DOUBTFUL


def number(text: str) -> int:
    """The value of a small number in kanji or digits (「十一」, 「4」); 0 where it is none."""
    if text.isdecimal():
        return int(text)
    tens, _, ones = text.rpartition("十")
    if "十" not in text:
        return _KANJI_DIGITS.find(text) + 1
    return 10 * (_KANJI_DIGITS.find(tens) + 1 if tens else 1) + (_KANJI_DIGITS.find(ones) + 1 if ones else 0)


def shared(phrase: str, texts: Iterable[str]) -> float:
    """The share of the character pairs of a phrase that stand in the texts: 0 to 1, 0 for a phrase without pairs.

    Pairs with hiragana are left out: they hold inflections and particles.
    """
    pairs = {match.group(1) for match in _CONTENT_PAIR.finditer(phrase)}
    joined = "\n".join(texts)
    return sum(pair in joined for pair in pairs) / len(pairs) if pairs else 0.0


def _trim(phrase: str) -> str:
    bare = re.sub(
        r"(?:についてお尋ね|について|に関して|に関する|につきまして|に係る|への|の|に|との)+$",
        "",
        phrase.strip("、， "),
    )
    return bare.strip("、， ") or phrase
