"""Composes an answer with a language model, and without it where the model may not or cannot.

The model gets numbered passages as data and must cite every sentence. Each sentence is checked against the
passages: a citation that does not support it is replaced by one that does, a sentence that none supports
is dropped. Whatever goes wrong, the person gets the extractive answer with a notice.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from corpus.disclosure import audience_of
from corpus.japanese import tokens
from rag.answer import NOT_FOUND, Answer, Citation, Retrieved, Sentence, Style
from rag.compose import extractive
from rag.compose.endpoint import Endpoint
from rag.compose.pieces import Piece, pieces
from rag.compose.prompt import Claim, claims, complete, is_refusal, messages
from rag.errors import CutOffError, GeneratorUnavailableError, UngroundedAnswerError
from rag.grounding import check
from rag.refusal import assess

_log = logging.getLogger(__name__)

MAX_PASSAGES = 6
NOTICE_CEILING = "この回答の根拠には生成AIに渡せない記録が含まれるため、記録の文をそのまま示しています。"
NOTICE_UNAVAILABLE = "生成AIが応答しないため、記録の文をそのまま示しています。"
NOTICE_UNGROUNDED = "生成AIの回答を記録で裏付けられなかったため、記録の文をそのまま示しています。"
NOTICE_CUT_OFF = "生成AIの応答が途中で止まったため、記録で確かめられた文だけを示しています。"


@dataclass(frozen=True, slots=True)
class _Supported:
    text: str
    found: Retrieved
    start: int
    end: int


class GenerativeComposer:
    """Answers with a model where it may see the passages.

    Args:
        endpoint: the model behind its limits.
        ceiling: the compartments whose text the endpoint may receive; ``public`` is always among them.
    """

    def __init__(self, endpoint: Endpoint, *, ceiling: frozenset[str] = frozenset({"public"})) -> None:
        self._endpoint = endpoint
        self._ceiling = ceiling | {"public"}

    def compose(self, question: str, found: Sequence[Retrieved], *, style: Style, today: date) -> Answer:
        """The answer to `question`; the extractive one with a notice where the model may not or cannot."""
        *_, last = self.stream(question, found, style=style, today=today)
        return last

    def stream(
        self, question: str, found: Sequence[Retrieved], *, style: Style, today: date
    ) -> Iterator[Answer]:
        """The answer as it grows: each one holds checked sentences only, the last one is the whole.

        The last answer may replace what came before (a fallback). Closing the iterator stops the model.
        """
        ranked = tuple(sorted(found, key=lambda r: r.rank))
        if refusal := assess(question, ranked):
            yield Answer(refusal=refusal, passages=ranked)
            return
        given = ranked[:MAX_PASSAGES]
        if any(r.passage.compartment not in self._ceiling for r in given):
            yield self._without(question, ranked, style, today, NOTICE_CEILING)
            return
        try:
            yield from self._generated(question, given, ranked, style)
        except UngroundedAnswerError:
            yield self._without(question, ranked, style, today, NOTICE_UNGROUNDED)
        except GeneratorUnavailableError as exc:
            _log.info("answering without the model: %s", exc)
            yield self._without(question, ranked, style, today, NOTICE_UNAVAILABLE)

    def _without(
        self, question: str, found: Sequence[Retrieved], style: Style, today: date, notice: str
    ) -> Answer:
        return replace(extractive.compose(question, found, style=style, today=today), notice=notice)

    def _generated(
        self, question: str, given: Sequence[Retrieved], found: tuple[Retrieved, ...], style: Style
    ) -> Iterator[Answer]:
        """Growing answers from the model's reply.

        Raises:
            UngroundedAnswerError: nothing of the reply is supported.
            GeneratorUnavailableError: there is no usable reply.
        """
        reply, notice, shown = "", "", 0
        stream = self._endpoint.stream(messages(question, [r.passage for r in given], style))
        try:
            for part in stream:
                reply += part
                if "。" not in part and "\n" not in part:
                    continue
                lines = _supported(claims(complete(reply)), given)
                if len(lines) > shown:
                    shown = len(lines)
                    yield _answer(lines, found, "")
        except CutOffError as exc:
            reply, notice = complete(reply), NOTICE_CUT_OFF
            if not reply:
                raise GeneratorUnavailableError(str(exc)) from exc
        lines = _supported(claims(reply), given)
        if not lines and is_refusal(reply) and not notice:
            yield Answer(refusal=NOT_FOUND, passages=found)
            return
        if not lines:
            raise UngroundedAnswerError("no sentence of the reply is supported by the passages")
        yield _answer(lines, found, notice)


def _supported(said: Sequence[Claim], given: Sequence[Retrieved]) -> list[_Supported]:
    """The claims that a passage supports, each once, with the words of the passage that it rests on."""
    lines: dict[str, _Supported] = {}
    for claim in said:
        if claim.text in lines:
            continue
        cited = [given[n - 1] for n in claim.cited if 1 <= n <= len(given)]
        others = [retrieved for retrieved in given if retrieved not in cited]
        for retrieved in (*cited, *others):
            if _holds(claim.text, retrieved):
                start, end = _rests_on(claim.text, retrieved)
                lines[claim.text] = _Supported(claim.text, retrieved, start, end)
                break
    return list(lines.values())


def _holds(text: str, found: Retrieved) -> bool:
    passage = found.passage
    return check(text, [passage.text], said_on=passage.date, header=passage.header).supported


def _rests_on(text: str, found: Retrieved) -> tuple[int, int]:
    """The sentence of the passage that shares the most words with `text`; earlier ones win ties."""
    words = frozenset(tokens(text))
    split = [piece for piece in pieces(found.passage.text) if not piece.empty] or pieces(found.passage.text)

    def shared(piece: Piece) -> tuple[int, int]:
        return len(words & frozenset(tokens(piece.text))), -piece.order

    best = max(split, key=shared)
    return best.start, best.end


def _answer(lines: Sequence[_Supported], found: tuple[Retrieved, ...], notice: str) -> Answer:
    """Sentences with citations; lines that rest on the same words share a citation."""
    places = list(dict.fromkeys((line.found.passage.id, line.start, line.end) for line in lines))
    by_place = {(line.found.passage.id, line.start, line.end): line for line in lines}
    citations = tuple(
        Citation(n, by_place[place].found.passage, place[1], place[2]) for n, place in enumerate(places, 1)
    )
    sentences = tuple(
        Sentence(line.text, (places.index((line.found.passage.id, line.start, line.end)) + 1,))
        for line in lines
    )
    audience = audience_of(line.found.passage.compartment for line in lines)
    return Answer(sentences, citations, audience=audience, notice=notice, passages=found)
