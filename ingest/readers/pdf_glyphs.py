"""The characters of a PDF page with their places, and which of them a reader of the page can see."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2 as pdfium
from pypdfium2 import raw

_TEXT, _PATH, _IMAGE, _FORM = 1, 2, 3, 5
_INVISIBLE_MODE = 3
_MAX_DEPTH = 6
_TINY_PT = 3.0
_FIRST_WIDE = 0x2E80
_THIN_PT = 3.0
_CONTRAST = 24
"""Least difference of brightness (0-255) between letters and ground at which they can be read."""
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
class Glyph:
    """One character. `size` is the height of its box in points."""

    char: str
    box: Box
    size: float
    hidden: str = ""


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
class _Fill:
    """A painted surface: `order` is its place in the painting, `level` its brightness (None: a picture)."""

    box: Box
    order: int
    level: int | None


@dataclass(frozen=True, slots=True)
class Canvas:
    """What is on a page: letters in content order, rulings, and whether a picture fills it."""

    glyphs: tuple[Glyph, ...]
    rulings: tuple[Ruling, ...]
    pictured: bool
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class _Matrix:
    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def point(self, x: float, y: float) -> tuple[float, float]:
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def after(self, inner: _Matrix) -> _Matrix:
        """First `inner`, then this one."""
        ax, ay = inner.a * self.a + inner.b * self.c, inner.a * self.b + inner.b * self.d
        cx, cy = inner.c * self.a + inner.d * self.c, inner.c * self.b + inner.d * self.d
        e, f = self.point(inner.e, inner.f)
        return _Matrix(ax, ay, cx, cy, e, f)


def canvas_of(page: pdfium.PdfPage, max_chars: int) -> Canvas:
    """What is on `page`, at most `max_chars` characters, in the coordinates of the page as shown."""
    turn = _Turn(page.get_rotation(), *_unrotated_size(page))
    fills: list[_Fill] = []
    rulings: list[Ruling] = []
    orders: dict[int, int] = {}
    for order, (item, kind, matrix) in enumerate(_objects(page)):
        if kind == _TEXT:
            orders[_address(item)] = order
        elif kind == _PATH:
            _path(item, matrix, order, fills, rulings)
        elif kind == _IMAGE:
            fills.append(_Fill(_bounds(item, matrix), order, None))
    fills.extend(_annotations(page, len(orders) + len(fills)))
    area = page.get_width() * page.get_height()
    pictured = any(f.level is None and _area(f.box) > 0.5 * area for f in fills)
    glyphs = tuple(_glyphs(page, fills, orders, turn, max_chars, scanned=pictured))
    shown = tuple(turn.ruling(line) for line in rulings)
    return Canvas(glyphs, shown, pictured, page.get_width(), page.get_height())


@dataclass(frozen=True, slots=True)
class _Turn:
    """From the page as stored to the page as shown (`/Rotate`, clockwise)."""

    degrees: int
    width: float
    height: float

    def point(self, x: float, y: float) -> tuple[float, float]:
        if self.degrees == 90:
            return y, self.width - x
        if self.degrees == 180:
            return self.width - x, self.height - y
        if self.degrees == 270:
            return self.height - y, x
        return x, y

    def box(self, box: Box) -> Box:
        (ax, ay), (bx, by) = self.point(box.x0, box.y0), self.point(box.x1, box.y1)
        return Box(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))

    def ruling(self, line: Ruling) -> Ruling:
        box = self.box(Box(line.x0, line.y0, line.x1, line.y1))
        return Ruling(box.x0, box.y0, box.x1, box.y1)


def _unrotated_size(page: pdfium.PdfPage) -> tuple[float, float]:
    width, height = page.get_width(), page.get_height()
    return (height, width) if page.get_rotation() in (90, 270) else (width, height)


def _area(box: Box) -> float:
    return max(box.x1 - box.x0, 0) * max(box.y1 - box.y0, 0)


def _address(item: object) -> int:
    return ctypes.cast(item, ctypes.c_void_p).value or 0  # type: ignore[arg-type]


def _objects(page: pdfium.PdfPage) -> Iterator[tuple[object, int, _Matrix]]:
    """Every painted object in painting order, those inside forms too, with the matrix of its form."""
    count = raw.FPDFPage_CountObjects(page)
    yield from _nested((raw.FPDFPage_GetObject(page, n) for n in range(count)), _Matrix(), 0)


def _nested(items: Iterator[object], matrix: _Matrix, depth: int) -> Iterator[tuple[object, int, _Matrix]]:
    for item in items:
        kind = raw.FPDFPageObj_GetType(item)
        if kind == _FORM and depth < _MAX_DEPTH:
            count = max(raw.FPDFFormObj_CountObjects(item), 0)
            inner = (raw.FPDFFormObj_GetObject(item, n) for n in range(count))
            yield from _nested(inner, matrix.after(_matrix(item)), depth + 1)
        else:
            yield item, kind, matrix


def _matrix(item: object) -> _Matrix:
    found = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(item, found):
        return _Matrix()
    return _Matrix(found.a, found.b, found.c, found.d, found.e, found.f)


def _bounds(item: object, matrix: _Matrix) -> Box:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    raw.FPDFPageObj_GetBounds(item, left, bottom, right, top)
    corners = [matrix.point(x, y) for x in (left.value, right.value) for y in (bottom.value, top.value)]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return Box(min(xs), min(ys), max(xs), max(ys))


def _path(item: object, matrix: _Matrix, order: int, fills: list[_Fill], rulings: list[Ruling]) -> None:
    """Sort a path into painted surfaces and rulings."""
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(item, mode, stroke)
    box = _bounds(item, matrix)
    thin = min(box.x1 - box.x0, box.y1 - box.y0) <= _THIN_PT
    if mode.value and not thin:
        level, alpha = _brightness(item)
        if alpha > 200:
            fills.append(_Fill(box, order, level))
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


def _edges(item: object, matrix: _Matrix) -> Iterator[Ruling]:
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


def _brightness(item: object) -> tuple[int, int]:
    """(brightness 0-255, alpha 0-255) of the fill of an object."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not raw.FPDFPageObj_GetFillColor(item, red, green, blue, alpha):
        return 0, 255
    return _level(red.value, green.value, blue.value), alpha.value


def _level(red: int, green: int, blue: int) -> int:
    return (red * 299 + green * 587 + blue * 114) // 1000


def _annotations(page: pdfium.PdfPage, order: int) -> Iterator[_Fill]:
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
                yield _Fill(box, order + number, _level(red.value, green.value, blue.value))
        finally:
            raw.FPDFPage_CloseAnnot(annotation)


def _glyphs(
    page: pdfium.PdfPage,
    fills: list[_Fill],
    orders: dict[int, int],
    turn: _Turn,
    max_chars: int,
    *,
    scanned: bool,
) -> Iterator[Glyph]:
    """The characters of a page; over a scanned picture transparent letters are its OCR and count as seen."""
    text = page.get_textpage()
    try:
        pen = _Pen(text)
        paper = Box(0, 0, turn.width, turn.height)
        looks: dict[int, _Look] = {}
        for number in range(min(text.count_chars(), max_chars)):
            if raw.FPDFText_IsGenerated(text, number) == 1:
                continue
            code = raw.FPDFText_GetUnicode(text, number)
            item = raw.FPDFText_GetTextObject(text, number)
            address = _address(item)
            look = looks.get(address)
            if look is None:
                look = looks[address] = pen.look(item, number)
            box = pen.box(number, code, look)
            hidden = _hidden(box, look, orders.get(address), fills, paper, scanned=scanned)
            shown = turn.box(box) if turn.degrees else box
            yield Glyph(chr(code) if code else "\ufffd", shown, box.y1 - box.y0, hidden)
    finally:
        text.close()


@dataclass(frozen=True, slots=True)
class _Look:
    """How the letters of one text object are set: rendering mode, brightness, alpha, height, uprightness."""

    mode: int
    level: int
    alpha: int
    size: float
    upright: bool


class _Pen:
    """Reads letters of one page; what the library fills in is allocated once."""

    def __init__(self, text: pdfium.PdfTextPage) -> None:
        self._text = text.raw
        self._rect = raw.FS_RECTF()
        self._x, self._y = ctypes.c_double(), ctypes.c_double()

    def look(self, item: object, number: int) -> _Look:
        """How the text object of letter `number` is set."""
        matrix = raw.FS_MATRIX()
        raw.FPDFText_GetMatrix(self._text, number, matrix)
        size = raw.FPDFText_GetFontSize(self._text, number) * (matrix.c**2 + matrix.d**2) ** 0.5
        upright = abs(matrix.b) < abs(matrix.a) * 0.1 + 1e-6
        return _Look(raw.FPDFTextObj_GetTextRenderMode(item), *_brightness(item), size, upright)

    def box(self, number: int, code: int, look: _Look) -> Box:
        """The box of a letter as high as its type, also where its ink is only a dot or a dash."""
        rect, x, y, size = self._rect, self._x, self._y, look.size
        raw.FPDFText_GetLooseCharBox(self._text, number, rect)
        raw.FPDFText_GetCharOrigin(self._text, number, x, y)
        left, bottom, right, top = rect.left, rect.bottom, rect.right, rect.top
        at, base = x.value, y.value
        inside = left - size <= at <= right + size and bottom - size <= base <= top + size
        if not look.upright or not inside or not 0 < size < 1000 or top - bottom > 1.5 * size:
            return Box(left, bottom, right, top)
        if code >= _FIRST_WIDE:
            right = max(right, at + size)
        return Box(min(left, at), base - 0.12 * size, right, base + 0.88 * size)


def _hidden(
    box: Box,
    look: _Look,
    order: int | None,
    fills: list[_Fill],
    paper: Box,
    *,
    scanned: bool,
) -> str:
    """Why a reader of the page does not see a character; empty where it is seen."""
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    if look.mode == _INVISIBLE_MODE or look.alpha < 16:
        return "" if scanned else "透明な文字"
    if not paper.holds(x, y):
        return "紙面の外の文字"
    if 0 < box.y1 - box.y0 < _TINY_PT:
        return "極小の文字"
    over = [fill for fill in fills if order is not None and fill.order > order and fill.box.holds(x, y)]
    if any(fill.level is not None for fill in over):
        return "塗りつぶしの下の文字"
    under = [fill for fill in fills if (order is None or fill.order < order) and fill.box.holds(x, y)]
    ground = under[-1].level if under else 255
    if ground is not None and abs(ground - look.level) < _CONTRAST:
        return "背景と同じ色の文字"
    return ""
