"""Meeting records on a form (会議録 別記様式): labelled fields, check boxes, then 「本部長：…」 under agenda items."""

from __future__ import annotations

import re
from collections import Counter

from corpus.calendar import parse_date
from corpus.disclosure import Label, Status
from corpus.model import Document, Kind, LabelClaim
from ingest.errors import UnreadableSourceError
from ingest.extract import Extract
from ingest.parsers.checkboxes import choices, record_label
from ingest.parsers.draft import Draft
from ingest.parsers.form_fields import Form, find_fields, strength
from ingest.parsers.record_body import HEADING, Body, bare, squeeze
from ingest.parsers.record_labels import Labels
from ingest.parsers.sentinels import has_mark, strip_sentinels
from ingest.parsers.wording import (
    page_width,
)

KINDS = frozenset({Kind.MEETING_RECORD})
_SPEECH_LINES = 8
_NUMBERED_MEETING = re.compile(
    r"((?:(?:令和|平成|昭和)\S{1,3}年度?)?\s*第\s*[0-9０-９一二三四五六七八九十]+\s*回)(.*)"
)


def recognise(extract: Extract) -> float:
    """How many of the form's own fields are there: three make it certain, two likely."""
    form = find_fields(_lines(extract)[:200])
    return (0.0, 0.2, 0.7, 0.97, 1.0)[strength(form)]


def parse(extract: Extract) -> list[Document]:
    """One document: fields from the form, utterances and agenda items from its body.

    The claim of the form's check boxes has source ``form``.

    Raises:
        UnreadableSourceError: nobody says anything.
    """
    lines = _lines(extract)
    form = find_fields(lines)
    start = _body_start(form)
    form = find_fields(lines[:start])
    body = Body(
        _agenda(form),
        width=page_width(lines[start:]) if extract.wrapped else 0,
        wrapped=extract.wrapped,
        labels=Labels(lines[start:]),
        posts=_attending(form),
    )
    for line in lines[:start]:
        body.draft.keep(line)
    for line in lines[start:]:
        body.take(line)
    body.flush()
    if not body.draft.utterances:
        raise UnreadableSourceError("発言がありません（様式だけのファイルです）")
    return [_finish(form, body.draft, extract)]


def _lines(extract: Extract) -> list[str]:
    return [line for block in extract.blocks for line in block.text.split("\n")]


def _finish(form: Form, draft: Draft, extract: Extract) -> Document:
    name = form.text("name")
    department = form.text("office")
    meeting, record = choices(strip_sentinels("\n".join(form.value("disclosure"))))
    claims = [LabelClaim(record_label(meeting, record, department), "form")]
    warnings = []
    if any(has_mark("".join(form.value(field))) for field in ("name", "office", "when")):
        claims.append(LabelClaim(Label(Status.CLOSED, owner=department), "mark"))
        warnings.append("名称・担当課・日時に非公開の印があるため、文書全体を非公開とします")
    numbered = _NUMBERED_MEETING.search(name)
    day = parse_date(form.text("when")) or parse_date(name)
    return draft.finish(
        key="",
        title=f"{name} 会議録" if name else extract.title or extract.name.rsplit(".", 1)[0],
        kind=Kind.MEETING_RECORD,
        meeting=(numbered[2].strip(" 　") or name) if numbered else name,
        session=numbered[1].strip() if numbered else "",
        day=day,
        department=department,
        claims=tuple(claims),
        warnings=tuple(warnings) if day else (*warnings, "会議の日付がありません"),
    )


def _agenda(form: Form) -> frozenset[str]:
    """The agenda items of the form, plain, to tell headings of the body from wrapped sentences."""
    items = set()
    for line in form.value("agenda"):
        plain = bare(line)
        found = HEADING.fullmatch(plain)
        if plain:
            items.add(squeeze(found["title"] if found and found["title"] else plain))
    return frozenset(items)


def _body_start(form: Form) -> int:
    """The first line of the proceedings: after a field that announces them, or the first line that is one.

    Headings of the agenda that are repeated right before the first speech belong to the proceedings.
    """
    announced = next((field for field in form.fields if field.name == "proceedings"), None)
    last = max(
        (field.start for field in form.fields if field.name not in ("proceedings", "papers")), default=0
    )
    if announced and announced.start > last:
        return announced.start + 1
    labels = Labels(form.lines[last + 1 :])
    start = next(
        (n for n in range(last + 1, len(form.lines)) if _opens_body(form.lines, n, labels)), len(form.lines)
    )
    return _with_headings(form.lines, start)


def _with_headings(lines: tuple[str, ...], start: int) -> int:
    """`start` moved up over lines that stand in the agenda before, too."""
    counts = Counter(squeeze(bare(line)) for line in lines[:start])
    best = number = start
    while number > 0 and (not bare(lines[number - 1]) or counts[squeeze(bare(lines[number - 1]))] > 1):
        number -= 1
        if bare(lines[number]):
            best = number
    return best


def _attending(form: Form) -> frozenset[str]:
    """The posts of the attendance list: 「副区長（本部長）、総務部長」 gives 副区長, 本部長 and 総務部長."""
    text = squeeze(strip_sentinels("".join(form.value("present"))))
    return frozenset(part for part in re.split(r"[、，,（()）・\s]", text) if part)


def _opens_body(lines: tuple[str, ...], number: int, labels: Labels) -> bool:
    """Whether the proceedings begin at a line: an agenda item with its kind, or somebody says a sentence."""
    plain = bare(lines[number])
    heading = HEADING.fullmatch(plain)
    if heading and heading["kind"] and heading["title"]:
        return True
    if labels.match(plain) is None:
        return labels.bare(plain) is not None
    said = plain
    for line in lines[number + 1 : number + _SPEECH_LINES]:
        following = bare(line)
        if labels.match(following):
            break
        said += following
    return "。" in said
