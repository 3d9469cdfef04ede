"""Composes an answer from real sentences of the passages: the answer first, each sentence cited.

Nothing is written that a passage does not say. A sentence is trimmed at its ends (preambles,
connectives), relative years get their year in brackets, and answers of several days come newest
first with their dates. The same question and passages always give the same answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from corpus.calendar import resolve_relative
from corpus.disclosure import audience_of
from corpus.model import Passage
from corpus.speakers import SpeakerClass, speaker_class
from rag.answer import NOT_FOUND, Answer, Citation, Refusal, Retrieved, Sentence, Style
from rag.compose import exchange
from rag.compose.asked import Asked
from rag.compose.brief import Cut, line, shorten
from rag.compose.choice import choose, fitting_rows, voices
from rag.compose.line import Line, marked, on_its_own, spoken, supported, unrepeated, voiced
from rag.compose.members import stated
from rag.compose.needs import needed_words
from rag.compose.pieces import Piece
from rag.compose.salience import Tagger
from rag.compose.selection import Candidate, candidates, quotable
from rag.compose.shape import Shape, shape_of
from rag.compose.voice import who
from rag.compose.wording import years
from rag.opening import matter
from rag.refusal import assess_candidates, assess_question
from rag.speaking import said_by, speakers

_MATTER_OF_VIEW = re.compile(
    r"(?:意義|目的|効果|成果|課題|役割|認識|見解|所見|考え(?:方)?|方針|姿勢|メリット|利点|欠点|問題点|狙い|ねらい)と?は何(?:か|です|でしょう)"
)
"""「開催の意義とは何か」 asks for no definition: the whole reply answers it."""
_ON_THE_MATTER = 0.6
"""Share of the most words of the matter in one sentence of a speech that its other sentences must hold."""
_TIED = 0.5
"""Share of the topic that a reply must hold together with the question it is tied to."""


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
) -> list[Line]:
    """The lines of a full answer; `told` are the sentences chosen beforehand, in their order, if any."""
    if shape.asked is Asked.SPEAKER:
        return [line for row in voices(rows) if (line := spoken(row))]
    named = speakers(question)
    own = _said_by(named, rows)
    chosen = [*told] or choose(shape, own or rows)
    if named and not own:  # others' words must not pass for those of whom the question names
        return unrepeated([line for row in chosen if (line := spoken(row))])
    dated = len({row.found.passage.date for row in chosen}) > 1
    lines = [
        marked(shape, row, supported(row.found, row.piece, on_its_own(row, before), dated))
        for before, row in zip([None, *chosen], chosen, strict=False)
    ]
    return unrepeated([line for line in lines if line is not None])


def _said_by(named: Sequence[str], rows: Sequence[Candidate]) -> list[Candidate]:
    """What the persons say whom a question names as speaking; nothing where none of it fits."""
    own = [row for row in rows if any(name in who(row.found.passage) for name in named)]
    return own if any(row.fits and row.anchored and row.about >= _TIED for row in own) else []


def _brief(question: str, shape: Shape, rows: Sequence[Candidate], tagger: Tagger | None) -> list[Line]:
    """A newsletter line: cuts of the whole reply to an open question, else the sentence that answers, shortened."""
    fitting = fitting_rows(shape, rows)
    best = fitting[0]
    if shape.asked in (Asked.OPEN, Asked.YES_NO) or _MATTER_OF_VIEW.search(question):
        best = _reply(question, fitting, rows)
        talk = [(found, _dated(piece, found)) for found, piece in _on_the_matter(best, rows)]

        def holds(cut: Cut) -> bool:
            return supported(*talk[cut.piece], cut.text, False) is not None

        cuts = line(matter(question), [piece for _, piece in talk], tagger=tagger, holds=holds)
        lines = [supported(*talk[cut.piece], cut.text, False) for cut in cuts]
        if any(lines):
            return unrepeated([voiced(one) for one in lines if one is not None])
    text = on_its_own(best, None)
    short = shorten(text, needed_words(shape, text))
    only = supported(best.found, best.piece, short, False) or supported(best.found, best.piece, text, False)
    return [voiced(only)] if only else []


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
    wanted = [r for r in replies if r.about >= _TIED and any(name in who(r.found.passage) for name in named)]
    return min(wanted or replies, key=lambda row: row.stretch.rank)


def _on_the_matter(best: Candidate, rows: Sequence[Candidate]) -> list[tuple[Retrieved, Piece]]:
    """The sentences of a reply; of a speech that answers nobody only those with about as many words of the matter."""
    told = [(found, piece) for found, piece in best.stretch.sentences if quotable(piece)]
    if any(found.asked for found in best.stretch.found):
        return told
    own = {_place(row.found, row.piece): row.said for row in rows if row.stretch is best.stretch}
    least = _ON_THE_MATTER * max(own.values(), default=0.0)
    return [(found, piece) for found, piece in told if own.get(_place(found, piece), 0.0) >= least]


def _place(found: Retrieved, piece: Piece) -> tuple[str, int]:
    return found.passage.id, piece.start


def _by_member(passage: Passage, named: Sequence[str]) -> bool:
    """Whether a member speaks whom the question does not name."""
    member = speaker_class(who(passage), passage.role) is SpeakerClass.MEMBER
    return member and not any(name in passage.speaker for name in named)


def _dated(piece: Piece, found: Retrieved) -> Piece:
    """The sentence with its fiscal years as newsletters write them."""
    day = found.passage.date
    return replace(piece, text=years(piece.text, day)) if day else piece


def _refused(refusal: Refusal, found: Sequence[Retrieved]) -> Answer:
    return Answer(refusal=refusal, passages=tuple(found))


def _answer(lines: Sequence[Line], found: Sequence[Retrieved]) -> Answer:
    citations = tuple(
        Citation(n, line.found.passage, line.start, line.end) for n, line in enumerate(lines, 1)
    )
    sentences = tuple(Sentence(line.text, (n,)) for n, line in enumerate(lines, 1))
    audience = audience_of(line.found.passage.compartment for line in lines)
    return Answer(sentences, citations, audience=audience, passages=tuple(found))
