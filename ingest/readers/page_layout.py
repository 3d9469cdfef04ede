"""Characters with places to lines in reading order: rows, columns, vertical writing."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from ingest.readers.pdf_glyphs import Glyph
from ingest.readers.pdf_painting import Box

_SAMPLE = 1500
_ROW_TOLERANCE = 0.5
_SEGMENT_GAP = 1.2
_GUTTER = 0.8
_WIDE_GAP = 0.9
_WORD_GAP = 0.2
_LOOK_AHEAD = 3
_APART = 1.2
_HEADING_SIZE = 1.15
_MIN_COLUMN_ROWS = 4
_MIN_COLUMN_SHARE = 0.2
_MIN_COLUMN_CHARS = 8
_MIN_FILL = 0.6
_RUBY_SIZE = 0.65
_PARAGRAPH_GAP = 1.9
_MAX_INDENT = 8


@dataclass(frozen=True, slots=True)
class Segment:
    """Characters of one row without a wide gap between them. Coordinates as in `Box`."""

    glyphs: tuple[Glyph, ...]
    x0: float
    x1: float


@dataclass(frozen=True, slots=True)
class Row:
    """What stands at one height: segments from left to right, or a block (`content`) such as a table."""

    y0: float
    y1: float
    size: float
    segments: tuple[Segment, ...] = ()
    content: object | None = None

    @property
    def x0(self) -> float:
        """The left end."""
        return min(segment.x0 for segment in self.segments)

    @property
    def x1(self) -> float:
        """The right end."""
        return max(segment.x1 for segment in self.segments)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text in reading order; `y` is its middle. A line with `content` stands for a block."""

    text: str
    y: float
    size: float
    content: object | None = None
    gap: bool = False


def is_vertical(glyphs: Sequence[Glyph]) -> bool:
    """Whether a page is written from top to bottom: most neighbours stand below, not beside, each other."""
    down = across = 0
    solid = [glyph for glyph in glyphs[:_SAMPLE] if not glyph.char.isspace()]
    for one, two in pairwise(solid):
        size = max(one.size, two.size, 1.0)
        dx, dy = _middle(two.box)[0] - _middle(one.box)[0], _middle(two.box)[1] - _middle(one.box)[1]
        if abs(dy) < 0.35 * size and 0 < dx < 2.5 * size:
            across += 1
        elif abs(dx) < 0.35 * size and 0 < -dy < 2.5 * size:
            down += 1
    return down > 1.5 * across and down > 4


def turned(glyph: Glyph) -> Glyph:
    """A character of a vertical page, so placed that its column reads as a row."""
    box = glyph.box
    width = max(box.x1 - box.x0, 1.0)
    return replace(glyph, box=Box(-box.y1, box.x0, -box.y0, box.x1), size=width)


def rows_of(glyphs: Sequence[Glyph]) -> list[Row]:
    """Characters by height, top first. Spaces are kept; furigana above a row is left out."""
    ordered = sorted((g for g in glyphs if g.size > 0), key=lambda g: (-_middle(g.box)[1], g.box.x0))
    groups: list[list[Glyph]] = []
    for glyph in ordered:
        if groups and _same_row(groups[-1], glyph):
            groups[-1].append(glyph)
        else:
            groups.append([glyph])
    rows = [_row(group) for group in groups if any(not g.char.isspace() for g in group)]
    return [
        row for at, row in enumerate(rows) if not _is_ruby(row, rows[at + 1] if at + 1 < len(rows) else None)
    ]


def _same_row(group: list[Glyph], glyph: Glyph) -> bool:
    first = max(group[-3:], key=lambda g: g.size)
    size = max(min(first.size, glyph.size), 0.6 * max(first.size, glyph.size))
    return abs(_middle(first.box)[1] - _middle(glyph.box)[1]) < _ROW_TOLERANCE * size


def _middle(box: Box) -> tuple[float, float]:
    return (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2


def _row(group: list[Glyph]) -> Row:
    solid = [glyph for glyph in group if not glyph.char.isspace()]
    size = median(glyph.size for glyph in solid)
    group.sort(key=lambda glyph: glyph.box.x0)
    segments: list[list[Glyph]] = []
    for glyph in group:
        if segments and glyph.box.x0 - segments[-1][-1].box.x1 < _SEGMENT_GAP * size:
            segments[-1].append(glyph)
        else:
            segments.append([glyph])
    kept = [s for s in segments if any(not g.char.isspace() for g in s)]
    return Row(
        min(g.box.y0 for g in solid),
        max(g.box.y1 for g in solid),
        size,
        tuple(Segment(tuple(s), s[0].box.x0, s[-1].box.x1) for s in kept),
    )


def _is_ruby(row: Row, below: Row | None) -> bool:
    """Whether a row is furigana: much smaller than the row right below, and over part of it only."""
    if below is None or row.size > _RUBY_SIZE * below.size:
        return False
    close = row.y0 - below.y1 < 0.35 * below.size
    return close and row.x0 >= below.x0 - below.size and row.x1 <= below.x1 + below.size


def read_rows(rows: Sequence[Row]) -> list[Line]:
    """Rows as lines in reading order: column after column where rows share a gutter."""
    ordered = sorted(rows, key=lambda row: -(row.y0 + row.y1))
    return _read(ordered)


def _read(rows: list[Row]) -> list[Line]:
    at = 0
    lines: list[Line] = []
    plain: list[Row] = []
    while at < len(rows):
        band = _band(rows, at)
        if band is None:
            plain.append(rows[at])
            at += 1
            continue
        end, gutter = band
        lines += _lines(plain)
        plain = []
        left = [part for row in rows[at:end] if (part := _part(row, gutter, left=True))]
        right = [part for row in rows[at:end] if (part := _part(row, gutter, left=False))]
        lines += _apart(_read(left)) + _apart(_read(right))
        at = end
    return lines + (_apart(_lines(plain)) if lines else _lines(plain))


def _apart(lines: list[Line]) -> list[Line]:
    """Lines that begin a new stretch: the first has a gap before it, unless it may go on a sentence."""
    if not lines or lines[0].text[:1] not in ("", "\u3000"):
        return lines
    return [replace(lines[0], gap=True), *lines[1:]]


def _band(rows: list[Row], start: int) -> tuple[int, tuple[float, float]] | None:
    """(end, gutter) of the rows from `start` on that stand in two columns; None where they do not.

    Rows of the two columns need not be at the same heights.
    """
    best: tuple[int, tuple[float, float]] | None = None
    for gutter in _gaps(rows[start : start + _LOOK_AHEAD]):
        low, high = gutter
        end = start
        for row in rows[start:]:
            crossing = _crossing(row, low, high)
            if crossing is None:
                break
            low, high = crossing
            end += 1
        end = _trimmed(rows, start, end, (low, high))
        if _are_columns(rows[start:end], (low, high)) and (best is None or end > best[0]):
            best = (end, (low, high))
    return best


def _gaps(rows: list[Row]) -> list[tuple[float, float]]:
    """The wide gaps inside the first rows, and between them where they stand side by side."""
    first = rows[0].segments
    others = [segment for row in rows for segment in row.segments]
    least = _GUTTER * rows[0].size
    pairs = [(a, b) for a in first for b in others] + [(b, a) for a in first for b in others]
    return list(dict.fromkeys((a.x1, b.x0) for a, b in pairs if b.x0 - a.x1 >= least))


def _trimmed(rows: list[Row], start: int, end: int, gutter: tuple[float, float]) -> int:
    """`end` moved up before rows that follow both columns: a heading, or text after a gap."""
    size = median(row.size for row in rows[start:end]) if end > start else 0.0
    last = {
        left: max((n for n in range(start, end) if _part(rows[n], gutter, left=left)), default=start)
        for left in (True, False)
    }
    for at in range(min(last.values()) + 1, end):
        above = [row for row in rows[start:at] if _part(row, gutter, left=last[True] > last[False])]
        apart = bool(above) and above[-1].y0 - rows[at].y1 > _APART * size
        if apart or rows[at].size > _HEADING_SIZE * size:
            return at
    return end


def _crossing(row: Row, low: float, high: float) -> tuple[float, float] | None:
    """The gutter narrowed so that nothing of `row` stands in it; None where the row crosses it."""
    for segment in row.segments:
        if segment.x1 <= low or segment.x0 >= high:
            continue
        if segment.x0 > low and high - segment.x0 < segment.x0 - low:
            high = segment.x0
        elif segment.x1 < high and segment.x1 - low < high - segment.x1:
            low = segment.x1
        else:
            return None
    return (low, high) if high - low >= _GUTTER * row.size else None


def _are_columns(rows: list[Row], gutter: tuple[float, float]) -> bool:
    """Whether both sides of a gutter are running text: wide, well filled, and long enough to be sentences."""
    sides = [
        [part for row in rows if (part := _part(row, gutter, left=left)) and part.content is None]
        for left in (True, False)
    ]
    if not all(len(side) >= _MIN_COLUMN_ROWS for side in sides):
        return False
    tops, bottoms = [max(r.y1 for r in side) for side in sides], [min(r.y0 for r in side) for side in sides]
    if min(tops) - max(bottoms) < 0.5 * min(tops[0] - bottoms[0], tops[1] - bottoms[1]):
        return False
    if rows[0].size > _HEADING_SIZE * median(row.size for row in rows):
        return False
    whole = max(row.x1 for side in sides for row in side) - min(row.x0 for side in sides for row in side)
    return all(_is_column(side, whole) for side in sides)


def _is_column(side: list[Row], whole: float) -> bool:
    width = max(row.x1 for row in side) - min(row.x0 for row in side)
    filled = median(row.x1 - row.x0 for row in side)
    chars = median(sum(len(s.glyphs) for s in row.segments) for row in side)
    return width >= _MIN_COLUMN_SHARE * whole and filled >= _MIN_FILL * width and chars >= _MIN_COLUMN_CHARS


def _part(row: Row, gutter: tuple[float, float], *, left: bool) -> Row | None:
    kept = tuple(s for s in row.segments if (s.x1 <= gutter[0] + 0.1 if left else s.x0 >= gutter[1] - 0.1))
    return replace(row, segments=kept) if kept else None


def _lines(rows: list[Row]) -> list[Line]:
    """Rows of one column as lines: gaps as spaces, indents as full-width spaces."""
    solid = [row for row in rows if row.content is None]
    margin = min((row.x0 for row in solid), default=0.0)
    leading = _leading(solid)
    lines: list[Line] = []
    above: Row | None = None
    for row in rows:
        gap = above is not None and above.y0 - row.y1 > 0 and above.y1 - row.y1 > _PARAGRAPH_GAP * leading
        middle = (row.y0 + row.y1) / 2
        if row.content is not None:
            lines.append(Line("", middle, row.size, row.content, gap))
        else:
            indent = min(round((row.x0 - margin) / max(row.size, 1.0)), _MAX_INDENT)
            lines.append(Line("\u3000" * indent + _text(row), middle, row.size, None, gap))
        above = row
    return lines


def _leading(rows: list[Row]) -> float:
    """The usual distance from line to line, in points."""
    steps = [one.y1 - two.y1 for one, two in pairwise(rows) if one.y1 > two.y1]
    return median(steps) if steps else 20.0


def _text(row: Row) -> str:
    """The characters of a row with the spaces that its gaps stand for; even spacing of all letters is none."""
    glyphs = [glyph for segment in row.segments for glyph in segment.glyphs]
    gaps = [two.box.x0 - one.box.x1 for one, two in pairwise(glyphs)]
    usual = max(median(gaps), 0.0) if gaps else 0.0
    out = glyphs[0].char if glyphs else ""
    for (one, two), gap in zip(pairwise(glyphs), gaps, strict=True):
        out += _space(one, two, gap - usual, row.size) + two.char
    return out.strip()


def _space(one: Glyph, two: Glyph, gap: float, size: float) -> str:
    """The space that a gap between two characters stands for; none at the edge of Latin in Japanese."""
    if one.char.isspace() or two.char.isspace() or gap < _WORD_GAP * size:
        return ""
    if gap >= _WIDE_GAP * size:
        return "\u3000"
    return " " if _narrow(one.char) == _narrow(two.char) else ""


def _narrow(char: str) -> bool:
    return unicodedata.east_asian_width(char) in ("Na", "H", "N")
