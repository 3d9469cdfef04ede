"""Which format a file has, by its first bytes; the suffix only settles what bytes leave open."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from ingest.errors import UnreadableSourceError

_HEAD = 4096
_DIRECTORY = 4 << 20
_SUFFIXES = {
    ".txt": "txt",
    ".text": "txt",
    ".md": "txt",
    ".json": "json",
    ".jsonl": "json",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".csv": "csv",
    ".tsv": "csv",
}
_OLD_OFFICE = {
    ".doc": "doc",
    ".xls": "xls",
    ".ppt": "ppt",
    ".rtf": "doc",
    ".odt": "doc",
    ".ods": "xls",
    ".odp": "ppt",
}
_PARTS = (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx"))
_FOREIGN = (
    (b"\x89PNG", "画像"),
    (b"\xff\xd8\xff", "画像"),
    (b"GIF8", "画像"),
    (b"II*\x00", "画像"),
    (b"MM\x00*", "画像"),
    (b"\x1f\x8b", "圧縮ファイル（gzip）"),
    (b"7z\xbc\xaf", "圧縮ファイル（7z）"),
    (b"Rar!", "圧縮ファイル（rar）"),
    (b"MZ", "プログラム"),
    (b"\x7fELF", "プログラム"),
)


def sniff(path: Path) -> str:
    """The format of a file, as `Extract.format` names it.

    Raises:
        UnreadableSourceError: it is none that can be read; the reason names what it is.
        OSError: it cannot be opened.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    suffix = path.suffix.lower()
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"PK"):
        return _archive(path, suffix)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return _compound(path, head, suffix)
    if head.startswith(b"{\\rtf"):
        return "doc"
    for magic, name in _FOREIGN:
        if head.startswith(magic):
            raise UnreadableSourceError(f"取り込めない形式です（{name}）")
    return _text(head, suffix)


def _compound(path: Path, head: bytes, suffix: str) -> str:
    """The format of a compound file: an old office file, or a new one under a password."""
    if head[28:30] != b"\xfe\xff" or head[30:32] not in (b"\x09\x00", b"\x0c\x00"):
        raise UnreadableSourceError("壊れたファイルです（中身を開けません）")
    with path.open("rb") as file:
        directory = file.read(_DIRECTORY)
    if "EncryptedPackage".encode("utf-16-le") in directory:
        raise UnreadableSourceError("暗号化されています（パスワードを外してから入れてください）")
    return _OLD_OFFICE.get(suffix, "doc")


def _text(head: bytes, suffix: str) -> str:
    """The format of a file that is no known binary: HTML and JSON show it, the rest goes by suffix."""
    start = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if re.match(rb"<(?:!doctype html|html|\?xml[^>]*>\s*<(?:!doctype html|html))", start, re.IGNORECASE):
        return "html"
    named = _SUFFIXES.get(suffix)
    if start[:1] in b"{[" and start and named in (None, "txt", "json"):
        return "json" if named == "json" or re.match(rb"[\[{]\s*[\"{\[]", start) else "txt"
    if named:
        return named
    if suffix in _OLD_OFFICE or suffix in (".docx", ".xlsx", ".pptx", ".pdf"):
        raise UnreadableSourceError(f"壊れているか、{suffix}ではないファイルです")
    return "txt"


def _archive(path: Path, suffix: str) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as exc:
        raise UnreadableSourceError("壊れたファイルです（中身を開けません）") from exc
    for prefix, name in _PARTS:
        if any(entry.startswith(prefix) for entry in names):
            return name
    if "mimetype" in names and suffix in _OLD_OFFICE:
        return _OLD_OFFICE[suffix]
    raise UnreadableSourceError("取り込めない形式です（圧縮ファイル）")
