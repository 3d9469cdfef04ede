"""Paragraphs, sentences and the words that open a point, common to questions and answers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from corpus.model import Span

KANJI_DIGITS = "一二三四五六七八九十"
COUNT = rf"[{KANJI_DIGITS}0-9０-９]+"
_ITEM = rf"第{COUNT}に|{COUNT}(?:点目|つ目|問目)(?:に|は|の)?"
LEAD = re.compile(
    r"^(?:まず(?:は|初めに)?|(?:一番)?初めに|はじめに|最初に|次に|次いで|続いて|続きまして|引き続きまして|最後に|同じく"
    rf"|それから|そして|さらに|また|{_ITEM})[、，]?"
)
FIRM_LEAD = re.compile(
    rf"^(?:まず|初めに|はじめに|最初に|次に|次いで|続いて|続きまして|最後に|同じく|{_ITEM})"
)
NEXT_LEAD = re.compile(rf"^(?:次に|次いで|続いて|続きまして|最後に|{_ITEM})")

_ASIDE = re.compile(r"（(?:拍手|笑声|[^（）]{0,12}(?:発言|呼ぶ者)[^（）]{0,12})）")
_SENTENCE = re.compile(r"[^。？！?!]*(?:[。？！?!]+[」』）]*|$)")
_CONTENT_PAIR = re.compile(r"(?=([^ぁ-ん、。，\s]{2}))")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of an utterance, as a span of the document's text."""

    start: int
    end: int
    text: str


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
    """The sentences of one paragraph, each with its final mark, without asides（拍手）.

    >>> sentences("橋を直すのか。伺います。（拍手）")
    ['橋を直すのか。', '伺います。']
    """
    return [match.group() for match in _SENTENCE.finditer(_ASIDE.sub("", text)) if match.group().strip()]


def shared(phrase: str, texts: Iterable[str]) -> float:
    """The share of the character pairs of a phrase that stand in the texts: 0 to 1, 0 for a phrase without pairs.

    Pairs with hiragana are left out: they hold inflections and particles.

    >>> shared("桟橋の修繕", ["桟橋は古い。"])
    0.5
    """
    pairs = {match.group(1) for match in _CONTENT_PAIR.finditer(phrase)}
    joined = "\n".join(texts)
    return sum(pair in joined for pair in pairs) / len(pairs) if pairs else 0.0


def number(text: str) -> int:
    """The value of a small number in kanji or digits; 0 where it is none.

    >>> [number(text) for text in ("四", "十一", "二十五", "４", "幾")]
    [4, 11, 25, 4, 0]
    """
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return KANJI_DIGITS.find(text) + 1
    return 10 * (KANJI_DIGITS.find(tens) + 1 if tens else 1) + (KANJI_DIGITS.find(ones) + 1 if ones else 0)
