"""What a person asks for, as label events on the text: agenda items, utterances and quoted words become spans.

Only what the person may read can be named: whether words that are not found stand in text withheld from this
person, or nowhere, makes no difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from corpus.anchors import Anchors
from corpus.disclosure import Label, Principal, Status, compartment, may_read
from corpus.labels import CHANGE, Act, LabelEvent, Scope
from corpus.model import Document, Section, Span, Utterance
from corpus.quotation import find, folded_with_origins
from ingest.errors import LabelError
from ingest.labels import Labelling

Part = TypeVar("Part", Section, Utterance)


@dataclass(frozen=True, slots=True)
class Change:
    """What is asked for: `label` on the document, or on the parts named.

    `sections` are titles or numbers of agenda items, `utterances` numbers; both count from 1 over what the
    person may read. `quotes` are words of the text. With parts, 一部非公開 means: the parts closed, the rest
    open. `replaces` are events that shall no longer count (a span whose words are gone).
    """

    label: Label
    sections: tuple[str, ...] = ()
    utterances: tuple[int, ...] = ()
    quotes: tuple[str, ...] = ()
    replaces: tuple[int, ...] = ()


def wishes(
    document: Document, change: Change, labelling: Labelling, by: Principal, anchors: Anchors, now: datetime
) -> list[LabelEvent]:
    """The events that `change` asks for, not yet recorded: withdrawals, then the document, then its parts.

    Args:
        document: the master text.
        change: what is asked for.
        labelling: the labels in force, which say what `by` may read.
        by: who asks.
        anchors: those of the store.
        now: local time of the office.

    Raises:
        LabelError: a part named is not found, or the label cannot be meant.
    """
    _check(change)
    readable = _readable(document, labelling, by, now)
    parts = [
        *((Scope.SECTION, _section(document, wanted, readable)) for wanted in change.sections),
        *((Scope.UTTERANCE, _utterance(document, number, readable)) for number in change.utterances),
        *((Scope.SPAN, span) for quote in change.quotes for span in _quoted(document, quote, readable)),
    ]
    label = replace(change.label, decided_by=change.label.decided_by or by.name or by.id)
    whole = Span(0, len(document.text))
    events = [LabelEvent(Act.CHANGE, CHANGE, refers=number, by=by.id) for number in change.replaces]
    if not parts or label.status is Status.PARTIAL:
        rest = replace(label, status=Status.OPEN, audience=frozenset(), hidden=False) if parts else label
        events.append(LabelEvent(Act.CHANGE, CHANGE, rest, anchor=anchors.of(document.text, whole), by=by.id))
    on_parts = replace(label, status=Status.CLOSED) if label.status is Status.PARTIAL else label
    for scope, span in parts:
        anchor = anchors.of(document.text, span)
        events.append(
            LabelEvent(Act.CHANGE, CHANGE, on_parts, scope=scope, span=span, anchor=anchor, by=by.id)
        )
    return events


def _check(change: Change) -> None:
    label = change.label
    if label.status is Status.OPEN and (label.audience or label.hidden):
        raise LabelError("公開にする箇所に、閲覧範囲や存否の秘匿は付けられません。")
    if label.audience and compartment(label) in {"nobody", "public"}:
        raise LabelError("閲覧範囲は staff、dept:課名、group:班名 のどれかで指定してください。")


def _readable(document: Document, labelling: Labelling, by: Principal, now: datetime) -> list[Span]:
    """The stretches of the master text that `by` may read, neighbours joined."""
    found: list[Span] = []
    position = 0
    for span, label in [*labelling.closed, (Span(len(document.text), len(document.text)), labelling.base)]:
        stretches = [(Span(position, span.start), labelling.base), (span, label)]
        for stretch, over in stretches:
            if stretch.start < stretch.end and may_read(by, over, now):
                if found and found[-1].end == stretch.start:
                    stretch = Span(found.pop().start, stretch.end)
                found.append(stretch)
        position = span.end
    return found


def _quoted(document: Document, quote: str, readable: list[Span]) -> list[Span]:
    """Every place of the quoted words inside one readable stretch."""
    found = [
        span
        for span in find(document.text, quote)
        if any(stretch.start <= span.start and span.end <= stretch.end for stretch in readable)
    ]
    if not found:
        raise LabelError("指定された文言が見つかりません。")
    return found


def _section(document: Document, wanted: str, readable: list[Span]) -> Span:
    """The span of the one readable agenda item of that number or title."""
    sections = list(_open_parts(document, document.sections, readable))
    if wanted.isdecimal():
        chosen = sections[int(wanted) - 1 : int(wanted)] if int(wanted) else []
    else:
        name = _plain(wanted)
        chosen = [section for section in sections if _plain(section.title) == name]
        chosen = chosen or [section for section in sections if name and name in _plain(section.title)]
    if len(chosen) != 1:
        raise LabelError("指定された議題が見つからないか、一つに決まりません。")
    return Span(chosen[0].start, chosen[0].end)


def _utterance(document: Document, number: int, readable: list[Span]) -> Span:
    """The span of the readable utterance of that number."""
    utterances = list(_open_parts(document, document.utterances, readable))
    if not 1 <= number <= len(utterances):
        raise LabelError("指定された発言が見つかりません。")
    return Span(utterances[number - 1].start, utterances[number - 1].end)


def _open_parts(document: Document, parts: tuple[Part, ...], readable: list[Span]) -> Iterator[Part]:
    """Those of `parts` of which something is readable."""
    for part in parts:
        shown = (
            document.text[max(part.start, stretch.start) : min(part.end, stretch.end)] for stretch in readable
        )
        if any(text.strip() for text in shown):
            yield part


def _plain(text: str) -> str:
    return folded_with_origins(text)[0]
