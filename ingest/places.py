"""What title, file name and first lines say about a document's place: version, copy, number of a material."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePath

from corpus.editions import PLAIN, Copy, Place
from corpus.model import Document, Kind
from corpus.normalisation import normalise

_RECORDS = frozenset({Kind.MEETING_RECORD, Kind.MINUTES})
_HEAD_LINES = 6
_LINE_CHARS = 40

_AROUND = r"[（(【［\[〔〈<]\s*{}\s*[）)】］\]〕〉>]"
_DRAFT = re.compile(
    rf"速報版|{_AROUND.format('速報')}|(?:会議録|議事録|速記録|記録)[_\s・]*速報|速報(?:会議録|議事録)"
    rf"|未定稿|校正前|暫定版|{_AROUND.format('暫定')}"
)
_FINAL = re.compile(rf"確定版|{_AROUND.format('確定')}|正式版|(?:会議録|議事録|速記録)[_\s・]*確定")
_CORRECTED = re.compile(
    rf"第?\s*(?P<before>[0-9])?\s*(?P<again>再)?(?:訂正|修正)版\s*(?P<after>[0-9])?|{_AROUND.format('(?:訂正|修正)(?:後)?')}"
)
_MASTER = re.compile(rf"原本|正本|{_AROUND.format('非公開版')}|非公開版")
_READING = re.compile(
    rf"(?:配布|公開|公表|閲覧|HP掲載|ホームページ掲載)用|{_AROUND.format('(?:公開|公表)版')}|公開版"
)
_VERSION_WORDS = re.compile(
    "|".join(re.sub(r"\?P<\w+>", "?:", p.pattern) for p in (_DRAFT, _FINAL, _CORRECTED, _MASTER, _READING))
)
_MATERIAL = re.compile(
    r"(?P<what>参考資料|配付資料|配布資料|追加資料|資料|別紙|別添|別冊)\s*(?:第|no\.?|番号)?\s*"
    r"(?P<number>[0-9]+(?:\s*[-の]\s*[0-9]+)*)\s*号?"
)


def place_of(document: Document, name: str, collection: str, identify: Callable[..., str]) -> Place:
    """The place of a document among those of its collection.

    Two documents are of one record when body, day and session are the same, however they are written.

    Args:
        document: as parsed.
        name: the name of its file, with folders.
        collection: only records of one collection belong together.
        identify: makes ids, as `Catalogue.identify`.
    """
    lines = _lines(document, name)
    if document.kind not in _RECORDS:
        return Place(material=next((found for line in lines if (found := number_of(line))), ""))
    return Place(_record_id(document, collection, identify), _edition(lines), _copy(lines))


def number_of(words: str) -> str:
    """The number of a material that `words` begin with or name in brackets, in one spelling; empty without one.

    >>> number_of("【資料 １－２】"), number_of("資料第３号　予算の概要"), number_of("本日の資料は３点です")
    ('資料1-2', '資料3', '')
    """
    plain = normalise(words).lstrip("【[(〔<「 _")
    found = _MATERIAL.match(plain) or _MATERIAL.search(plain, pos=max(plain.find("【"), plain.find("_"), 0))
    if found is None or (found.start() and plain[found.start() - 1] not in "【[(_ "):
        return ""
    what = "資料" if found["what"] in {"配付資料", "配布資料"} else found["what"]
    return what + re.sub(r"\s*[-の]\s*", "-", found["number"])


def _lines(document: Document, name: str) -> list[str]:
    """What may name the place: the stem of the file name, the title, and the first short lines."""
    head = [line.strip() for line in document.text[:400].split("\n") if line.strip()][:_HEAD_LINES]
    short = [line for line in head if len(line) <= _LINE_CHARS]
    return [normalise(PurePath(name).stem), normalise(document.title), *map(normalise, short)]


def _edition(lines: list[str]) -> int:
    for line in lines:
        if found := _CORRECTED.search(line):
            times = found["before"] or found["after"] or ("2" if found["again"] else "1")
            return 2 + max(int(times), 1)
        if _FINAL.search(line):
            return 2
        if _DRAFT.search(line):
            return 0
    return PLAIN


def _copy(lines: list[str]) -> Copy:
    for line in lines:
        if _MASTER.search(line):
            return Copy.MASTER
        if _READING.search(line):
            return Copy.READING
    return Copy.UNSAID


def _record_id(document: Document, collection: str, identify: Callable[..., str]) -> str:
    meeting, session = (_without_versions(words) for words in (document.meeting, document.session))
    if not meeting or document.date is None:
        return ""
    return identify("record", collection, meeting, document.date.isoformat(), session)


def _without_versions(words: str) -> str:
    return re.sub(r"[\s()（）【】\[\]]", "", _VERSION_WORDS.sub("", normalise(words)))
