"""Automatic numbers of Word paragraphs: Word stores counters, readers of the page see 「（１）」."""

from __future__ import annotations

import re
from typing import Any

from docx.oxml.ns import qn

_KANJI = "〇一二三四五六七八九"
_AIUEO = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
_IROHA = "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセスン"
_CIRCLED = 0x2460
_MAX_LEVELS = 9


class Numbering:
    """The counters of one document; `label` must be asked for every paragraph in order."""

    def __init__(self, document: Any) -> None:
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._counts: dict[str, list[int]] = {}
        self._styles: dict[str, tuple[str, int]] = {}
        root = _part(document)
        if root is not None:
            self._load(root)
        for style in document.styles.element.findall(qn("w:style")):
            found = _reference(style)
            if found:
                self._styles[style.get(qn("w:styleId"))] = found

    def label(self, paragraph: Any) -> str:
        """The number before a paragraph with a space after it; empty where it has none or a bullet."""
        style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        found = _reference(paragraph) or (
            self._styles.get(style.get(qn("w:val"))) if style is not None else None
        )
        if found is None or found[0] not in self._levels:
            return ""
        number, level = found
        levels = self._levels[number]
        counts = self._counts.setdefault(number, [0] * _MAX_LEVELS)
        if level not in levels:
            return ""
        counts[level] = counts[level] + 1 if counts[level] else levels[level][2]
        for deeper in range(level + 1, _MAX_LEVELS):
            counts[deeper] = 0
        return self._text(levels, counts, level)

    def _text(self, levels: dict[int, tuple[str, str, int]], counts: list[int], level: int) -> str:
        kind, pattern, _ = levels[level]
        if kind == "bullet" or not pattern:
            return ""

        def number(found: re.Match[str]) -> str:
            which = int(found.group(1)) - 1
            shape, _, start = levels.get(which, ("decimal", "", 1))
            return _numeral(counts[which] or start, shape)

        return re.sub(r"%([1-9])", number, pattern) + "\u3000"

    def _load(self, root: Any) -> None:
        abstract = {node.get(qn("w:abstractNumId")): node for node in root.findall(qn("w:abstractNum"))}
        for node in root.findall(qn("w:num")):
            link = node.find(qn("w:abstractNumId"))
            source = abstract.get(link.get(qn("w:val"))) if link is not None else None
            if source is not None:
                levels = (_level(item) for item in source.findall(qn("w:lvl")))
                self._levels[node.get(qn("w:numId"))] = dict(levels)


def _part(document: Any) -> Any:
    for relation in document.part.rels.values():
        if relation.reltype.endswith("/numbering"):
            return relation.target_part.element
    return None


def _reference(element: Any) -> tuple[str, int] | None:
    """(numbering id, level from 0) that a paragraph or style points to."""
    found = element.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
    if found is None:
        return None
    number, level = found.find(qn("w:numId")), found.find(qn("w:ilvl"))
    if number is None or number.get(qn("w:val")) == "0":
        return None
    depth = level.get(qn("w:val")) if level is not None else "0"
    return number.get(qn("w:val")), min(int(depth), _MAX_LEVELS - 1) if depth.isdigit() else 0


def _level(item: Any) -> tuple[int, tuple[str, str, int]]:
    """(level, (number format, pattern with %1, first number)) of a level definition."""

    def value(name: str, default: str) -> str:
        found = item.find(qn(name))
        return str(found.get(qn("w:val")) or default) if found is not None else default

    start = value("w:start", "1")
    level = item.get(qn("w:ilvl")) or "0"
    pattern = value("w:lvlText", "")
    return int(level), (value("w:numFmt", "decimal"), pattern, int(start) if start.isdigit() else 1)


def _numeral(number: int, shape: str) -> str:
    if shape == "decimalFullWidth":
        return str(number).translate({ord(c): chr(ord(c) + 0xFEE0) for c in "0123456789"})
    if shape in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese") and 1 <= number <= 20:
        return chr(_CIRCLED + number - 1)
    if shape in ("aiueo", "aiueoFullWidth"):
        return _AIUEO[(number - 1) % len(_AIUEO)]
    if shape in ("iroha", "irohaFullWidth"):
        return _IROHA[(number - 1) % len(_IROHA)]
    if shape.startswith(("japanese", "chinese", "ideograph", "taiwanese")):
        return _kanji(number)
    if shape in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (number - 1) % 26)
        return letter.upper() if shape == "upperLetter" else letter
    return str(number)


def _kanji(number: int) -> str:
    """Kanji of 1 to 99; digits side by side beyond.

    >>> _kanji(12)
    '十二'
    """
    if number > 99:
        return "".join(_KANJI[int(c)] for c in str(number))
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else _KANJI[tens] + "十") + (_KANJI[ones] if ones else "")
