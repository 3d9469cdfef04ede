"""PowerPoint files."""

from pathlib import Path

import pptx
from pptx.util import Inches

from ingest.extract import Block
from ingest.readers import read


def test_shown_slides_are_read_in_order_with_titles_and_tables(tmp_path: Path) -> None:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "橋の点検"
    box = slide.shapes.add_textbox(Inches(1), Inches(2), Inches(4), Inches(1))
    box.text_frame.text = "三年で終えます。"
    table = slide.shapes.add_table(1, 2, Inches(1), Inches(4), Inches(4), Inches(1)).table
    table.cell(0, 0).text, table.cell(0, 1).text = "年度", "橋の数"
    slide.notes_slide.notes_text_frame.text = "話すときの手控え"
    hidden = deck.slides.add_slide(deck.slide_layouts[5])
    hidden.shapes.title.text = "見せない枚"
    hidden._element.set("show", "0")
    path = tmp_path / "deck.pptx"
    deck.save(str(path))
    extract = read(path)
    assert [block for block in extract.blocks if block.text] == [
        Block("橋の点検", page="スライド1", level=1),
        Block("三年で終えます。", page="スライド1"),
        Block("年度", page="スライド1", table=1, row=0, column=0),
        Block("橋の数", page="スライド1", table=1, row=0, column=1),
    ]
    assert extract.suspicious == ("見せない枚",)
    assert any("ノート" in w for w in extract.warnings) and any("表示しない" in w for w in extract.warnings)
