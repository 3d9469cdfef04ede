"""Ruled tables of a page: rulings to cells, characters to the cells they stand in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.readers.page_layout import read_rows, rows_of
from ingest.readers.pdf_glyphs import Glyph
from ingest.readers.pdf_painting import Box, Ruling

_SNAP = 3.0
_MIN_EDGE = 8.0
_MAX_LINES = 400


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with its place from 0; a merged one has the place of its top left."""

    row: int
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table on a page: its frame, the places of its column edges, its cells in reading order."""

    box: Box
    edges: tuple[float, ...]
    cells: tuple[Cell, ...]


def tables_of(rulings: Sequence[Ruling], glyphs: Sequence[Glyph]) -> tuple[list[Table], list[Glyph]]:
    """The ruled tables of a page and the characters outside them.

    A frame around running text is no table: there must be two columns somewhere.
    """
    tables: list[Table] = []
    rest = list(glyphs)
    for group in _connected([line for line in rulings if _length(line) >= _MIN_EDGE][:_MAX_LINES]):
        grid = _grid(group)
        if grid is None:
            continue
        xs, ys = grid
        frame = Box(xs[0], ys[-1], xs[-1], ys[0])
        inside = [glyph for glyph in rest if frame.holds(*_centre(glyph))]
        cells = _cells(group, xs, ys, inside)
        if len({cell.column for cell in cells if cell.text}) < 2:
            continue
        tables.append(Table(frame, tuple(xs), tuple(cells)))
        taken = {id(glyph) for glyph in inside}
        rest = [glyph for glyph in rest if id(glyph) not in taken]
    return tables, rest


def _length(line: Ruling) -> float:
    return max(line.x1 - line.x0, line.y1 - line.y0)


def _centre(glyph: Glyph) -> tuple[float, float]:
    return (glyph.box.x0 + glyph.box.x1) / 2, (glyph.box.y0 + glyph.box.y1) / 2


def _connected(lines: list[Ruling]) -> list[list[Ruling]]:
    """Rulings in groups that touch each other."""
    groups: list[list[Ruling]] = []
    for line in lines:
        touching = [group for group in groups if any(_touch(line, other) for other in group)]
        merged = [line, *(other for group in touching for other in group)]
        groups = [group for group in groups if group not in touching] + [merged]
    return groups


def _touch(one: Ruling, two: Ruling) -> bool:
    return (
        one.x0 - _SNAP <= two.x1
        and two.x0 - _SNAP <= one.x1
        and one.y0 - _SNAP <= two.y1
        and two.y0 - _SNAP <= one.y1
    )


def _grid(lines: list[Ruling]) -> tuple[list[float], list[float]] | None:
    """(column edges from the left, row edges from the top); None where lines make no grid."""
    xs = _snapped([line.x0 for line in lines if not line.horizontal])
    ys = _snapped([line.y0 for line in lines if line.horizontal])[::-1]
    return (xs, ys) if len(xs) >= 2 and len(ys) >= 2 and (len(xs) > 2 or len(ys) > 2) else None


def _snapped(values: list[float]) -> list[float]:
    """Values ascending, those closer than the snap distance as one."""
    kept: list[float] = []
    for value in sorted(values):
        if not kept or value - kept[-1] > _SNAP:
            kept.append(value)
    return kept


def _cells(lines: list[Ruling], xs: list[float], ys: list[float], glyphs: list[Glyph]) -> list[Cell]:
    """The cells of a grid in reading order; where a ruling is missing neighbours are one cell."""
    columns, rows = len(xs) - 1, len(ys) - 1
    owner = {(r, c): (r, c) for r in range(rows) for c in range(columns)}
    for r in range(rows):
        for c in range(columns):
            if c + 1 < columns and not _ruled_down(lines, xs[c + 1], ys[r], ys[r + 1]):
                _merge(owner, (r, c), (r, c + 1))
            if r + 1 < rows and not _ruled_across(lines, ys[r + 1], xs[c], xs[c + 1]):
                _merge(owner, (r, c), (r + 1, c))
    held: dict[tuple[int, int], list[Glyph]] = {}
    for glyph in glyphs:
        x, y = _centre(glyph)
        place = (_slot([-edge for edge in ys], -y), _slot(xs, x))
        held.setdefault(owner[place], []).append(glyph)
    places = sorted(set(owner.values()))
    return [Cell(r, c, _text(held.get((r, c), []))) for r, c in places]


def _merge(owner: dict[tuple[int, int], tuple[int, int]], one: tuple[int, int], two: tuple[int, int]) -> None:
    first, second = sorted((owner[one], owner[two]))
    for place, holder in owner.items():
        if holder == second:
            owner[place] = first


def _ruled_down(lines: list[Ruling], x: float, top: float, bottom: float) -> bool:
    middle = (top + bottom) / 2
    return any(
        not line.horizontal and abs(line.x0 - x) <= _SNAP and line.y0 - _SNAP <= middle <= line.y1 + _SNAP
        for line in lines
    )


def _ruled_across(lines: list[Ruling], y: float, left: float, right: float) -> bool:
    middle = (left + right) / 2
    return any(
        line.horizontal and abs(line.y0 - y) <= _SNAP and line.x0 - _SNAP <= middle <= line.x1 + _SNAP
        for line in lines
    )


def _slot(edges: list[float], value: float) -> int:
    """Between which ascending edges a value lies."""
    below = sum(edge <= value for edge in edges) - 1
    return min(max(below, 0), len(edges) - 2)


def _text(glyphs: list[Glyph]) -> str:
    return "\n".join(line.text.strip("\u3000 ") for line in read_rows(rows_of(glyphs)))
