"""JSON files."""

import json
from pathlib import Path

import pytest

from ingest.errors import UnreadableSourceError
from ingest.readers import read


def test_value_comes_back_decoded(tmp_path: Path) -> None:
    path = tmp_path / "minutes.json"
    path.write_text(json.dumps({"題": ["会議"]}, ensure_ascii=False), encoding="utf-8-sig")
    assert read(path).data == {"題": ["会議"]}


def test_json_lines_are_a_list(tmp_path: Path) -> None:
    path = tmp_path / "minutes.jsonl"
    path.write_text('{"a": "会議"}\n{"a": "議会"}\n', encoding="utf-8")
    assert read(path).data == [{"a": "会議"}, {"a": "議会"}]


@pytest.mark.parametrize("text", ['{"a": ', "[" * 300 + "]" * 300, '{"a": 1}\n{"b"', "[" * 100_000])
def test_broken_or_bottomless_json_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableSourceError, match="JSON"):
        read(path)


def test_half_characters_are_replaced(tmp_path: Path) -> None:
    path = tmp_path / "minutes.json"
    path.write_text('{"a": "会\\ud800議"}', encoding="utf-8")
    assert read(path).data == {"a": "会〓議"}
