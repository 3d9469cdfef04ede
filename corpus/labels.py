"""Label events: what was ever said about the disclosure of a document, and what of it counts now.

Events are appended and never changed; the label in force is a view over them. They hold no text: a labelled
span is known by its offsets and by the anchor of its words (`corpus.anchors`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from corpus.anchors import NO_ANCHOR, Anchor, Anchors
from corpus.disclosure import Label, Principal, Status, same_department
from corpus.model import LabelClaim, Span

CHANGE = "change"
"""The source of what a person closed with ``toben label``: obeyed beside everything else."""
APPROVED = "approved"
"""The source of what two persons decided: it replaces what was said before."""
COLLECTION = "collection"
"""The source of what the collection said when a file was taken; counts only where nobody else speaks."""
VERSION = "version"
"""The source of what keeps an earlier version within the office once a newer one is there: obeyed beside the rest."""
FILE = "file"
"""The source of a removal that nobody decided: the file was gone from its folder."""
LOST = "anchor"
"""The source of what closes text because labelled words were not found, or at several places."""


class Act(StrEnum):
    """What an event does."""

    CLAIM = "claim"  # said at ingest by form, mark, ledger or operator
    CHANGE = "change"  # decided by a person, in force at once
    PROPOSAL = "proposal"  # decided by a person, in force when a second one approves
    APPROVAL = "approval"  # the second person's word on the decision `refers`
    REJECTION = "rejection"  # the same, to the contrary
    WITHDRAWAL = "withdrawal"  # the event `refers` no longer counts
    REMOVAL = "removal"  # the document was deleted


class Scope(StrEnum):
    """What part of a document a label is on."""

    DOCUMENT = "document"
    SECTION = "section"
    UTTERANCE = "utterance"
    SPAN = "span"


@dataclass(frozen=True, slots=True)
class LabelEvent:
    """One thing that was said or decided.

    Attributes:
        act: what the event does.
        source: who speaks: ``form``, ``mark``, ``ledger``, ``operator`` or ``change``.
        label: what is said; None where the event says nothing of its own.
        scope, span, anchor: on what; `span` is None for the whole document, else offsets in the master text.
        refers: the decision that is approved or rejected, or the event that is withdrawn.
        by: id of the person; empty for a program.
        withdrawn: ids of the passages that lost readers by it; for the recall list.
        id, decision, document_id, epoch, recorded_at: given when it is recorded. Events of one decision are
            approved together; `decision` is the id of the first of them.
    """

    act: Act
    source: str
    label: Label | None = None
    scope: Scope = Scope.DOCUMENT
    span: Span | None = None
    anchor: Anchor = NO_ANCHOR
    refers: int | None = None
    by: str = ""
    withdrawn: tuple[str, ...] = ()
    id: int = 0
    decision: int = 0
    document_id: str = ""
    epoch: int = 0
    recorded_at: datetime | None = None


def standing(events: Iterable[LabelEvent]) -> list[LabelEvent]:
    """The events whose label counts now, in the order in which they took effect.

    A proposal counts from its approval on. After a document was deleted what its file said is forgotten,
    what people decided is not.
    """
    ordered = sorted(events, key=lambda event: event.id)
    approved = {event.refers: event.id for event in ordered if event.act is Act.APPROVAL}
    removed = max((event.id for event in ordered if event.act is Act.REMOVAL), default=0)
    effective: list[tuple[int, int, LabelEvent]] = []
    for event in ordered:
        since = approved.get(event.decision) if event.act is Act.PROPOSAL else event.id
        if since is not None and not (event.act is Act.CLAIM and event.id < removed):
            effective.append((since, event.id, event))
    gone = {event.refers for _, _, event in effective if _withdraws(event)}
    return [
        event
        for _, _, event in sorted(effective, key=lambda item: item[:2])
        if event.label is not None and event.id not in gone
    ]


def _withdraws(event: LabelEvent) -> bool:
    return event.label is None and event.act in (Act.WITHDRAWAL, Act.PROPOSAL)


def deleted(events: Iterable[LabelEvent]) -> bool:
    """Whether somebody deleted the document, and nobody took it again since.

    That its file went away (`FILE`) is no decision: it may come back with it.
    """
    last = max(events, key=lambda event: event.id, default=None)
    return last is not None and last.act is Act.REMOVAL and last.source != FILE


def undecided(events: Iterable[LabelEvent]) -> dict[int, list[LabelEvent]]:
    """Decision -> its events, of the proposals that nobody approved or rejected; oldest first."""
    ordered = sorted(events, key=lambda event: event.id)
    closed = {event.refers for event in ordered if event.act in (Act.APPROVAL, Act.REJECTION)}
    found: dict[int, list[LabelEvent]] = {}
    for event in ordered:
        if event.act is Act.PROPOSAL and event.decision not in closed:
            found.setdefault(event.decision, []).append(event)
    return found


def claims_of(
    text: str, events: Iterable[LabelEvent], anchors: Anchors
) -> tuple[list[LabelClaim], list[LabelEvent]]:
    """What standing `events` say about a document of that text, in their order; and those whose words are not in it.

    A span whose words moved is claimed where they stand now. Where they stand several times, each is closed,
    and nothing is opened: it is not known which was meant. Where they are not found the whole document is
    closed: it is not known where the text stands that must not be shown.
    """
    claims: list[LabelClaim] = []
    lost: list[LabelEvent] = []
    for event in events:
        if event.label is None:
            continue
        source = APPROVED if event.act is Act.PROPOSAL else event.source
        if event.span is None:
            claims.append(LabelClaim(event.label, source))
            continue
        places = anchors.find(text, event.anchor, near=event.span)
        if len(places) == 1:
            claims.append(LabelClaim(event.label, source, places[0]))
        elif event.label.status is not Status.OPEN:
            claims += [LabelClaim(event.label, LOST, place) for place in places]
            lost += [event] if not places else []
    claims += [
        LabelClaim(replace(event.label, status=Status.CLOSED), LOST)
        for event in lost
        if event.label is not None
    ]
    return claims, lost


def may_label(principal: Principal, owner: str, approvers: Iterable[str], now: datetime) -> bool:
    """Whether `principal` may propose or approve a label of a record that the department `owner` keeps.

    People of the owner department may, and those in one of the groups `approvers` (情報公開担当).
    """
    if not principal.staff or not principal.active(now):
        return False
    of_owner = any(same_department(owner, own) for own in principal.departments)
    return of_owner or bool(principal.groups & frozenset(approvers))
