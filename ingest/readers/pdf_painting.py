"""What is painted on a PDF page besides letters: surfaces that cover or carry them, and ruled lines."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2 as pdfium
from pypdfium2 import raw

TEXT, PATH, IMAGE, FORM = 1, 2, 3, 5
_MAX_DEPTH = 6
_THIN_PT = 3.0
_COVERING_ANNOTATIONS = (raw.FPDF_ANNOT_SQUARE, raw.FPDF_ANNOT_REDACT, raw.FPDF_ANNOT_POLYGON)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in points, y upwards."""

    x0: float
    y0: float
    x1: float
    y1: float

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies inside."""
        return self.x0 <= x <= self.x1 and self.y0 <= y <= self.y1


@dataclass(frozen=True, slots=True)
class Ruling:
    """A straight horizontal or vertical line."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def horizontal(self) -> bool:
        """Whether it runs from left to right."""
        return abs(self.x1 - self.x0) >= abs(self.y1 - self.y0)


@dataclass(frozen=True, slots=True)
class Fill:
    """A painted surface: `order` is its place in the painting, `level` its brightness (None: a picture)."""

    box: Box
    order: int
    level: int | None


@dataclass(frozen=True, slots=True)
class Matrix:
    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def point(self, x: float, y: float) -> tuple[float, float]:
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def after(self, inner: Matrix) -> Matrix:
        """First `inner`, then this one."""
        ax, ay = inner.a * self.a + inner.b * self.c, inner.a * self.b + inner.b * self.d
        cx, cy = inner.c * self.a + inner.d * self.c, inner.c * self.b + inner.d * self.d
        e, f = self.point(inner.e, inner.f)
        return Matrix(ax, ay, cx, cy, e, f)


def painted(page: pdfium.PdfPage) -> Iterator[tuple[object, int, Matrix]]:
    """Every painted object in painting order, those inside forms too, with the matrix of its form."""
    count = raw.FPDFPage_CountObjects(page)
    yield from _nested((raw.FPDFPage_GetObject(page, n) for n in range(count)), Matrix(), 0)


def _nested(items: Iterator[object], matrix: Matrix, depth: int) -> Iterator[tuple[object, int, Matrix]]:
    for item in items:
        kind = raw.FPDFPageObj_GetType(item)
        if kind == FORM and depth < _MAX_DEPTH:
            count = max(raw.FPDFFormObj_CountObjects(item), 0)
            inner = (raw.FPDFFormObj_GetObject(item, n) for n in range(count))
            yield from _nested(inner, matrix.after(_matrix(item)), depth + 1)
        else:
            yield item, kind, matrix


def _matrix(item: object) -> Matrix:
    found = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(item, found):
        return Matrix()
    return Matrix(found.a, found.b, found.c, found.d, found.e, found.f)


def bounds_of(item: object, matrix: Matrix) -> Box:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    raw.FPDFPageObj_GetBounds(item, left, bottom, right, top)
    corners = [matrix.point(x, y) for x in (left.value, right.value) for y in (bottom.value, top.value)]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return Box(min(xs), min(ys), max(xs), max(ys))


def sort_path(item: object, matrix: Matrix, order: int, fills: list[Fill], rulings: list[Ruling]) -> None:
    """Sort a path into painted surfaces and rulings."""
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(item, mode, stroke)
    box = bounds_of(item, matrix)
    thin = min(box.x1 - box.x0, box.y1 - box.y0) <= _THIN_PT
    if mode.value and not thin:
        level, alpha = brightness_of(item)
        if alpha > 200:
            fills.append(Fill(box, order, level))
    if mode.value and thin and max(box.x1 - box.x0, box.y1 - box.y0) > 2 * _THIN_PT:
        rulings.append(_middle(box))
    elif stroke.value:
        rulings.extend(_edges(item, matrix.after(_matrix(item))))


def _middle(box: Box) -> Ruling:
    """A thin rectangle as a line."""
    if box.x1 - box.x0 >= box.y1 - box.y0:
        y = (box.y0 + box.y1) / 2
        return Ruling(box.x0, y, box.x1, y)
    x = (box.x0 + box.x1) / 2
    return Ruling(x, box.y0, x, box.y1)


def _edges(item: object, matrix: Matrix) -> Iterator[Ruling]:
    """The straight upright edges of a stroked path."""
    start = last = (0.0, 0.0)
    for number in range(min(raw.FPDFPath_CountSegments(item), 5000)):
        segment = raw.FPDFPath_GetPathSegment(item, number)
        x, y = ctypes.c_float(), ctypes.c_float()
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = matrix.point(x.value, y.value)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == raw.FPDF_SEGMENT_LINETO:
            yield from _straight(last, point)
        last = point
        if raw.FPDFPathSegment_GetClose(segment):
            yield from _straight(point, start)


def _straight(one: tuple[float, float], two: tuple[float, float]) -> Iterator[Ruling]:
    across, up = abs(one[0] - two[0]), abs(one[1] - two[1])
    if min(across, up) <= 1.0 and max(across, up) > 2 * _THIN_PT:
        yield Ruling(min(one[0], two[0]), min(one[1], two[1]), max(one[0], two[0]), max(one[1], two[1]))


def brightness_of(item: object) -> tuple[int, int]:
    """(brightness 0-255, alpha 0-255) of the fill of an object."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not raw.FPDFPageObj_GetFillColor(item, red, green, blue, alpha):
        return 0, 255
    return _level(red.value, green.value, blue.value), alpha.value


def _level(red: int, green: int, blue: int) -> int:
    return (red * 299 + green * 587 + blue * 114) // 1000


def covers_of(page: pdfium.PdfPage, order: int) -> Iterator[Fill]:
    """Boxes drawn over the page as annotations."""
    for number in range(min(raw.FPDFPage_GetAnnotCount(page), 2000)):
        annotation = raw.FPDFPage_GetAnnot(page, number)
        try:
            if raw.FPDFAnnot_GetSubtype(annotation) not in _COVERING_ANNOTATIONS:
                continue
            red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
            inner = raw.FPDFANNOT_COLORTYPE_InteriorColor
            if not raw.FPDFAnnot_GetColor(annotation, inner, red, green, blue, alpha):
                continue
            rect = raw.FS_RECTF()
            if raw.FPDFAnnot_GetRect(annotation, rect):
                box = Box(rect.left, rect.bottom, rect.right, rect.top)
                yield Fill(box, order + number, _level(red.value, green.value, blue.value))
        finally:
            raw.FPDFPage_CloseAnnot(annotation)
