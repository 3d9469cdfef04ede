"""What members state in their questions: told only where nobody else says anything that answers.

A sum or a day is at times told by the one who asks about it and taken for granted in the reply.
"""

from __future__ import annotations

from collections.abc import Sequence

from corpus.model import Role
from rag.answer import Retrieved
from rag.compose.asked import Asked
from rag.compose.selection import Candidate, candidates
from rag.compose.shape import Shape
from rag.compose.status import Told

_TOLD = frozenset(
    {
        Asked.MONEY,
        Asked.RATIO,
        Asked.COUNT,
        Asked.DURATION,
        Asked.WHERE,
        Asked.WHAT_IS,
        Asked.WHEN,
    }
)
"""Facts. A view or a reason that a member gives is not that of the office."""
_OF_IT = 0.8
"""Share of the topic that a sentence with a time must hold itself: of how things came about members tell at length,
and a time among it is that of anything."""


def stated(shape: Shape, found: Sequence[Retrieved]) -> list[Candidate]:
    """The sentences of members' questions among what was found and of those that it answers, best first.

    Empty where not a fact is asked for.
    """
    if shape.asked not in _TOLD:
        return []
    asking: dict[str, Retrieved] = {}
    for row in sorted(found, key=lambda row: row.rank):
        if row.passage.role is Role.QUESTION:
            asking.setdefault(row.passage.id, row)
        for passage in row.asked:
            asking.setdefault(passage.id, Retrieved(passage, row.rank, row.score))
    rows = candidates(shape, list(asking.values()))
    if shape.asked is Asked.WHEN:
        return [row for row in rows if row.told is Told.DONE and row.said >= _OF_IT]
    return rows
