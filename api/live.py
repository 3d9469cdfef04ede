"""An answer that grows in a worker thread, followed from the event loop.

The engine tells of every sentence that was checked; whoever asked may leave at any moment, and the engine is
told so. Where nothing was heard before the answer was whole, it is sent as any other.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable

from fastapi import Request
from fastapi.responses import StreamingResponse

from api.errors import body_of, outcome_of
from api.growth import Follower
from api.schemas import QueryResponse
from api.streaming import MEDIA_TYPE, Framing, frame, shown_in, while_allowed
from corpus.errors import TobenError
from rag.answer import Answer
from rag.question import Understood

_LOOK_S = 0.5
"""How often it is looked whether the connection still stands."""

Respond = Callable[[Answer, Understood], QueryResponse]
Allowed = Callable[[list[str]], bool]


class Live:
    """One question being answered."""

    def __init__(
        self, request: Request, run: Callable[[Follower], Awaitable[QueryResponse]], *, hears: bool
    ) -> None:
        """Start to answer.

        Args:
            request: the question's.
            run: does the work in its turn, and tells its argument.
            hears: whether the answer is wanted while it grows.
        """
        self._request = request
        self.hears = hears
        self._loop = asyncio.get_running_loop()
        self._heard: asyncio.Queue[tuple[Answer, Understood] | None] = asyncio.Queue()
        self._left = threading.Event()
        self._task = asyncio.ensure_future(self._run(run))

    async def _run(self, run: Callable[[Follower], Awaitable[QueryResponse]]) -> QueryResponse:
        try:
            return await run(self)
        finally:
            self._heard.put_nowait(None)

    # -- told from the worker thread -----------------------------------------------------------

    def hear(self, answer: Answer, understood: Understood) -> None:
        """As in `Follower`."""
        self._loop.call_soon_threadsafe(self._heard.put_nowait, (answer, understood))

    def gone(self) -> bool:
        """As in `Follower`."""
        return self._left.is_set()

    # -- asked from the event loop -------------------------------------------------------------

    async def whole(self) -> QueryResponse:
        """The whole answer, however long it takes; the work ends early when the asker leaves."""
        while await self._next() is not None:
            pass
        return await self._task

    async def stream(self, framing: Framing, respond: Respond, allowed: Allowed) -> StreamingResponse:
        """The answer as a stream, from its first sentence on.

        Errors before the first sentence are raised, so that they have a status of their own.

        Args:
            framing: how it is cut.
            respond: makes the body of an answer that is not whole yet.
            allowed: whether passages may be shown at this moment.
        """
        first = await self._next()
        if first is not None:
            return StreamingResponse(self._growing(first, framing, respond, allowed), media_type=MEDIA_TYPE)
        response = await self._task
        parts = while_allowed(
            framing.whole(response), lambda: allowed(shown_in(response)), response.request_id
        )
        return StreamingResponse(parts, media_type=MEDIA_TYPE)

    async def _growing(
        self, part: tuple[Answer, Understood] | None, framing: Framing, respond: Respond, allowed: Allowed
    ) -> AsyncIterator[bytes]:
        sent, request_id = 0, str(self._request.state.request_id)
        try:
            while part is not None:
                response = respond(*part)
                sentences = response.answer.sentences if response.answer else []
                for piece in framing.head(response) if not sent else ():
                    yield piece
                for sentence in sentences[sent:]:
                    yield framing.sentence(sentence)
                sent = len(sentences)
                part = await self._heard.get()
            whole = await self._task
            rest = framing.whole(whole, after=sent)
            async for piece in while_allowed(rest, lambda: allowed(shown_in(whole)), request_id):
                yield piece
        except TobenError as exc:
            yield frame("error", body_of(outcome_of(exc), request_id))
        finally:
            self._leave()

    async def _next(self) -> tuple[Answer, Understood] | None:
        """What is heard next; None at the end. Looks meanwhile whether the asker is still there."""
        try:
            while True:
                try:
                    return await asyncio.wait_for(self._heard.get(), _LOOK_S)
                except TimeoutError:
                    if await self._request.is_disconnected():
                        self._left.set()
        except asyncio.CancelledError:
            self._leave()
            raise

    def _leave(self) -> None:
        """Nobody waits any longer: the work ends as soon as it can, and its outcome is not looked at."""
        self._left.set()
        self._task.add_done_callback(lambda task: task.cancelled() or task.exception())
