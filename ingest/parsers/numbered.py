"""Numbered headings of plans, manuals and rules: 第１章, 第１条, １, （１）, ア, ①, and their rank."""

from __future__ import annotations

import re
from dataclasses import dataclass

_N = r"[0-9０-９一二三四五六七八九十百〇]{1,4}"
_RANKS = (
    (1, re.compile(rf"第\s*{_N}\s*[編部](?=[\s　])[\s　]*(?P<title>.+)")),
    (2, re.compile(rf"第\s*{_N}\s*章[\s　]*(?P<title>.*)")),
    (3, re.compile(rf"第\s*{_N}\s*節[\s　]*(?P<title>.*)")),
    (3, re.compile(rf"第\s*{_N}(?=[\s　])[\s　]+(?P<title>.+)")),
    (4, re.compile(r"[0-9０-９]{1,2}(?:[-－．.][0-9０-９]{1,2}){1,3}[.．]?[\s　]+(?P<title>.+)")),
    (4, re.compile(r"[0-9０-９]{1,2}[.．、]?[\s　]+(?P<title>.+)")),
    (4, re.compile(r"[0-9０-９]{1,2}[.．、](?P<title>[^0-9０-９].+)")),
    (4, re.compile(r"[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ][.．、]?[\s　]*(?P<title>.+)")),
    (5, re.compile(r"[（(]\s*[0-9０-９]{1,2}\s*[）)][\s　]*(?P<title>.+)")),
    (6, re.compile(r"[ア-ン][.．、)）]?[\s　]+(?P<title>.+)")),
    (6, re.compile(r"[①-⑳][\s　]*(?P<title>.+)")),
    (7, re.compile(r"[（(][ア-ンa-z][）)][\s　]*(?P<title>.+)")),
)
_BULLET = re.compile(r"[■◆●◎◇□▼▲★][\s　]*(?P<title>\S.{0,40})")
ARTICLE = re.compile(rf"(?P<number>第\s*{_N}\s*条(?:の{_N})?)[\s　]*(?P<rest>.*)")
CAPTION = re.compile(r"[（(][^（()）]{1,30}[）)]")
_MAX_CHARS = 45
_MAX_ENTRY_CHARS = 150
_SENTENCE = re.compile(r"[。．、，,：:」]$|(?:する|した|である|ます|です|こと|とき|ない|れる|せる)$")
_CONTENTS = re.compile(r"[…・．.\s　]{3,}[0-9０-９]{1,4}$|[\s　]{2,}[0-9０-９]{1,4}$")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as printed, with its rank (1 the highest)."""

    text: str
    rank: int


def heading_of(plain: str) -> Heading | None:
    """The numbered heading that a line is; None for sentences, list items and lines of a contents list.

    >>> heading_of("第２章　現状と課題"), heading_of("（１）市は、毎年度点検を行う。")
    (Heading(text='第２章　現状と課題', rank=2), None)
    """
    line = plain.strip()
    if not line or len(line) > _MAX_CHARS or _CONTENTS.search(line):
        return None
    for rank, pattern in _RANKS:
        found = pattern.fullmatch(line)
        if found:
            sentence = rank >= 4 and _SENTENCE.search(line)
            return None if sentence or (rank < 4 and line.endswith("。")) else Heading(line, rank)
    bullet = _BULLET.fullmatch(line)
    return Heading(bullet["title"], 5) if bullet and not _SENTENCE.search(line) else None


def contents_entry(plain: str) -> str:
    """A line of a contents list without its leaders and page number."""
    line = plain.strip()
    return _CONTENTS.sub("", line) if len(line) <= _MAX_ENTRY_CHARS else line
