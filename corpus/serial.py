"""Plain JSON forms of the domain model, for the catalogue. Nothing is pickled."""

from __future__ import annotations

from datetime import date
from typing import Any

from corpus.disclosure import Ground, Label, Status
from corpus.model import (
    Anchor,
    Document,
    Kind,
    LabelClaim,
    Page,
    Rendition,
    Role,
    Section,
    Span,
    Utterance,
)

Json = dict[str, Any]


def label_to_json(label: Label) -> Json:
    """A label as JSON; the inverse of `label_from_json`."""
    return {
        "status": label.status.value,
        "audience": sorted(sorted(clause) for clause in label.audience),
        "owner": label.owner,
        "grounds": sorted(ground.value for ground in label.grounds),
        "reason": label.reason,
        "hidden": label.hidden,
        "effective_from": _day(label.effective_from),
        "review_on": _day(label.review_on),
        "decided_by": label.decided_by,
        "decided_on": _day(label.decided_on),
        "basis": label.basis,
    }


def label_from_json(data: Json) -> Label:
    """The label that `label_to_json` wrote.

    Raises:
        ValueError, KeyError: unknown status or ground, or a field is missing.
    """
    return Label(
        status=Status(data["status"]),
        audience=frozenset(frozenset(clause) for clause in data["audience"]),
        owner=data["owner"],
        grounds=frozenset(Ground(ground) for ground in data["grounds"]),
        reason=data["reason"],
        hidden=bool(data["hidden"]),
        effective_from=_date(data["effective_from"]),
        review_on=_date(data["review_on"]),
        decided_by=data["decided_by"],
        decided_on=_date(data["decided_on"]),
        basis=data["basis"],
    )


def document_to_json(document: Document) -> Json:
    """A document as JSON; the inverse of `document_from_json`."""
    return {
        "key": document.key,
        "title": document.title,
        "kind": document.kind.value,
        "text": document.text,
        "sections": [[s.title, s.start, s.end, s.level] for s in document.sections],
        "utterances": [
            [u.start, u.end, u.speaker, u.post, u.role.value, u.section] for u in document.utterances
        ],
        "pages": [[page.start, page.label] for page in document.pages],
        "meeting": document.meeting,
        "session": document.session,
        "date": _day(document.date),
        "department": document.department,
        "url": document.url,
        "claims": [
            {
                "label": label_to_json(claim.label),
                "source": claim.source,
                "span": [claim.span.start, claim.span.end] if claim.span else None,
            }
            for claim in document.claims
        ],
        "warnings": list(document.warnings),
    }


def document_from_json(data: Json) -> Document:
    """The document that `document_to_json` wrote."""
    return Document(
        key=data["key"],
        title=data["title"],
        kind=Kind(data["kind"]),
        text=data["text"],
        sections=tuple(Section(*section) for section in data["sections"]),
        utterances=tuple(
            Utterance(start, end, speaker, post, Role(role), section)
            for start, end, speaker, post, role, section in data["utterances"]
        ),
        pages=tuple(Page(*page) for page in data["pages"]),
        meeting=data["meeting"],
        session=data["session"],
        date=_date(data["date"]),
        department=data["department"],
        url=data["url"],
        claims=tuple(
            LabelClaim(
                label_from_json(claim["label"]),
                claim["source"],
                Span(*claim["span"]) if claim["span"] else None,
            )
            for claim in data["claims"]
        ),
        warnings=tuple(data["warnings"]),
    )


def rendition_to_json(rendition: Rendition) -> Json:
    """A rendition as JSON; the inverse of `rendition_from_json`. Label claims stay with the master."""
    body = document_to_json(rendition.document)
    body["claims"], body["warnings"] = [], []
    return {
        "compartment": rendition.compartment,
        "label": label_to_json(rendition.label),
        "document": body,
        "anchors": [[anchor.at, anchor.start, anchor.end] for anchor in rendition.anchors],
    }


def rendition_from_json(data: Json) -> Rendition:
    """The rendition that `rendition_to_json` wrote."""
    return Rendition(
        compartment=data["compartment"],
        label=label_from_json(data["label"]),
        document=document_from_json(data["document"]),
        anchors=tuple(Anchor(*anchor) for anchor in data["anchors"]),
    )


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
