"""Pictures of pages: the right page, at a size that fills a screen and no memory, drawn in the child."""

import io
from collections.abc import Iterator
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PIL import Image

from ingest import sandbox
from ingest.errors import UnreadableSourceError
from ingest.pictures import WIDTH, Picture, picture
from ingest.sandbox import picture_in_child


@pytest.fixture(autouse=True)
def no_children_left() -> Iterator[None]:
    yield
    sandbox.close_children()


def blank(path: Path, *sizes: tuple[float, float]) -> Path:
    """A PDF with empty pages of these sizes, in points."""
    document = pdfium.PdfDocument.new()
    for size in sizes:
        document.new_page(*size)
    document.save(str(path))
    return path


def size_of(drawn: Picture) -> tuple[int, int]:
    return Image.open(io.BytesIO(drawn.png)).size


def test_the_page_asked_for_is_drawn_in_its_shape(tmp_path: Path) -> None:
    path = blank(tmp_path / "a.pdf", (595, 842), (842, 595))
    first, second = picture(path, 1), picture(path, 2)
    assert size_of(first)[0] == pytest.approx(WIDTH, abs=2)
    assert size_of(first)[0] < size_of(first)[1]
    assert size_of(second)[0] > size_of(second)[1]
    assert first.pages == second.pages == 2


def test_a_giant_page_is_drawn_small(tmp_path: Path) -> None:
    width, height = size_of(picture(blank(tmp_path / "a.pdf", (100, 14_000)), 1))
    assert width * height < 7_000_000


@pytest.mark.parametrize("number", [0, 3, 10_000])
def test_a_page_that_is_not_there_is_refused(tmp_path: Path, number: int) -> None:
    with pytest.raises(UnreadableSourceError):
        picture(blank(tmp_path / "a.pdf", (10, 10), (10, 10)), number)


def test_what_is_no_pdf_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7 nothing")
    with pytest.raises(UnreadableSourceError):
        picture_in_child(path, 1)


def test_the_child_draws_the_same(tmp_path: Path) -> None:
    path = blank(tmp_path / "a.pdf", (300, 400))
    assert picture_in_child(path, 1) == picture(path, 1)
