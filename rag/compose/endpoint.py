"""Speaks to a chat model with limits on its time, its length and the number of calls.

A model may hang, trickle, drop the line or never stop. Every call runs on one event loop of its own, so
that a call over its limits is cancelled, its connection closed and its thread freed.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from typing import Any

from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import BaseMessage
from langsmith import tracing_context
from pydantic import BaseModel, ConfigDict, Field

from rag.compose.breaker import Breaker
from rag.errors import CutOffError, GeneratorBusyError, GeneratorUnavailableError, ListenerGoneError

_log = logging.getLogger(__name__)


class Limits(BaseModel):
    """How long, how much and how often a model may speak."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    connect_s: float = Field(default=1.0, gt=0, description="seconds to reach the endpoint")
    first_token_s: float = Field(default=20.0, gt=0, description="seconds until its first word")
    gap_s: float = Field(default=10.0, gt=0, description="seconds between its words")
    total_s: float = Field(default=60.0, gt=0, description="seconds for the whole reply")
    max_chars: int = Field(default=6000, gt=0, description="characters after which a reply is cut off")
    retries: int = Field(
        default=1, ge=0, le=5, description="further tries when a call fails before its first word"
    )
    concurrent: int = Field(
        default=8,
        gt=0,
        description="calls at the same time; further questions are answered without the model",
    )


DEFAULT_LIMITS = Limits()
_RETRY_WAIT_S = 0.2
_WATCH_S = 0.2
"""How often it is looked whether somebody still waits for the answer."""
_END = object()
_UNFINISHED = frozenset({"length", "content_filter"})
"""Reasons for ending in the middle of a sentence; no fault of the endpoint."""


class Endpoint:
    """A chat model behind limits and a circuit breaker. Safe to share between threads."""

    def __init__(
        self,
        model: BaseChatModel,
        *,
        limits: Limits = DEFAULT_LIMITS,
        breaker: Breaker | None = None,
        says_why: bool = False,
        options: Callable[[], Mapping[str, Any]] = dict,
    ) -> None:
        """Speak to `model`.

        Args:
            model: any chat model of LangChain.
            limits: of its time, its length and the number of calls.
            breaker: a new one by default.
            says_why: whether the last piece of a reply tells why it ends, as servers in the manner of OpenAI do;
                a reply that ends without that has broken off.
            options: makes further arguments for each call.
        """
        self._model = model
        self._limits = limits
        self._says_why = says_why
        self._options = options
        self.breaker = breaker or Breaker()
        self._slots = threading.BoundedSemaphore(limits.concurrent)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._calls: set[asyncio.Task[None]] = set()
        self._lock = threading.Lock()
        self._closed = False

    def stream(self, prompt: Sequence[BaseMessage], *, gone: Callable[[], bool]) -> Iterator[str]:
        """The reply piece by piece. Closing the iterator cancels the call, and so does `gone`.

        Raises:
            GeneratorBusyError: as many calls as allowed are under way.
            GeneratorUnavailableError: no reply: refused, failed, silent, empty, or the circuit is open.
            CutOffError: the reply broke off, stalled or ran over its time.
            ListenerGoneError: nobody waits any longer.
        """
        if not self._slots.acquire(blocking=False):
            raise GeneratorBusyError(f"{self._limits.concurrent} calls are under way")
        try:
            if not self.breaker.allow():
                raise GeneratorUnavailableError("the circuit to the model endpoint is open")
            yield from self._call(list(prompt), gone)
        finally:
            self._slots.release()

    def _call(self, prompt: list[BaseMessage], gone: Callable[[], bool]) -> Iterator[str]:
        pieces: queue.Queue[Any] = queue.Queue()
        call = asyncio.run_coroutine_threadsafe(self._produce(prompt, pieces), self._running_loop())
        due = time.monotonic() + self._limits.total_s + 5
        try:
            while True:
                try:
                    piece = pieces.get(timeout=_WATCH_S)
                except queue.Empty:
                    if gone():
                        raise ListenerGoneError("nobody waits for the reply") from None
                    if time.monotonic() > due:  # the loop itself is stuck
                        raise GeneratorUnavailableError("the model endpoint did not come back") from None
                    continue
                if piece is _END:
                    return
                if isinstance(piece, Exception):
                    raise piece
                try:
                    yield piece
                except GeneratorExit:  # enough was said
                    self.breaker.succeeded()
                    raise
        finally:
            call.cancel()  # without effect where it has ended

    async def _produce(self, prompt: list[BaseMessage], pieces: queue.Queue[Any]) -> None:
        """Put the reply, then `_END` or the exception, into `pieces`; keeps the breaker informed."""
        self._enter()
        try:
            # tracing by environment variable would copy every prompt to another server
            with tracing_context(enabled=False):
                async with asyncio.timeout(self._limits.total_s):
                    why = await self._speak(prompt, pieces)
        except asyncio.CancelledError:  # whoever asked went away: says nothing of the endpoint
            pieces.put(GeneratorUnavailableError("the call was cancelled"))
            raise
        except TimeoutError:
            self._fail(pieces, CutOffError(f"the model spoke longer than {self._limits.total_s:g} s"))
        except GeneratorUnavailableError as exc:
            self._fail(pieces, exc)
        except Exception as exc:  # its message may hold the prompt or the key: only its name is told
            self._fail(pieces, GeneratorUnavailableError(f"the model endpoint failed: {type(exc).__name__}"))
        else:
            self.breaker.succeeded()
            pieces.put(CutOffError("the reply reached its length") if why in _UNFINISHED else _END)

    def _fail(self, pieces: queue.Queue[Any], exc: GeneratorUnavailableError) -> None:
        self.breaker.failed()
        _log.warning("model endpoint: %s", exc)
        pieces.put(exc)

    async def _speak(self, prompt: list[BaseMessage], pieces: queue.Queue[Any]) -> str:
        """Put the texts of the reply into `pieces`; returns why it ended, empty where the model does not say."""
        for attempt in range(self._limits.retries + 1):
            said, why = 0, ""
            try:
                async with aclosing(self._timed(prompt)) as chunks:
                    async for text, reason in chunks:
                        said, why = said + len(text), reason or why
                        if said > self._limits.max_chars:
                            raise CutOffError(
                                f"the model wrote more than {self._limits.max_chars} characters"
                            )
                        pieces.put(text)
                if not said:
                    raise GeneratorUnavailableError("the reply is empty")
                if self._says_why and not why:
                    raise CutOffError("the reply ended without saying why")
                return why
            except GeneratorUnavailableError:
                raise
            except Exception as exc:
                if said:
                    raise CutOffError(f"the reply broke off: {type(exc).__name__}") from None
                if attempt == self._limits.retries or _is_final(exc):
                    raise
                await asyncio.sleep(_RETRY_WAIT_S)
        raise AssertionError("the last try returns or raises")

    async def _timed(self, prompt: list[BaseMessage]) -> AsyncGenerator[tuple[str, str]]:
        """The texts of the reply, the last ones with the reason why it ends.

        Raises when the first or the next one takes too long.

        Pieces without text (keep-alives, thoughts kept apart) do not put the time off.
        """
        clock = asyncio.get_running_loop()
        due = clock.time() + self._limits.first_token_s
        begun = False
        async with aclosing(aiter(self._model.astream(prompt, **self._options()))) as chunks:  # type: ignore[type-var]
            while True:
                try:
                    async with asyncio.timeout_at(due):
                        chunk = await anext(chunks)
                except StopAsyncIteration:
                    return
                except TimeoutError:
                    raise (
                        CutOffError(f"no word for {self._limits.gap_s:g} s")
                        if begun
                        else GeneratorUnavailableError(f"no word for {self._limits.first_token_s:g} s")
                    ) from None
                text = _text(chunk.content)
                if text:
                    begun, due = True, clock.time() + self._limits.gap_s
                reason = str(chunk.response_metadata.get("finish_reason") or "")
                if text or reason:
                    yield text, reason

    def _enter(self) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._calls.add(task)
            task.add_done_callback(self._calls.discard)

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._closed:
                raise GeneratorUnavailableError("the service is stopping")
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="model-endpoint", daemon=True).start()
            return self._loop

    def close(self) -> None:
        """Cancel what is under way; those who wait get an answer without the model, and so does whoever asks later."""
        with self._lock:
            self._closed = True
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._cancel_all)

    def _cancel_all(self) -> None:
        for task in list(self._calls):
            task.cancel()


def _is_final(exc: Exception) -> bool:
    """Whether trying again is of no use: the endpoint understood the request and turned it down."""
    status = getattr(exc, "status_code", None)
    return isinstance(status, int) and 400 <= status < 500 and status not in (408, 429)


def _text(content: Any) -> str:
    """The text of a chunk: a string, or a list of content blocks."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "".join(part if isinstance(part, str) else str(part.get("text", "")) for part in content)
    return ""
