"""Puts an answer into words with a language model; every sentence it writes is checked before anybody sees it.

The model gets numbered passages as data and must cite every sentence. A citation that does not support its
sentence is replaced by one that does; a sentence that no passage supports is dropped. Whatever goes wrong,
the answer made of real sentences stands, with a notice.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from corpus.disclosure import Principal, audience_of
from corpus.japanese import tokens
from rag.answer import NOT_FOUND, Answer, Citation, Retrieved, Sentence, Style
from rag.compose.endpoint import Endpoint
from rag.compose.pieces import Piece, pieces
from rag.compose.prompt import Claim, claims, complete, is_planted, is_refusal, messages, settled, within
from rag.errors import CutOffError, GeneratorBusyError, GeneratorUnavailableError, UngroundedAnswerError
from rag.grounding import check
from rag.joining import Source, shares
from rag.listening import PATIENT, Listener
from rag.refusal import assess

_log = logging.getLogger(__name__)

MAX_SENTENCES = {Style.FULL: 4, Style.BRIEF: 1}
"""Sentences after which the model is stopped."""
MAX_DROPPED = 6
"""Unsupported sentences after which it is stopped as well."""

NOTICE_CEILING = "この回答の根拠には生成AIに渡せない記録が含まれるため、記録の文をそのまま示しています。"
NOTICE_WITHOUT = "閲覧できる記録のうち生成AIに渡せないものは、この回答に使っていません。"
NOTICE_PLANTED = (
    "根拠とした記録にAIへの指示とみられる文があるため、生成AIを使わず、記録の文をそのまま示しています。"
)
NOTICE_UNAVAILABLE = "生成AIが応答しないため、記録の文をそのまま示しています。"
NOTICE_BUSY = "生成AIが混み合っているため、記録の文をそのまま示しています。"
NOTICE_UNGROUNDED = "生成AIの回答を記録で裏付けられなかったため、記録の文をそのまま示しています。"
NOTICE_BESIDE = "生成AIの回答が問いに答えていないとみられるため、記録の文をそのまま示しています。"
NOTICE_CUT_OFF = "生成AIの応答が途中で止まったため、記録で確かめられた文だけを示しています。"
NOTICE_DROPPED = "生成AIの回答のうち、記録で裏付けられなかった文は除いています。"

REASONS = {
    NOTICE_CEILING: "ceiling",
    NOTICE_WITHOUT: "part_above_ceiling",
    NOTICE_PLANTED: "planted",
    NOTICE_UNAVAILABLE: "unavailable",
    NOTICE_BUSY: "busy",
    NOTICE_UNGROUNDED: "ungrounded",
    NOTICE_BESIDE: "beside",
    NOTICE_CUT_OFF: "cut_off",
    NOTICE_DROPPED: "dropped",
}
"""Notice -> its name in the figures of the service."""


def reasons(notice: str) -> list[str]:
    """The names of the notices that `notice` is put together from."""
    return [name for text, name in REASONS.items() if text in notice]


@dataclass(frozen=True, slots=True)
class _Rest:
    """A passage and the sentence of it that a sentence of the model rests on."""

    found: Retrieved
    piece: Piece


@dataclass(frozen=True, slots=True)
class _Line:
    """A sentence of the model and what it rests on: one passage, or several that it joins."""

    text: str
    rests: tuple[_Rest, ...]


class GenerativeComposer:
    """Answers with a model, from passages that it may read.

    Args:
        endpoint: the model behind its limits.
        principal: as whom the endpoint reads: it gets no passage that this principal may not read.
    """

    def __init__(self, endpoint: Endpoint, *, principal: Principal) -> None:
        self._endpoint = endpoint
        self.principal = principal

    def close(self) -> None:
        """Stop the model; whoever waits gets an answer without it."""
        self._endpoint.close()

    def compose(
        self,
        question: str,
        given: Sequence[Retrieved],
        draft: Answer,
        *,
        style: Style,
        listener: Listener = PATIENT,
    ) -> Answer:
        """`draft` in the words of the model, or `draft` with a notice where that cannot be.

        Args:
            question: in words that may be sent to the endpoint.
            given: passages that `principal` may read, best first; nothing else is sent.
            draft: the answer made of real sentences.
            style: how long the answer is to be.
            listener: hears the answer grow; the sentences heard are the first ones of the answer returned.

        Raises:
            ListenerGoneError: nobody waits for the answer any longer.
        """
        sound = [retrieved for retrieved in given if not is_planted(retrieved.passage)]
        cited = {citation.passage.id for citation in draft.citations}
        if not sound or cited & {r.passage.id for r in given if r not in sound}:
            return replace(draft, notice=NOTICE_PLANTED)
        sent = sound[: within([retrieved.passage for retrieved in sound])]
        try:
            return self._generated(question, sent, draft, style, listener, trusted=len(sound) == len(given))
        except UngroundedAnswerError:
            return replace(draft, notice=NOTICE_UNGROUNDED)
        except GeneratorBusyError:
            return replace(draft, notice=NOTICE_BUSY)
        except GeneratorUnavailableError as exc:
            _log.info("answering without the model: %s", exc)
            return replace(draft, notice=NOTICE_UNAVAILABLE)

    def _generated(
        self,
        question: str,
        given: Sequence[Retrieved],
        draft: Answer,
        style: Style,
        listener: Listener,
        *,
        trusted: bool,
    ) -> Answer:
        """The answer of the model. Where something was kept from it (not `trusted`), its refusal counts for nothing.

        Raises:
            UngroundedAnswerError: nothing of the reply is supported.
            GeneratorUnavailableError: there is no usable reply.
        """
        checked = _Checked(question, given, MAX_SENTENCES[style])
        prompt = messages(question, [retrieved.passage for retrieved in given], style)
        reply, notice = "", ""
        stream = self._endpoint.stream(prompt, gone=listener.gone)
        try:
            for part in stream:
                reply += part
                if checked.add(settled(reply)) and checked.answers:
                    listener.hear(_answer(checked.lines, draft, ""))
                if checked.full:
                    break
            else:
                checked.add(claims(reply))
        except CutOffError:
            checked.add(claims(complete(reply)))
            notice = NOTICE_CUT_OFF
        finally:
            stream.close()  # type: ignore[attr-defined]
        if checked.lines and not checked.answers:
            return replace(draft, notice=NOTICE_BESIDE)
        if checked.lines:
            return _answer(checked.lines, draft, notice or (NOTICE_DROPPED if checked.dropped else ""))
        if is_refusal(reply) and trusted and not notice:
            return Answer(refusal=NOT_FOUND, passages=draft.passages)
        if notice and not complete(reply):
            raise GeneratorUnavailableError("the reply broke off before its first sentence ended")
        raise UngroundedAnswerError("no sentence of the reply is supported by the passages")


@dataclass(slots=True)
class _Checked:
    """The claims of a reply that a passage supports, each once, in the order written.

    `answers` tells whether one of them is about the question and has what it needs, by the same measure as the
    sentences of the records; nobody hears the others before.
    """

    question: str
    given: Sequence[Retrieved]
    most: int
    lines: list[_Line] = field(default_factory=list)
    dropped: int = 0
    answers: bool = False
    _seen: dict[str, None] = field(default_factory=dict)

    @property
    def full(self) -> bool:
        """Whether there is no use in hearing more."""
        return len(self.lines) >= self.most or self.dropped >= MAX_DROPPED

    def add(self, said: Sequence[Claim]) -> bool:
        """Check the claims that are new; whether a line came of it."""
        before = len(self.lines)
        for claim in said:
            if self.full:
                break
            if claim.text in self._seen:
                continue
            self._seen[claim.text] = None
            line = _supported(claim, self.given)
            if line is not None:
                self.lines.append(line)
                self.answers = self.answers or _answers(self.question, self.lines)
            else:
                self.dropped += 1
        return len(self.lines) > before


def _answers(question: str, lines: Sequence[_Line]) -> bool:
    """Whether the lines that rest on a passage of the last one answer, read in the place of what they rest on."""
    return any(_answers_from(question, rest, lines) for rest in lines[-1].rests)


def _answers_from(question: str, rest: _Rest, lines: Sequence[_Line]) -> bool:
    found, topic = rest.found, rest.piece.topic
    text = "".join(line.text for line in lines if any(one.found is found for one in line.rests))
    passage = replace(
        found.passage, text=text, start=0, end=len(text), topic=f"{found.passage.topic} {topic}".strip()
    )
    return assess(question, [replace(found, passage=passage, rank=1)]) is None


def _supported(claim: Claim, given: Sequence[Retrieved]) -> _Line | None:
    """The claim with the passage that supports it: one that it cites, else another, else those it cites together.

    None where none does.
    """
    if any(piece.asking for piece in pieces(claim.text)):  # the question said again
        return None
    cited = [given[n - 1] for n in claim.cited if 1 <= n <= len(given)]
    others = (retrieved for retrieved in given if retrieved not in cited)
    for retrieved in (*cited, *others):
        if _holds(claim.text, retrieved):
            return _Line(claim.text, (_Rest(retrieved, _rests_on(claim.text, retrieved)),))
    joined = shares(claim.text, [_source(retrieved) for retrieved in cited])
    rests = tuple(_Rest(cited[one.source], _rests_on(one.text, cited[one.source])) for one in joined)
    return _Line(claim.text, rests) if rests else None


def _source(found: Retrieved) -> Source:
    return Source(found.passage.text, found.passage.date, found.passage.header)


def _holds(text: str, found: Retrieved) -> bool:
    passage = found.passage
    return check(text, [passage.text], said_on=passage.date, header=passage.header).supported


def _rests_on(text: str, found: Retrieved) -> Piece:
    """The sentence of the passage that shares the most words with `text`; earlier ones win ties."""
    words = frozenset(tokens(text))
    split = [piece for piece in pieces(found.passage.text) if not piece.empty] or pieces(found.passage.text)

    def shared(piece: Piece) -> tuple[int, int]:
        return len(words & frozenset(tokens(piece.text))), -piece.order

    return max(split, key=shared)


def _answer(lines: Sequence[_Line], draft: Answer, notice: str) -> Answer:
    """Sentences with citations, numbered as they come; lines that rest on the same words share one."""
    numbers: dict[tuple[str, int, int], int] = {}
    citations: list[Citation] = []
    sentences: list[Sentence] = []
    for line in lines:
        places = [(rest.found.passage.id, rest.piece.start, rest.piece.end) for rest in line.rests]
        for place, rest in zip(places, line.rests, strict=True):
            if place not in numbers:
                numbers[place] = len(numbers) + 1
                citations.append(Citation(numbers[place], rest.found.passage, *place[1:]))
        sentences.append(Sentence(line.text, tuple(dict.fromkeys(numbers[place] for place in places))))
    return Answer(
        tuple(sentences),
        tuple(citations),
        audience=audience_of(citation.passage.compartment for citation in citations),
        notice=notice,
        passages=tuple(_with_cited(draft.passages, lines)),
    )


def _with_cited(passages: Sequence[Retrieved], lines: Sequence[_Line]) -> Iterator[Retrieved]:
    """What was found, then what is cited and was not among it."""
    yield from passages
    known = {retrieved.passage.id for retrieved in passages}
    for rest in (rest for line in lines for rest in line.rests):
        if rest.found.passage.id not in known:
            known.add(rest.found.passage.id)
            yield replace(rest.found, rank=len(known))
