"""The files behind the documents: who may hand one in, have the original, delete it, and what belongs together."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from api.errors import InvalidRequestError, NotFoundError
from api.relations import Related, related
from corpus.catalogue import CollectionRow, DocumentRow, SourceRow
from corpus.disclosure import Principal, same_department
from corpus.errors import StoreBusyError
from corpus.labels import may_label
from corpus.model import Kind
from corpus.originals import Originals
from corpus.reading import Reader
from corpus.store import Store
from ingest.errors import UnreadableSourceError
from ingest.job import Job
from ingest.pictures import Picture
from ingest.relabel import Relabelling
from ingest.sandbox import picture_in_child
from ingest.uploads import PREFIX, Upload, Uploads, UploadState, source_name

log = logging.getLogger("toben.holdings")

_RETRY_S = 5.0
_PIECE_BYTES = 1 << 20
_PAGED = ".pdf"


@dataclass(frozen=True, slots=True)
class Original:
    """A kept file that may be given out: how long it is, the suffix of its format, and its bytes."""

    size: int
    suffix: str
    pieces: Iterator[bytes]


class Holdings:
    """Uploads, originals and deletion over one store; callable from several threads."""

    def __init__(
        self,
        store: Store,
        relabelling: Relabelling,
        job: Callable[[], Job],
        *,
        approvers: Iterable[str] = (),
        admit: Callable[[Principal], None] = lambda principal: None,
        now: Callable[[], datetime] = datetime.now,
        draw: Callable[[Path, int], Picture] = picture_in_child,
    ) -> None:
        """Look after the files of `store`.

        Args:
            store: the files and what was taken from them.
            relabelling: deletes documents for people.
            job: makes what takes files in.
            approvers: groups whose members may delete for every department.
            admit: raises where somebody may not use the service at all.
            now: local time of the office.
            draw: makes the picture of a page of a PDF.
        """
        self._store = store
        self._draw = draw
        self._relabelling = relabelling
        self._job = job
        self._approvers = frozenset(approvers)
        self._admit = admit
        self._now = now
        self._uploads = Uploads(store)
        self._work = threading.Event()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    # -- handing in ----------------------------------------------------------------------------

    @property
    def originals(self) -> Originals:
        """Where the files lie."""
        return self._store.originals

    def may_upload(self, principal: Principal) -> bool:
        """Whether somebody may hand in files: staff of a department."""
        self._admit(principal)
        return principal.staff and principal.active(self._now()) and bool(principal.departments)

    def collections(self, principal: Principal) -> list[CollectionRow]:
        """The collections into which somebody may hand in files: those of their departments."""
        written = self._store.catalogue.collections().values()
        kept = [row for row in written if self._keeps(principal, row)]
        named = {row.name for row in kept}
        return [*kept, *(CollectionRow(d, d) for d in sorted(principal.departments) if d not in named)]

    def hand_in(
        self,
        principal: Principal,
        *,
        original: str,
        name: str,
        sha256: str,
        collection: str = "",
        kind: str = "",
        replaces: str = "",
    ) -> Upload:
        """Put a file that has come on record; it is taken in the background.

        Args:
            principal: who hands it in.
            original: its name among the originals, where it lies aside.
            name: what it was called.
            sha256: of its bytes.
            collection: one of `collections`; the department's own when empty.
            kind: of document; recognised by content when empty.
            replaces: id of a handed in document of the same department that this file takes the place of.

        Raises:
            NotFoundError: this person may not hand in files, or not replace that document.
            InvalidRequestError: collection or kind cannot be chosen.
        """
        if not self.may_upload(principal):
            raise NotFoundError("for staff of a department")
        if kind and kind not in set(Kind):
            raise InvalidRequestError("no such kind")
        row, source = self._target(principal, collection, replaces)
        upload = self._uploads.add(
            by=principal.id,
            department=row.department,
            collection=row.name,
            source=source or source_name(sha256, name),
            original=original,
            kind=Kind(kind) if kind else None,
        )
        self._work.set()
        return upload

    def upload(self, principal: Principal, upload_id: str) -> Upload:
        """An upload of this person.

        Raises:
            NotFoundError: there is none of that id, or another person made it.
        """
        found = self._uploads.get(upload_id)
        if found is None or found.by != principal.id:
            raise NotFoundError(upload_id)
        return found

    def uploads(self, principal: Principal) -> list[Upload]:
        """The uploads of this person, newest first."""
        return self._uploads.of(principal.id) if self.may_upload(principal) else []

    def documents_of(self, principal: Principal, upload: Upload) -> list[str]:
        """The ids of what was taken from an upload, as far as this person may read it."""
        source = self._uploads.source_of(upload) if upload.state is UploadState.TAKEN else None
        rows = self._reader(principal).documents() if source is not None else {}
        return sorted(key for key, row in rows.items() if source is not None and row.source_id == source.id)

    def _target(self, principal: Principal, collection: str, replaces: str) -> tuple[CollectionRow, str]:
        """The collection a file goes to and, where it replaces another, the name of that one's source."""
        if replaces:
            row = self._reader(principal).document(replaces)
            source = self._source(row) if row is not None else None
            if row is None or source is None or not source.name.startswith(PREFIX):
                raise NotFoundError(replaces)
            if not may_label(principal, row.department, self._approvers, self._now()):
                raise NotFoundError(replaces)
            return CollectionRow(row.collection, row.department), source.name
        choices = self.collections(principal)
        chosen = [row for row in choices if row.name == collection] if collection else choices[:1]
        if not chosen or (not collection and len(principal.departments) > 1):
            raise InvalidRequestError("no such collection")
        return chosen[0], ""

    def _keeps(self, principal: Principal, row: CollectionRow) -> bool:
        return any(same_department(row.department, own) for own in principal.departments)

    def counts(self, principal: Principal) -> dict[str, int]:
        """Collection -> number of its documents that this person may read."""
        return dict(Counter(row.collection for row in self._reader(principal).documents().values()))

    # -- the background ------------------------------------------------------------------------

    def start(self) -> None:
        """Take what waits, from now on, in a thread of its own."""
        self.originals.sweep_incoming()
        self._uploads.forget_old()
        self._stop.clear()
        self._work.set()
        self._thread = threading.Thread(target=self._serve, name="uploads", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float = 5.0) -> None:
        """End the thread; a file that is being taken is taken again at the next start."""
        self._stop.set()
        self._work.set()
        if self._thread is not None:
            self._thread.join(timeout_s)

    def work(self) -> int:
        """Take every waiting file now; returns how many were looked at.

        Raises:
            StoreBusyError: another ingest is running, or another process takes what was handed in.
        """
        if not self._uploads.waiting():
            return 0
        with self._store.taking():
            waiting = self._uploads.waiting()
            for upload in waiting:
                if self._stop.is_set():
                    break
                self._uploads.take(upload, self._job())
        return len(waiting)

    def _serve(self) -> None:
        while not self._stop.is_set():
            self._work.wait()
            self._work.clear()
            try:
                self.work()
            except StoreBusyError:
                self._again()
            except Exception:
                log.exception("upload_not_taken")
                self._again()

    def _again(self) -> None:
        self._stop.wait(_RETRY_S)
        self._work.set()

    # -- giving out and deleting ---------------------------------------------------------------

    def original(self, principal: Principal, document_id: str) -> Original:
        """The kept file of a document, for somebody who may read everything that is in it.

        Raises:
            NotFoundError: there is none, or some of it is withheld from this person.
        """
        source = self._given(principal, document_id)
        if source is None:
            raise NotFoundError(document_id)
        path = self.originals.path(source.original)
        try:
            file = path.open("rb")
        except FileNotFoundError as exc:
            raise NotFoundError(document_id) from exc

        def pieces() -> Iterator[bytes]:
            epoch = self._store.catalogue.epoch()
            with file:
                while piece := file.read(_PIECE_BYTES):
                    now = self._store.catalogue.epoch()
                    if now != epoch and self._given(principal, document_id) != source:
                        raise NotFoundError(document_id)  # closed meanwhile: the answer ends short
                    epoch = now
                    yield piece

        return Original(path.stat().st_size, path.suffix, pieces())

    def has_pages(self, principal: Principal, document_id: str) -> bool:
        """Whether somebody may look at the pages of the file of a document: a kept PDF, all of which they may read.

        Where the existence of a part is withheld nobody may: its pages are not numbered as those of the text.
        """
        return self._paged(principal, document_id) is not None

    def page(self, principal: Principal, document_id: str, number: int) -> Picture:
        """A page of the kept PDF of a document, for somebody who may read everything that is in it.

        Raises:
            NotFoundError: there is none, or some of the file is withheld from this person.
        """
        source = self._paged(principal, document_id)
        if source is None:
            raise NotFoundError(document_id)
        try:
            drawn = self._draw(self.originals.path(source.original), number)
        except UnreadableSourceError as exc:
            raise NotFoundError(document_id) from exc
        if self._given(principal, document_id) != source:  # closed while it was being drawn
            raise NotFoundError(document_id)
        return drawn

    def passages_on(self, principal: Principal, document_id: str, number: int) -> list[str]:
        """The ids of the readable passages of a page, of all pages where none begins on it; for the record."""
        passages = self._reader(principal).passages_of(document_id)
        there = [passage.id for passage in passages if passage.page == str(number)]
        return there or [passage.id for passage in passages]

    def passages_of(self, principal: Principal, document_id: str) -> list[str]:
        """The ids of the readable passages of a document, for the record of what was given out."""
        return [passage.id for passage in self._reader(principal).passages_of(document_id)]

    def delete(self, principal: Principal, document_id: str) -> bool:
        """Delete a document; whether the index has followed.

        Raises:
            UnknownRecordError: there is none, or it is not this person's to delete.
        """
        return self._relabelling.remove(document_id, principal).finished

    def _given(self, principal: Principal, document_id: str) -> SourceRow | None:
        """The source of a document when this person may have its file."""
        reader = self._reader(principal)
        row = reader.document(document_id)
        source = self._source(row) if row is not None else None
        if row is None or source is None or not source.original:
            return None
        if source.guarded and not may_label(principal, row.department, self._approvers, self._now()):
            return None  # the file holds more than its text shows
        whole = self._store.catalogue.compartments_of(source.id)
        return source if whole <= reader.compartments else None

    def _paged(self, principal: Principal, document_id: str) -> SourceRow | None:
        """The source of a document when this person may look at its pages."""
        source = self._given(principal, document_id)
        if source is None or not source.original.endswith(_PAGED):
            return None
        cut = self._reader(principal).renditions(document_id).values()
        return None if any(each.label.hidden for each in cut) else source

    def related(self, principal: Principal, document_id: str) -> Related:
        """What belongs to a document, as far as this person may read it.

        Raises:
            NotFoundError: the document is missing or withheld.
        """
        reader = self._reader(principal)
        rows = reader.documents()
        if document_id not in rows:
            raise NotFoundError(document_id)
        return related(rows, document_id, self._store.catalogue.sources())

    def _reader(self, principal: Principal) -> Reader:
        self._admit(principal)
        return Reader(self._store, principal, now=self._now)

    def _source(self, row: DocumentRow) -> SourceRow | None:
        return self._store.catalogue.sources().get(row.source_id)
