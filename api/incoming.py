"""Take a file from a request, piece by piece, straight to its place on disk: it is never whole in memory."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import anyio
from fastapi import Request
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

from api.errors import BadRequestError, InvalidRequestError

FIELDS = frozenset({"collection", "kind", "replaces"})
"""The fields beside ``file``. No other is taken: nobody hands in a label with a file."""
_MAX_FIELD_BYTES = 1024
_MAX_NAME_BYTES = 1024


@dataclass(slots=True)
class Form:
    """What came: the name the file was sent under, its digest and size, and the fields."""

    name: str = ""
    sha256: str = ""
    size: int = 0
    fields: dict[str, str] = field(default_factory=dict)


async def receive(request: Request, target: Path) -> Form:
    """Write the file of a ``multipart/form-data`` request to `target` and sync it.

    Raises:
        BadRequestError: the body is not such a form.
        InvalidRequestError: there is not exactly one file, or a field is unknown, repeated or too long.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise BadRequestError("not a form")
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        parts = _Parts(file)
        parser = MultipartParser(options[b"boundary"], parts.callbacks())  # type: ignore[arg-type]
        try:
            async for chunk in request.stream():
                parser.write(chunk)
                await anyio.to_thread.run_sync(parts.flush)
            parser.finalize()
        except MultipartParseError as exc:
            raise BadRequestError("a broken form") from exc
        await anyio.to_thread.run_sync(parts.sync)
    return parts.form()


class _Parts:
    """What the parser finds, part by part."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self._form = Form()
        self._pending: list[bytes] = []
        self._header = (b"", b"")
        self._headers: dict[bytes, bytes] = {}
        self._field: str | None = None
        self._value = b""
        self._files = 0
        self._ended = False

    def callbacks(self) -> dict[str, object]:
        """As `MultipartParser` wants them."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._header_field,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_finished,
            "on_part_data": self._data,
            "on_part_end": self._end,
            "on_end": self._all,
        }

    def flush(self) -> None:
        """Write what has come since."""
        for piece in self._pending:
            self._file.write(piece)
            self._digest.update(piece)
            self._form.size += len(piece)
        self._pending.clear()

    def sync(self) -> None:
        """Bring the file to the disk."""
        self.flush()
        self._file.flush()
        os.fsync(self._file.fileno())

    def form(self) -> Form:
        """What came, once all has come."""
        if not self._ended:
            raise BadRequestError("the form ends early")
        if self._files != 1:
            raise InvalidRequestError("one file is needed")
        self._form.sha256 = self._digest.hexdigest()
        return self._form

    def _begin(self) -> None:
        self._headers, self._header, self._value = {}, (b"", b""), b""

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header = (self._header[0] + data[start:end], self._header[1])

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._header = (self._header[0], self._header[1] + data[start:end])

    def _header_end(self) -> None:
        name, value = self._header
        self._headers[name.lower()] = value
        self._header = (b"", b"")

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        name = options.get(b"name", b"").decode(errors="replace")
        if b"filename" in options and name == "file":
            self._files += 1
            self._field = None
            self._form.name = options[b"filename"][:_MAX_NAME_BYTES].decode(errors="replace")
            if not self._form.name or self._files > 1:
                raise InvalidRequestError("one file with a name is needed")
        elif b"filename" in options or name not in FIELDS or name in self._form.fields:
            raise InvalidRequestError("an unknown or repeated field")
        else:
            self._field = name

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._field is None:
            self._pending.append(data[start:end])
            return
        self._value += data[start:end]
        if len(self._value) > _MAX_FIELD_BYTES:
            raise InvalidRequestError("a field is too long")

    def _end(self) -> None:
        if self._field is not None:
            self._form.fields[self._field] = self._value.decode(errors="replace")
            self._field = None

    def _all(self) -> None:
        self._ended = True
