"""Find the passages that answer a question: words and vectors, fused, then followed along threads.

A member's question resembles what a person types more than the answer to it does. So a passage is scored
by what speaks for it, plus a share of what speaks for the question that it answers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from numpy.typing import NDArray

from corpus.embedding import Embedder
from corpus.index.protocol import CHANNELS, Candidates, Ids, Probe, Restriction
from corpus.index.terms import bigram_weights, token_weights
from corpus.model import Role
from corpus.reading import Reader
from rag.answer import Retrieved
from rag.clock import Clock
from rag.question import Question

_ROLES = list(Role)
POOL = 200
"""Passages taken from each channel before fusing."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each kind of evidence counts; see docs/decisions/0003-fusing.md for how they were found.

    Attributes:
        tokens, bigrams, header, dense: of the channels, each scaled to [0, 1].
        asked: share of the score of the question that a passage answers.
        alone: a passage whose question is not known, or matches less, counts as asked so much of its own match:
            plans and manuals answer nobody in particular and must not fall behind for it.
        question, chair: factors on the score of a passage that itself asks, or only leads the meeting.
        floor: the cosine that counts as no resemblance at all (a property of the embedding model).
    """

    tokens: float = 1.0
    bigrams: float = 1.0
    header: float = 0.1
    dense: float = 1.2
    asked: float = 1.0
    alone: float = 0.8
    question: float = 0.6
    chair: float = 0.7
    floor: float = 0.77


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidates with their scores. `own`: without what speaks for their questions; float64, (n,), no unit."""

    candidates: Candidates
    own: NDArray[np.float64]
    scores: NDArray[np.float64]

    def best(self) -> list[int]:
        """Positions of the candidates that may be results, best first; equal scores by passage id."""
        order = np.lexsort((np.arange(len(self.scores)), -self.scores))
        return [int(i) for i in order if self.candidates.eligible[i]]

    def asked(self, position: int) -> list[int]:
        """The questions that a candidate answers, best first."""
        links = self.candidates.links
        return self._ordered(links[links[:, 1] == position, 0])

    def answers(self, position: int) -> list[int]:
        """The answers to a candidate, best first."""
        links = self.candidates.links
        return self._ordered(links[links[:, 0] == position, 1])

    def _ordered(self, positions: NDArray[np.int32]) -> list[int]:
        return sorted((int(i) for i in positions), key=lambda i: (-self.own[i], i))


class Retriever:
    """Retrieves for one `Reader` at a time; holds the model, never any text."""

    def __init__(self, embedder: Embedder, weights: Weights = Weights()) -> None:
        self._embedder = embedder
        self._weights = weights

    def retrieve(
        self,
        question: Question,
        reader: Reader,
        *,
        top_k: int,
        restriction: Restriction | None = None,
        clock: Clock | None = None,
    ) -> list[Retrieved]:
        """At most `top_k` passages that the reader may see, best first; equal scores by passage id."""
        clock = clock or Clock()
        ranking = self.rank(question, reader, restriction=restriction, clock=clock)
        with clock.stage("fetch"):
            best = ranking.best()[: top_k * 2]  # some may have gone since the index was published
            return fetch(ranking, best, reader)[:top_k]

    def rank(
        self,
        question: Question,
        reader: Reader,
        *,
        restriction: Restriction | None = None,
        ids: Ids | None = None,
        clock: Clock | None = None,
    ) -> Ranking:
        """The passages worth ranking for `question`, or just the passages `ids` (ascending), ranked."""
        clock = clock or Clock()
        with clock.stage("embed"):
            vector = self._embedder.embed_query(question.matter)
        with clock.stage("search"):
            probe = _probe(question, vector)
            candidates = (
                reader.candidates(probe, pool=POOL, restriction=restriction)
                if ids is None
                else reader.evidence(probe, ids)
            )
        with clock.stage("fuse"):
            return fuse(candidates, self._weights)

    def tied(self, reader: Reader, ids: Ids) -> Ranking:
        """Just the passages `ids` (ascending) with those tied to them by threads, not ranked."""
        return fuse(reader.evidence(Probe(), ids), self._weights)


def _probe(question: Question, vector: NDArray[np.float32]) -> Probe:
    """What the index is asked for. Speakers that the question names count more in the header."""
    words = token_weights(question.matter)
    named = token_weights(" ".join(question.conditions.speakers))
    header = {key: words.get(key, 0.0) + 2 * named.get(key, 0.0) for key in {*words, *named}}
    return Probe(words, bigram_weights(question.matter), header, vector)


def fetch(
    ranking: Ranking, positions: Sequence[int], reader: Reader, *, first: int = 1, answers: bool = False
) -> list[Retrieved]:
    """The passages at some positions of a ranking with their text, as the reader may see it now; others are left out.

    Args:
        first: the rank of the first of them.
        answers: whether to bring the answers to those that ask.
    """
    ids = ranking.candidates.ids
    asked = {i: ranking.asked(i) for i in positions}
    given = {i: ranking.answers(i) if answers else [] for i in positions}
    tied = {*(j for some in asked.values() for j in some), *(j for some in given.values() for j in some)}
    passages = reader.passages([ids[i] for i in dict.fromkeys([*positions, *sorted(tied)])])
    held = [i for i in positions if ids[i] in passages]
    return [
        Retrieved(
            passages[ids[i]],
            rank,
            float(ranking.scores[i]),
            tuple(passages[ids[j]] for j in asked[i] if ids[j] in passages),
            tuple(passages[ids[j]] for j in given[i] if ids[j] in passages),
        )
        for rank, i in enumerate(held, first)
    ]


def fuse(candidates: Candidates, weights: Weights) -> Ranking:
    """Every candidate with what speaks for it, and for the question that it answers."""
    own = own_scores(candidates, weights)
    scores = own * _role_factors(candidates, weights)
    asks = np.isin(candidates.roles, [_ROLES.index(Role.QUESTION), _ROLES.index(Role.CHAIR)])
    gained = np.where(asks, 0.0, weights.alone * scores)
    questions, answers = candidates.links[:, 0], candidates.links[:, 1]
    np.maximum.at(gained, answers, candidates.confidence * own[questions])
    return Ranking(candidates, own, scores + weights.asked * gained)


def own_scores(candidates: Candidates, weights: Weights) -> NDArray[np.float64]:
    """Weighted sum of the channels, each scaled by what a full match would score."""
    share = np.array([getattr(weights, name) for name in CHANNELS])
    ceilings = np.where(candidates.ceilings > 0, candidates.ceilings, 1).astype(np.float64)
    scaled = candidates.evidence / ceilings
    dense = CHANNELS.index("dense")
    scaled[:, dense] = np.clip((scaled[:, dense] - weights.floor) / (1 - weights.floor), 0, 1)
    return np.asarray((scaled * share).sum(axis=1))


def _role_factors(candidates: Candidates, weights: Weights) -> NDArray[np.float64]:
    factor = np.ones(len(_ROLES))
    factor[_ROLES.index(Role.QUESTION)] = weights.question
    factor[_ROLES.index(Role.CHAIR)] = weights.chair
    return factor[candidates.roles]


class LangChainRetriever(BaseRetriever):
    """The same retrieval for LangChain programs: documents, best first, with where they are from as metadata.

    `retrieve` decides as whom it is done; see docs/endpoint.md for one that asks the engine, which keeps the
    record of what was shown. `audience` of a document tells who may read it: pass nothing on to others.
    """

    retrieve: Callable[[str], Sequence[Retrieved]]

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[LangChainDocument]:
        return [
            LangChainDocument(
                id=found.passage.id,
                page_content=found.passage.text,
                metadata={
                    "title": found.passage.title,
                    "meeting": found.passage.meeting,
                    "date": found.passage.date.isoformat() if found.passage.date else None,
                    "speaker": f"{found.passage.post} {found.passage.speaker}".strip(),
                    "audience": found.passage.compartment,
                    "document_id": found.passage.document_id,
                    "start": found.passage.start,
                    "end": found.passage.end,
                    "rank": found.rank,
                },
            )
            for found in self.retrieve(query)
        ]
