"""Scanned pages to lines through tesseract, where it and its Japanese data are installed (extra ``ocr``)."""

from __future__ import annotations

import re
import shutil
from functools import cache
from typing import Any

import pypdfium2 as pdfium

from ingest.readers.page_layout import Line

_DPI = 300
_POINTS_PER_INCH = 72
_SURE = 70.0
_MIN_CONFIDENCE = 20.0
_PAGE_TIMEOUT_S = 60
_MAX_PIXELS = 30_000_000
_BETWEEN_JAPANESE = re.compile(
    r"(?<=[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]) (?=[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef])"
)


@cache
def available() -> bool:
    """Whether pages can be read by OCR on this machine."""
    if shutil.which("tesseract") is None:
        return False
    try:
        import pytesseract
    except ImportError:
        return False
    try:
        return "jpn" in pytesseract.get_languages()
    except (pytesseract.TesseractError, OSError):
        return False


@cache
def _vertical_available() -> bool:
    import pytesseract

    return "jpn_vert" in pytesseract.get_languages()


def lines_of(page: pdfium.PdfPage) -> list[Line]:
    """The lines of a scanned page in reading order; vertical writing is tried where horizontal reads badly."""
    width, height = page.get_width(), page.get_height()
    scale = _DPI / _POINTS_PER_INCH
    if width * height * scale * scale > _MAX_PIXELS:
        scale = (_MAX_PIXELS / (width * height)) ** 0.5
    image = page.render(scale=scale, grayscale=True).to_pil()
    best, sure = _recognise(image, "jpn", 3)
    if sure < _SURE and _vertical_available():
        other, confidence = _recognise(image, "jpn_vert", 5)
        if confidence > sure:
            best = other
    return [Line(text, height - y / scale, size / scale) for text, y, size in best]


def _recognise(image: Any, language: str, mode: int) -> tuple[list[tuple[str, float, float]], float]:
    """((text, y of the middle in pixels from the top, height in pixels) of every line, mean confidence 0-100)."""
    import pytesseract

    try:
        data = pytesseract.image_to_data(
            image,
            lang=language,
            config=f"--psm {mode}",
            output_type=pytesseract.Output.DICT,
            timeout=_PAGE_TIMEOUT_S,
        )
    except (RuntimeError, pytesseract.TesseractError):
        return [], 0.0
    lines: dict[tuple[int, int, int], list[int]] = {}
    for number, word in enumerate(data["text"]):
        if word.strip() and float(data["conf"][number]) >= _MIN_CONFIDENCE:
            key = (data["block_num"][number], data["par_num"][number], data["line_num"][number])
            lines.setdefault(key, []).append(number)
    words = [number for numbers in lines.values() for number in numbers]
    weight = sum(len(data["text"][number]) for number in words)
    sure = sum(float(data["conf"][n]) * len(data["text"][n]) for n in words) / weight if weight else 0.0
    return [_line(data, numbers) for numbers in lines.values()], sure


def _line(data: dict[str, list[Any]], numbers: list[int]) -> tuple[str, float, float]:
    text = " ".join(data["text"][number] for number in numbers)
    tops = [data["top"][number] for number in numbers]
    heights = [data["height"][number] for number in numbers]
    middle = sum(top + height / 2 for top, height in zip(tops, heights, strict=True)) / len(numbers)
    return _BETWEEN_JAPANESE.sub("", _BETWEEN_JAPANESE.sub("", text)), middle, max(heights)
