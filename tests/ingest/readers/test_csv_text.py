"""CSV and TSV files."""

from pathlib import Path

import pytest

from ingest.extract import Block
from ingest.readers import read


@pytest.mark.parametrize(
    ("name", "mark", "encoding"),
    [("a.csv", ",", "cp932"), ("b.tsv", "\t", "utf-8"), ("c.csv", ";", "utf-8-sig")],
)
def test_cells_have_their_references(tmp_path: Path, name: str, mark: str, encoding: str) -> None:
    path = tmp_path / name
    path.write_bytes(f'質問{mark}答弁\r\n橋は{mark}"三年で{mark}終える"\r\n'.encode(encoding))
    assert read(path).blocks == (
        Block("質問", table=1, row=0, column=0, cell="A1"),
        Block("答弁", table=1, row=0, column=1, cell="B1"),
        Block("橋は", table=1, row=1, column=0, cell="A2"),
        Block(f"三年で{mark}終える", table=1, row=1, column=1, cell="B2"),
    )
