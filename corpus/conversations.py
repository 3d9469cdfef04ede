"""Conversations of people, kept in the catalogue: each belongs to one principal, and ends after its time.

A turn holds the question in its asker's words, and of the answer only ids, offsets and sealed sentences.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from corpus import tables as t
from corpus.catalogue import Catalogue
from corpus.errors import StoreBusyError
from corpus.tombstones import Tombstones

MAX_TURNS = 200
"""A longer conversation takes no further turn."""
MAX_LISTED = 200
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what is kept of its answer (JSON values)."""

    question: str
    asked_at: datetime
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation in the list; `title` is its first question."""

    id: str
    title: str
    turns: int
    updated_at: datetime


class Conversations:
    """The conversations of everybody. Each call names the one principal whose they are; others' look missing."""

    def __init__(
        self,
        catalogue: Catalogue,
        *,
        tombstones: Tombstones | None = None,
        new_id: Callable[[], str] = lambda: secrets.token_hex(16),
    ) -> None:
        """Keep conversations in `catalogue`; what people delete is noted in `tombstones`, so that no backup revives it."""
        self._catalogue = catalogue
        self._tombstones = tombstones
        self._new_id = new_id

    @property
    def read_only(self) -> bool:
        """Whether nothing can be kept."""
        return self._catalogue.read_only

    def add(self, principal_id: str, turn: Turn, conversation_id: str = "") -> str | None:
        """Keep a turn at the end of a conversation, or of a new one when none is named; returns its id.

        None: that conversation is not this principal's, or it is full.

        Raises:
            StoreBusyError: it cannot be written now.
        """
        key = conversation_id or self._new_id()
        conversations, turns = t.conversations, t.turns
        with _translated(), self._catalogue.write() as connection:
            if not conversation_id:
                connection.execute(
                    conversations.insert().values(
                        id=key, principal=principal_id, started_at=turn.asked_at, updated_at=turn.asked_at
                    )
                )
            else:
                mine = (conversations.c.id == key) & (conversations.c.principal == principal_id)
                touched = connection.execute(
                    conversations.update().where(mine).values(updated_at=turn.asked_at)
                )
                if not touched.rowcount:
                    return None
            last = sa.select(sa.func.coalesce(sa.func.max(turns.c.number), 0))
            number = int(connection.scalar(last.where(turns.c.conversation_id == key)) or 0) + 1
            if number > MAX_TURNS:
                return None
            connection.execute(
                turns.insert().values(
                    conversation_id=key,
                    number=number,
                    asked_at=turn.asked_at,
                    question=turn.question,
                    body=turn.body,
                )
            )
        return key

    def listed(self, principal_id: str, since: datetime) -> list[Conversation]:
        """The newest conversations of a principal in which something was asked since then, newest first."""
        c, first = t.conversations.c, t.turns.alias("first")
        counted = sa.select(sa.func.count()).where(t.turns.c.conversation_id == c.id).scalar_subquery()
        query = (
            sa.select(c.id, first.c.question, counted, c.updated_at)
            .join_from(t.conversations, first, (first.c.conversation_id == c.id) & (first.c.number == 1))
            .where(c.principal == principal_id, c.updated_at >= since)
            .order_by(c.updated_at.desc(), c.id)
            .limit(MAX_LISTED)
        )
        with self._catalogue.read() as connection:
            return [Conversation(*row) for row in connection.execute(query)]

    def turns(self, principal_id: str, conversation_id: str, since: datetime) -> list[Turn] | None:
        """The turns of a conversation, oldest first; None where it is missing, past its time, or another's."""
        c, turns = t.conversations.c, t.turns.c
        mine = sa.exists().where(c.id == conversation_id, c.principal == principal_id, c.updated_at >= since)
        query = sa.select(turns.question, turns.asked_at, turns.body).order_by(turns.number)
        with self._catalogue.read() as connection:
            rows = connection.execute(query.where(turns.conversation_id == conversation_id, mine)).all()
        return [Turn(*row) for row in rows] or None

    def delete(self, principal_id: str, conversation_id: str | None = None) -> int:
        """Delete one conversation of a principal, or all of them; returns how many went.

        Raises:
            StoreBusyError: it cannot be written now; nothing is deleted.
        """
        c = t.conversations.c
        mine = c.principal == principal_id
        if conversation_id is not None:
            mine &= c.id == conversation_id
        with self._catalogue.read() as connection:
            ids = list(connection.scalars(sa.select(c.id).where(mine)))
        if self._tombstones is not None:
            with _translated():
                self._tombstones.add(ids)
        return self._forget(mine)

    def bury(self) -> int:
        """Delete what people had deleted before: a backup that was restored has it again; returns how many went."""
        ids = sorted(self._tombstones.ids()) if self._tombstones is not None else []
        parts = (ids[start : start + _BATCH] for start in range(0, len(ids), _BATCH))
        return sum(self._forget(t.conversations.c.id.in_(part)) for part in parts)

    def forget(self, before: datetime) -> int:
        """Delete every conversation in which nothing was asked since `before`; returns how many went."""
        return self._forget(t.conversations.c.updated_at < before)

    def _forget(self, which: sa.ColumnElement[bool]) -> int:
        with self._catalogue.read() as connection:
            if connection.scalar(sa.select(t.conversations.c.id).where(which).limit(1)) is None:
                return 0
        with _translated(), self._catalogue.write() as connection:
            gone = connection.execute(t.conversations.delete().where(which)).rowcount
        self._catalogue.truncate_log()
        return gone


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (sa.exc.OperationalError, OSError) as exc:
        raise StoreBusyError("履歴に書き込めません。") from exc
