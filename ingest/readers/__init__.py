"""Files to blocks, one module a format. `read` picks the module by content, then by suffix."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

from ingest.errors import SourceError, SourceUnavailableError, UnreadableSourceError
from ingest.extract import Extract
from ingest.readers import csv_text, docx, html, json_text, office, pdf, pptx, text, xlsx
from ingest.readers.limits import DEFAULT, Limits
from ingest.readers.sniffing import sniff

__all__ = ["FORMATS", "Limits", "read"]

_READERS: dict[str, Callable[[Path, Limits], Extract]] = {
    "csv": csv_text.read,
    "doc": office.reader("doc"),
    "docx": docx.read,
    "html": html.read,
    "json": json_text.read,
    "pdf": pdf.read,
    "ppt": office.reader("ppt"),
    "pptx": pptx.read,
    "txt": text.read,
    "xls": office.reader("xls"),
    "xlsx": xlsx.read,
}
FORMATS: tuple[str, ...] = tuple(_READERS)
"""The formats that `read` takes. Those of old office files (doc, xls, ppt) need LibreOffice and come out as the new."""


def read(path: Path, limits: Limits = DEFAULT) -> Extract:
    """The blocks of one file.

    The format is told by the content; the suffix decides only where the content leaves it open
    (text formats). A given file gives the same extract every time.

    Raises:
        UnreadableSourceError: the file cannot be used; the reason is in Japanese.
        SourceUnavailableError: the file could not be opened this time.
    """
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise UnreadableSourceError("ファイルではありません")
        if size > limits.file_bytes:
            raise UnreadableSourceError(f"大きすぎます（{size:,}バイト、上限{limits.file_bytes:,}バイト）")
        if size == 0:
            raise UnreadableSourceError("本文がありません（空のファイルです）")
        return _READERS[sniff(path)](path, limits)
    except OSError as exc:
        if exc.errno in (None, errno.EINVAL):  # a place outside the file, as damaged archives name
            raise UnreadableSourceError("壊れたファイルです（中身を開けません）") from exc
        raise SourceUnavailableError(f"ファイルを開けません（{exc.strerror or type(exc).__name__}）") from exc
    except RecursionError as exc:
        raise UnreadableSourceError("入れ子が深すぎます") from exc
    except (SourceError, MemoryError, NameError, ImportError):
        raise
    except Exception as exc:  # a damaged file makes the libraries raise anything at all
        raise UnreadableSourceError("壊れたファイルです（途中までしか読めません）") from exc
