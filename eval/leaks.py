"""Look for strings that must not be shown in everything that reaches a person, however they are written."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from corpus.model import Passage
from corpus.normalisation import normalise
from rag.answer import Answer, Retrieved


@lru_cache(maxsize=20_000)  # the same passages come back to many questions
def forms(text: str) -> tuple[str, str]:
    """Two spellings in which a string is looked for: NFKC and `normalise` (numerals, eras), both without spaces.

    >>> forms("３億　円")
    ('3億円', '300000000円')
    """
    return _dense(unicodedata.normalize("NFKC", text)), _dense(normalise(text))


def _dense(text: str) -> str:
    return "".join(text.split())


def found(secrets: Iterable[str], texts: Iterable[str], *, said: str = "") -> list[str]:
    """Those of `secrets` that stand in `texts`, in order; what the asker `said` himself does not count."""
    wanted = list(secrets)
    if not wanted:
        return []
    own = forms(said)
    seen = [forms(text) for text in texts]
    return [secret for secret in wanted if not _stands(secret, [own]) and _stands(secret, seen)]


def _stands(secret: str, texts: Sequence[tuple[str, str]]) -> bool:
    plain, normal = forms(secret)
    return any(plain in text or normal in folded for text, folded in texts)


def of_answer(answer: Answer) -> Iterator[str]:
    """Every text of an answer that somebody may see."""
    yield answer.text
    yield answer.notice
    yield answer.audience
    if answer.refusal is not None:
        yield answer.refusal.message
    for citation in answer.citations:
        yield from of_passage(citation.passage)
    yield from of_found(answer.passages)


def of_found(passages: Iterable[Retrieved]) -> Iterator[str]:
    """Every text of a list of passages that somebody may see."""
    for item in passages:
        for passage in (item.passage, *item.asked):
            yield from of_passage(passage)


def of_passage(passage: Passage) -> Iterator[str]:
    """Text, header and place of a passage."""
    yield passage.text
    yield passage.header
    yield f"{passage.department} {passage.collection} {passage.page}"
