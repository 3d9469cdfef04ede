"""Scanned pages."""

import random
from difflib import SequenceMatcher
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageDraw, ImageFont

from ingest.errors import UnreadableSourceError
from ingest.readers import ocr, read

WORDS = ["みどり町議会会議録", "橋の点検は三年で終える予定です。", "費用は八百万円を見込んでおります。"]


def scan(path: Path, *, skew: float = 0.7, vertical: bool = False, specks: int = 6000) -> Path:
    """A page as a scanner gives it: a slightly skewed, noisy picture of text."""
    fonts = [
        Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"),
        Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
    ]
    found = next((font for font in fonts if font.exists()), None)
    if found is None:
        pytest.skip("no Japanese font to draw with")
    font = ImageFont.truetype(str(found), 48)
    image = Image.new("L", (1654, 1200), 255)
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(WORDS):
        if vertical:
            for place, letter in enumerate(line):
                draw.text((1400 - 110 * number, 120 + 56 * place), letter, fill=0, font=font)
        else:
            draw.text((150, 150 + 110 * number), line, fill=0, font=font)
    image = image.rotate(skew, fillcolor=255)
    pixels = image.load()
    chance = random.Random(7)
    for _ in range(specks):
        pixels[chance.randrange(1654), chance.randrange(1200)] = chance.choice((0, 190))
    image.save(path, "PDF", resolution=200)
    return path


@pytest.mark.skipif(not ocr.available(), reason="tesseract with Japanese data is not installed")
def test_scanned_page_is_read_with_a_warning(tmp_path: Path) -> None:
    extract = read(scan(tmp_path / "scan.pdf"))
    text = "".join(block.text for block in extract.blocks).replace(" ", "")
    assert "橋の点検" in text and "八百万円" in text
    assert any("OCR" in warning for warning in extract.warnings)


@pytest.mark.skipif(not ocr.available(), reason="tesseract with Japanese data is not installed")
def test_a_page_full_of_specks_is_read_whole(tmp_path: Path) -> None:
    extract = read(scan(tmp_path / "scan.pdf", specks=40_000))
    text = "".join(block.text for block in extract.blocks).replace(" ", "")
    assert SequenceMatcher(None, "".join(WORDS), text).ratio() > 0.9


@pytest.mark.skipif(not ocr.available(), reason="tesseract with Japanese data is not installed")
def test_scanned_vertical_page_is_read_from_the_right(tmp_path: Path) -> None:
    extract = read(scan(tmp_path / "scan.pdf", skew=0, vertical=True))
    text = "".join(block.text for block in extract.blocks).replace(" ", "")
    assert "点検は三年で" in text and text.index("点検") < text.index("費用")


def test_without_ocr_a_scanned_file_is_listed_as_without_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = scan(tmp_path / "scan.pdf")
    assert len(pypdfium2.PdfDocument(path)) == 1
    monkeypatch.setattr(ocr, "available", lambda: False)
    with pytest.raises(UnreadableSourceError, match="文字情報がありません（OCR未導入）"):
        read(path)
