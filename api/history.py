"""The conversations of the people who ask: kept sealed, and opened again within what each may read then.

Of an answer only ids, offsets and sealed sentences are kept (`corpus.sealing`). What is shown again goes through
the engine: a passage that has been closed, deleted or written anew, or has another heading or no speaker any
longer, takes its sentences with it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from api.errors import NotFoundError
from corpus.conversations import Conversation, Conversations, Turn
from corpus.disclosure import PUBLIC, Principal, audience_of
from corpus.errors import StoreBusyError
from corpus.model import Passage
from corpus.sealing import Keyed, seal, unseal
from rag.answer import NOT_FOUND, TRAINING, Answer, Citation, Refusal, Sentence, Style
from rag.refusal import EMPTY, GREETING, INSTRUCTION

log = logging.getLogger("toben.history")

NEW = "new"
"""The name of a conversation that does not exist yet."""
LESS = "この回答の一部は、いまは表示できません。"
Again = Callable[[Principal, Sequence[str]], Mapping[str, Passage]]
_REFUSALS = {each.code.value: each for each in (EMPTY, GREETING, INSTRUCTION, NOT_FOUND)}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was asked; `filters` are those of the request, as JSON values.

    `completed` is the question as it stands alone, where those before it completed it: words of the asker too.
    """

    question: str
    style: Style = Style.FULL
    filters: Mapping[str, Any] = field(default_factory=dict)
    request_id: str = ""
    completed: str = ""


@dataclass(frozen=True, slots=True)
class Recalled:
    """A turn as it may be shown now."""

    asked: Asked
    asked_at: datetime
    answer: Answer


class History:
    """What was asked, by whom. Nobody in particular has no history; `days` of 0 keeps none at all."""

    def __init__(
        self,
        conversations: Conversations,
        again: Again,
        keyed: Keyed,
        *,
        days: int,
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        """Keep conversations.

        Args:
            conversations: where they lie.
            again: gives the passages that somebody may be shown at this moment, as `Engine.again`.
            keyed: makes the keys of seals.
            days: how long a conversation is kept after its last question.
            now: local time of the office.
        """
        self._conversations = conversations
        self._again = again
        self._keyed = keyed
        self._days = days
        self._now = now

    def days(self, principal: Principal) -> int:
        """How many days the conversations of somebody are kept; 0: they are not."""
        kept = principal.id != PUBLIC.id and not self._conversations.read_only
        return self._days if kept else 0

    def expect(self, principal: Principal, conversation_id: str) -> None:
        """Look whether a conversation can go on.

        Raises:
            NotFoundError: it is missing or another's.
        """
        if conversation_id in ("", NEW) or not self.days(principal):
            return
        if self._conversations.turns(principal.id, conversation_id, self._since()) is None:
            raise NotFoundError(conversation_id)

    def keep(self, principal: Principal, asked: Asked, answer: Answer, conversation_id: str) -> str:
        """Keep a turn at the end of a conversation; returns its id, empty where nothing was kept."""
        if not conversation_id or not self.days(principal) or answer.refusal == TRAINING:
            return ""
        turn = Turn(asked.question, self._now(), self._body(asked, answer))
        try:
            self._conversations.forget(self._since())
            named = "" if conversation_id == NEW else conversation_id
            return self._conversations.add(principal.id, turn, named) or ""
        except StoreBusyError:
            log.exception("history_not_kept")
            return ""

    def listed(self, principal: Principal) -> list[Conversation]:
        """The conversations of somebody, newest first."""
        if not self.days(principal):
            return []
        return self._conversations.listed(principal.id, self._since())

    def open(self, principal: Principal, conversation_id: str) -> list[Recalled]:
        """The turns of a conversation, oldest first, with what may be shown of them now.

        Raises:
            NotFoundError: it is missing, past its time, or another's.
        """
        kept = None
        if self.days(principal):
            kept = self._conversations.turns(principal.id, conversation_id, self._since())
        if kept is None:
            raise NotFoundError(conversation_id)
        wanted = dict.fromkeys(c["passage_id"] for turn in kept for c in turn.body["citations"])
        passages = self._again(principal, list(wanted)) if wanted else {}
        return [self._recalled(turn, passages) for turn in kept]

    def delete(self, principal: Principal, conversation_id: str | None = None) -> int:
        """Delete one conversation of somebody, or all; returns how many went.

        Raises:
            NotFoundError: the one named is missing or another's.
        """
        gone = 0 if principal.id == PUBLIC.id else self._conversations.delete(principal.id, conversation_id)
        if conversation_id is not None and not gone:
            raise NotFoundError(conversation_id)
        return gone

    def _since(self) -> datetime:
        return self._now() - timedelta(days=self._days)

    # -- sealing and opening -------------------------------------------------------------------

    def _body(self, asked: Asked, answer: Answer) -> dict[str, Any]:
        texts = {citation.n: _told(citation.passage) for citation in answer.citations}
        return {
            "style": asked.style.value,
            "filters": dict(asked.filters),
            "request_id": asked.request_id,
            "completed": asked.completed,
            "refusal": answer.refusal.code.value if answer.refusal else "",
            "sentences": [
                {
                    "citations": list(sentence.citations),
                    "sealed": seal(sentence.text, [texts[n] for n in sentence.citations], self._keyed),
                }
                for sentence in answer.sentences
            ],
            "citations": [
                {"n": c.n, "passage_id": c.passage.id, "start": c.quote_start, "end": c.quote_end}
                for c in answer.citations
            ],
        }

    def _recalled(self, turn: Turn, passages: Mapping[str, Passage]) -> Recalled:
        body = turn.body
        style, completed = Style(body["style"]), body.get("completed", "")
        asked = Asked(turn.question, style, body["filters"], body["request_id"], completed)
        if body["refusal"]:
            return Recalled(asked, turn.asked_at, Answer(refusal=_refusal(body["refusal"])))
        citations = _readable(body["citations"], passages)
        sentences = self._opened(body["sentences"], citations)
        if not sentences:
            return Recalled(asked, turn.asked_at, Answer(refusal=NOT_FOUND))
        cited = {n for sentence in sentences for n in sentence.citations}
        shown = tuple(citation for n, citation in citations.items() if n in cited)
        answer = Answer(sentences, shown, audience=audience_of(c.passage.compartment for c in shown))
        if len(sentences) < len(body["sentences"]):
            answer = replace(answer, notice=LESS)
        return Recalled(asked, turn.asked_at, answer)

    def _opened(
        self, kept: Sequence[Mapping[str, Any]], citations: Mapping[int, Citation]
    ) -> tuple[Sentence, ...]:
        """The sentences all of whose sources may be read, as they were sealed with them."""
        opened = []
        for each in kept:
            numbers = tuple(each["citations"])
            if not numbers or any(n not in citations for n in numbers):
                continue
            words = unseal(each["sealed"], [_told(citations[n].passage) for n in numbers], self._keyed)
            if words is not None:
                opened.append(Sentence(words, numbers))
        return tuple(opened)


def _told(passage: Passage) -> str:
    """All that a sentence may hold of a passage: its words, and who spoke them, when and under which heading.

    A name can be closed while the words stay as they are; the sentences that tell it must not outlive it.
    """
    return f"{passage.date}\n{passage.header}\n{passage.text}"


def _readable(kept: Sequence[Mapping[str, Any]], passages: Mapping[str, Passage]) -> dict[int, Citation]:
    """Number -> citation, of those whose passage may be read and still holds the quote."""
    found = {}
    for each in kept:
        passage = passages.get(each["passage_id"])
        if passage is not None and 0 <= each["start"] < each["end"] <= len(passage.text):
            found[each["n"]] = Citation(each["n"], passage, each["start"], each["end"])
    return found


def _refusal(code: str) -> Refusal:
    return _REFUSALS.get(code, NOT_FOUND)
