"""What is heard of an answer while a model still writes it: it is on record, and may be shown at that moment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from corpus.errors import StoreBusyError
from corpus.model import Passage
from rag.answer import Answer
from rag.listening import Listener
from rag.question import Understood


class Follower(Protocol):
    """Waits for an answer. Both methods are called from a worker thread."""

    @property
    def hears(self) -> bool:
        """Whether `hear` is to be called at all: some want the whole answer only."""
        ...

    def hear(self, answer: Answer, understood: Understood) -> None:
        """The answer has grown; its sentences are checked and stay."""
        ...

    def gone(self) -> bool:
        """Whether nobody waits any longer."""
        ...


class Growth:
    """Stands between the model and the follower of one answer."""

    def __init__(
        self,
        follower: Follower | None,
        understood: Understood,
        *,
        record: Callable[[Answer], None],
        allowed: Callable[[Answer], bool],
        epoch: Callable[[], int],
    ) -> None:
        """Tell `follower` what may be told.

        Args:
            follower: who waits; None: nobody hears anything before the answer is whole.
            understood: what was understood of the question.
            record: puts the passages of an answer on record; called before the first word leaves.
            allowed: whether all that an answer shows may be shown now.
            epoch: changes whenever documents or labels do.
        """
        self._follower = follower
        self._understood = understood
        self._record, self._allowed, self._epoch = record, allowed, epoch
        self._seen = epoch()
        self.heard: Answer | None = None
        self.closed = False

    def listener(self) -> Listener:
        """What the composer tells."""
        return Listener(self._hear, self._gone)

    def _hear(self, answer: Answer) -> None:
        """Pass an answer on.

        Raises:
            AuditError: it cannot be recorded, and nothing was heard yet.
            StoreBusyError: a passage has been closed meanwhile.
        """
        if self._follower is None or not self._follower.hears:
            return
        if self.heard is None:
            self._record(answer)
        if not self._allowed(answer):
            raise StoreBusyError("closed while the answer was being written")
        self.heard = answer
        self._follower.hear(answer, self._understood)

    def _gone(self) -> bool:
        if self._follower is None:
            return False
        self.closed = self.closed or self._was_closed()
        return self.closed or self._follower.gone()

    def _was_closed(self) -> bool:
        """Whether something of what was heard has been closed since it was looked at last."""
        if self.heard is None or (epoch := self._epoch()) == self._seen:
            return False
        self._seen = epoch
        return not self._allowed(self.heard)


def shown(answer: Answer) -> dict[str, Passage]:
    """The passages that an answer shows, by id."""
    passages = [retrieved.passage for retrieved in answer.passages]
    passages += [citation.passage for citation in answer.citations]
    return {passage.id: passage for passage in passages}
