"""How much of a source file is taken before it is refused: the caps against bombs and giants."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps for one file. Sizes in bytes, times in seconds.

    `cpu_s`, `wall_s` and `memory_bytes` hold for the child process that reads the file
    (`ingest.sandbox`); the others are checked by the readers themselves, in any process.
    """

    file_bytes: int = 200 * MEBIBYTE
    unpacked_bytes: int = 500 * MEBIBYTE
    unpack_ratio: int = 100
    archive_entries: int = 2000
    pages: int = 3000
    text_chars: int = 50_000_000
    cpu_s: int = 60
    wall_s: int = 180
    memory_bytes: int = 1024 * MEBIBYTE
    ocr_pages: int = 300


DEFAULT = Limits()
