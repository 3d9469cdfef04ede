"""Plain text files: one block a line."""

from __future__ import annotations

import re
from pathlib import Path

from ingest.errors import UnreadableSourceError
from ingest.extract import Block, Extract
from ingest.readers.encoding import decode
from ingest.readers.limits import DEFAULT, Limits

_SENTENCE_END = re.compile(r"[。．.！？!?」』）)〕】―─:：]\s*$")
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]|[\U000e0000-\U000e007f]"
)
_MIN_LINES = 8
_TYPICAL_SHARE = 0.8
_OPEN_ENDED_SHARE = 0.25
_MAX_LINE = 90


def read(path: Path, limits: Limits = DEFAULT) -> Extract:
    """The lines of a text file; a form feed begins a new page.

    Raises:
        UnreadableSourceError: no known encoding gives readable text, or there is no text.
    """
    text = decode(path.read_bytes())[: limits.text_chars]
    if not text.strip():
        raise UnreadableSourceError("本文がありません（空のファイルです）")
    clean, suspicious = drop_invisible(text)
    pages = clean.split("\f")
    blocks = tuple(
        Block(line, page=str(number) if len(pages) > 1 else "")
        for number, page in enumerate(pages, start=1)
        for line in page.split("\n")
    )
    warnings = ("目に見えない文字を取り除きました",) if suspicious else ()
    return Extract(
        path.name,
        "txt",
        blocks,
        wrapped=looks_wrapped([block.text for block in blocks]),
        warnings=warnings,
        suspicious=suspicious,
    )


def drop_invisible(text: str) -> tuple[str, tuple[str, ...]]:
    """`text` without control, zero-width, bidirectional and tag characters, and what the tag characters spelled.

    Tag characters can carry a hidden message that only a model reads; they are returned as ASCII.
    """
    if not _INVISIBLE.search(text):
        return text, ()
    found = "".join(chr(ord(c) - 0xE0000) for c in text if 0xE0020 <= ord(c) <= 0xE007E)
    bidi = sum(0x202A <= ord(c) <= 0x202E for c in text)
    notes = [found] if found else []
    if bidi:
        notes.append(f"文字の向きを変える制御文字 {bidi} 個")
    return _INVISIBLE.sub("", text), tuple(notes)


def looks_wrapped(lines: list[str]) -> bool:
    """Whether lines are physical lines of a page: many are about as long as the longest and break mid-sentence.

    >>> looks_wrapped(["こちらの行は途中で切れており、次の行へ続いて", "いるのである。"] * 8)
    True
    >>> looks_wrapped(["一つの段落である。"] * 20)
    False
    """
    filled = [line.strip() for line in lines if line.strip()]
    if len(filled) < _MIN_LINES:
        return False
    lengths = sorted(len(line) for line in filled)
    width = lengths[int(len(lengths) * 0.9)]
    if width > _MAX_LINE or width < 10:
        return False
    long = [line for line in filled if len(line) >= _TYPICAL_SHARE * width]
    broken = [line for line in long if not _SENTENCE_END.search(line)]
    return len(broken) >= _OPEN_ENDED_SHARE * len(long) and len(long) >= _MIN_LINES // 2
