"""What was said in return to a member: found by who asked, where the words of a question do not tell the matter."""

from __future__ import annotations

from corpus.model import Role
from corpus.reading import Reader
from rag.answer import Retrieved
from rag.clock import Clock
from rag.question import Filters, Question
from rag.retrieval import Ranking, Retriever, fetch
from rag.scope import restrict

MOST = 40
"""Passages of the member's that are looked at."""


def exchanges(
    question: Question,
    filters: Filters,
    retriever: Retriever,
    reader: Reader,
    *,
    newest: bool,
    clock: Clock | None = None,
) -> list[Retrieved]:
    """The replies to what was asked by the speakers of `filters`, each with the question that it answers, best first.

    Args:
        question: what to rank the speakers' questions by.
        filters: where to look; its speakers are those who asked.
        retriever, reader: as everywhere.
        newest: whether the newest questions come first, instead of the nearest.
        clock: for the stages.
    """
    ranking = retriever.rank(question, reader, restriction=restrict(filters, reader), clock=clock)
    best = _newest(ranking) if newest else ranking.best()
    found: dict[str, Retrieved] = {}
    for one in fetch(ranking, best[:MOST], reader, answers=True):
        for answer in one.answers if one.passage.role is Role.QUESTION else ():
            if answer.id not in found:
                found[answer.id] = Retrieved(answer, len(found) + 1, one.score, (one.passage,))
    return list(found.values())


def questions(
    question: Question,
    filters: Filters,
    retriever: Retriever,
    reader: Reader,
    *,
    newest: bool,
    clock: Clock | None = None,
) -> list[Retrieved]:
    """What the speakers of `filters` asked, best first; the arguments as those of `exchanges`."""
    ranking = retriever.rank(question, reader, restriction=restrict(filters, reader), clock=clock)
    best = _newest(ranking) if newest else ranking.best()
    return [one for one in fetch(ranking, best[:MOST], reader) if one.passage.role is Role.QUESTION]


def _newest(ranking: Ranking) -> list[int]:
    """The candidates of the newest days first, as ranked within a day; those without a day come last."""
    days = ranking.candidates.days
    return sorted(ranking.best(), key=lambda place: (days[place] == 0, -int(days[place])))
