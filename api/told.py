"""What the audit log is told of each thing that leaves the service: ids and labels, never text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from api.context import REQUEST_ID
from api.services import DocumentInfo, DocumentView, ThreadView
from corpus.audit import Entry, Shown
from corpus.disclosure import Principal, audience_of
from corpus.model import Passage
from rag.answer import Answer, Retrieved


def asked(question: str, principal: Principal, answer: Answer) -> Entry:
    """An answer or refusal, with every passage that goes along with it."""
    passages = [item.passage for item in answer.passages] + [c.passage for c in answer.citations]
    passages += [followup.passage for followup in answer.followups]
    refused = f"refused:{answer.refusal.code}" if answer.refusal else "answered"
    cited = tuple(dict.fromkeys(citation.passage.id for citation in answer.citations))
    return _entry("ask", principal, refused, passages, question=question, cited=cited)


def searched(query: str, principal: Principal, found: Sequence[Retrieved]) -> Entry:
    """A list of passages, with the questions and answers that are shown beside them."""
    passages = [each for item in found for each in (item.passage, *item.asked, *item.answers)]
    return _entry("search", principal, "shown", passages, question=query)


def listed(principal: Principal, documents: Sequence[DocumentInfo]) -> Entry:
    """A list of titles."""
    shown = tuple(Shown("", info.id, info.audience, info.status) for info in documents)
    return Entry("list", principal.id, "shown", shown, request_id=REQUEST_ID.get())


def opened(document_id: str, principal: Principal, view: DocumentView | None, reason: str) -> Entry:
    """A document with its text, or why there is none."""
    audiences = sorted({view.info.audience, *(u.audience for u in view.utterances)}) if view else []
    return Entry(
        "document",
        principal.id,
        "shown" if view else reason,
        tuple(Shown("", document_id, audience, view.info.status if view else "") for audience in audiences),
        target=document_id,
        audience=audience_of(audiences) if view else "",
        request_id=REQUEST_ID.get(),
    )


def passage_shown(passage_id: str, principal: Principal, passage: Passage | None, reason: str) -> Entry:
    """One passage, or why there is none."""
    found = [passage] if passage else []
    return _entry("passage", principal, "shown" if passage else reason, found, target=passage_id)


def thread_shown(passage_id: str, principal: Principal, view: ThreadView | None, reason: str) -> Entry:
    """A question with its answers, or why there are none."""
    found = [*view.questions, *view.answers] if view else []
    return _entry("thread", principal, "shown" if view else reason, found, target=passage_id)


def recalled(principal: Principal, passages: Iterable[Passage]) -> Entry:
    """An earlier answer shown again."""
    return _entry("history", principal, "shown", list(passages))


def file_made(principal: Principal, passages: Iterable[Passage]) -> Entry:
    """A file that holds passages."""
    return _entry("export", principal, "shown", list(passages))


def _entry(
    kind: str,
    principal: Principal,
    decision: str,
    passages: Sequence[Passage],
    *,
    question: str = "",
    target: str = "",
    cited: tuple[str, ...] = (),
) -> Entry:
    shown = dict.fromkeys(Shown(p.id, p.document_id, p.compartment, p.status) for p in passages)
    return Entry(
        kind,
        principal.id,
        decision,
        tuple(shown),
        cited=cited,
        question=question,
        target=target,
        audience=audience_of(p.compartment for p in passages) if passages else "",
        request_id=REQUEST_ID.get(),
    )
