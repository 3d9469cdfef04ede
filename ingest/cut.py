"""Cut closed spans out of a document before anything else is made of it.

The base rendition is a text of its own in which every closed span is replaced by one fixed mark, or by
nothing where its existence is withheld. Each other rendition holds the closed spans of one compartment, in the
sentences in which they stand.
Threads, passages, terms and vectors are made from renditions, never from the document as parsed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from corpus.disclosure import MARK, Label, compartment
from corpus.model import Anchor, Document, Page, Rendition, Role, Section, Span, Utterance
from ingest.fragments import stretches
from ingest.heading import headed, screen, secrets_of, unnamed
from ingest.labels import Labelling


@dataclass(frozen=True, slots=True)
class _Hole:
    """A stretch cut out of the base text, and what stands in its place."""

    start: int
    end: int
    mark: str


def cut(document: Document, labelling: Labelling) -> list[Rendition]:
    """The renditions of `document`, the base rendition first.

    Closed spans whose readers are the readers of the base anyway stay where they are.
    """
    home = compartment(labelling.base)
    foreign = [(span, label) for span, label in labelling.closed if compartment(label) != home]
    holes = _holes(document.text, foreign)
    base = Rendition(home, _without(document, holes, foreign), labelling.base)
    by_compartment: dict[str, list[tuple[Span, Label]]] = {}
    for span, label in foreign:
        by_compartment.setdefault(compartment(label), []).append((span, label))
    moved = _Shift(holes)
    fragments = [
        _fragments(document, name, spans, moved, foreign) for name, spans in sorted(by_compartment.items())
    ]
    return [base, *fragments]


def _holes(text: str, foreign: Sequence[tuple[Span, Label]]) -> list[_Hole]:
    """Holes in text order. Those that touch share one mark: how many spans were closed is not shown."""
    holes: list[_Hole] = []
    for span, label in foreign:
        hole = _Hole(span.start, span.end, "" if label.hidden else MARK)
        if holes and holes[-1].end == hole.start:
            hole = _Hole(holes[-1].start, hole.end, holes.pop().mark or hole.mark)
        holes.append(hole)
    return _whole_lines(text, holes)


def _whole_lines(text: str, holes: Sequence[_Hole]) -> list[_Hole]:
    """Holes without a mark that take whole lines take a line break too: no empty line tells of them."""
    wider: list[_Hole] = []
    for hole in holes:
        if not hole.mark and _begins_line(text, hole.start) and text[hole.end : hole.end + 1] == "\n":
            hole = replace(hole, end=hole.end + 1)
        if wider and wider[-1].end == hole.start and not (wider[-1].mark or hole.mark):
            hole = replace(hole, start=wider.pop().start)
        wider.append(hole)
    if wider and wider[-1].end == len(text) and not text.endswith("\n"):
        last = wider[-1]
        if not last.mark and last.start and _begins_line(text, last.start):
            wider[-1] = replace(last, start=last.start - 1)  # the line before is the last one now
    return wider


def _begins_line(text: str, offset: int) -> bool:
    return offset == 0 or text[offset - 1] == "\n"


class _Shift:
    """Where an offset of the master text lies in the base text."""

    def __init__(self, holes: Sequence[_Hole]) -> None:
        self._holes = holes
        self._starts = [hole.start for hole in holes]
        self._gone = [0]
        for hole in holes:
            self._gone.append(self._gone[-1] + hole.end - hole.start - len(hole.mark))

    def __call__(self, offset: int, *, after: bool = False) -> int:
        """The base offset; inside a hole, that of its mark (`after`: of its mark's end)."""
        position = bisect_right(self._starts, offset - 1)
        if position and offset < self._holes[position - 1].end:
            hole = self._holes[position - 1]
            start = hole.start - self._gone[position - 1]
            return start + (len(hole.mark) if after else 0)
        return offset - self._gone[position]


def _without(document: Document, holes: Sequence[_Hole], foreign: Sequence[tuple[Span, Label]]) -> Document:
    """`document` with the holes cut out of text, utterances, sections, pages and titles."""
    if not holes:
        return replace(document, claims=(), warnings=())
    text, position = "", 0
    for hole in holes:
        text += document.text[position : hole.start] + hole.mark
        position = hole.end
    text += document.text[position:]
    shift = _Shift(holes)
    secrets = secrets_of(document, foreign)
    sections, place = _sections(document.sections, holes, shift, secrets)
    return replace(
        headed(document, secrets),
        text=text,
        sections=tuple(sections),
        utterances=tuple(unnamed(_utterances(document.utterances, holes, shift, text, place), secrets)),
        pages=tuple(_pages(_without_gaps(document, holes), holes, shift)),
        claims=(),
        warnings=(),
    )


def _sections(
    sections: Sequence[Section], holes: Sequence[_Hole], shift: _Shift, secrets: Sequence[tuple[str, str]]
) -> tuple[list[Section], dict[int, int]]:
    """Sections in the base text, and the new number of each old one that still has one.

    One that is cut out whole loses its title, or vanishes where hidden. Those in one hole become one: how
    many items were closed is not shown.
    """
    kept: list[Section] = []
    place: dict[int, int] = {}
    gone: dict[_Hole, int] = {}
    for number, section in enumerate(sections):
        hole = _around(section, holes)
        if hole is not None and (not hole.mark or hole in gone):
            if hole in gone:
                place[number] = gone[hole]
            continue
        if hole is not None:
            gone[hole] = len(kept)
        title = MARK if hole is not None else screen(section.title, secrets)
        place[number] = len(kept)
        start, end = shift(section.start), shift(section.end, after=True)
        kept.append(replace(section, title=title, start=start, end=end))
    return kept, place


def _around(part: Section | Utterance, holes: Sequence[_Hole]) -> _Hole | None:
    """The hole in which a part of the document disappears altogether."""
    if part.start == part.end:
        return None
    return next((hole for hole in holes if hole.start <= part.start and part.end <= hole.end), None)


def _utterances(
    utterances: Sequence[Utterance], holes: Sequence[_Hole], shift: _Shift, text: str, place: dict[int, int]
) -> Iterator[Utterance]:
    """Utterances in the base text. One that is cut out whole loses its speaker and what it did.

    A hole over several utterances leaves its mark to the first of them: how many were closed is not shown.
    """
    taken = 0
    for utterance in utterances:
        start, end = max(shift(utterance.start), taken), shift(utterance.end, after=True)
        while start < end and text[start].isspace():
            start += 1
        while start < end and text[end - 1].isspace():
            end -= 1
        if start >= end:
            continue
        taken = end
        section = place.get(utterance.section) if utterance.section is not None else None
        moved = replace(utterance, start=start, end=end, section=section)
        yield (
            moved
            if _around(utterance, holes) is None
            else replace(moved, speaker="", post="", role=Role.OTHER)
        )


def _without_gaps(document: Document, holes: Sequence[_Hole]) -> Sequence[Page]:
    """The pages without those that vanish where existence is withheld; the rest count on without a gap that tells."""
    silent = [hole for hole in holes if not hole.mark]
    if not silent or not all(page.label.isdecimal() for page in document.pages):
        return document.pages
    kept: list[Page] = []
    gone = 0
    for page, following in zip_longest(document.pages, document.pages[1:]):
        end = following.start if following else len(document.text)
        if any(_nothing_left(document.text, page.start, end, hole) for hole in silent):
            gone += 1
        else:
            kept.append(replace(page, label=str(int(page.label) - gone)) if gone else page)
    return kept


def _nothing_left(text: str, start: int, end: int, hole: _Hole) -> bool:
    """Whether of a stretch nothing but white space stands outside a hole that covers some of it."""
    outside = text[start : max(start, hole.start)] + text[min(end, hole.end) : end]
    return hole.start < end and start < hole.end and not outside.strip()


def _pages(pages: Sequence[Page], holes: Sequence[_Hole], shift: _Shift) -> Iterator[Page]:
    """Where pages begin in the base text; of those that begin in one hole only the last is left, after its mark."""
    inside: dict[_Hole, Page] = {}
    for page in reversed(pages):
        hole = next((h for h in holes if h.start < page.start < h.end), None)
        if hole is not None:
            inside.setdefault(hole, page)
    for page in pages:
        hole = next((h for h in holes if h.start < page.start < h.end), None)
        if hole is None or inside[hole] is page:
            yield Page(shift(page.start, after=True), page.label)


def _fragments(
    document: Document,
    name: str,
    spans: Sequence[tuple[Span, Label]],
    moved: _Shift,
    foreign: Sequence[tuple[Span, Label]],
) -> Rendition:
    """The closed spans of one compartment in the sentences in which they stand, each an utterance of its speaker.

    A name or a number alone could be neither found nor understood. The sentences are those of the base, which
    everybody in the compartment may read, with the closed words of this compartment in their places.
    """
    others = [pair for pair in foreign if compartment(pair[1]) != name]
    holes = _holes(document.text, others)
    shift = _Shift(holes)
    told = _without(document, holes, others)
    closed = [(Span(shift(span.start), shift(span.end)), moved(span.start)) for span, _ in spans]
    text = ""
    utterances: list[Utterance] = []
    pages: list[Page] = []
    anchors: list[Anchor] = []
    for stretch in stretches(told, closed):
        start = len(text)
        text += told.text[stretch.span.start : stretch.span.end] + "\n"
        end = len(text) - 1
        utterances.append(replace(stretch.source, start=start, end=end))
        pages.append(Page(start, told.page_at(stretch.span.start)))
        anchors.append(Anchor(stretch.at, start, end))
    used = sorted({utterance.section for utterance in utterances if utterance.section is not None})
    place = {number: position for position, number in enumerate(used)}
    fragment = replace(
        headed(told, secrets_of(document, foreign)),  # a document has one title for everybody
        text=text.removesuffix("\n"),
        sections=tuple(_section_of(told.sections[n], n, utterances) for n in used),
        utterances=tuple(
            replace(u, section=place[u.section]) if u.section is not None else u for u in utterances
        ),
        pages=tuple(pages),
    )
    return Rendition(name, fragment, spans[0][1], tuple(anchors))


def _section_of(section: Section, number: int, utterances: Sequence[Utterance]) -> Section:
    """A section of the document, spanning its fragments."""
    own = [utterance for utterance in utterances if utterance.section == number]
    return replace(section, start=own[0].start, end=own[-1].end)
