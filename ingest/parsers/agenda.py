"""Agenda items of assembly minutes: the list at the head, and the words by which the chair calls an item up."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.parsers.sentinels import strip_sentinels

_LIST = re.compile(r"本日の会議に付した(?:事件|案件)|付議事件|会議に付した事件|議事日程")
_BULLET = re.compile(
    r"^[\s・○●◯\-]*(?:[（(][0-9０-９一二三四五六七八九十]{1,3}[）)]|第?[0-9０-９一二三四五六七八九十]{1,3}[\s.．、　])?\s*"
)
_REMARK = re.compile(r"[（(](?:説明|質疑|説明・質疑|意見開陳|採決|付託[^）)]*)[）)]$")
_TAIL = re.compile(
    r"(?:等)?(?:の結果)?(?:等)?(?:に関する|に係る|について|に関して|の件|の報告|の決定|する|を行う)*$"
)
_LEAD = r"(?:次に|初めに|はじめに|まず|この際|引き続いて|続いて|続きまして|最後に|これより|本日は)、?"
_CALLS = (
    re.compile(
        r"(?P<title>(?:追加)?日程第[^。]{1,120}?)(?:の?件)?を(?:一括(?:して)?)?(?:直ちに)?(?:議題と|採決)"
    ),
    re.compile(
        rf"{_LEAD}(?P<title>[^。、]{{2,50}}?について)(?:の?(?:申し上げ|ご?協議|お諮り|ご?報告|ご?説明|審議|調査|審査|質疑))"
    ),
    re.compile(rf"{_LEAD}(?P<title>[^。、]{{2,40}}?の(?:互選|選任|選挙|審査|調査))を行"),
    re.compile(
        r"(?:これより|から|に|[0-9０-９一二三四五六七八九十]、)(?P<title>(?:代表|一般|緊急|総括)?質問|討論)(?:に入り|を行い|を行う)"
    ),
    re.compile(r"(?P<title>第\S{1,5}号議案、[^。]{2,90}?)を(?:一括)?議題と"),
)
_VAGUE = re.compile(r"^(?:本|この|その|これ|ただいま|右|左記|以上|先ほど|さき|お手元)")
_BARE = re.compile(
    r"報告事項|付託事項(?:の調査)?|付託議案|議案(?:の審査)?|請願陳情(?:の審査)?|所管事務(?:の調査)?|\S{2,12}関係"
)
_QUESTIONS = re.compile(r"質疑を(?:行|始)")
_CALL_CHARS = 260
_MAX_TITLE = 100
_MIN_CORE = 4


@dataclass(frozen=True, slots=True)
class _Item:
    title: str
    core: str


class Agenda:
    """The items of one meeting; `called` tells which item, if any, the chair's words begin.

    Items of the printed list are preferred; each begins once. Where several were reported on one after
    another, the questions put afterwards on all of them are an item of their own (質疑).
    """

    def __init__(self, front: str) -> None:
        self._items = _listed(strip_sentinels(front))
        self._current = ""
        self._reported = 0

    def asked(self) -> None:
        """A question was put: the items called up so far are being dealt with."""
        self._reported = 0

    def called(self, words: str) -> str:
        """The title of the item that begins with these words of the chair; empty where none does."""
        opening = _plain(words[:_CALL_CHARS])
        if self._reported > 1 and _QUESTIONS.search(opening):
            return self._begin("質疑")
        return self._begin(self._from_list(opening) or _from_words(opening))

    def _begin(self, title: str) -> str:
        if not title or title == self._current:
            return ""
        self._reported += 1
        self._current = title
        return title

    def _from_list(self, opening: str) -> str:
        for number, item in enumerate(self._items):
            if item.core in opening and re.search(
                rf"{_LEAD}|議題|ただいまから|申し上げ|お諮り|報告", opening
            ):
                del self._items[number]
                return item.title
        return ""


def _plain(text: str) -> str:
    return re.sub(r"\s", "", strip_sentinels(text))


def _listed(front: str) -> list[_Item]:
    """The items of the list that front matter ends with; none where it has no such list."""
    parts = _LIST.split(front)
    if len(parts) < 2:
        return []
    items = []
    for line in parts[-1].split("\n"):
        title = _REMARK.sub("", _BULLET.sub("", line).strip())
        core = _TAIL.sub("", _plain(title))
        if len(core) >= _MIN_CORE and len(title) <= _MAX_TITLE:
            items.append(_Item(title, core))
    return items


def _from_words(opening: str) -> str:
    """The item as the chair names it; empty for 本件 and the like."""
    for pattern in _CALLS:
        found = pattern.search(opening)
        if found and not _VAGUE.match(found["title"]) and not _BARE.match(found["title"]):
            title = found["title"]
            return title if len(title) <= _MAX_TITLE else title[: _MAX_TITLE - 1] + "…"
    return ""
