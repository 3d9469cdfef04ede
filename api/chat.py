"""The OpenAI-compatible shape of a question and its answer: ``/v1/chat/completions`` and ``/v1/models``.

Citations stand as footnotes in the text, where every client shows them, and as data in the extra field
``toben``, which holds the whole body of ``/v1/query``. Fields of OpenAI that steer a language model are
accepted and have no effect; the conversation cannot direct this service.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas import MAX_ANSWER_CHARS, FiltersIn, QueryResponse, SentenceOut
from api.streaming import Framing, json_line
from rag.answer import Style

MODELS: dict[str, Style] = {"toben": Style.FULL, "toben-brief": Style.BRIEF}
_TURNS = 20

Text = Annotated[str, Field(max_length=MAX_ANSWER_CHARS)]


class _Lenient(BaseModel):
    """OpenAI clients send more than is of use here."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Part(_Lenient):
    """A piece of a message; only text is read."""

    type: str = Field(max_length=50)
    text: Text | None = None


class Message(_Lenient):
    """A message of the conversation."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Text | Annotated[list[Part], Field(max_length=100)] | None = None

    def text(self) -> str:
        """What it says."""
        if isinstance(self.content, str):
            return self.content
        return "\n".join(part.text or "" for part in self.content or [])


class StreamOptions(_Lenient):
    """What a stream brings along."""

    include_usage: bool | None = False


class ChatRequest(_Lenient):
    """A conversation whose last message of the user is the question."""

    model: str = Field(max_length=100, examples=["toben"])
    messages: list[Message] = Field(min_length=1, max_length=200)
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    n: Literal[1] | None = None
    filters: FiltersIn = Field(default=FiltersIn(), description="as in /v1/query")
    top_k: int = Field(default=8, ge=1, le=50, description="as in /v1/query")

    def question(self) -> str | None:
        """The last message of the user; None where there is none."""
        return next((message.text() for message in reversed(self.messages) if message.role == "user"), None)

    def history(self) -> list[tuple[str, str]]:
        """Earlier questions with the answers that followed them, oldest first."""
        turns: list[tuple[str, str]] = []
        spoken = [message for message in self.messages if message.role in ("user", "assistant")]
        last = max((i for i, message in enumerate(spoken) if message.role == "user"), default=0)
        for message in spoken[:last]:
            if message.role == "user":
                turns.append((message.text(), ""))
            elif turns:
                turns[-1] = (turns[-1][0], message.text())
        return turns[-_TURNS:]


class Usage(BaseModel):
    """Tokens of a language model; 0 where none is used."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0


class ChatMessage(BaseModel):
    """The answer with its footnotes."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None


class Choice(BaseModel):
    """The one choice."""

    index: Literal[0] = 0
    message: ChatMessage
    finish_reason: Literal["stop"] = "stop"
    logprobs: None = None


class ChatResponse(BaseModel):
    """An answer in the shape of OpenAI; `toben` holds the body of /v1/query."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: list[Choice]
    usage: Usage = Usage()
    toben: QueryResponse


class ModelOut(BaseModel):
    """A name to ask under."""

    id: str
    object: Literal["model"] = "model"
    created: Literal[0] = 0
    owned_by: Literal["toben"] = "toben"


class ModelsResponse(BaseModel):
    """The names to ask under."""

    object: Literal["list"] = "list"
    data: list[ModelOut]


def content(response: QueryResponse) -> str:
    """The text of an answer with numbers and footnotes; of a refusal, its message."""
    if response.answer is None:
        return response.refusal.message if response.refusal else ""
    return "".join(numbered(sentence) for sentence in response.answer.sentences) + footnotes(response)


def numbered(sentence: SentenceOut) -> str:
    """A sentence with the numbers of its citations."""
    return sentence.text + "".join(f"[{n}]" for n in sentence.citations)


def footnotes(response: QueryResponse) -> str:
    """The sources of an answer, and the notice, where there is one."""
    notes = [f"[{c.n}] {c.cited_as}「{c.quote}」" for c in response.citations]
    notice = f"\n\n※ {response.notice}" if response.notice else ""
    return f"{notice}\n\n出典\n" + "\n".join(notes)


def chat_response(response: QueryResponse, model: str, created: int) -> ChatResponse:
    """The whole answer at once."""
    message = ChatMessage(content=content(response))
    return ChatResponse(
        id=f"chatcmpl-{response.request_id}",
        created=created,
        model=model,
        choices=[Choice(message=message)],
        toben=response,
    )


def framing(request_id: str, model: str, created: int, *, usage: bool) -> Framing:
    """An answer as the chunks of a stream: the role, each sentence, the footnotes; the last one carries `toben`."""
    head = {
        "id": f"chatcmpl-{request_id}",
        "object": "chat.completion.chunk",
        "created": created,
        "model": model,
    }

    def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return _data({**head, "choices": [choice], **more})

    def tail(response: QueryResponse) -> Iterator[bytes]:
        yield chunk({"content": footnotes(response) if response.answer else content(response)})
        yield chunk({}, "stop", toben=response.model_dump(mode="json"))
        if usage:
            yield _data({**head, "choices": [], "usage": Usage().model_dump()})
        yield b"data: [DONE]\n\n"

    return Framing(
        lambda _: [chunk({"role": "assistant", "content": ""})],
        lambda sentence: chunk({"content": numbered(sentence)}),
        tail,
    )


def _data(value: Any) -> bytes:
    return f"data: {json_line(value)}\n\n".encode()
