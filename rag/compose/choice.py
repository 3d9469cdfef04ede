"""Which of the sentences that may be quoted make up a full answer, and in which order."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.model import Role
from rag.compose.asked import Asked
from rag.compose.selection import MOREOVER, Candidate, therefore, wants_figure
from rag.compose.shape import Shape
from rag.compose.status import Told
from rag.compose.voice import who
from rag.refusal import answers

MAX_SENTENCES = 3
MAX_CHARS = 280
"""Characters of an answer after which no further sentence is added."""
_SAME = 0.6
"""Share of common words from which two sentences say the same."""
_PARTS = re.compile(r"(?:その)?内訳|(?:この)?うち")
"""A sum comes before what it is made of."""
_PROMISE = re.compile(
    r"^(?:今後(?:と)?も|引き続き)(?![^。]*[0-9０-９〇一二三四五六七八九十百千]+[年月人件億万])[^。]*て(?:まいり|いき)ます。?$"
)
"""What any answer may end with: 「今後とも、…を着実に進めてまいります。」"""
_LESS_ABOUT = 0.2
"""Share of the topic that a result may hold less than a plan and still be told instead of it."""
_TIMELESS = frozenset({Asked.WHAT_IS, Asked.WHY})
"""Questions that the best answer settles; what was said of it on other days is no newer state of it."""
_PLAIN_FACTS = frozenset({Asked.WHEN, Asked.WHO, Asked.WHERE, Asked.NAME, Asked.COMPANY})
"""Questions for one fact, as those for a figure."""
_AS_MUCH = 0.6
"""What a further sentence on a fact must hold itself of what the best one holds of the topic."""
_NEARLY = 0.3
"""What a score may lack of the best one and be nearly as good."""
_WORTH = 0.72
"""Share of the best score from which a further sentence of the same passage is added."""
_OTHER_TOPIC = re.compile(
    r"(?![一二三四五](?:つ|点)目|第[一二三四五])[^。]{2,60}?(?:については|につきまして[はも]?|に関しては|[一-龠ァ-ヴー]は、)"
)
"""A sentence that says itself what it is about."""
_SHORT_REPLY = 220
"""Characters up to which a reply is given whole."""
_ALSO = 0.88
"""Share of the best score from which another day's answer is added."""


def choose(shape: Shape, rows: Sequence[Candidate]) -> list[Candidate]:
    """The sentences of a full answer in the order shown."""
    fitting = _as_asked(shape, fitting_rows(shape, rows))
    best = fitting[0]
    others = [] if shape.asked in _TIMELESS else _other_days(best, fitting)
    if others:
        return sorted([best, *others][:MAX_SENTENCES], key=_newest_first)
    if shape.asked is Asked.WHY and (argument := _argument(best, rows)):
        return argument
    if shape.asked is Asked.OPEN and (told := _whole(best, rows)):
        return told
    details = _details(shape, best, rows)
    if _PARTS.match(best.piece.text) and details and details[0].piece.order + 1 == best.piece.order:
        return [details[0], best, *details[1:]]
    if details and _PROMISE.search(best.piece.text):  # the deeds it rests on go first
        return [*details, best]
    return [best, *details]


def _whole(best: Candidate, rows: Sequence[Candidate]) -> list[Candidate]:
    """A short reply, in the order spoken unless that puts the answer behind weaker words, with what else the same meeting says of the matter; empty where it is long.

    A reply that says nothing of the matter by itself (「検討中です。」) gives way to what does.
    """
    told = sorted(
        (row for row in rows if row.stretch is best.stretch),
        key=lambda row: (row.found.passage.start, row.piece.start),
    )
    if len(told) > MAX_SENTENCES or sum(len(row.piece.text) for row in told) > _SHORT_REPLY:
        return []
    if told[0].score < best.score - _NEARLY:  # what leads up to it follows it
        told = [best, *(row for row in told if row is not best)]
    more = [row for row in rows if row.stretch is not best.stretch and _of_meeting(best, row)]
    if more and not any(row.said > 0 for row in told):
        told = []
    for row in more:
        short = sum(len(each.piece.text) for each in (*told, row)) <= MAX_CHARS
        if short and len(told) < MAX_SENTENCES and not any(_alike(row, other) for other in told):
            told.append(row)
    return told if len(told) > 1 else []


def _of_meeting(best: Candidate, row: Candidate) -> bool:
    """Whether a sentence of the meeting in which the best one was said is as much about the matter, by its own words."""
    passage = row.found.passage
    about = row.fits and row.anchored and row.about >= best.about and row.said > _AS_MUCH * best.said
    office = passage.role not in (Role.QUESTION, Role.CHAIR)
    return about and office and passage.document_id == best.found.passage.document_id


def _argument(best: Candidate, rows: Sequence[Candidate]) -> list[Candidate]:
    """The reasons and what comes of them, in the order spoken, where the best sentence is one of these; else empty."""
    said = {row.piece.order: row for row in rows if row.found.passage.id == best.found.passage.id}
    last = best.piece.order
    while last in said and not therefore(said[last].piece):
        if last > best.piece.order and not MOREOVER.match(said[last].piece.lead):
            return []
        last += 1
    first = last - 1
    while first in said and first - 1 in said and MOREOVER.match(said[first].piece.lead):
        first -= 1
    if last not in said or first not in said:
        return []
    if (
        best.told is not Told.NOT and last != best.piece.order
    ):  # the best sentence has the deed and its reason
        return []
    told = [said[order] for order in range(max(first, last - MAX_SENTENCES + 1), last + 1)]
    return told if len(told) == 2 or sum(len(row.piece.text) for row in told) <= MAX_CHARS else told[-2:]


def fitting_rows(shape: Shape, rows: Sequence[Candidate]) -> list[Candidate]:
    """The candidates that have what the question needs; all of them where it needs nothing special."""
    fitting = [row for row in rows if row.fits and row.anchored]
    if wants_figure(shape):  # a figure beside a word of the topic goes before one that only stands near it
        near = [row for row in fitting if row.said > 0 and row.score >= fitting[0].score - _NEARLY]
        fitting = [*near, *(row for row in fitting if row not in near)]
    return fitting or list(rows)


def voices(rows: Sequence[Candidate]) -> list[Candidate]:
    """The best sentence of each of the people who say about as much as the best one, best first."""
    told = [row for row in rows if row.fits and row.anchored and who(row.found.passage)]
    first: dict[str, Candidate] = {}
    for row in told:
        if row.score >= _ALSO * told[0].score:
            first.setdefault(who(row.found.passage), row)
    return list(first.values())[:MAX_SENTENCES]


def _as_asked(shape: Shape, rows: list[Candidate]) -> list[Candidate]:
    """Asked what was done, the sentences that say so or deny it, where there are such; a result beats its plan."""
    if shape.event is None or not shape.event.past or shape.asked not in (Asked.YES_NO, Asked.WHEN):
        return rows
    results = [row for row in rows if _is_result(row) and answers(shape, row)]
    if not results or results[0].about < rows[0].about - _LESS_ABOUT:
        return rows
    if shape.asked is Asked.YES_NO:  # what was not yet done then may be done by now
        best = max(row.about for row in results)
        able = [row for row in results if row.about >= best - _LESS_ABOUT]
        results = sorted(able, key=lambda row: -_ordinal(row)) + [row for row in results if row not in able]
    return results


def _says_so(row: Candidate) -> bool:
    """Whether a sentence says of what is asked that it is, will be or is not so."""
    return _is_result(row) or row.told is Told.PLANNED


def _ordinal(row: Candidate) -> int:
    day = row.found.passage.date
    return day.toordinal() if day else 0


def _is_result(row: Candidate) -> bool:
    return row.told in (Told.DONE, Told.DENIED)


def _newest_first(row: Candidate) -> tuple[int, int, int]:
    return (-_ordinal(row), row.found.rank, row.piece.start)


def _other_days(best: Candidate, rows: Sequence[Candidate]) -> list[Candidate]:
    """Answers to the same question given on other days, the best one of each day."""
    days = {best.found.passage.date}
    found: list[Candidate] = []
    for row in rows:
        day = row.found.passage.date
        near = (
            row.score >= _ALSO * best.score and row.about >= best.about - 0.05 and row.said >= 0.8 * best.said
        )
        if day is None or day in days or not near or row.found.passage.role in (Role.QUESTION, Role.CHAIR):
            continue
        days.add(day)
        found.append(row)
    return found


def _details(shape: Shape, best: Candidate, rows: Sequence[Candidate]) -> list[Candidate]:
    """Further sentences of the best one's passage, in the order of reading."""
    room = 1 if wants_figure(shape) or shape.asked in _PLAIN_FACTS else MAX_SENTENCES - 1
    chosen: list[Candidate] = []
    length = len(best.piece.text)
    for row in rows:
        if row is best or row.stretch is not best.stretch or row.score < _WORTH * best.score:
            continue
        if len(chosen) == room or length + len(row.piece.text) > MAX_CHARS:
            break
        strict = room == 1 or shape.event is not None
        other = _OTHER_TOPIC.match(row.piece.text) is not None and row.said < _AS_MUCH * best.said
        if shape.asked is Asked.WHY and other:  # the reason of something else
            continue
        if any(_alike(row, other) for other in [best, *chosen]) or (strict and not row.fits):
            continue
        parts = _PARTS.match(best.piece.text) or _PARTS.match(row.piece.text)
        if shape.asked is Asked.WHAT_IS and not (row.found.asked or _goes_on(best, row)):
            continue  # of a speech that answers nobody, the next thing
        if (
            room == 1 and shape.asked is not Asked.WHEN and row.said < _AS_MUCH * best.said and not parts
        ):  # a neighbour's figure
            continue
        if shape.asked is Asked.YES_NO and (
            (_is_result(best) and not _is_result(row)) or (_says_so(best) and not _says_so(row))
        ):
            continue
        chosen.append(row)
        length += len(row.piece.text)
    return sorted(chosen, key=lambda row: (row.found.passage.start, row.piece.start))


def _goes_on(best: Candidate, row: Candidate) -> bool:
    """Whether a sentence stays with the thing that the one right before it tells of."""
    return row.piece.order == best.piece.order + 1 and row.said >= _AS_MUCH * best.said


def _alike(left: Candidate, right: Candidate) -> bool:
    return _overlap(left, right) >= _SAME


def _overlap(left: Candidate, right: Candidate) -> float:
    union = left.words | right.words
    return len(left.words & right.words) / len(union) if union else 1.0
