"""Private characters that carry page starts and closed marks through parsing to their offsets.

A parser moves, joins and trims text; a page start or a mark 〔非公開ここから〕 must land where it
stood all the same. So before parsing each becomes one private character in the text itself
(`encode`), and afterwards these are taken out and their places become offsets (`offsets.resolve`).
A mark that a parser lost closes the document: nothing opens by accident.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingest.extract import Block, Extract

_PAGE = 0xF0000
_MARK = 0x100000
_ROOM = 0xFFFD
ANY = "[\U000f0000-\U0010fffd]"
"""A regular expression for one sentinel."""
_SENTINEL = re.compile(ANY)
_LONGEST_SPACE = 40
_LONG_SPACE = re.compile(r"([ \t\u00a0\u3000\n])\1{40,}")
_CORE = re.compile("[^\\s\U000f0000-\U0010fffd](?:.*[^\\s\U000f0000-\U0010fffd])?", re.DOTALL)
_VISIBLE = re.compile("[^\\s\U000f0000-\U0010fffd]")
_OPEN = "〔[［【（("
_CLOSE = "〕]］】）)"
_NOTHING = "[\\s\\x00\u00ad\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]*"
"""White space and characters that show nothing, as editors, fonts and cells leave them inside a mark."""
_CLOSED = _NOTHING.join(("[非\u2fae]", "公", "開"))  # 非 is a radical where text extraction takes it for one
_HERE = _NOTHING.join("ここ")
_WAY = "|".join(_NOTHING.join(way) for way in ("から", "まで"))
_WORDS = (
    _NOTHING.join((_CLOSED, _HERE, "(?P<{0}>" + _WAY + ")"))
    + "|"
    + _NOTHING.join((_HERE, "(?P<{1}>" + _WAY + ")", _CLOSED))
)
_BRACKETS = re.escape(_OPEN + _CLOSE)
_NOTE = rf"\s*[:：]\s*(?P<note>[^{_BRACKETS}]{{0,60}})(?=[{re.escape(_CLOSE)}])"
_PATTERN = re.compile(
    rf"(?P<bracket>[{re.escape(_OPEN)}]\s*)?(?:{_WORDS.format('a', 'b')})(?(bracket)(?:{_NOTE})?(?:\s*[{re.escape(_CLOSE)}])?)"
)


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark found in a source: whether it opens a closed span, and what it says about it."""

    opens: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """What the sentinels of one extract stand for: page labels and marks, each by its number."""

    pages: tuple[str, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A sentinel in a text: where it stands, and the number of the page or mark that it stands for."""

    at: int
    number: int
    is_mark: bool


def places_of(text: str) -> Iterator[Place]:
    """Every sentinel of `text`, in order."""
    for found in _SENTINEL.finditer(text):
        code = ord(found.group())
        is_mark = code >= _MARK
        yield Place(found.start(), code - (_MARK if is_mark else _PAGE), is_mark)


def strip_sentinels(text: str) -> str:
    """`text` as a reader sees it."""
    return _SENTINEL.sub("", text)


def sentinels_of(text: str) -> str:
    """Only the sentinels of `text`, in order."""
    return "".join(_SENTINEL.findall(text))


def marks_of(text: str) -> str:
    """Only the sentinels of closed marks in `text`, in order."""
    return "".join(found for found in _SENTINEL.findall(text) if ord(found) >= _MARK)


def lead_of(text: str) -> str:
    """The sentinels before the first visible character of `text`."""
    visible = _VISIBLE.search(text)
    return sentinels_of(text[: visible.start()] if visible else text)


def trim(text: str) -> str:
    """`text` without white space at its ends; sentinels there stay."""
    core = _CORE.search(text)
    if core is None:
        return sentinels_of(text)
    before, after = text[: core.start()], text[core.end() :]
    return sentinels_of(before) + core.group() + sentinels_of(after)


def has_mark(text: str) -> bool:
    """Whether a closed mark stands in `text`."""
    return any(ord(found) >= _MARK for found in _SENTINEL.findall(text))


def encode(extract: Extract) -> tuple[Extract, Code]:
    """The extract with sentinels in its texts, and what they stand for.

    Every block begins with the sentinel of its page, so that a dropped line costs no page start.
    """
    marks: list[Mark] = []
    texts = _mark_lines([_plain(block.text) for block in extract.blocks], marks)
    pages: dict[str, int] = {}
    blocks = []
    for block, text in zip(extract.blocks, texts, strict=True):
        label = page_label(block)
        number = pages.setdefault(label, len(pages)) if label else _ROOM
        blocks.append(replace(block, text=(chr(_PAGE + number) if number < _ROOM else "") + text))
    data = _encode_data(extract.data, marks)
    return replace(extract, blocks=tuple(blocks), data=data), Code(tuple(pages), tuple(marks))


def encode_line(text: str) -> tuple[str, tuple[Mark, ...]]:
    """A line that stands outside the text of a file, with sentinels for its marks, and these."""
    marks: list[Mark] = []
    (encoded,) = _mark_lines([_plain(text)], marks)
    return encoded, tuple(marks)


def page_label(block: Block) -> str:
    """What a reader looks for: 「3」 on paper, 「設問一覧!B4」 in a workbook.

    >>> page_label(Block("", page="設問一覧", cell="B4"))
    '設問一覧!B4'
    """
    return f"{block.page}!{block.cell}" if block.cell and block.page else block.page or block.cell


def _plain(text: str) -> str:
    """`text` without characters that pass for sentinels and without endless white space."""
    return _LONG_SPACE.sub(lambda found: found.group(1) * _LONGEST_SPACE, _SENTINEL.sub("〓", text))


def _mark_lines(texts: list[str], marks: list[Mark]) -> list[str]:
    """The texts with marks replaced, also where a mark is broken over two of them."""
    kept = "\n".join(text.replace("\n", "\x00") for text in texts)

    def number(found: re.Match[str]) -> str:
        return _numbered(found, marks) + "\n" * found.group().count("\n")

    if "公" not in kept:
        return texts
    return [text.replace("\x00", "\n") for text in _PATTERN.sub(number, kept).split("\n")]


def _numbered(found: re.Match[str], marks: list[Mark]) -> str:
    way = found["a"] or found["b"]
    if len(marks) >= _ROOM:
        return ""
    marks.append(Mark(way.startswith("か"), (found["note"] or "").strip()))
    return chr(_MARK + len(marks) - 1)


def _encode_data(value: object, marks: list[Mark]) -> object:
    """A decoded JSON value with the marks in its strings replaced."""
    if isinstance(value, str):
        return _PATTERN.sub(lambda found: _numbered(found, marks), _plain(value))
    if isinstance(value, list):
        return [_encode_data(item, marks) for item in value]
    if isinstance(value, dict):
        return {key: _encode_data(item, marks) for key, item in value.items()}
    return value
