"""Private characters that carry page starts and closed marks through parsing to their offsets.

A parser moves, joins and trims text; a page start or a mark 〔非公開ここから〕 must land where it
stood all the same. So before parsing each becomes one private character in the text itself
(`encode`), and afterwards these are taken out and their places become offsets (`resolve`).
A mark that a parser lost closes the document: nothing opens by accident.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace

from corpus.disclosure import MARK, Ground, Label, Status
from corpus.model import Document, LabelClaim, Page, Section, Span, Utterance
from ingest.extract import Block, Extract

_PAGE = 0xF0000
_MARK = 0x100000
_ROOM = 0xFFFD
ANY = "[\U000f0000-\U0010fffd]"
"""A regular expression for one sentinel."""
_SENTINEL = re.compile(ANY)
_LONGEST_SPACE = 40
_LONG_SPACE = re.compile(r"([ \t\u00a0\u3000\n])\1{40,}")
_CORE = re.compile("[^\\s\U000f0000-\U0010fffd](?:.*[^\\s\U000f0000-\U0010fffd])?", re.DOTALL)
_VISIBLE = re.compile("[^\\s\U000f0000-\U0010fffd]")
_OPEN = "〔[［【（("
_CLOSE = "〕]］】）)"
_WORDS = (
    r"非\s*公\s*開\s*こ\s*こ\s*(?P<{0}>か\s*ら|ま\s*で)|こ\s*こ\s*(?P<{1}>か\s*ら|ま\s*で)\s*非\s*公\s*開"
)
_PATTERN = re.compile(
    rf"(?:[{re.escape(_OPEN)}]\s*)?(?:{_WORDS.format('a', 'b')})"
    rf"(?:\s*[:：]\s*(?P<note>[^{re.escape(_CLOSE)}]{{0,60}}))?(?:\s*[{re.escape(_CLOSE)}])?"
)
_HIDDEN = re.compile(r"存\s*否")
_AUDIENCE_STAFF = re.compile(r"(?:庁内|職員|全庁)(?:のみ|限り|まで)?")
_AUDIENCE_DEPARTMENT = re.compile(r"\S{1,20}(?:課|係|室|部|局|事務局|センター|保健所)(?:のみ|限り)?")
_AUDIENCE_GROUP = re.compile(r"group:[^\s&|:*、]+")
_OWNER_ONLY = re.compile(r"所属(?:のみ|限り)?|担当課(?:のみ|限り)?")
_GROUNDS = (
    (Ground.SECRET_SESSION, ("秘密会",)),
    (Ground.RETRACTED, ("取消", "取り消し")),
    (Ground.PERSONAL, ("個人", "プライバシー", "氏名")),
    (Ground.CORPORATE, ("法人", "事業者", "企業秘密", "営業秘密")),
    (Ground.SAFETY, ("公共の安全", "犯罪", "防犯", "警備", "セキュリティ")),
    (Ground.LAW, ("法令", "法律の定め")),
    (Ground.DELIBERATION, ("審議", "検討", "協議", "意思決定", "意思形成")),
    (Ground.OPERATIONS, ("事務事業", "事務又は事業", "事務・事業", "事務の", "契約", "入札", "交渉", "人事")),
)


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark found in a source: whether it opens a closed span, and what it says about it."""

    opens: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """What the sentinels of one extract stand for: page labels and marks, each by its number."""

    pages: tuple[str, ...]
    marks: tuple[Mark, ...]


def strip_sentinels(text: str) -> str:
    """`text` as a reader sees it."""
    return _SENTINEL.sub("", text)


def sentinels_of(text: str) -> str:
    """Only the sentinels of `text`, in order."""
    return "".join(_SENTINEL.findall(text))


def marks_of(text: str) -> str:
    """Only the sentinels of closed marks in `text`, in order."""
    return "".join(found for found in _SENTINEL.findall(text) if ord(found) >= _MARK)


def lead_of(text: str) -> str:
    """The sentinels before the first visible character of `text`."""
    visible = _VISIBLE.search(text)
    return sentinels_of(text[: visible.start()] if visible else text)


def trim(text: str) -> str:
    """`text` without white space at its ends; sentinels there stay."""
    core = _CORE.search(text)
    if core is None:
        return sentinels_of(text)
    before, after = text[: core.start()], text[core.end() :]
    return sentinels_of(before) + core.group() + sentinels_of(after)


def has_mark(text: str) -> bool:
    """Whether a closed mark stands in `text`."""
    return any(ord(found) >= _MARK for found in _SENTINEL.findall(text))


def encode(extract: Extract) -> tuple[Extract, Code]:
    """The extract with sentinels in its texts, and what they stand for.

    Every block begins with the sentinel of its page, so that a dropped line costs no page start.
    """
    marks: list[Mark] = []
    texts = _mark_lines([_plain(block.text) for block in extract.blocks], marks)
    pages: dict[str, int] = {}
    blocks = []
    for block, text in zip(extract.blocks, texts, strict=True):
        label = page_label(block)
        number = pages.setdefault(label, len(pages)) if label else _ROOM
        blocks.append(replace(block, text=(chr(_PAGE + number) if number < _ROOM else "") + text))
    data = _encode_data(extract.data, marks)
    return replace(extract, blocks=tuple(blocks), data=data), Code(tuple(pages), tuple(marks))


def page_label(block: Block) -> str:
    """What a reader looks for: 「3」 on paper, 「設問一覧!B4」 in a workbook.

    >>> page_label(Block("", page="設問一覧", cell="B4"))
    '設問一覧!B4'
    """
    return f"{block.page}!{block.cell}" if block.cell and block.page else block.page or block.cell


def _plain(text: str) -> str:
    """`text` without characters that pass for sentinels and without endless white space."""
    return _LONG_SPACE.sub(lambda found: found.group(1) * _LONGEST_SPACE, _SENTINEL.sub("〓", text))


def _mark_lines(texts: list[str], marks: list[Mark]) -> list[str]:
    """The texts with marks replaced, also where a mark is broken over two of them."""
    kept = "\n".join(text.replace("\n", "\x00") for text in texts)

    def number(found: re.Match[str]) -> str:
        return _numbered(found, marks) + "\n" * found.group().count("\n")

    if "公" not in kept:
        return texts
    return [text.replace("\x00", "\n") for text in _PATTERN.sub(number, kept).split("\n")]


def _numbered(found: re.Match[str], marks: list[Mark]) -> str:
    way = re.sub(r"\s", "", found["a"] or found["b"] or "")
    if len(marks) >= _ROOM:
        return ""
    marks.append(Mark(way == "から", (found["note"] or "").strip()))
    return chr(_MARK + len(marks) - 1)


def _encode_data(value: object, marks: list[Mark]) -> object:
    """A decoded JSON value with the marks in its strings replaced."""
    if isinstance(value, str):
        return _PATTERN.sub(lambda found: _numbered(found, marks), _plain(value))
    if isinstance(value, list):
        return [_encode_data(item, marks) for item in value]
    if isinstance(value, dict):
        return {key: _encode_data(item, marks) for key, item in value.items()}
    return value


def resolve(documents: list[Document], code: Code) -> list[Document]:
    """The documents without sentinels, with page starts and the claims that marks make.

    A span between two marks becomes a claim ``closed``; a mark without its partner closes the
    document to its end (an end mark without beginning: the whole document); a mark that is in no
    document's text closes them all. Each such case leaves a warning. Titles of sections and names
    of speakers that stand inside a closed span but govern text outside it are taken out.
    """
    seen = {number for document in documents for _, number in _marks_in(document.text)}
    lost = len(seen) < len(code.marks)
    return [_resolve(document, code, lost=lost) for document in documents]


@dataclass(frozen=True, slots=True)
class _Closed:
    """A closed range: from the opening sentinel to the closing one or the end of the text with sentinels.

    `reach` is where its last character ends in the text without sentinels.
    """

    start: int
    end: int
    mark: Mark
    reach: int = 0

    def names(self, start: int, reach: int) -> bool:
        """Whether what is named at `start` stands inside this range but goes on to `reach` after it."""
        return self.start < start <= self.end and (reach > self.reach or reach < 0)


def _resolve(document: Document, code: Code, *, lost: bool) -> Document:
    ranges, warnings = _closed_ranges(document.text, code)
    if lost:
        ranges.append(_Closed(-1, len(document.text), Mark(True)))
        warnings.append("非公開の印の一部が本文の外にあるため、文書全体を非公開とします")
    text = strip_sentinels(document.text)
    shift = _Shift([found.start() for found in _SENTINEL.finditer(document.text)])
    owner = strip_sentinels(document.department)
    closed, claims = [], []
    for item in ranges:
        start, end = _stripped(text, shift.offset(item.start), shift.offset(item.end))
        closed.append(replace(item, reach=end))
        if start < end:
            claims.append(LabelClaim(label_of(item.mark.note, owner), "mark", Span(start, end)))
    sections, places = _sections(document.sections, shift, text, closed)
    return replace(
        document,
        title=strip_sentinels(document.title),
        meeting=strip_sentinels(document.meeting),
        session=strip_sentinels(document.session),
        department=owner,
        text=text,
        pages=_pages(document.text, text, code),
        utterances=tuple(_utterances(document, shift, text, closed, places)),
        sections=sections,
        claims=(*document.claims, *claims),
        warnings=(*document.warnings, *warnings),
    )


def _marks_in(text: str) -> list[tuple[int, int]]:
    """(offset, number) of every mark in a text with sentinels."""
    found = ((match.start(), ord(match.group()) - _MARK) for match in _SENTINEL.finditer(text))
    return [(at, number) for at, number in found if number >= 0]


def _closed_ranges(text: str, code: Code) -> tuple[list[_Closed], list[str]]:
    """The ranges that the marks of one text close, and what is wrong with the marks."""
    closed: list[_Closed] = []
    warnings: list[str] = []
    opened: tuple[int, Mark] | None = None
    for at, number in _marks_in(text):
        mark = code.marks[number]
        if mark.opens:
            if opened is not None:
                closed.append(_Closed(opened[0], len(text), opened[1]))
                warnings.append("非公開の印が閉じないまま重なっています（文書の終わりまで非公開とします）")
            opened = (at, mark)
        elif opened is None:
            closed.append(_Closed(-1, len(text), mark))
            warnings.append("「非公開ここまで」に始まりがありません（文書全体を非公開とします）")
        else:
            closed.append(_Closed(opened[0], at, opened[1]))
            opened = None
    if opened is not None:
        closed.append(_Closed(opened[0], len(text), opened[1]))
        warnings.append("「非公開ここから」が閉じていません（文書の終わりまで非公開とします）")
    return closed, warnings


@dataclass(frozen=True, slots=True)
class _Shift:
    """Offsets with sentinels to offsets without; `holes` are the places of the sentinels, ascending."""

    holes: list[int]

    def offset(self, at: int) -> int:
        return max(at, 0) - bisect_left(self.holes, at)


def label_of(note: str, owner: str) -> Label:
    """The label that the note of a mark asks for: closed, for whom, why, and whether it shows at all.

    The note is a list with 、: 庁内 (staff), names of departments, ``group:…``, 存否 (hidden); all
    other words are the reason.

    >>> sorted(label_of("個人、人事課", "").audience)
    [frozenset({'dept:人事課'})]
    """
    audience: set[str] = set()
    reasons: list[str] = []
    for part in (re.sub(r"\s", "", word) for word in re.split(r"[、,，;；/／]", note)):
        if _AUDIENCE_STAFF.fullmatch(part):
            audience.add("staff")
        elif _AUDIENCE_GROUP.fullmatch(part):
            audience.add(part)
        elif _AUDIENCE_DEPARTMENT.fullmatch(part):
            audience.add("dept:" + re.sub(r"(?:のみ|限り)$", "", part))
        elif part and not _HIDDEN.search(part) and not _OWNER_ONLY.fullmatch(part):
            reasons.append(part)
    reason = "、".join(reasons)
    return Label(
        Status.CLOSED,
        audience=frozenset({frozenset(audience)}) if audience else frozenset(),
        owner=owner,
        grounds=grounds_of(reason),
        reason=reason,
        hidden=bool(_HIDDEN.search(note)),
    )


def grounds_of(reason: str) -> frozenset[Ground]:
    """The grounds that the words of a printed reason name; OTHER where there are words but none known.

    >>> sorted(grounds_of("個人に関する情報"))
    [<Ground.PERSONAL: 'PERSONAL'>]
    """
    words = re.sub(r"\s", "", reason)
    if not words:
        return frozenset()
    found = frozenset(ground for ground, hints in _GROUNDS if any(hint in words for hint in hints))
    return found or frozenset({Ground.OTHER})


def _pages(text: str, plain: str, code: Code) -> tuple[Page, ...]:
    """Where each page begins: at the first text after its sentinel, when it differs from the page before."""
    pages: list[Page] = []
    for removed, match in enumerate(_SENTINEL.finditer(text)):
        number, at = ord(match.group()) - _PAGE, match.start() - removed
        if not 0 <= number < len(code.pages):
            continue
        while at < len(plain) and plain[at] == "\n":
            at += 1
        if pages and pages[-1].start == at:
            pages.pop()
        if not pages or pages[-1].label != code.pages[number]:
            pages.append(Page(at, code.pages[number]))
    return tuple(pages)


def _utterances(
    document: Document, shift: _Shift, text: str, closed: list[_Closed], places: dict[int, int]
) -> Iterator[Utterance]:
    """Utterances with offsets into `text`, without the empty ones."""
    for item in document.utterances:
        start, end = _stripped(text, shift.offset(item.start), shift.offset(item.end))
        if start == end:
            continue
        speaker, post = strip_sentinels(item.speaker), strip_sentinels(item.post)
        if any(other.names(item.start, end) for other in closed):
            speaker, post = "", ""
        section = places.get(item.section) if item.section is not None else None
        yield replace(item, start=start, end=end, speaker=speaker, post=post, section=section)


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    """The range without white space at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _sections(
    sections: tuple[Section, ...], shift: _Shift, text: str, closed: list[_Closed]
) -> tuple[tuple[Section, ...], dict[int, int]]:
    """Sections with offsets into `text`, and the place of each by its number before.

    A title that only a closed range gives away becomes the mark; where even existence is withheld
    the section joins the one before it.
    """
    kept: list[Section] = []
    places: dict[int, int] = {}
    for number, section in enumerate(sections):
        start, end = _stripped(text, shift.offset(section.start), shift.offset(section.end))
        naming = [item for item in closed if item.names(section.start, end if start < end else -1)]
        if any(_HIDDEN.search(item.mark.note) for item in naming):
            if kept:
                places[number] = len(kept) - 1
                kept[-1] = replace(kept[-1], end=max(kept[-1].end, end))
            continue
        places[number] = len(kept)
        title = MARK if naming else strip_sentinels(section.title)
        kept.append(replace(section, title=title, start=start, end=max(start, end)))
    return tuple(kept), places
