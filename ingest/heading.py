"""Closed words in what heads a text: its title, its meeting, its address, the names of its speakers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from urllib.parse import unquote

from corpus.disclosure import MARK, Label
from corpus.model import Document, Span, Utterance
from corpus.quotation import find, folded_with_origins

Secrets = Sequence[tuple[str, str]]
"""Closed words, folded, and what stands for each."""


def secrets_of(document: Document, spans: Sequence[tuple[Span, Label]]) -> list[tuple[str, str]]:
    """The words of closed spans, longest first, and what stands for them where they recur in a title."""
    words = [
        (folded_with_origins(document.text[span.start : span.end])[0], "" if label.hidden else MARK)
        for span, label in spans
    ]
    return sorted((pair for pair in words if len(pair[0]) > 1), key=lambda pair: -len(pair[0]))


def screen(title: str, secrets: Secrets) -> str:
    """A title without the words of a closed span that stand in it, however they are spaced and however wide."""
    folded = folded_with_origins(title)[0]
    for secret, mark in secrets:
        if secret in folded:
            for span in reversed(find(title, secret)):
                title = title[: span.start] + mark + title[span.end :]
            folded = folded_with_origins(title)[0]
    return title


def headed(document: Document, secrets: Secrets) -> Document:
    """`document` without closed words in what heads its text."""
    address = unquote(document.url)
    return replace(
        document,
        title=screen(document.title, secrets),
        meeting=screen(document.meeting, secrets),
        session=screen(document.session, secrets),
        url=document.url if screen(address, secrets) == address else "",
    )


def unnamed(utterances: Iterable[Utterance], secrets: Secrets) -> Iterator[Utterance]:
    """Utterances without their speaker where the name is closed; a post alone names nobody."""
    known: dict[tuple[str, str], bool] = {}
    for each in utterances:
        name = (each.speaker, each.post)
        if name not in known:
            known[name] = bool(each.speaker) and _names(*name, secrets)
        yield replace(each, speaker="", post="") if known[name] else each


def _names(name: str, post: str, secrets: Secrets) -> bool:
    office = folded_with_origins(post)[0]
    told = [folded_with_origins(words)[0] for words in (name + post, post + name)]
    return any(secret not in office and any(secret in words for words in told) for secret, _ in secrets)
