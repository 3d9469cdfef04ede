"""What a material says about itself: its title, the day it bears, and what kind it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date

from corpus.calendar import parse_date
from corpus.model import Kind
from ingest.extract import Block, Extract
from ingest.parsers.sentinels import strip_sentinels

_PLAN = re.compile(r"計画|方針|ビジョン|戦略|プラン|構想|白書|予算書|大綱")
_MANUAL = re.compile(
    r"マニュアル|要綱|要領|手引|手順|規程|規則|条例|ガイドライン|ガイドブック|基準|取扱い|ハンドブック|細則"
)
_LETTER = re.compile(r"[（(](?:通知|依頼|回答|照会|報告|送付|事務連絡)[）)]$")
_NEWSLETTER = re.compile(r"だより|便り|広報|議会報|会報|ニュース|通信|かわら版")
_NOTICE = re.compile(
    r"[【［\[（(]?(?:庁内限り|部外秘|取扱注意|秘|案|写し|別紙\S{0,4}|資料\S{0,4})[】］\]）)]?"
)
_HEAD_LINES = 8
_TITLE_CHARS = 60


def title_of(extract: Extract) -> str:
    """The title that the file states, its first heading, its first line of that kind, or its name."""
    if extract.title and not re.search(
        r"\.(?:html?|docx?|xlsx?|pptx?|txt)$|^(?:無題|Untitled|タイトル)", extract.title
    ):
        return strip_sentinels(extract.title)
    heading = next((text for block in extract.blocks if block.level and (text := _plain(block.text))), "")
    return heading or _first_line(extract) or extract.name.rsplit(".", 1)[0]


def _first_line(extract: Extract) -> str:
    """The first line that may be a title: short, no sentence, no mere notice; a line 「…について」 goes first."""
    lines = [text for block in _alone(extract.blocks[:40]) if (text := _plain(block.text))][:_HEAD_LINES]
    fit = [
        t
        for t in lines
        if len(t) <= _TITLE_CHARS and not t.endswith(("。", "、")) and not _NOTICE.fullmatch(t)
    ]
    about = next((t for t in fit if re.search(r"について(?:[（(].{1,6}[）)])?$", t)), "")
    return about or (fit[0] if fit else "")


def _alone(blocks: Sequence[Block]) -> list[Block]:
    """The blocks without those of a spreadsheet that share their row with others: such a row is no title."""
    rows = Counter(
        (block.page, block.table, block.row) for block in blocks if block.cell and block.text.strip()
    )
    return [block for block in blocks if not block.cell or rows[block.page, block.table, block.row] == 1]


def _plain(text: str) -> str:
    return " ".join(strip_sentinels(text).split("\n")[0].split())


def head_date(extract: Extract) -> date | None:
    """The full date that stands alone on one of the first lines; None without one."""
    for block in [block for block in extract.blocks if block.text.strip()][:_HEAD_LINES]:
        line = _plain(block.text)
        if len(line) <= 40 and "～" not in line and "から" not in line and (day := parse_date(line)):
            return day
    return None


def kind_of(title: str, default: Kind = Kind.MATERIAL) -> Kind:
    """What the words of a title call a material.

    >>> kind_of("避難所運営マニュアル").value, kind_of("第三期計画").value
    ('manual', 'plan')
    """
    if _LETTER.search(title):
        return default
    found = [(match.end(), kind) for kind, words in _KINDS if (match := _last(words, title))]
    return max(found)[1] if found else default


_KINDS = ((Kind.PLAN, _PLAN), (Kind.MANUAL, _MANUAL), (Kind.NEWSLETTER, _NEWSLETTER))


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = None
    for found in pattern.finditer(text):  # noqa: B007
        pass
    return found


def is_newsletter(title: str) -> bool:
    """Whether a title names a newsletter (議会だより 第12号)."""
    return bool(_NEWSLETTER.search(title)) and bool(re.search(r"号|年|月", title))
