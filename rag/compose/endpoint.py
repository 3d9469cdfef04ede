"""Speaks to a chat model with limits on its time and its length.

A model may hang, trickle, drop the line or never stop. Every call runs on one event loop of its own, so
that a call over its limits is cancelled, its connection closed and its thread freed.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import BaseMessage
from pydantic import BaseModel, ConfigDict, Field

from rag.compose.breaker import Breaker
from rag.errors import CutOffError, GeneratorUnavailableError

_log = logging.getLogger(__name__)


class Limits(BaseModel):
    """How long and how much a model may speak."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    first_token_s: float = Field(default=20.0, gt=0, description="seconds until the first token")
    gap_s: float = Field(default=10.0, gt=0, description="seconds between tokens")
    total_s: float = Field(default=60.0, gt=0, description="seconds for the whole reply")
    max_chars: int = Field(default=6000, gt=0, description="characters after which a reply is cut off")
    retries: int = Field(
        default=1, ge=0, description="further tries when a call fails before its first token"
    )
    retry_wait_s: float = Field(default=0.3, ge=0, description="seconds before a further try")
    connect_s: float = Field(default=2.0, gt=0, description="seconds to reach the endpoint")


DEFAULT_LIMITS = Limits()


_END = object()


class Endpoint:
    """A chat model behind limits and a circuit breaker. Safe to share between threads."""

    def __init__(
        self, model: BaseChatModel, *, limits: Limits = DEFAULT_LIMITS, breaker: Breaker | None = None
    ) -> None:
        self._model = model
        self._limits = limits
        self.breaker = breaker or Breaker()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()

    def stream(self, prompt: Sequence[BaseMessage]) -> Iterator[str]:
        """The reply piece by piece. Closing the iterator cancels the call.

        Raises:
            GeneratorUnavailableError: no reply: refused, failed, silent, or the circuit is open.
            CutOffError: the reply broke off, stalled or ran over its time.
        """
        if not self.breaker.allow():
            raise GeneratorUnavailableError("the circuit to the model endpoint is open")
        pieces: queue.Queue[Any] = queue.Queue()
        task = asyncio.run_coroutine_threadsafe(self._produce(list(prompt), pieces), self._running_loop())
        finished = False
        try:
            while (piece := pieces.get(timeout=self._limits.total_s + 5)) is not _END:
                if isinstance(piece, Exception):
                    finished = True
                    raise piece
                yield piece
            finished = True
        except queue.Empty as exc:  # the loop itself is stuck
            raise GeneratorUnavailableError("the model endpoint did not come back") from exc
        finally:
            if not finished:
                task.cancel()

    async def _produce(self, prompt: list[BaseMessage], pieces: queue.Queue[Any]) -> None:
        """Put the reply, then `_END` or the exception, into `pieces`; keeps the breaker informed."""
        try:
            async with asyncio.timeout(self._limits.total_s):
                await self._speak(prompt, pieces)
        except asyncio.CancelledError:
            self.breaker.succeeded()  # the caller went away: no fault of the endpoint
            raise
        except TimeoutError:
            self._fail(pieces, CutOffError(f"the model spoke longer than {self._limits.total_s:g} s"))
        except GeneratorUnavailableError as exc:
            self._fail(pieces, exc)
        except Exception as exc:
            self._fail(pieces, GeneratorUnavailableError(f"the model endpoint failed: {type(exc).__name__}"))
        else:
            self.breaker.succeeded()
            pieces.put(_END)

    def _fail(self, pieces: queue.Queue[Any], exc: GeneratorUnavailableError) -> None:
        self.breaker.failed()
        _log.warning("model endpoint: %s", exc)
        pieces.put(exc)

    async def _speak(self, prompt: list[BaseMessage], pieces: queue.Queue[Any]) -> None:
        for attempt in range(self._limits.retries + 1):
            said = 0
            try:
                async for piece in self._timed(prompt):
                    said += len(piece)
                    if said > self._limits.max_chars:
                        raise CutOffError(f"the model wrote more than {self._limits.max_chars} characters")
                    pieces.put(piece)
                return
            except (asyncio.CancelledError, CutOffError):
                raise
            except Exception as exc:
                if said:
                    raise CutOffError(f"the reply broke off: {type(exc).__name__}") from exc
                if attempt == self._limits.retries or isinstance(exc, GeneratorUnavailableError):
                    raise
                await asyncio.sleep(self._limits.retry_wait_s)

    async def _timed(self, prompt: list[BaseMessage]) -> AsyncIterator[str]:
        """The texts of the reply; raises when the first or the next one takes too long."""
        chunks = self._model.astream(prompt)
        wait = self._limits.first_token_s
        begun = False
        try:
            while True:
                try:
                    chunk = await asyncio.wait_for(anext(chunks), wait)
                except StopAsyncIteration:
                    return
                except TimeoutError as exc:
                    late = f"no token for {wait:g} s"
                    raise (CutOffError(late) if begun else GeneratorUnavailableError(late)) from exc
                text = _text(chunk.content)
                if text:
                    begun, wait = True, self._limits.gap_s
                    yield text
        finally:
            await _close(chunks)

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="model-endpoint", daemon=True).start()
            return self._loop

    def close(self) -> None:
        """Stop the event loop; the endpoint cannot be used afterwards."""
        with self._lock:
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._loop.stop)


async def _close(chunks: AsyncIterator[Any]) -> None:
    close = getattr(chunks, "aclose", None)
    if close is not None:
        try:
            await close()
        except Exception as exc:
            _log.debug("closing a model stream: %s", type(exc).__name__)


def _text(content: Any) -> str:
    """The text of a chunk: a string, or a list of content blocks."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "".join(part if isinstance(part, str) else str(part.get("text", "")) for part in content)
    return ""


def openai_compatible(
    base_url: str, model: str, *, api_key: str = "", limits: Limits = DEFAULT_LIMITS
) -> BaseChatModel:
    """A chat model behind an OpenAI-compatible address (vLLM, llama.cpp, Ollama, Azure). Needs the extra `llm`.

    Retries are left to `Endpoint`; nothing is sent to any other address.
    """
    import httpx
    from langchain_openai import ChatOpenAI  # optional dependency
    from pydantic import SecretStr

    timeout = httpx.Timeout(limits.first_token_s, connect=limits.connect_s)
    return ChatOpenAI(
        model=model,
        base_url=base_url,
        api_key=SecretStr(api_key or "none"),
        max_retries=0,
        timeout=timeout,
        temperature=0,
        max_completion_tokens=600,
        stream_usage=False,
        http_async_client=httpx.AsyncClient(timeout=timeout, trust_env=False, follow_redirects=False),
    )
