"""Tie each answer to the question it answers, inside one exchange.

An exchange is a member's speech and the executive answers up to the next member with questions. Both sides are cut
into points (`ingest.dialogue`); then each answerer's points are matched to the asked points by what they are about,
by who was asked, and by order: an executive answers in the order in which the member asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import groupby, islice, pairwise
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from corpus.model import Document, Role, Thread
from ingest.dialogue.affinity import Embed, Evidence, Matrix, affinity, rarities
from ingest.dialogue.exchange import Exchange, Point, exchanges, joined
from ingest.dialogue.segments import Segment, segments
from ingest.dialogue.tying import Order, best_path, tie

__all__ = ["Embed", "Evidence", "Order", "Segment", "segments", "thread"]

_SPOKEN = (Role.QUESTION, Role.ANSWER)
_TURN_ODDS = 3.0


def thread(
    document: Document,
    *,
    embed: Embed | None = None,
    evidence: Evidence | None = None,
    order: Order | None = None,
) -> list[Thread]:
    """The threads of a document, in text order of the questions.

    Each answered point is tied to one asked point; an asked point that no answer took is tied to its likeliest answer
    with lower confidence, or to none. Same document and embedder, same threads.

    Args:
        document: utterances with roles; questions and answers are tied, reports and turns of the agenda end an exchange.
        embed: texts -> float32 array of shape (n_texts, dim), rows L2-normalised, in input order.
        evidence: how much each kind of evidence counts.
        order: what leaving the order of the questions costs.
    """
    parts = segments(document)
    rarity = rarities(
        document.text[part.span.start : part.span.end] for part in parts if part.role in _SPOKEN
    )
    found: list[Thread] = []
    for exchange in exchanges(document, parts):
        found += _threads_of(exchange, rarity, evidence or Evidence(), order or Order(), embed)
    return found


def _threads_of(
    exchange: Exchange, rarity: Mapping[str, float], evidence: Evidence, order: Order, embed: Embed | None
) -> list[Thread]:
    exchange = _turned(exchange, rarity, evidence, order)
    ties = tie(affinity(exchange, rarity, evidence, embed), exchange.sizes, order)
    answers = exchange.answers
    return [
        Thread(exchange.asked[question].span, answers[answer].span, confidence)
        for (question, answer), confidence in sorted(ties.items())
    ]


def _turned(exchange: Exchange, rarity: Mapping[str, float], evidence: Evidence, order: Order) -> Exchange:
    """The exchange with answered points cut where a piece fits a question that no answer took.

    Only questions between the one taken by the whole point and the one taken by the answerer's next point count.
    """
    pieces = [
        (who, [piece for point in points for piece in point.pieces]) for who, points in exchange.answered
    ]
    cut, n_asked = replace(exchange, answered=pieces), len(exchange.asked)
    if len(cut.answers) == len(exchange.answers) or n_asked == 1:
        return exchange
    path = best_path(affinity(exchange, rarity, evidence), exchange.sizes, order)
    free = np.array([question not in path for question in range(n_asked)])
    rows, taken = iter(affinity(cut, rarity, evidence)), iter(path)
    answered = []
    for who, points in exchange.answered:
        own = [*islice(taken, len(points)), n_asked]
        split = [
            _split(point, np.array([*islice(rows, len(point.pieces))]), span, free)
            for point, span in zip(points, pairwise(own), strict=True)
        ]
        answered.append((who, [part for parts in split for part in parts]))
    return replace(exchange, answered=answered)


def _split(point: Point, odds: Matrix, span: tuple[int, int], free: NDArray[np.bool_]) -> list[Point]:
    """A point cut before each piece that fits a free question inside the span much better than the question taken.

    Args:
        odds: of each piece of the point (rows) against each asked point, log odds.
        span: the question taken by the point, and the one taken by the next point.
        free: for each asked point, whether no answer took it.
    """
    taken, limit = span
    best = np.where(free, odds, -np.inf)[:, taken + 1 : limit].max(axis=1, initial=-np.inf)
    turns = best - odds[:, taken] >= _TURN_ODDS
    turns[0] = False
    numbered = zip(np.cumsum(turns), point.pieces, strict=True)
    return [joined([piece for _, piece in part]) for _, part in groupby(numbered, key=itemgetter(0))]
