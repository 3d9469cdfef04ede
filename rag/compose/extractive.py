"""Composes an answer from real sentences of the passages: the answer first, each sentence cited.

Nothing is written that a passage does not say. A sentence is trimmed at its ends (preambles,
connectives), relative years get their year in brackets, and answers of several days come newest
first with their dates. The same question and passages always give the same answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from corpus.calendar import japanese_date, resolve_relative
from corpus.disclosure import audience_of
from corpus.model import Passage, Role
from corpus.speakers import SpeakerClass, speaker_class
from rag.answer import NOT_FOUND, Answer, Citation, Refusal, Retrieved, Sentence, Style
from rag.compose import exchange
from rag.compose.asked import Asked
from rag.compose.brief import Cut, line, shorten
from rag.compose.members import stated
from rag.compose.needs import needed_words
from rag.compose.pieces import Piece
from rag.compose.salience import Tagger
from rag.compose.selection import Candidate, candidates, quotable, wants_figure
from rag.compose.shape import Shape, shape_of
from rag.compose.status import Told
from rag.compose.wording import years
from rag.grounding import check
from rag.opening import matter
from rag.refusal import answers, assess_candidates, assess_question
from rag.speaking import said_by, speakers

MAX_SENTENCES = 3
MAX_CHARS = 280
"""Characters of an answer after which no further sentence is added."""

_SAME = 0.6
"""Share of common words from which two sentences say the same."""
_PARTS = re.compile(r"(?:その)?内訳|(?:この)?うち")
"""A sum comes before what it is made of."""
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
_MATTER_OF_VIEW = re.compile(
    r"(?:意義|目的|効果|成果|課題|役割|認識|見解|所見|考え(?:方)?|方針|姿勢|メリット|利点|欠点|問題点|狙い|ねらい)と?は何(?:か|です|でしょう)"
)
"""「開催の意義とは何か」 asks for no definition: the whole reply answers it."""
_TIED = 0.5
"""Share of the topic that a reply must hold together with the question it is tied to."""
_ALSO = 0.88
"""Share of the best score from which another day's answer is added."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A sentence as shown and the words of the passage it rests on."""

    text: str
    found: Retrieved
    start: int
    end: int


_TIE = re.compile(r"^(?:ただし、?|もっとも、|そこで(?=第|本|都|県|市|区|町|村|来年度|今年度|今後))")


def compose(
    question: str, found: Sequence[Retrieved], *, style: Style, today: date, tagger: Tagger | None = None
) -> Answer:
    """The answer to `question` from the passages `found`, or a refusal.

    Args:
        question: as asked.
        found: passages in any order; `rank` decides.
        style: `FULL` gives one to three sentences, `BRIEF` one line of about 50 characters.
        today: the day of asking, by which 今年度 and the like in the question are read.
        tagger: what a brief line is chosen by besides; without it the line is chosen a little worse.

    Returns:
        An answer whose every sentence is supported by its citation, or one with a refusal. `passages`
        holds `found` in both cases, for showing what is near.
    """
    if refusal := assess_question(question):
        return Answer(refusal=refusal)
    shape = shape_of(resolve_relative(question, today))
    persons = said_by(question)
    rows = candidates(shape, found, persons)
    if persons and not _said_by(persons, rows):
        return _refused(NOT_FOUND, found)
    refusal = assess_candidates(shape, rows)
    replied = exchange.replies(shape, question, rows, again=refusal is None)
    if refusal and not replied:
        rows = stated(shape, found)
        if assess_candidates(shape, rows):
            return _refused(refusal, found)
    if replied:
        rows, shape = replied, replace(shape, event=None)
    full = style is Style.FULL or shape.asked is Asked.SPEAKER
    lines = (
        _full(question, shape, rows, exchange.whole(replied))
        if full
        else _brief(question, shape, rows, tagger)
    )
    return _answer(lines, found) if lines else _refused(NOT_FOUND, found)


def _full(
    question: str, shape: Shape, rows: Sequence[Candidate], told: Sequence[Candidate] = ()
) -> list[_Line]:
    """The lines of a full answer; `told` are the sentences chosen beforehand, in their order, if any."""
    if shape.asked is Asked.SPEAKER:
        return [line for row in _voices(rows) if (line := _spoken(row))]
    named = speakers(question)
    own = _said_by(named, rows)
    chosen = [*told] or _choose(shape, own or rows)
    if named and not own:  # others' words must not pass for those of whom the question names
        return _unrepeated([line for row in chosen if (line := _spoken(row))])
    dated = len({row.found.passage.date for row in chosen}) > 1
    lines = [
        _marked(shape, row, _supported(row.found, row.piece, _on_its_own(row, before), dated))
        for before, row in zip([None, *chosen], chosen, strict=False)
    ]
    return _unrepeated([line for line in lines if line is not None])


def _said_by(named: Sequence[str], rows: Sequence[Candidate]) -> list[Candidate]:
    """What the persons say whom a question names as speaking; nothing where none of it fits."""
    own = [row for row in rows if any(name in _who(row.found.passage) for name in named)]
    return own if any(row.fits and row.anchored and row.about >= _TIED for row in own) else []


def _on_its_own(row: Candidate, before: Candidate | None) -> str:
    """The sentence without the connective that ties it to a sentence which is not shown in front of it."""
    follows = (
        before is not None
        and before.found.passage.id == row.found.passage.id
        and before.piece.order + 1 == row.piece.order
    )
    return row.piece.text if follows else _TIE.sub("", row.piece.text)


def _marked(shape: Shape, row: Candidate, line: _Line | None) -> _Line | None:
    """A line that is not quite an answer says so: a member's words in a question, a plan where a deed was asked."""
    passage = row.found.passage
    whether = shape.asked in (Asked.YES_NO, Asked.WHEN) and shape.event is not None and shape.event.past
    if line is not None and whether and row.told is Told.PLANNED:
        day = (
            ""
            if line.text.startswith(japanese_date(passage.date) if passage.date else "\0")
            else _as_of(passage)
        )
        line = replace(line, text=f"{day}予定：{line.text}" if day else f"予定：{line.text}")
    if line is None or passage.role is not Role.QUESTION or not passage.speaker:
        return line
    return replace(line, text=f"質問者（{passage.speaker}）の発言：{line.text}")


def _as_of(passage: Passage) -> str:
    """「令和2年3月5日の時点の」, empty for a passage without a day."""
    return f"{japanese_date(passage.date)}の時点の" if passage.date else ""


def _voices(rows: Sequence[Candidate]) -> list[Candidate]:
    """The best sentence of each of the people who say about as much as the best one, best first."""
    told = [row for row in rows if row.fits and row.anchored and _who(row.found.passage)]
    first: dict[str, Candidate] = {}
    for row in told:
        if row.score >= _ALSO * told[0].score:
            first.setdefault(_who(row.found.passage), row)
    return list(first.values())[:MAX_SENTENCES]


def _who(passage: Passage) -> str:
    return f"{passage.post} {passage.speaker}".strip()


def _spoken(row: Candidate) -> _Line | None:
    """A sentence after the name and the day of whoever said it."""
    passage = row.found.passage
    line = _supported(row.found, row.piece, row.piece.text, False)
    if not _who(passage):
        return line
    day = f"（{japanese_date(passage.date)}）" if passage.date else ""
    return replace(line, text=f"{_who(passage)}{day}：{line.text}") if line else None


def _unrepeated(lines: Sequence[_Line]) -> list[_Line]:
    """Lines with what is put in front of them (who speaks, as of when) only where that changes."""
    kept: list[_Line] = []
    before = ""
    for one in lines:
        label = one.text.partition("：")[0]
        kept.append(replace(one, text=one.text.removeprefix(f"{label}：")) if label == before else one)
        before = label
    return kept


def _brief(question: str, shape: Shape, rows: Sequence[Candidate], tagger: Tagger | None) -> list[_Line]:
    """A newsletter line: cuts of the whole reply to an open question, else the sentence that answers, shortened."""
    fitting = _fitting(shape, rows)
    best = fitting[0]
    if shape.asked in (Asked.OPEN, Asked.YES_NO) or _MATTER_OF_VIEW.search(question):
        best = _reply(question, fitting, rows)
        talk = [(found, _dated(piece, found)) for found, piece in best.stretch.sentences if quotable(piece)]

        def holds(cut: Cut) -> bool:
            return _supported(*talk[cut.piece], cut.text, False) is not None

        cuts = line(matter(question), [piece for _, piece in talk], tagger=tagger, holds=holds)
        lines = [_supported(*talk[cut.piece], cut.text, False) for cut in cuts]
        if any(lines):
            return [one for one in lines if one is not None]
    text = _on_its_own(best, None)
    short = shorten(text, needed_words(shape, text))
    only = _supported(best.found, best.piece, short, False) or _supported(best.found, best.piece, text, False)
    return [only] if only else []


def _reply(question: str, fitting: Sequence[Candidate], rows: Sequence[Candidate]) -> Candidate:
    """The best-ranked reply to an open question: any sentence of the right one is an answer.

    A reply that is tied to a member's question needs no particular word of the topic in it, and goes before
    what a member says in a debate, unless the question names that member. What a person says who is named
    as answering goes before all else.
    """
    tied = [row for row in rows if row.found.asked and row.fits and row.about >= _TIED]
    named = speakers(question)
    able = [*fitting, *tied]
    replies = [row for row in able if not _by_member(row.found.passage, named)] or able
    wanted = [r for r in replies if r.about >= _TIED and any(name in _who(r.found.passage) for name in named)]
    return min(wanted or replies, key=lambda row: row.stretch.rank)


def _by_member(passage: Passage, named: Sequence[str]) -> bool:
    """Whether a member speaks whom the question does not name."""
    member = speaker_class(_who(passage), passage.role) is SpeakerClass.MEMBER
    return member and not any(name in passage.speaker for name in named)


def _dated(piece: Piece, found: Retrieved) -> Piece:
    """The sentence with its fiscal years as newsletters write them."""
    day = found.passage.date
    return replace(piece, text=years(piece.text, day)) if day else piece


def _refused(refusal: Refusal, found: Sequence[Retrieved]) -> Answer:
    return Answer(refusal=refusal, passages=tuple(found))


def _fitting(shape: Shape, rows: Sequence[Candidate]) -> list[Candidate]:
    """The candidates that have what the question needs; all of them where it needs nothing special."""
    fitting = [row for row in rows if row.fits and row.anchored]
    if wants_figure(shape):  # a figure beside a word of the topic goes before one that only stands near it
        near = [row for row in fitting if row.said > 0 and row.score >= fitting[0].score - _NEARLY]
        fitting = [*near, *(row for row in fitting if row not in near)]
    return fitting or list(rows)


def _choose(shape: Shape, rows: Sequence[Candidate]) -> list[Candidate]:
    """The sentences of a full answer in the order shown."""
    fitting = _as_asked(shape, _fitting(shape, rows))
    best = fitting[0]
    others = [] if shape.asked in _TIMELESS else _other_days(best, fitting)
    if others:
        return sorted([best, *others][:MAX_SENTENCES], key=_newest_first)
    details = _details(shape, best, rows)
    if _PARTS.match(best.piece.text) and details and details[0].piece.order + 1 == best.piece.order:
        return [details[0], best, *details[1:]]
    return [best, *details]


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
        if any(_alike(row, other) for other in [best, *chosen]) or (strict and not row.fits):
            continue
        parts = _PARTS.match(best.piece.text) or _PARTS.match(row.piece.text)
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


def _alike(left: Candidate, right: Candidate) -> bool:
    return _overlap(left, right) >= _SAME


def _overlap(left: Candidate, right: Candidate) -> float:
    union = left.words | right.words
    return len(left.words & right.words) / len(union) if union else 1.0


def _supported(found: Retrieved, piece: Piece, text: str, dated: bool) -> _Line | None:
    """The sentence as shown, or None where its passage does not support it."""
    passage = found.passage
    if passage.date:
        text = resolve_relative(text, passage.date)
    if not check(text, [passage.text], said_on=passage.date).supported:
        return None
    text = text if text.endswith(("。", "」", "？", "！")) else f"{text}。"
    if dated and passage.date:
        text = f"{japanese_date(passage.date)}：{text}"
    return _Line(text, found, piece.start, piece.end)


def _answer(lines: Sequence[_Line], found: Sequence[Retrieved]) -> Answer:
    citations = tuple(
        Citation(n, line.found.passage, line.start, line.end) for n, line in enumerate(lines, 1)
    )
    sentences = tuple(Sentence(line.text, (n,)) for n, line in enumerate(lines, 1))
    audience = audience_of(line.found.passage.compartment for line in lines)
    return Answer(sentences, citations, audience=audience, passages=tuple(found))
