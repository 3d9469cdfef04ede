"""Compute what is kept once per text: lexical terms and the vector. The slow step of an ingest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import islice

from corpus import steps
from corpus.catalogue import Catalogue, Features, Prepared
from corpus.embedding import Embedder
from corpus.index.terms import VERSION, analyse
from ingest.prepare import embedded_text
from ingest.timing import Phase, Stopwatch

BATCH = 512
"""Texts computed and stored at a time: what an interrupted run loses at most."""

Progress = Callable[[int, int], None]


def fingerprint(embedder: Embedder) -> str:
    """Under which features are cached: the embedder and the way terms are made."""
    return f"{embedder.fingerprint}/{VERSION}"


def texts(prepared: Iterable[Prepared]) -> tuple[dict[str, str], dict[str, str]]:
    """Digest -> text to embed, and digest -> header, over all passages."""
    bodies: dict[str, str] = {}
    headers: dict[str, str] = {}
    for document in prepared:
        for passage in document.passages:
            digest, header_digest = document.keys[passage.id]
            bodies[digest] = embedded_text(passage)
            headers[header_digest] = passage.header
    return bodies, headers


def compute(
    catalogue: Catalogue,
    embedder: Embedder,
    prepared: Iterable[Prepared],
    *,
    progress: Progress | None = None,
    timing: Stopwatch | None = None,
) -> int:
    """Compute and store the features that are missing; returns how many texts were embedded.

    Progress is reported as (done, total) of the texts to embed. What is stored stays when the run is
    interrupted; the next run goes on from there.
    """
    return _compute(catalogue, embedder, *texts(prepared), progress, timing or Stopwatch())


def complete(catalogue: Catalogue, embedder: Embedder, *, progress: Progress | None = None) -> int:
    """The same for the passages of the catalogue: after a change of model, of the way terms are made, or of labels."""
    bodies: dict[str, str] = {}
    headers: dict[str, str] = {}
    for passage, digest, header_digest in catalogue.without_features(fingerprint(embedder)):
        bodies[digest] = embedded_text(passage)
        headers[header_digest] = passage.header
    return _compute(catalogue, embedder, bodies, headers, progress, Stopwatch())


def _compute(
    catalogue: Catalogue,
    embedder: Embedder,
    bodies: Mapping[str, str],
    headers: Mapping[str, str],
    progress: Progress | None,
    timing: Stopwatch,
) -> int:
    mark = fingerprint(embedder)
    embedded = catalogue.known_features(bodies, mark, with_vector=True)
    missing = {digest: text for digest, text in bodies.items() if digest not in embedded}
    known = embedded | catalogue.known_features(headers, mark)
    others = {
        digest: text for digest, text in headers.items() if digest not in known and digest not in missing
    }
    for part in _parts(others):
        with timing.phase(Phase.WORDS):
            terms = analyse(part.values())
            catalogue.put_features(
                mark, {d: Features(t.to_bytes(), None) for d, t in zip(part, terms, strict=True)}
            )
    done = embedded_now = 0
    ordered = dict(sorted(missing.items(), key=lambda item: len(item[1])))  # equal lengths embed fastest
    for part in _parts(ordered):
        vectors = catalogue.vectors(part, embedder.fingerprint)  # of an earlier way of making terms
        fresh = {digest: text for digest, text in part.items() if digest not in vectors}
        with timing.phase(Phase.EMBEDDING):
            made = embedder.embed_passages(list(fresh.values())).astype("<f2") if fresh else ()
        vectors |= {digest: vector.tobytes() for digest, vector in zip(fresh, made, strict=True)}
        with timing.phase(Phase.WORDS):
            terms = analyse(part.values())
            catalogue.put_features(
                mark, {d: Features(t.to_bytes(), vectors[d]) for d, t in zip(part, terms, strict=True)}
            )
        steps.reached("analysed")
        done, embedded_now = done + len(part), embedded_now + len(fresh)
        if progress is not None:
            progress(done, len(missing))
    return embedded_now


def _parts(items: Mapping[str, str]) -> Iterable[dict[str, str]]:
    rest = iter(items.items())
    while part := dict(islice(rest, BATCH)):
        yield part
