"""Tie each answer to the question it answers, inside one exchange.

An exchange is a member's speech and the executive answers up to the next member with questions. Both sides are cut
into points (`ingest.segments`); then each answerer's points are matched to the asked points by what they are about,
by who was asked, and by order: an executive answers in the order in which the member asked.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from corpus.model import Document, Role, Span, Thread
from ingest.segments import Segment, asking_lines, frames, paragraphs, segments

__all__ = ["Segment", "segments", "thread"]

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
Matrix = NDArray[np.float64]
Terms = dict[str, float]


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
    skip: float = 0.02  # cost of each asked point passed over
    rest: float = 0.5  # confidence factor of a question that no answer names, tied to its neighbour's
    floor: float = 0.0  # threads below this confidence are dropped


@dataclass(frozen=True, slots=True)
class _Point:
    """One asked or answered point: its span, the phrase that names it, the texts compared."""

    span: Span
    topic: str
    text: str
    request: str = ""


@dataclass(slots=True)
class Exchange:
    """What one member asked and what each answerer said to it, in the order of speech."""

    asked: list[_Point] = field(default_factory=list)
    answered: list[tuple[str, list[_Point]]] = field(default_factory=list)


def thread(document: Document, *, embed: Embed | None = None, weights: Weights = Weights()) -> list[Thread]:
    """The threads of a document, in text order of the questions.

    Each answered point is tied to one asked point; an asked point that no answer names is tied to the answer of its
    neighbour with lower confidence. Same document and embedder, same threads.

    Args:
        document: utterances with roles; only QUESTION and ANSWER are looked at.
        embed: texts -> float32 array of shape (n_texts, dim), rows L2-normalised, in input order.
        weights: how much each kind of evidence counts.
    """
    idf = _inverse_frequencies(document)
    return [found for exchange in exchanges(document) for found in _threads_of(exchange, idf, embed, weights)]


def exchanges(document: Document) -> list[Exchange]:
    """The exchanges of a document that hold both a question and an answer, in text order."""
    found: list[Exchange] = []
    current = Exchange()
    for number, segment in enumerate_turns(document):
        utterance = document.utterances[number]
        if utterance.role is Role.QUESTION:
            if current.answered:
                found.append(current)
                current = Exchange()
            current.asked += _asked(document, segment)
        elif utterance.role is Role.ANSWER and current.asked:
            points = _answered(document, segment)
            who = utterance.post or utterance.speaker
            if points and current.answered and current.answered[-1][0] == who:
                current.answered[-1][1].extend(points)
            elif points:
                current.answered.append((who, points))
        elif utterance.role is Role.EXPLANATION or (
            utterance.role is Role.CHAIR and _ends(document, segment)
        ):
            found.append(current)
            current = Exchange()
    found.append(current)
    return [exchange for exchange in found if exchange.asked and exchange.answered]


def enumerate_turns(document: Document) -> Iterator[tuple[int, list[Segment]]]:
    """Each utterance's position with its segments."""
    grouped: dict[int, list[Segment]] = {}
    for segment in segments(document):
        grouped.setdefault(segment.utterance, []).append(segment)
    yield from grouped.items()


_AGENDA = re.compile(
    r"(?:質問|質疑|発言)(?:は|を)(?:全て)?終(?:わ|了|結)|議題といたします|日程第|採決|これより.{0,12}(?:討論|質疑|説明)|散会|閉会"
)


def _ends(document: Document, segment: list[Segment]) -> bool:
    return bool(_AGENDA.search(document.text[segment[0].span.start : segment[-1].span.end]))


def _asked(document: Document, parts: list[Segment]) -> list[_Point]:
    points = []
    for part in parts:
        lines = paragraphs(document.text, part.span)
        asking = asking_lines(lines)
        request = "\n".join(line.text for line, does in zip(lines, asking, strict=True) if does)
        if request:
            points.append(
                _Point(part.span, part.topic, document.text[part.span.start : part.span.end], request)
            )
    if not points:
        span = Span(parts[0].span.start, parts[-1].span.end)
        text = document.text[span.start : span.end]
        points.append(_Point(span, parts[-1].topic, text, text))
    return points


def _answered(document: Document, parts: list[Segment]) -> list[_Point]:
    points = []
    for part in parts:
        lines = [line for line in paragraphs(document.text, part.span) if not frames(line.text)]
        if lines:
            text = "\n".join(line.text for line in lines)
            points.append(_Point(part.span, part.topic or lines[0].text[:60], text))
    return points


_RUN = re.compile(r"[\u4e00-\u9fff々〇]+|[ァ-ヴー]+|[A-Za-zＡ-Ｚａ-ｚ0-9０-９]+")


def _terms(text: str) -> Counter[str]:
    """Characters, pairs and whole runs of one script, hiragana left out."""
    found: Counter[str] = Counter()
    for run in _RUN.findall(text):
        found.update(run[i : i + 2] for i in range(len(run) - 1))
        if len(run) != 2:
            found[run] += 1
    return found


def _inverse_frequencies(document: Document) -> Terms:
    """Term -> log inverse share of the segments that hold it."""
    texts = [
        document.text[s.span.start : s.span.end]
        for s in segments(document)
        if s.role in (Role.QUESTION, Role.ANSWER)
    ]
    frequency: Counter[str] = Counter()
    for text in texts:
        frequency.update(set(_terms(text)))
    return {term: math.log(1 + len(texts) / (count + 0.5)) for term, count in frequency.items()}


def _threads_of(exchange: Exchange, idf: Terms, embed: Embed | None, weights: Weights) -> list[Thread]:
    answers = [point for _, points in exchange.answered for point in points]
    odds = affinity(exchange, answers, idf, embed, weights)
    found = assign(odds, [len(points) for _, points in exchange.answered], weights)
    return [
        Thread(exchange.asked[question].span, answers[answer].span, confidence)
        for (question, answer), confidence in sorted(found.items())
        if confidence >= weights.floor
    ]


def affinity(
    exchange: Exchange, answers: list[_Point], idf: Terms, embed: Embed | None, weights: Weights
) -> Matrix:
    """How well each answered point fits each asked one: log odds, shape (n_answers, n_asked)."""
    asked = exchange.asked
    whole = [point.topic + "\n" + point.text for point in asked]
    request = [point.topic + "\n" + point.request for point in asked]
    topics = [point.topic for point in answers]
    bodies = [point.text for point in answers]
    vocabulary: dict[str, int] = {}
    rows = [
        [_weighted(text, idf, vocabulary) for text in texts] for texts in (whole, request, topics, bodies)
    ]
    q, r, t, b = (_dense(row, len(vocabulary)) for row in rows)
    holds, demands = (q > 0).astype(float), (r > 0).astype(float)
    share = t / np.maximum(t.sum(axis=1, keepdims=True), 1e-9)
    odds = weights.topic * (share @ holds.T) + weights.request * (share @ demands.T)
    odds = odds + weights.body * (_unit(b) @ _unit(q).T) + weights.demand * (_unit(b) @ _unit(r).T)
    if embed is not None:
        odds = odds + weights.vectors * (
            embed(bodies).astype(np.float64) @ embed(request).astype(np.float64).T
        )
    return np.asarray(odds + weights.address * _addressed(exchange))


def _weighted(text: str, idf: Terms, vocabulary: dict[str, int]) -> dict[int, float]:
    return {
        vocabulary.setdefault(term, len(vocabulary)): (1 + math.log(count)) * idf.get(term, 1.0)
        for term, count in _terms(text).items()
    }


def _dense(rows: list[dict[int, float]], width: int) -> Matrix:
    matrix = np.zeros((len(rows), width))
    for number, row in enumerate(rows):
        matrix[number, list(row.keys())] = list(row.values())
    return matrix


def _unit(matrix: Matrix) -> Matrix:
    return np.asarray(matrix / np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-9))


def _addressed(exchange: Exchange) -> Matrix:
    """1 where the asking paragraph names the answerer, -1 where it names only others who answer, 0 elsewhere."""
    posts = [who for who, _ in exchange.answered]
    named = np.array(
        [[_names(point.request, post) for point in exchange.asked] for post in posts], dtype=float
    )
    signs = np.where(named > 0, 1.0, np.where(named.any(axis=0), -1.0, 0.0))
    return np.repeat(signs, [len(points) for _, points in exchange.answered], axis=0)


def _names(request: str, post: str) -> bool:
    return bool(post) and re.search(rf"(?<!副){re.escape(post)}", request) is not None


def assign(odds: Matrix, sizes: Sequence[int], weights: Weights) -> dict[tuple[int, int], float]:
    """(asked point, answered point) -> confidence: one asked point for each answered one, then the asked points left.

    Competition enters through a softmax over both sides, order through the best path of each answerer.
    """
    likely = _softmax(odds, 1) * _softmax(odds, 0)
    score = np.log(likely + 1e-6)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    path = [j for first, after in pairwise(starts) for j in _ordered(score[first:after], weights)]
    found = {(j, i): math.sqrt(likely[i, j]) for i, j in enumerate(path)}
    taken = sorted(set(path))
    for j in range(odds.shape[1]):
        near = {*[k for k in taken if k < j][-1:], *[k for k in taken if k > j][:1]}
        if j not in taken:
            i = max((i for i, k in enumerate(path) if k in near), key=lambda i: odds[i, j])
            found[j, i] = weights.rest * math.sqrt(likely[i, j])
    return {pair: min(1.0, max(0.01, value)) for pair, value in found.items()}


def _softmax(matrix: Matrix, axis: int) -> Matrix:
    raised = np.exp(matrix - matrix.max(axis=axis, keepdims=True))
    return np.asarray(raised / raised.sum(axis=axis, keepdims=True))


def _ordered(score: Matrix, weights: Weights) -> list[int]:
    """The best asked point for each answered one, going back and standing still at a cost."""
    here = np.arange(score.shape[1])
    ahead = here[None, :] - here[:, None]
    step = np.where(
        ahead > 0, -weights.skip * (ahead - 1), np.where(ahead == 0, -weights.again, -weights.back)
    )
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
