"""The points of a question speech: a topic is announced, the case is told, and a paragraph asks for a view."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.dialogue.wording import LEAD, NEXT_LEAD, Paragraph, sentences, shared

_REQUEST = re.compile(
    r"伺い(?:ます|たい|ました|をいた)|うかがい(?:ます|たい)|伺う(?:もの|ところ)"
    r"|(?:お尋ね|お聞き|お伺い)を?(?:し|いたし|申し上げ)(?:ます|たい)|お聞かせ|聞かせて"
    r"|(?:お答え|お示し)(?:ください|いただ|を|願)|教えて(?:ください|いただ)|ご?説明(?:ください|願|いただき|をお願)"
    r"|(?:見解|所見|答弁|認識|説明|回答|考え|決意)を(?:お?求め|お?願い|いただき|問)"
    r"|(?:見解|所見|認識|考え|決意)は(?:いかが)?[。？]|(?:答えて|明らかにして)ください"
    r"|(?:メッセージ|見解|所見|答弁|説明|回答|お考え)を[^。]{0,6}お願い"
    r"|いかがで(?:しょう|す)|いかがか。|どうで(?:しょう|す)|か[。？]|[？?]"
    r"|(?:伺い|尋ね|聞き|求め)(?:し|いたし)?(?:まして|て)?、[^、。]{0,16}(?:質問|質疑|発言)を終"
)
_PLEA = re.compile(r"求めるものです。|(?:を|よう|べきと)、?(?:強く|改めて)?求めます。")
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
    r"^(?:(?:それでは|では|とりわけ|私から[はも]|ここからは?|この項の最後に|質問項目の最後に)[、，]?)*"
    r"(?P<topic>[^。]{1,60}?)(?:について|につきまして|に関して|に関し|に関連して|の(?:問題|件|話|こと))"
    r"(?:も|、|は|順次|順に|幾つか|何点か)*"
    r"(?:お?伺い|うかがい|お?尋ね|お?聞き|ご?質問|質疑|です|であります|でございます|申し上げ|述べ|取り上げ|移り|お話)"
    r"[^。か]{0,16}。$"
)
_CLAUSE = re.compile(r"(?:ますが|べき|ですが|ましたが|そこで|どのよう|あわせて|見解|所見|、.+、.+、)")
_ADDS_FROM = 0.4


def question_cuts(lines: Sequence[Paragraph]) -> dict[int, str]:
    """Where each asked point begins (position of its first paragraph), with its topic.

    A point ends with the paragraph that asks, or with one that only remarks (「要望しておきます」); a remark behind a
    request stays with it where it adds to it. A topic holds until the next one is announced.
    """
    asking = asking_lines(lines)
    cuts = {0: ""}
    topic, done, begin = "", False, 0
    for position, line in enumerate(lines):
        announced = "" if asking[position] and len(sentences(line.text)) == 1 else header(line.text)
        remark = bool(_REMARK.search(line.text)) and not asking[position] and not announced
        before = [other.text for other in lines[begin:position]]
        adds = remark and (bool(_ADDING.match(line.text)) or shared(line.text, before) > _ADDS_FROM)
        if position and ((done and not adds) or (announced and not header(lines[position - 1].text))):
            begin, done = position, False
        topic = announced or topic
        if announced or begin == position:
            cuts[begin] = topic
        done = done or asking[position] or remark
    return cuts


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


def asks(text: str) -> bool:
    """Whether a paragraph asks something: requests a view or an answer, puts a question, or demands.

    >>> [asks(text) for text in ("いつ直すのですか。", "知事の見解を伺います。", "早く直すことを要望します。")]
    [True, True, False]
    """
    found = sentences(text)
    if not found or _BRIDGE.match(text):
        return False
    return bool(_REQUEST.search(found[-1]) or _PLEA.search(found[-1])) or any(
        _EXPLICIT.search(sentence) and _REQUEST.search(sentence) and not header(sentence)
        for sentence in found[:-1]
    )


def pleads(text: str) -> bool:
    """Whether paragraphs that ask only demand （「～を求めます」） and put no question."""
    return bool(_PLEA.search(text)) and not _REQUEST.search(text)


def header(text: str) -> str:
    """The topic that the first sentence of a paragraph announces, or nothing.

    >>> header("次に、渡し船の運賃について伺います。")
    '渡し船の運賃'
    """
    first = sentences(text)[:1]
    match = _HEADER.match(LEAD.sub("", first[0])) if first else None
    if not match or _CLAUSE.search(match["topic"]):
        return ""
    return match["topic"].strip("、， ")


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
    if LEAD.match(lines[position].text) or not before:
        return bool(header(after[0]) and NEXT_LEAD.match(after[0]))
    words = header(lines[position].text)
    return shared(words, before) > shared(words, after)
