"""Tie each answer to the question it answers, inside one exchange.

An exchange is a member's speech and the executive answers up to the next member with questions. Both sides are cut
into points (`ingest.segments`); then each answerer's points are matched to the asked points by what they are about,
by who was asked, and by order: an executive answers in the order in which the member asked.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

import numpy as np
from numpy.typing import NDArray

from corpus.model import Document, Role, Span, Thread
from ingest.segments import Segment, asking_lines, frames, paragraphs, segments

__all__ = ["Segment", "segments", "thread"]

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
Matrix = NDArray[np.float64]
Terms = dict[str, float]

_SPOKEN = (Role.QUESTION, Role.ANSWER)
_RUN = re.compile(r"[\u4e00-\u9fff々〇]+|[ァ-ヴー]+|[A-Za-zＡ-Ｚａ-ｚ0-9０-９]+")
_AGENDA = re.compile(
    r"(?:質問|質疑|発言)(?:は|を)(?:全て)?終(?:わ|了|結)|議題といたします|日程第|採決|これより.{0,12}(?:討論|質疑|説明)|散会|閉会"
)
_UNNAMED_CHARS = 60
_LEAST = 0.01


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts how much when a point of an answer is matched to a point of a question (log odds)."""

    topic: float = 3.0  # share of the answer's topic phrase found in the whole asked point
    request: float = 3.0  # the same in its asking paragraphs and announced topic
    body: float = 6.0  # cosine of the whole texts
    demand: float = 6.0  # cosine of the answer with the asking paragraphs
    vectors: float = 10.0  # cosine of embeddings, where an embedder is given
    address: float = 1.0  # the asking paragraph names this answerer (minus: another one)
    back: float = 3.0  # cost of answering an earlier point after a later one
    again: float = 2.0  # cost of answering one point twice in a row
    rest: float = (
        0.5  # confidence factor of an asked point that no answer names, tied to its likeliest answer
    )
    floor: float = 0.05  # such ties below this confidence are dropped


@dataclass(frozen=True, slots=True)
class Point:
    """One asked or answered point: its span, the phrase that names it, its text and, if asked, its asking paragraphs."""

    span: Span
    topic: str
    text: str
    request: str = ""


@dataclass(slots=True)
class Exchange:
    """What one member asked and what each answerer (post, or name without one) said to it, in the order of speech."""

    speaker: str = ""
    asked: list[Point] = field(default_factory=list)
    answered: list[tuple[str, list[Point]]] = field(default_factory=list)


def thread(document: Document, *, embed: Embed | None = None, weights: Weights | None = None) -> list[Thread]:
    """The threads of a document, in text order of the questions.

    Each answered point is tied to one asked point; an asked point that no answer names is tied to its likeliest answer
    with lower confidence. Same document and embedder, same threads.

    Args:
        document: utterances with roles; questions and answers are tied, agenda and reports end an exchange.
        embed: texts -> float32 array of shape (n_texts, dim), rows L2-normalised, in input order.
        weights: how much each kind of evidence counts.
    """
    weights = weights or Weights()
    parts = segments(document)
    rarity = _rarity(document.text[part.span.start : part.span.end] for part in parts if part.role in _SPOKEN)
    found = [_threads_of(exchange, rarity, embed, weights) for exchange in exchanges(document, parts)]
    return [one for threads in found for one in threads]


def exchanges(document: Document, parts: Iterable[Segment]) -> list[Exchange]:
    """The exchanges of a document that hold both a question and an answer, in text order.

    An exchange begins with a question after an answer, with a question of another speaker, and after a report or a
    turn of the agenda.
    """
    found = [Exchange()]
    for number, group in groupby(parts, key=lambda part: part.utterance):
        utterance, own = document.utterances[number], list(group)
        who = utterance.post or utterance.speaker
        if utterance.role is Role.QUESTION:
            if found[-1].answered or found[-1].speaker != who:
                found.append(Exchange(who))
            found[-1].asked += _asked(document.text, own)
        elif utterance.role is Role.ANSWER:
            points = _answered(document.text, own)
            if points and found[-1].answered and found[-1].answered[-1][0] == who:
                found[-1].answered[-1][1].extend(points)
            elif points:
                found[-1].answered.append((who, points))
        elif utterance.role is Role.EXPLANATION or _AGENDA.search(
            document.text, utterance.start, utterance.end
        ):
            found.append(Exchange())
    return [exchange for exchange in found if exchange.asked and exchange.answered]


def _asked(text: str, parts: Sequence[Segment]) -> list[Point]:
    """The points that ask; the whole speech as one where none of them seems to."""
    points = []
    for part in parts:
        lines = paragraphs(text, part.span)
        request = "\n".join(line.text for line, does in zip(lines, asking_lines(lines), strict=True) if does)
        if request:
            points.append(Point(part.span, part.topic, text[part.span.start : part.span.end], request))
    if points:
        return points
    span = Span(parts[0].span.start, parts[-1].span.end)
    whole = text[span.start : span.end]
    return [Point(span, parts[-1].topic, whole, whole)]


def _answered(text: str, parts: Sequence[Segment]) -> list[Point]:
    points = []
    for part in parts:
        lines = [line.text for line in paragraphs(text, part.span) if not frames(line.text)]
        if lines:
            points.append(Point(part.span, part.topic or lines[0][:_UNNAMED_CHARS], "\n".join(lines)))
    return points


def _threads_of(exchange: Exchange, rarity: Terms, embed: Embed | None, weights: Weights) -> list[Thread]:
    answers = [point for _, points in exchange.answered for point in points]
    odds = affinity(exchange, rarity, embed, weights)
    ties = tie(odds, [len(points) for _, points in exchange.answered], weights)
    return [
        Thread(exchange.asked[question].span, answers[answer].span, confidence)
        for (question, answer), confidence in sorted(ties.items())
    ]


# How well points fit


def affinity(exchange: Exchange, rarity: Terms, embed: Embed | None, weights: Weights) -> Matrix:
    """How well each answered point fits each asked one: log odds, shape (n_answers, n_asked)."""
    answers = [point for _, points in exchange.answered for point in points]
    whole = [point.topic + "\n" + point.text for point in exchange.asked]
    request = [point.topic + "\n" + point.request for point in exchange.asked]
    topics, bodies = [point.topic for point in answers], [point.text for point in answers]
    vocabulary = {term: number for number, term in enumerate(dict.fromkeys(_terms("\n".join(whole))))}
    q, r, t, b = (_vectors(texts, vocabulary, rarity) for texts in (whole, request, topics, bodies))
    odds = weights.topic * (_shares(t) @ (q.rows > 0).T) + weights.request * (_shares(t) @ (r.rows > 0).T)
    odds += weights.body * _cosines(b, q) + weights.demand * _cosines(b, r)
    if embed is not None:
        odds += weights.vectors * (embed(bodies).astype(np.float64) @ embed(request).astype(np.float64).T)
    return np.asarray(odds + weights.address * _addressed(exchange))


@dataclass(frozen=True, slots=True)
class _Vectors:
    """Weighted terms of texts: those of a vocabulary as rows, and the sum and norm over all terms of each text."""

    rows: Matrix
    sums: Matrix
    norms: Matrix


def _vectors(texts: Sequence[str], vocabulary: dict[str, int], rarity: Terms) -> _Vectors:
    rows = np.zeros((len(texts), len(vocabulary)))
    sums, norms = np.full(len(texts), 1e-9), np.full(len(texts), 1e-9)
    for number, text in enumerate(texts):
        counts = _terms(text)
        values = np.array([(1 + math.log(count)) * rarity.get(term, 1.0) for term, count in counts.items()])
        places = np.array([vocabulary.get(term, -1) for term in counts], dtype=int)
        rows[number, places[places >= 0]] = values[places >= 0]
        sums[number] += values.sum()
        norms[number] += math.sqrt(float(values @ values))
    return _Vectors(rows, sums, norms)


def _shares(vectors: _Vectors) -> Matrix:
    return np.asarray(vectors.rows / vectors.sums[:, None])


def _cosines(first: _Vectors, second: _Vectors) -> Matrix:
    return np.asarray(first.rows @ second.rows.T / np.outer(first.norms, second.norms))


def _terms(text: str) -> Counter[str]:
    """Pairs of neighbouring characters and whole runs of one script; hiragana is left out."""
    found: Counter[str] = Counter()
    for run in _RUN.findall(text):
        found.update(run[i : i + 2] for i in range(len(run) - 1))
        if len(run) != 2:
            found[run] += 1
    return found


def _rarity(texts: Iterable[str]) -> Terms:
    """Term -> log inverse share of the texts that hold it."""
    frequency: Counter[str] = Counter()
    total = 0
    for text in texts:
        frequency.update(_terms(text).keys())
        total += 1
    return {term: math.log(1 + total / (count + 0.5)) for term, count in frequency.items()}


def _addressed(exchange: Exchange) -> Matrix:
    """1 where the asking paragraph names the answerer, -1 where it names only others who answer, 0 elsewhere."""
    named = np.array(
        [[_names(point.request, who) for point in exchange.asked] for who, _ in exchange.answered]
    )
    signs = np.where(named, 1.0, np.where(named.any(axis=0), -1.0, 0.0))
    return np.repeat(signs, [len(points) for _, points in exchange.answered], axis=0)


def _names(request: str, post: str) -> bool:
    return bool(post) and re.search(rf"(?<!副){re.escape(post)}", request) is not None


# Who answers what


def tie(odds: Matrix, sizes: Sequence[int], weights: Weights) -> dict[tuple[int, int], float]:
    """(asked point, answered point) -> confidence in (0, 1].

    Points of one answer compete for a question and questions for an answer (softmax over both sides); within one
    answerer the order of the questions is kept (best path; its chances by forward-backward).

    Args:
        odds: shape (n_answers, n_asked), log odds.
        sizes: number of points of each answerer, in the order of the rows.
        weights: costs of leaving the order, and what to do with questions left over.
    """
    score = np.log(_softmax(odds, 1)) + np.log(_softmax(odds, 0))
    borders = [0, *np.cumsum(sizes).tolist()]
    step = _steps(odds.shape[1], weights)
    path = [j for first, after in pairwise(borders) for j in _best_path(score[first:after], step)]
    chance = np.vstack([_chances(score[first:after], step) for first, after in pairwise(borders)])
    answered = chance / np.maximum(chance.sum(axis=0), 1e-9)
    found = {(j, i): float(np.sqrt(chance[i, j] * answered[i, j])) for i, j in enumerate(path)}
    for j in set(range(odds.shape[1])) - set(path):
        i = int(chance[:, j].argmax())
        confidence = weights.rest * float(np.sqrt(chance[i, j] * answered[i, j]))
        if confidence >= weights.floor:
            found[j, i] = confidence
    return {pair: min(1.0, max(_LEAST, confidence)) for pair, confidence in found.items()}


def _softmax(matrix: Matrix, axis: int) -> Matrix:
    raised = np.exp(matrix - matrix.max(axis=axis, keepdims=True))
    return np.asarray(np.maximum(raised / raised.sum(axis=axis, keepdims=True), 1e-9))


def _steps(n_asked: int, weights: Weights) -> Matrix:
    """Log weight of answering asked point j (column) after i (row)."""
    here = np.arange(n_asked)
    ahead = here[None, :] - here[:, None]
    return np.where(ahead > 0, 0.0, np.where(ahead == 0, -weights.again, -weights.back))


def _best_path(score: Matrix, step: Matrix) -> list[int]:
    """The best asked point for each answered one (Viterbi); the first of equals."""
    best = score[0]
    origins: list[NDArray[np.intp]] = []
    for row in score[1:]:
        reached = best[:, None] + step
        origins.append(reached.argmax(axis=0))
        best = reached.max(axis=0) + row
    path = [int(best.argmax())]
    for origin in reversed(origins):
        path.append(int(origin[path[-1]]))
    return path[::-1]


def _chances(score: Matrix, step: Matrix) -> Matrix:
    """The chance of each asked point for each answered one over all paths; rows sum to 1."""
    forward, backward = [score[0]], [np.zeros(score.shape[1])]
    for row in score[1:]:
        forward.append(row + _log_sum(forward[-1][:, None] + step, 0))
    for row in score[:0:-1]:
        backward.append(_log_sum(step + (row + backward[-1])[None, :], 1))
    return _softmax(np.array(forward) + np.array(backward[::-1]), 1)


def _log_sum(matrix: Matrix, axis: int) -> Matrix:
    top = matrix.max(axis=axis, keepdims=True)
    return np.asarray(np.log(np.exp(matrix - top).sum(axis=axis)) + top.squeeze(axis))
