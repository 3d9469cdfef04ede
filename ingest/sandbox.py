"""Reading hostile files apart: a child process with limits on processor time, memory and wall time.

One child serves many files, for starting Python and loading the readers takes longer than reading
most of them. It is replaced when it dies, when it is stopped for taking too long, and after a number
of files. Extracts come back as JSON, never as pickles.
"""

from __future__ import annotations

import base64
import json
import os
import resource
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import IO, Any

from corpus.model import Kind
from corpus.serial import document_from_json, document_to_json
from ingest.errors import SourceUnavailableError, UnreadableSourceError
from ingest.extract import Block, Extract
from ingest.opening import Opened, open_source
from ingest.pictures import Picture, picture
from ingest.readers import read
from ingest.readers.limits import DEFAULT, Limits

FILES_PER_CHILD = 200
"""After so many files a child is replaced, so that what leaks in a library does not pile up."""
_START_TIMEOUT_S = 60
_CHUNK = 1 << 16
_SLACK_S = 5
_BLOCK_FIELDS = ("text", "page", "level", "table", "row", "column", "cell")


class Reader:
    """A child process that reads files one after another. Not for use by several threads at once."""

    def __init__(self, limits: Limits = DEFAULT) -> None:
        self.limits = limits
        self._child: subprocess.Popen[bytes] | None = None
        self._served = 0

    def read(self, path: Path) -> Extract:
        """What `ingest.readers.read` gives for `path`, read in the child.

        Raises:
            UnreadableSourceError: as `read`; also when the file makes the child crash, hang, or take
                more processor time or memory than it may.
            SourceUnavailableError: as `read`.
        """
        return _unpack(self._answer({"path": str(path)}))

    def open(self, path: Path, name: str, kind: Kind | None = None) -> Opened:
        """What `ingest.opening.open_source` gives for `path`, read and parsed in the child.

        Raises:
            UnreadableSourceError: as `read`.
            SourceUnavailableError: as `read`.
        """
        request: dict[str, object] = {"path": str(path), "name": name, "kind": kind.value if kind else ""}
        return _opened(self._answer(request))

    def picture(self, path: Path, number: int) -> Picture:
        """What `ingest.pictures.picture` gives for `path`, drawn in the child.

        Raises:
            UnreadableSourceError: as `read`.
        """
        found = _found(self._answer({"path": str(path), "page": number}), "picture")
        return Picture(base64.b64decode(found["png"]), int(found["pages"]))

    def _answer(self, request: dict[str, object]) -> dict[str, object]:
        child = self._ready()
        self._served += 1
        try:
            return self._ask(child, request, self.limits.wall_s)
        except _Overdue as exc:
            self.close()
            raise UnreadableSourceError(
                f"読むのに時間がかかりすぎます（{self.limits.wall_s}秒を超えました）"
            ) from exc
        except (_Gone, OSError) as exc:
            reason = self._cause_of_death()
            raise UnreadableSourceError(reason) from exc

    def close(self) -> None:
        """Stop the child."""
        child, self._child = self._child, None
        if child is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)  # its own session: programs it started go with it
            child.wait()
            for stream in (child.stdin, child.stdout):
                if stream is not None:
                    stream.close()

    def _ready(self) -> subprocess.Popen[bytes]:
        """The child, started anew where there is none or it has served enough files."""
        if self._child is not None and (self._child.poll() is not None or self._served >= FILES_PER_CHILD):
            self.close()
        if self._child is None:
            self._child = self._start()
            self._served = 0
        return self._child

    def _start(self) -> subprocess.Popen[bytes]:
        root = str(Path(__file__).resolve().parents[1])
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([root, os.environ.get("PYTHONPATH", "")])}
        child = subprocess.Popen(
            [sys.executable, "-m", "ingest.sandbox"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )
        try:
            self._ask(child, {"limits": asdict(self.limits)}, _START_TIMEOUT_S)
        except (_Overdue, _Gone, OSError) as exc:
            os.killpg(child.pid, signal.SIGKILL)
            raise SourceUnavailableError("読み取りの準備ができませんでした") from exc
        return child

    @staticmethod
    def _ask(child: subprocess.Popen[bytes], request: dict[str, object], wall_s: float) -> dict[str, object]:
        if child.stdin is None or child.stdout is None:
            raise _Gone
        child.stdin.write(json.dumps(request).encode() + b"\n")
        child.stdin.flush()
        answer = json.loads(_line(child.stdout, time.monotonic() + wall_s))
        return answer if isinstance(answer, dict) else {}

    def _cause_of_death(self) -> str:
        """Why the child is gone, for the operator; the child is cleared away."""
        child = self._child
        try:
            status = child.wait(timeout=_SLACK_S) if child is not None else None
        except subprocess.TimeoutExpired:
            status = None
        self.close()
        if status is not None and -status in (signal.SIGXCPU, signal.SIGKILL):
            return f"読むのに時間がかかりすぎます（CPU{self.limits.cpu_s}秒を超えました）"
        return "読み取り中に異常終了しました（壊れたファイルの疑いがあります）"


class _Overdue(Exception):  # noqa: N818 (an event, not an error of ours)
    """The child did not answer in time."""


class _Gone(Exception):  # noqa: N818
    """The child closed its end."""


def _line(stream: IO[bytes], deadline: float) -> bytes:
    """One line from the child, until `deadline` (monotonic seconds)."""
    received = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while not received.endswith(b"\n"):
            if not selector.select(timeout=max(deadline - time.monotonic(), 0)):
                raise _Overdue
            chunk = os.read(stream.fileno(), _CHUNK)
            if not chunk:
                raise _Gone
            received += chunk
    return bytes(received)


_lock = threading.Lock()
_idle: dict[Limits, list[Reader]] = {}


@contextmanager
def _borrowed(limits: Limits) -> Iterator[Reader]:
    """A reader that nobody else uses meanwhile."""
    with _lock:
        waiting = _idle.setdefault(limits, [])
        reader = waiting.pop() if waiting else Reader(limits)
    try:
        yield reader
    finally:
        with _lock:
            _idle[limits].append(reader)


def read_in_child(path: Path, limits: Limits = DEFAULT) -> Extract:
    """What `ingest.readers.read` gives for `path`, read in a child process with limits.

    Children are kept and used again; threads that call at once each get their own.

    Raises:
        UnreadableSourceError: as `read`; also when the file makes the child crash, hang, or take too much.
        SourceUnavailableError: as `read`.
    """
    with _borrowed(limits) as reader:
        return reader.read(path)


def open_in_child(path: Path, name: str, kind: Kind | None = None, limits: Limits = DEFAULT) -> Opened:
    """What `ingest.opening.open_source` gives for `path`, read and parsed in a child process with limits.

    Raises:
        UnreadableSourceError: as `read_in_child`.
        SourceUnavailableError: as `read_in_child`.
    """
    with _borrowed(limits) as reader:
        return reader.open(path, name, kind)


def picture_in_child(path: Path, number: int, limits: Limits = DEFAULT) -> Picture:
    """What `ingest.pictures.picture` gives for `path`, drawn in a child process with limits.

    Raises:
        UnreadableSourceError: as `read_in_child`.
    """
    with _borrowed(limits) as reader:
        return reader.picture(path, number)


def close_children() -> None:
    """Stop all idle children."""
    with _lock:
        for readers in _idle.values():
            for reader in readers:
                reader.close()
        _idle.clear()


def pack(extract: Extract) -> dict[str, object]:
    """An extract as JSON values."""
    blocks = [[getattr(block, name) for name in _BLOCK_FIELDS] for block in extract.blocks]
    return {
        "name": extract.name,
        "format": extract.format,
        "blocks": blocks,
        "wrapped": extract.wrapped,
        "title": extract.title,
        "data": extract.data,
        "warnings": list(extract.warnings),
        "suspicious": list(extract.suspicious),
    }


def _found(answer: dict[str, object], key: str) -> dict[str, Any]:
    """What an answer holds; what the child found wrong is raised here."""
    reason = str(answer.get("reason", ""))
    if answer.get("error") == "unavailable":
        raise SourceUnavailableError(reason)
    found = answer.get(key)
    if not isinstance(found, dict):
        raise UnreadableSourceError(reason or "読み取れません")
    return found


def _opened(answer: dict[str, object]) -> Opened:
    """The documents of an answer."""
    found = _found(answer, "opened")
    documents = tuple(document_from_json(each) for each in found["documents"])
    return Opened(documents, tuple(found["warnings"]), tuple(found["suspicious"]))


def _unpack(answer: dict[str, object]) -> Extract:
    """The extract of an answer."""
    found = _found(answer, "extract")
    return Extract(
        name=found["name"],
        format=found["format"],
        blocks=tuple(Block(**dict(zip(_BLOCK_FIELDS, values, strict=True))) for values in found["blocks"]),
        wrapped=found["wrapped"],
        title=found["title"],
        data=found["data"],
        warnings=tuple(found["warnings"]),
        suspicious=tuple(found["suspicious"]),
    )


def _serve() -> None:
    """The child: take limits, then paths, line by line, and answer each with one line."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not mix with the answers
    limits = DEFAULT
    for line in sys.stdin.buffer:
        request = json.loads(line)
        if "limits" in request:
            limits = replace(DEFAULT, **request["limits"])
            _restrain(limits)
            answer: dict[str, object] = {"ready": True}
        else:
            _more_time(limits)
            answer = _answer(request, limits)
        answers.write(json.dumps(answer, ensure_ascii=True).encode() + b"\n")
        answers.flush()


def _answer(request: dict[str, Any], limits: Limits) -> dict[str, object]:
    """The extract, the documents or a picture, or what is wrong with the file. Whatever a library throws is the file's fault."""
    path = Path(request["path"])
    try:
        if "page" in request:
            drawn = picture(path, request["page"], limits)
            return {"picture": {"png": base64.b64encode(drawn.png).decode(), "pages": drawn.pages}}
        if "name" not in request:
            return {"extract": pack(read(path, limits))}
        kind = Kind(request["kind"]) if request["kind"] else None
        opened = open_source(path, request["name"], kind, limits)
        documents = [document_to_json(document) for document in opened.documents]
        return {"opened": {**asdict(replace(opened, documents=())), "documents": documents}}
    except SourceUnavailableError as exc:
        return {"error": "unavailable", "reason": exc.reason}
    except UnreadableSourceError as exc:
        return {"error": "unreadable", "reason": exc.reason}
    except MemoryError:
        return {"error": "unreadable", "reason": "読むのにメモリーを使いすぎます"}
    except Exception as exc:
        return {"error": "unreadable", "reason": f"読み取れません（{type(exc).__name__}）"}


def _restrain(limits: Limits) -> None:
    """Set the limits of this process: no core dumps, no more memory than allowed."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + limits.memory_bytes, hard))


def _more_time(limits: Limits) -> None:
    """Allow processor time for one more file."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(usage.ru_utime + usage.ru_stime) + limits.cpu_s + 1, hard))


if __name__ == "__main__":
    _serve()
