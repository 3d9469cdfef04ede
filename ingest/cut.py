"""Cut closed spans out of a document before anything else is made of it.

The base rendition is a text of its own in which every closed span is replaced by one fixed mark, or by
nothing where its existence is withheld. Each other rendition holds the closed spans of one compartment.
Threads, passages, terms and vectors are made from renditions, never from the document as parsed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.disclosure import MARK, Label, compartment
from corpus.model import Anchor, Document, Page, Rendition, Section, Span, Utterance
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
    fragments = []
    for name, spans in sorted(by_compartment.items()):
        others = _secrets(document, [pair for pair in foreign if compartment(pair[1]) != name])
        fragments.append(_fragments(document, name, spans, moved, others))
    return [base, *fragments]


def _secrets(document: Document, spans: Sequence[tuple[Span, Label]]) -> list[tuple[str, str]]:
    """The words of closed spans and what stands for them where they recur in a title."""
    return [(document.text[span.start : span.end], "" if label.hidden else MARK) for span, label in spans]


def _holes(text: str, foreign: Sequence[tuple[Span, Label]]) -> list[_Hole]:
    """Holes in text order. Those that touch share one mark: how many spans were closed is not shown."""
    holes: list[_Hole] = []
    for span, label in foreign:
        mark = "" if label.hidden else MARK
        if holes and holes[-1].end == span.start:
            holes[-1] = _Hole(holes[-1].start, span.end, holes[-1].mark or mark)
        else:
            holes.append(_Hole(span.start, span.end, mark))
    return [_whole_lines(text, hole) for hole in holes]


def _whole_lines(text: str, hole: _Hole) -> _Hole:
    """A hole without a mark that takes whole lines takes their line break too: no empty line tells of it."""
    at_start = hole.start == 0 or text[hole.start - 1] == "\n"
    at_end = hole.end == len(text) or text[hole.end] == "\n"
    if hole.mark or not (at_start and at_end):
        return hole
    if hole.end < len(text):
        return replace(hole, end=hole.end + 1)
    return replace(hole, start=max(hole.start - 1, 0))


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
    secrets = _secrets(document, foreign)
    sections, place = _sections(document.sections, holes, shift, secrets)
    utterances = [
        moved
        for utterance in document.utterances
        if (moved := _utterance(utterance, holes, shift, text, place)) is not None
    ]
    pages = tuple(Page(shift(page.start), page.label) for page in document.pages)
    return replace(
        document,
        title=_screen(document.title, secrets),
        text=text,
        sections=tuple(sections),
        utterances=tuple(utterances),
        pages=pages,
        claims=(),
        warnings=(),
    )


def _sections(
    sections: Sequence[Section], holes: Sequence[_Hole], shift: _Shift, secrets: Sequence[tuple[str, str]]
) -> tuple[list[Section], dict[int, int]]:
    """Sections in the base text; one that is cut out whole loses its title, or vanishes where hidden."""
    kept: list[Section] = []
    place: dict[int, int] = {}
    for number, section in enumerate(sections):
        covering = next((h for h in holes if h.start <= section.start and section.end <= h.end), None)
        gone = covering is not None and section.start < section.end
        if gone and covering is not None and not covering.mark:
            continue
        title = MARK if gone else _screen(section.title, secrets)
        place[number] = len(kept)
        kept.append(
            replace(section, title=title, start=shift(section.start), end=shift(section.end, after=True))
        )
    return kept, place


def _utterance(
    utterance: Utterance, holes: Sequence[_Hole], shift: _Shift, text: str, place: dict[int, int]
) -> Utterance | None:
    """An utterance in the base text; cut out whole, it loses its speaker; None when nothing is left."""
    start, end = shift(utterance.start), shift(utterance.end, after=True)
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    if start >= end:
        return None
    section = place.get(utterance.section) if utterance.section is not None else None
    moved = replace(utterance, start=start, end=end, section=section)
    if any(hole.start <= utterance.start and utterance.end <= hole.end for hole in holes):
        return replace(moved, speaker="", post="")
    return moved


def _screen(title: str, secrets: Sequence[tuple[str, str]]) -> str:
    """A title without the words of a closed span that stand in it."""
    for secret, mark in secrets:
        if len(secret.strip()) > 1:
            title = title.replace(secret.strip(), mark)
    return title


def _fragments(
    document: Document,
    name: str,
    spans: Sequence[tuple[Span, Label]],
    moved: _Shift,
    secrets: Sequence[tuple[str, str]],
) -> Rendition:
    """The closed spans of one compartment, each as an utterance of the one who spoke it."""
    text = ""
    utterances: list[Utterance] = []
    pages: list[Page] = []
    anchors: list[Anchor] = []
    for span, _label in spans:
        for piece, source in _pieces(document, span):
            start = len(text)
            text += document.text[piece.start : piece.end] + "\n"
            end = len(text) - 1
            utterances.append(replace(source, start=start, end=end))
            pages.append(Page(start, document.page_at(piece.start)))
            anchors.append(Anchor(moved(piece.start), start, end))
    used = sorted({utterance.section for utterance in utterances if utterance.section is not None})
    place = {number: position for position, number in enumerate(used)}
    fragment = replace(
        document,
        title=_screen(document.title, secrets),
        text=text.removesuffix("\n"),
        sections=tuple(_section_of(document.sections[n], n, utterances, secrets) for n in used),
        utterances=tuple(
            replace(u, section=place[u.section]) if u.section is not None else u for u in utterances
        ),
        pages=tuple(pages),
        claims=(),
        warnings=(),
    )
    return Rendition(name, fragment, spans[0][1], tuple(anchors))


def _section_of(
    section: Section, number: int, utterances: Sequence[Utterance], secrets: Sequence[tuple[str, str]]
) -> Section:
    """A section of the document, spanning its fragments."""
    own = [utterance for utterance in utterances if utterance.section == number]
    return replace(section, title=_screen(section.title, secrets), start=own[0].start, end=own[-1].end)


def _pieces(document: Document, span: Span) -> list[tuple[Span, Utterance]]:
    """The parts of a span that lie in utterances; a span outside all of them is a piece of its own."""
    pieces = []
    for utterance in document.utterances:
        start, end = max(span.start, utterance.start), min(span.end, utterance.end)
        if start < end and document.text[start:end].strip():
            pieces.append((Span(start, end), utterance))
    if not pieces and document.text[span.start : span.end].strip():
        pieces.append((span, Utterance(span.start, span.end)))
    return pieces
