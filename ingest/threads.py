"""Tie each answer to the question it answers, inside one exchange.

An exchange is a member's speech and the executive answers up to the next member with questions. Both sides are cut
into points (`ingest.dialogue`); then each answerer's points are matched to the asked points by what they are about,
by who was asked, and by order: an executive answers in the order in which the member asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import groupby

import numpy as np

from corpus.model import Document, Role, Thread
from ingest.dialogue.affinity import Embed, Evidence, affinity, rarities
from ingest.dialogue.exchange import Exchange, exchanges, joined
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
    cut = replace(
        exchange,
        answered=[
            (who, [piece for point in points for piece in point.pieces]) for who, points in exchange.answered
        ],
    )
    if len(cut.answers) == len(exchange.answers) or len(exchange.asked) == 1:
        return exchange
    path = best_path(affinity(exchange, rarity, evidence), exchange.sizes, order)
    odds = affinity(cut, rarity, evidence)
    left = np.array([question not in path for question in range(len(exchange.asked))])
    row = number = 0
    answered = []
    for who, points in exchange.answered:
        ends = [*path[number + 1 : number + len(points)], len(exchange.asked)]
        split = []
        for point, taken, end in zip(points, path[number : number + len(points)], ends, strict=True):
            own = odds[row : row + len(point.pieces)]
            gain = (
                np.where(left, own, -np.inf)[:, taken + 1 : end].max(axis=1, initial=-np.inf) - own[:, taken]
            )
            turns = np.cumsum([index > 0 and rise >= _TURN_ODDS for index, rise in enumerate(gain)])
            groups = groupby(zip(turns, point.pieces, strict=True), key=lambda pair: pair[0])
            split += [joined([piece for _, piece in group]) for _, group in groups]
            row += len(point.pieces)
        number += len(points)
        answered.append((who, split))
    return replace(exchange, answered=answered)
