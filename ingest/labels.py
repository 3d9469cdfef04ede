"""Decide the labels of a document from everything that is said about its disclosure.

Sources that disagree are all obeyed: the strictest wins. What nobody decided is closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from corpus.disclosure import Label, Status, strictest
from corpus.labels import APPROVED, CHANGE, COLLECTION, LOST, VERSION
from corpus.model import Document, LabelClaim, Span

WORDS = {
    "open": Label(Status.OPEN),
    "staff": Label(Status.CLOSED, audience=frozenset({frozenset({"staff"})})),
    "closed": Label(Status.CLOSED),
}
"""The labels that an operator names by one word; closed is for the owner department."""
_OURS = frozenset({CHANGE, APPROVED, LOST})
"""Spans from these do not make a 一部非公開 of the form complete: the rest stays closed until someone opens it."""


_UNDETERMINED = "公開・非公開の指定がないため、所管課以外には公開しません。"


@dataclass(frozen=True, slots=True)
class Labelling:
    """The labels in force for a document.

    Attributes:
        base: of the document outside the closed spans.
        closed: disjoint spans in text order, each under a label stricter than `base`.
        warnings: what the operator should know, in Japanese.
    """

    base: Label
    closed: tuple[tuple[Span, Label], ...] = ()
    warnings: tuple[str, ...] = ()


def decide(
    document: Document,
    claims: Iterable[LabelClaim] = (),
    *,
    owner: str = "",
    default: Label | None = None,
    today: date,
) -> Labelling:
    """The labels of `document`.

    Rules (design §4): 一部非公開 without marked spans is closed as a whole, unless the operator hands the
    file in as open (``--label open`` says that this copy is the published one); nothing else lifts what a
    form, a ledger or a mark closes. The collection's default counts only where nobody else speaks: the
    stricter of what it was when the file was taken and what it is now, so that a default that was opened
    since opens no document by the way. A label that opens at a later day is closed until then.

    A change that two persons decided replaces what was said before it: one of the whole document what was said
    of the whole, one of a span what was said of that span. What is said after it is obeyed as well.

    Args:
        document: its own claims (form, marks) count first unless `claims` holds them at another place.
        claims: of the ledger, the operator, and recorded changes, in the order in which they were made.
        owner: the department that keeps the record, where the document does not say.
        default: of the collection; None means undetermined.
        today: the day on which labels with a later `effective_from` are not yet open.
    """
    department = document.department or owner
    given = list(claims)
    own = [claim for claim in document.claims if claim not in given]
    every = [_owned(claim, department) for claim in (*own, *given)]
    every = [replace(claim, label=_in_force(claim.label, today)) for claim in every]
    every = [_with_readers(claim, every, document.text) for claim in every]
    marked = any(claim.span is not None and claim.source not in _OURS for claim in every)
    whole = _since_approval([claim for claim in every if claim.span is None])
    base, warnings = _base([c for c in whole if c.source != VERSION], marked, default, department)
    base = strictest([base, *(claim.label for claim in whole if claim.source == VERSION)])
    closed = _disjoint(_with_changes(every), base)
    return Labelling(base, tuple(closed), tuple(warnings))


def _since_approval(whole: Sequence[LabelClaim]) -> Sequence[LabelClaim]:
    """What two persons last decided of the whole document, and what was said after it; else everything."""
    changes = [number for number, claim in enumerate(whole) if claim.source == APPROVED]
    return whole[changes[-1] :] if changes else whole


def _with_changes(claims: Iterable[LabelClaim]) -> list[tuple[Span, Label]]:
    """The labelled spans; what two persons decided takes its span out of those that were labelled before it."""
    spans: list[tuple[Span, Label]] = []
    for claim in claims:
        if claim.span is None or claim.span.start == claim.span.end:
            continue
        if claim.source == APPROVED:
            spans = [(rest, label) for span, label in spans for rest in _outside(span, claim.span)]
        spans.append((claim.span, claim.label))
    return spans


def _outside(span: Span, hole: Span) -> list[Span]:
    """What is left of `span` without `hole`."""
    left, right = (span.start, min(span.end, hole.start)), (max(span.start, hole.end), span.end)
    return [Span(start, end) for start, end in (left, right) if start < end]


def _owned(claim: LabelClaim, department: str) -> LabelClaim:
    if claim.label.owner or not department:
        return claim
    return replace(claim, label=replace(claim.label, owner=department))


def _with_readers(claim: LabelClaim, every: Sequence[LabelClaim], text: str) -> LabelClaim:
    """A form or mark says that something is closed, not for whom; the ledger may say who reads just that."""
    if claim.source not in {"form", "mark"} or claim.label.audience or claim.label.status is Status.OPEN:
        return claim
    named = [
        c.label.audience
        for c in every
        if c.source == "ledger" and c.label.audience and _covers(c, claim, text)
    ]
    return replace(claim, label=replace(claim.label, audience=frozenset().union(*named))) if named else claim


def _covers(ledger: LabelClaim, claim: LabelClaim, text: str) -> bool:
    """Whether a ledger row is about all that `claim` is about, white space aside."""
    if ledger.span is None or claim.span is None:
        return ledger.span is claim.span
    inside = text[claim.span.start : claim.span.end]
    start = claim.span.start + len(inside) - len(inside.lstrip())
    end = claim.span.end - (len(inside) - len(inside.rstrip()))
    return ledger.span.start <= start and end <= ledger.span.end


def _in_force(label: Label, today: date) -> Label:
    """A label that opens later, as it is today."""
    if label.effective_from is None or label.effective_from <= today:
        return replace(label, effective_from=None)
    return replace(label, status=Status.CLOSED, audience=frozenset(), effective_from=None)


def _base(
    whole: Sequence[LabelClaim], marked: bool, default: Label | None, department: str
) -> tuple[Label, list[str]]:
    said = [claim.label for claim in whole if claim.source == COLLECTION]
    whole = [claim for claim in whole if claim.source != COLLECTION]
    if not whole:
        of_collection = [*said, default or Label(Status.UNDETERMINED)]
        base = strictest([replace(label, owner=label.owner or department) for label in of_collection])
        return base, [_UNDETERMINED] if base.status is Status.UNDETERMINED else []
    published = any(c.source == "operator" and c.label.status is Status.OPEN for c in whole)
    labels, warnings = [], []
    for claim in whole:
        label = claim.label
        if label.status is Status.PARTIAL and marked:
            label = _opened(label)
        elif label.status is Status.PARTIAL and claim.source == "form" and published:
            label = _opened(label)
            warnings.append("様式は一部非公開ですが、公開用の写しとして --label open が指定されました。")
        labels.append(label)
    base = strictest(labels)
    if published and base.status is not Status.OPEN:
        warnings.append("--label open が指定されましたが、様式または台帳の非公開を優先しました。")
    return base, warnings


def _opened(label: Label) -> Label:
    """What is left of 一部非公開 once its closed spans are cut out: the rest is open."""
    return replace(label, status=Status.OPEN, audience=frozenset(), hidden=False)


def _disjoint(spans: Sequence[tuple[Span, Label]], base: Label) -> list[tuple[Span, Label]]:
    """Cut overlapping spans at every border; each piece gets the strictest of all labels over it."""
    borders = sorted({edge for span, _ in spans for edge in (span.start, span.end)})
    pieces: list[tuple[Span, Label]] = []
    for start, end in pairwise(borders):
        over = [label for span, label in spans if span.start <= start and end <= span.end]
        if not over:
            continue
        label = strictest([base, *over])
        if pieces and pieces[-1][0].end == start and pieces[-1][1] == label:
            pieces[-1] = (Span(pieces[-1][0].start, end), label)
        else:
            pieces.append((Span(start, end), label))
    return pieces
