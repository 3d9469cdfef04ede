"""Office files are zip archives: what is inside is weighed before anything is unpacked."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from pathlib import Path

from ingest.errors import UnreadableSourceError
from ingest.readers.limits import Limits

_SMALL = 20 * 1024 * 1024
_CHUNK = 1 << 20
_OVERLAP = 32
_FORBIDDEN = tuple(
    word.encode(encoding)
    for word in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("ascii", "utf-16-le", "utf-16-be")
)


def check_archive(path: Path, limits: Limits) -> None:
    """Refuse an archive that is a bomb, encrypted, damaged, or holds XML with entities.

    Sizes are those of the directory of the archive, which unpacking never exceeds.

    Raises:
        UnreadableSourceError: for any of these; the reason names it.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _weigh(entries, limits)
            for entry in entries:
                if entry.filename.lower().endswith((".xml", ".rels", ".vml")):
                    _scan(archive, entry)
    except (
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        NotImplementedError,
        EOFError,
        ValueError,
        RuntimeError,
    ) as exc:
        raise UnreadableSourceError("壊れたファイルです（中身を開けません）") from exc
    except zipfile.LargeZipFile as exc:
        raise UnreadableSourceError("大きすぎるファイルです") from exc


def _weigh(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.archive_entries:
        raise UnreadableSourceError(
            f"中のファイルが多すぎます（{len(entries)}個、上限{limits.archive_entries}個）"
        )
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise UnreadableSourceError("暗号化されています（パスワードを外してから入れてください）")
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if unpacked > limits.unpacked_bytes:
        raise UnreadableSourceError(
            f"展開すると大きすぎます（{unpacked:,}バイト、上限{limits.unpacked_bytes:,}バイト）"
        )
    if unpacked > _SMALL and unpacked > limits.unpack_ratio * max(packed, 1):
        raise UnreadableSourceError(f"圧縮率が高すぎます（{limits.unpack_ratio}倍を超えます）")


def _scan(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Look through a part for a document type or entities, which no office program writes."""
    tail = b""
    with archive.open(entry) as part:
        while chunk := part.read(_CHUNK):
            window = tail + chunk
            if any(word in window for word in _FORBIDDEN):
                raise UnreadableSourceError("危険なXML（実体の宣言）を含むため読みません")
            tail = window[-_OVERLAP:]
