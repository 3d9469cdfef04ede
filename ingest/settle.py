"""What a file and a run say about a document, against what was said before: what stays, what goes, what is new.

Nothing opens by being left out. A ledger or an operator's word that a later run does not repeat still counts;
a person's change counts until a person changes it; words that a mark closed stay closed where they come back
without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.anchors import NO_ANCHOR, Anchor, Anchors
from corpus.labels import COLLECTION, Act, LabelEvent, Scope, claims_of, standing, undecided
from corpus.model import Document, LabelClaim, Span

_KEPT = "前の版で非公開だった文言が、印のない形で残っています（{n}か所）。非公開のままにしました。"
_LOST = "非公開の箇所の文言が見つからないため、文書全体を閉じました（記録{ids}）。toben label で付け直してください。"
_UNDONE = "公開範囲を広げる提案{ids}は、文書が変わったので取り下げました。"


@dataclass(frozen=True, slots=True)
class Settled:
    """The claims that count, in order; the events to record with the document; what the operator should know."""

    claims: tuple[LabelClaim, ...]
    events: tuple[LabelEvent, ...] = ()
    warnings: tuple[str, ...] = ()


def settle(
    document: Document,
    said: Iterable[LabelClaim],
    events: Sequence[LabelEvent],
    anchors: Anchors,
    *,
    by_ledger: bool,
    trusted: bool = True,
) -> Settled:
    """Bring together what is said now and what was recorded.

    Args:
        document: as parsed now; its own claims (form, marks) are part of `said`.
        said: every claim of this run.
        events: every event recorded for the document.
        anchors: those of the store.
        by_ledger: whether this run's ledger speaks of the file; it then replaces what a ledger said before.
        trusted: whether file, ledger and collection may take back what they said before, as in an operator's run.
            If not, the stricter of both counts: opening needs a second person.
    """
    given = list(dict.fromkeys(said))
    new = list(given)
    speaking = {"form", "mark", COLLECTION, *(["ledger"] if by_ledger else [])} if trusted else set()
    kept: list[LabelEvent] = []
    gone: list[LabelEvent] = []
    unmarked = 0
    for event in standing(events):
        claim = _said_again(event, new, document, anchors)
        if claim is not None:
            new.remove(claim)
        elif event.source in speaking and not _comes_back(event, given, document, anchors):
            gone.append(event)
            continue
        elif event.source in speaking:
            unmarked += 1
        kept.append(event)
    claims, lost = claims_of(document.text, kept, anchors)
    recorded = [LabelEvent(Act.WITHDRAWAL, event.source, refers=event.id) for event in gone]
    recorded += [_event(claim, document, anchors) for claim in new]
    undone = list(undecided(events)) if recorded else []
    recorded += [LabelEvent(Act.REJECTION, "change", refers=decision) for decision in undone]
    warnings = [
        *([_KEPT.format(n=unmarked)] if unmarked else []),
        *([_LOST.format(ids=_numbers(event.id for event in lost))] if lost else []),
        *([_UNDONE.format(ids=_numbers(undone))] if undone else []),
    ]
    return Settled((*claims, *new), tuple(recorded), tuple(warnings))


def _said_again(
    event: LabelEvent, said: Iterable[LabelClaim], document: Document, anchors: Anchors
) -> LabelClaim | None:
    """The claim that says now what an event said: of the same words, which may have moved as a whole.

    Where the words stand several times it is the same only at the same place.
    """
    same = [
        c
        for c in said
        if (c.source, c.label, c.span is None) == (event.source, event.label, event.span is None)
    ]
    if event.span is None:
        return next(iter(same), None)
    places = anchors.find(document.text, event.anchor, near=event.span) if same else []
    return next((claim for claim in same if [claim.span] == places), None)


def _event(claim: LabelClaim, document: Document, anchors: Anchors) -> LabelEvent:
    return LabelEvent(
        Act.CLAIM,
        claim.source,
        claim.label,
        scope=Scope.DOCUMENT if claim.span is None else Scope.SPAN,
        span=claim.span,
        anchor=_anchor(claim, document, anchors),
    )


def _anchor(claim: LabelClaim | None, document: Document, anchors: Anchors) -> Anchor:
    return anchors.of(document.text, claim.span) if claim is not None and claim.span else NO_ANCHOR


def _comes_back(event: LabelEvent, said: Sequence[LabelClaim], document: Document, anchors: Anchors) -> bool:
    """Whether words that a mark closed stand in the new text outside every span that is closed now.

    A mark that moved with its words has been replaced by the one at the new place.
    """
    if event.source != "mark" or event.span is None:
        return False
    spans = [claim.span for claim in said if claim.span is not None]
    if any(anchors.of(document.text, span) == event.anchor for span in spans):
        return False
    places = anchors.find(document.text, event.anchor)
    return any(not _inside(place, spans) for place in places)


def _inside(place: Span, spans: Iterable[Span]) -> bool:
    return any(span.start <= place.start and place.end <= span.end for span in spans)


def _numbers(ids: Iterable[int]) -> str:
    return "、".join(str(number) for number in ids)
