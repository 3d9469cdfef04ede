"""JSON files: the decoded value goes to the parsers as it is."""

from __future__ import annotations

import json
import re
from pathlib import Path

from ingest.errors import UnreadableSourceError
from ingest.extract import Extract
from ingest.readers.encoding import decode
from ingest.readers.limits import DEFAULT, Limits
from ingest.readers.text import drop_invisible

_MAX_DEPTH = 200
_HALF = re.compile(r"[\ud800-\udfff]")


def read(path: Path, limits: Limits = DEFAULT) -> Extract:
    """The value of a JSON file, or the list of values of a JSON Lines file.

    Raises:
        UnreadableSourceError: it is not JSON, or nested deeper than any minutes are.
    """
    text = decode(path.read_bytes())
    if not text.strip():
        raise UnreadableSourceError("本文がありません（空のファイルです）")
    try:
        data: object = json.loads(text)
    except RecursionError as exc:
        raise UnreadableSourceError("JSONの入れ子が深すぎます") from exc
    except ValueError as exc:
        data = _lines(text)
        if data is None:
            raise UnreadableSourceError(f"JSONとして読めません（{_where(exc)}）") from exc
    if _depth(data) > _MAX_DEPTH:
        raise UnreadableSourceError("JSONの入れ子が深すぎます")
    notes: list[str] = []
    clean = _clean(data, notes)
    warnings = ("目に見えない文字を取り除きました",) if notes else ()
    return Extract(path.name, "json", data=clean, warnings=warnings, suspicious=tuple(notes))


def _clean(value: object, notes: list[str]) -> object:
    """A decoded value without characters that no reader sees; halves of surrogate pairs become 〓."""
    if isinstance(value, str):
        text, found = drop_invisible(_HALF.sub("〓", value))
        notes.extend(found)
        return text
    if isinstance(value, list):
        return [_clean(item, notes) for item in value]
    if isinstance(value, dict):
        return {_HALF.sub("〓", str(key)): _clean(item, notes) for key, item in value.items()}
    return value


def _lines(text: str) -> list[object] | None:
    """The values of a JSON Lines text; None where a line is not JSON or there is only one."""
    rows = [line for line in text.split("\n") if line.strip()]
    if len(rows) < 2 or not rows[0].lstrip().startswith(("{", "[")):
        return None
    try:
        return [json.loads(row) for row in rows]
    except (ValueError, RecursionError):
        return None


def _where(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.lineno}行{error.colno}文字目"
    return "値が不正"


def _depth(value: object) -> int:
    """How deep containers are nested, counted without recursion."""
    deepest, todo = 0, [(value, 1)]
    while todo:
        current, depth = todo.pop()
        deepest = max(deepest, depth)
        if depth > _MAX_DEPTH:
            break
        children = (
            current.values() if isinstance(current, dict) else current if isinstance(current, list) else ()
        )
        todo.extend((child, depth + 1) for child in children)
    return deepest
