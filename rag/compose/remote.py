"""A chat model behind an OpenAI-compatible address: vLLM, llama.cpp, Ollama, Azure. Needs the extra ``llm``."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

from langchain_core.language_models.chat_models import BaseChatModel
from pydantic import SecretStr

from corpus.errors import ConfigurationError
from rag.compose.endpoint import DEFAULT_LIMITS, Limits

if TYPE_CHECKING:
    import httpx2

MAX_REPLY_BYTES = 2 * 1024 * 1024
"""Bytes of one reply on the wire; a stream spends some 300 on each word."""
_MISSING = (
    "言語モデルの接続先（TOBEN_LLM__BASE_URL）が設定されていますが、必要なライブラリがありません。"
    "pip install 'toben[llm]' で入れるか、設定を消してください。"
)


def openai_compatible(
    base_url: str,
    model: str,
    *,
    api_key: SecretStr | None = None,
    ca_file: Path | None = None,
    max_tokens: int = 600,
    limits: Limits = DEFAULT_LIMITS,
) -> BaseChatModel:
    """A chat model at `base_url`. Nothing is sent to any other address: no proxy, no redirection, no tracing.

    Args:
        base_url: as a client of OpenAI takes it, with ``/v1`` where the server has it.
        model: name of the model at the endpoint.
        api_key: sent as bearer token; None sends a word that means nothing.
        ca_file: certificates to trust, in PEM; None: those that come with the libraries.
        max_tokens: tokens of one reply.
        limits: `connect_s` and `first_token_s` also bound the connection. Tries are left to `Endpoint`.

    Raises:
        ConfigurationError: the extra ``llm`` is not installed.
    """
    try:
        import httpx2
        from langchain_openai import ChatOpenAI
    except ImportError as exc:
        raise ConfigurationError(_MISSING) from exc
    timeout = httpx2.Timeout(max(limits.first_token_s, limits.gap_s), connect=limits.connect_s)
    client = httpx2.AsyncClient(
        timeout=timeout,
        trust_env=False,
        follow_redirects=False,
        verify=ssl.create_default_context(cafile=ca_file) if ca_file else True,
        event_hooks={"response": [_bounded]},
    )
    return ChatOpenAI(
        model=model,
        base_url=base_url,
        api_key=api_key or SecretStr("none"),
        max_retries=0,
        timeout=timeout,
        temperature=0,
        max_completion_tokens=max_tokens,
        stream_usage=False,
        use_responses_api=False,
        http_async_client=client,
    )


async def _bounded(response: httpx2.Response) -> None:
    """Let no reply grow past `MAX_REPLY_BYTES`, whatever its lines look like."""
    import httpx2

    class Bounded(httpx2.AsyncByteStream):
        def __init__(self, stream: httpx2.AsyncByteStream) -> None:
            self._stream = stream

        async def __aiter__(self) -> AsyncIterator[bytes]:
            taken = 0
            async for part in self._stream:
                taken += len(part)
                if taken > MAX_REPLY_BYTES:
                    raise httpx2.ReadError("the reply is too long")
                yield part

        async def aclose(self) -> None:
            await self._stream.aclose()

    if isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = Bounded(response.stream)
