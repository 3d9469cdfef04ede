"""A chat model behind an OpenAI-compatible address: vLLM, llama.cpp, Ollama, Azure. Needs the extra ``llm``."""

from __future__ import annotations

import secrets
import ssl
import warnings
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from langchain_core.language_models.chat_models import BaseChatModel
from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from corpus.disclosure import Principal
from corpus.errors import ConfigurationError
from rag.compose.breaker import Breaker
from rag.compose.endpoint import Endpoint, Limits
from rag.compose.generative import GenerativeComposer

if TYPE_CHECKING:
    import httpx2

MAX_REPLY_BYTES = 2 * 1024 * 1024
"""Bytes of one reply on the wire; a stream spends some 300 on each word."""
_MISSING = (
    "言語モデルの接続先（TOBEN_LLM__BASE_URL）が設定されていますが、必要なライブラリがありません。"
    "pip install 'toben[llm]' で入れるか、設定を消してください。"
)


class ModelPlace(BaseModel):
    """Where the model is, and what it may be sent."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: str = Field(
        default="",
        pattern=r"^(https?://[^\s/@]+(/[^\s@]*)?)?$",
        description="OpenAI-compatible address of a language model, with `/v1` where the server has it; unset: none is used",
    )
    model: str = Field(default="", description="name of the model there")
    api_key: SecretStr | None = Field(default=None, description="key of the endpoint, where it wants one")
    ca_file: Path | None = Field(
        default=None, description="certificates to trust, in PEM; unset: the usual authorities"
    )
    ceiling: Literal["public", "staff"] = Field(
        default="public",
        description="whose text may be sent to the endpoint: what the public reads, or staff too",
    )
    departments: tuple[str, ...] = Field(
        default=(),
        description="departments whose own text may be sent as well, a JSON list; needs the ceiling `staff`",
    )
    max_tokens: int = Field(default=600, gt=0, description="tokens of one reply")


class LlmSettings(Limits, ModelPlace):
    """The language model that puts answers into words. Off while `base_url` is empty."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.base_url and not self.model:
            raise ValueError("llm.model is missing")
        if self.departments and self.ceiling != "staff":
            raise ValueError("llm.departments needs llm.ceiling=staff")
        return self

    def reader(self) -> Principal:
        """As whom the endpoint reads: the same rules decide for it as for a person."""
        return Principal(
            "model-endpoint", departments=frozenset(self.departments), staff=self.ceiling == "staff"
        )


def composer_of(llm: LlmSettings) -> GenerativeComposer | None:
    """The composer that asks the model of the settings; None where there is none.

    Raises:
        ConfigurationError: the extra ``llm`` is not installed.
    """
    if not llm.base_url:
        return None
    return GenerativeComposer(endpoint_of(llm), principal=llm.reader())


def endpoint_of(llm: LlmSettings, breaker: Breaker | None = None) -> Endpoint:
    """The endpoint of the settings behind its limits.

    Raises:
        ConfigurationError: the extra ``llm`` is not installed.
    """
    options = dict if llm.ceiling == "public" else _unshared
    return Endpoint(openai_compatible(llm), limits=llm, breaker=breaker, says_why=True, options=options)


def _unshared() -> dict[str, Any]:
    """What keeps a server from using the beginning of a prompt for another one: the time saved would tell of it.

    vLLM reads the one field, llama.cpp the other. Prompts of public text alone need neither.
    """
    return {"extra_body": {"cache_salt": secrets.token_hex(16), "cache_prompt": False}}


def openai_compatible(llm: LlmSettings) -> BaseChatModel:
    """The chat model of the settings. Nothing is sent to any other address: no proxy, no redirection, no tracing.

    Without a key a word that means nothing is sent, never one from the environment. Tries are left to `Endpoint`.

    Raises:
        ConfigurationError: the extra ``llm`` is not installed.
    """
    try:
        import httpx2
        from langchain_openai import ChatOpenAI
    except ImportError as exc:
        raise ConfigurationError(_MISSING) from exc
    # what a strange reply sets off: it quotes the reply on standard error
    warnings.filterwarnings("ignore", "Pydantic serializer warnings", UserWarning)
    timeout = httpx2.Timeout(max(llm.first_token_s, llm.gap_s), connect=llm.connect_s)
    client = httpx2.AsyncClient(
        timeout=timeout,
        trust_env=False,
        follow_redirects=False,
        verify=ssl.create_default_context(cafile=llm.ca_file) if llm.ca_file else True,
        event_hooks={"response": [_bounded]},
    )
    return ChatOpenAI(
        model=llm.model,
        base_url=llm.base_url,
        api_key=llm.api_key or SecretStr("none"),
        max_retries=0,
        timeout=timeout,
        temperature=0,
        max_completion_tokens=llm.max_tokens,
        stream_usage=False,
        use_responses_api=False,
        http_async_client=client,
        openai_proxy=None,
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
