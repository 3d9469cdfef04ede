"""Checks a sentence that joins what several passages say: 「補助は五万円で、北部ルートは一日八便に増える」.

Taken together two passages hold the words of many sentences that neither says. So the sentence is cut between two
clauses, and each stretch must be said by one passage alone. A stretch without a matter of its own（一日八便に増える）
would be read with the matter of the other, and cannot be joined. What holds for later stretches too, a time in
front（来年四月から）or a subject that they leave out（教育長は）, must be in their passages as well.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from corpus.calendar import japanese_date, resolve_relative
from corpus.figures import figures
from corpus.figures import missing as missing_figures
from corpus.japanese import normalise, tokens
from corpus.units import Quantity
from rag.compose.pieces import pieces
from rag.compose.vocabulary import concept, coverage
from rag.grounding import check
from rag.topic import own_nouns

MOST = 3
"""Passages that one sentence may join."""
MIN_HELD = 0.8
"""Share of the nouns of a stretch, by weight, that its passage must hold."""
_CHUNKS = 12
"""Stretches between commas beyond which a sentence is not taken apart."""
_BESIDE = 2
"""Sentences before a figure in which the matter that it belongs to may stand."""

_ENDS = re.compile(
    r"(?:[しりきぎちみびめえけげせてれねべず]|[いっん][てで]|おり|(?<=[一-龠々円人件校年所回便割%％0-9])で(?:あり)?|く|[るうすつぬぶむたい]|ます(?:が|し)?|です(?:が|し)?|[したるい]が"
    r"|一方(?:で)?|ほか|とともに|と共に|[るた](?:上で|うえで)|[一-龠々ァ-ヴー]{2,})$"
)
_PARTICLE = re.compile(
    r"(?:について|に関して|により|によって|として|において|に対し(?:て)?|に向けて|を通じて|に加えて|から|まで|より|ため(?:に)?|等|など|年度?|[0-9]月|[0-9]日|今後|引き続き|現在|特に)$"
)
_MATTER = re.compile(
    r"(?P<noun>[^、。はがを]{1,40}?)(?:(?P<topic>については|に関しては|につきましては|では|には|は|も)|(?P<object>を|が|について|に関して))"
)
_WHOLE = re.compile(
    r"(?:こと|わけ|もの|の)(?:で)?は(?:ない|なく|ありません)|いずれも|どちらも|ともに(?:行|実施|し)|両方|それぞれ"
)
"""Words that speak of all stretches at once."""
_TIMES = frozenset({Quantity.YEAR, Quantity.FISCAL_YEAR, Quantity.MONTH, Quantity.DAY})
_TAIL = re.compile(r"(?:一方(?:で)?|ほか|とともに|と共に)$")
"""Words that tie a clause to the next one."""
_LEAD = re.compile(
    r"^(?:また|一方(?:で)?|さらに|加えて|あわせて|併せて|なお|同時に|このほか|そのほか|そして)、?"
)


@dataclass(frozen=True, slots=True)
class Source:
    """A passage that a sentence cites: its text, the day of its meeting, and title, meeting, post and speaker."""

    text: str
    said_on: date | None = None
    header: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a sentence and the number of the source that says it, from 0."""

    text: str
    source: int


def shares(sentence: str, sources: Sequence[Source]) -> tuple[Share, ...]:
    """The stretches of `sentence`, each with the one source that says it; empty where not all are said.

    Args:
        sentence: one that no source says by itself.
        sources: those it cites; only the first `MOST` are looked at.

    Returns:
        Stretches in order, no two neighbours from the same source.

    >>> bus, tank = Source("北部ルートは来年四月から一日八便に増やします。"), Source("貯留槽の補助の上限は五万円です。")
    >>> [share.source for share in shares("貯留槽の補助の上限は五万円で、北部ルートは一日八便に増やす。", [bus, tank])]
    [1, 0]
    >>> shares("北部ルートは五万円で、貯留槽の補助の上限は一日八便に増やす。", [bus, tank])
    ()
    """
    if len(sources) < 2 or _WHOLE.search(sentence):
        return ()
    chunks = re.sub(r"[。\s]+$", "", sentence).split("、")
    return _shared(chunks, sources[:MOST], [], "") if len(chunks) <= _CHUNKS else ()


def _shared(
    chunks: Sequence[str], sources: Sequence[Source], times: Sequence[str], subject: str
) -> tuple[Share, ...]:
    """The shares of what begins with the first of `chunks`; `times` and `subject` are taken over from before it."""
    for cut in range(len(chunks) - 1, 0, -1):
        left, right = "、".join(chunks[:cut]), _LEAD.sub("", "、".join(chunks[cut:]))
        if not (_is_clause(left) and _has_matter(left) and _has_matter(right)):
            continue
        before, about = _before(left) or times, _subject(left) or subject
        later = _needed(right, before, about)
        first = _said_by(left, sources, _needed(left, times, subject))
        for n in first:
            others = [source for m, source in enumerate(sources) if m != n]
            number = [m for m in range(len(sources)) if m != n]
            for last in _said_by(right, others, later):
                return Share(left, n), Share(right, number[last])
            if rest := _shared(chunks[cut:], others, before, about):
                return Share(left, n), *(Share(one.text, number[one.source]) for one in rest)
    return ()


def _is_clause(text: str) -> bool:
    """Whether a stretch ends as a clause does, not in the middle of one."""
    return bool(_ENDS.search(text)) and not _PARTICLE.search(normalise(text))


def _has_matter(text: str) -> bool:
    """Whether a stretch names a matter of its own: marked as topic or object, or by two nouns."""
    plain = _without_figures(text)
    return bool(_matters(plain)) or len(own_nouns(plain)) >= 2


def _without_figures(text: str) -> str:
    for figure in reversed(figures(text)):
        text = f"{text[: figure.start]} {text[figure.end :]}"
    return text


def _matters(text: str) -> list[re.Match[str]]:
    """The noun phrases before は, が, も, を that name a matter of their own; 費用を does not."""
    return [found for found in _MATTER.finditer(text) if own_nouns(found["noun"])]


def _subject(text: str) -> str:
    """The noun phrase before は or も that comes first in a stretch; empty where there is none."""
    return next((found["noun"] for found in _matters(text) if found["topic"]), "")


def _before(first: str) -> list[str]:
    """Times up to the first matter: they hold for what follows too."""
    matters = _matters(first)
    lead = first[: matters[0].end()] if matters else first
    return [lead[f.start : f.end] for f in figures(lead) if f.quantity in _TIMES]


def _needed(text: str, times: Sequence[str], subject: str) -> list[str]:
    """What a stretch takes over from those before it: times unless it names its own, the subject unless it has one."""
    own = [] if _before(text) else list(times)
    return own if _subject(text) else [*own, *own_nouns(subject)]


def _said_by(text: str, sources: Sequence[Source], needed: Sequence[str]) -> list[int]:
    """The sources that say a stretch, name its matters, and hold its figures beside them."""
    return [
        n
        for n, source in enumerate(sources)
        if _holds(source, text)
        and _has(source, needed)
        and _beside(source, text)
        and _supported(source, text)
    ]


def _supported(source: Source, text: str) -> bool:
    """Whether a source says a stretch, read as a sentence of its own or as it stands."""
    plain = _TAIL.sub("", text)
    return any(
        check(form, [source.text], said_on=source.said_on, header=source.header).supported
        for form in dict.fromkeys((f"{plain}。", plain))
    )


def _holds(source: Source, text: str) -> bool:
    nouns = own_nouns(_TAIL.sub("", _without_figures(text)))
    words = _words(_dated(source)) | _words(source.header)
    subject = own_nouns(_subject(text))
    return coverage(nouns, words) >= MIN_HELD and all(_known(noun, words) for noun in subject[-1:])


def _known(noun: str, words: frozenset[str]) -> bool:
    return concept(noun) in {concept(word) for word in words}


def _has(source: Source, needed: Sequence[str]) -> bool:
    """Whether a source has the times and nouns that a part takes over from the parts before it."""
    dated = _dated(source)
    words = _words(dated) | _words(source.header)
    return all(not missing_figures(one, dated) if figures(one) else _known(one, words) for one in needed)


def _beside(source: Source, text: str) -> bool:
    """Whether each figure of a stretch stands in the source near something that the stretch is about."""
    nouns = {concept(noun) for noun in own_nouns(_without_figures(text))}
    split = pieces(_dated(source))
    header = _words(source.header)

    def near(figure: str) -> bool:
        for n, piece in enumerate(split):
            if missing_figures(figure, piece.text):
                continue
            around = " ".join([*(each.text for each in split[max(0, n - _BESIDE) : n + 1]), piece.topic])
            if nouns & {concept(word) for word in _words(around) | header}:
                return True
        return False

    times = f"{source.header} {japanese_date(source.said_on) if source.said_on else ''}"
    stated = [text[f.start : f.end] for f in figures(text)]
    return all(near(figure) or not missing_figures(figure, times) for figure in stated)


def _dated(source: Source) -> str:
    return resolve_relative(source.text, source.said_on) if source.said_on else source.text


@lru_cache(maxsize=256)
def _words(text: str) -> frozenset[str]:
    return frozenset(tokens(text))
