"""Documents without sentinels: page starts and closed marks become offsets, pages and claims."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace

from corpus.disclosure import MARK
from corpus.model import Document, LabelClaim, Page, Section, Span, Utterance
from ingest.parsers.mark_labels import label_of, withholds_existence
from ingest.parsers.sentinels import Code, Mark, places_of, strip_sentinels


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
    shift = _Shift([place.at for place in places_of(document.text)])
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
    return [(place.at, place.number) for place in places_of(text) if place.is_mark]


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


def _pages(text: str, plain: str, code: Code) -> tuple[Page, ...]:
    """Where each page begins: at the first text after its sentinel, when it differs from the page before."""
    pages: list[Page] = []
    for removed, place in enumerate(places_of(text)):
        at = place.at - removed
        if place.is_mark or place.number >= len(code.pages):
            continue
        while at < len(plain) and plain[at] == "\n":
            at += 1
        if pages and pages[-1].start == at:
            pages.pop()
        if not pages or pages[-1].label != code.pages[place.number]:
            pages.append(Page(at, code.pages[place.number]))
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
        if any(withholds_existence(item.mark.note) for item in naming):
            if kept:
                places[number] = len(kept) - 1
                kept[-1] = replace(kept[-1], end=max(kept[-1].end, end))
            continue
        places[number] = len(kept)
        title = MARK if naming else strip_sentinels(section.title)
        kept.append(replace(section, title=title, start=start, end=max(start, end)))
    return tuple(kept), places
