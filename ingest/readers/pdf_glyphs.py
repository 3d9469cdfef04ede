"""The characters of a PDF page with their places, and which of them a reader of the page can see."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2 as pdfium
from pypdfium2 import raw

from ingest.readers.pdf_painting import (
    IMAGE,
    PATH,
    TEXT,
    Box,
    Fill,
    Ruling,
    bounds_of,
    brightness_of,
    covers_of,
    painted,
    sort_path,
)

_INVISIBLE_MODE = 3
_TINY_PT = 3.0
_FIRST_WIDE = 0x2E80
_CONTRAST = 24
"""Least difference of brightness (0-255) between letters and ground at which they can be read."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character. `size` is the height of its box in points."""

    char: str
    box: Box
    size: float
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class Canvas:
    """What is on a page: letters in content order, rulings, and whether a picture fills it."""

    glyphs: tuple[Glyph, ...]
    rulings: tuple[Ruling, ...]
    pictured: bool
    width: float
    height: float


def canvas_of(page: pdfium.PdfPage, max_chars: int) -> Canvas:
    """What is on `page`, at most `max_chars` characters, in the coordinates of the page as shown."""
    turn = _Turn(page.get_rotation(), *_unrotated_size(page))
    fills: list[Fill] = []
    rulings: list[Ruling] = []
    orders: dict[int, int] = {}
    for order, (item, kind, matrix) in enumerate(painted(page)):
        if kind == TEXT:
            orders[_address(item)] = order
        elif kind == PATH:
            sort_path(item, matrix, order, fills, rulings)
        elif kind == IMAGE:
            fills.append(Fill(bounds_of(item, matrix), order, None))
    fills.extend(covers_of(page, len(orders) + len(fills)))
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


def _glyphs(
    page: pdfium.PdfPage,
    fills: list[Fill],
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
        return _Look(raw.FPDFTextObj_GetTextRenderMode(item), *brightness_of(item), size, upright)

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
    fills: list[Fill],
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
