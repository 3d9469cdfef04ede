"""Anything else: one utterance a paragraph group, sections where the file itself has headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from corpus.model import Document, Kind
from ingest.errors import UnreadableSourceError
from ingest.extract import Block, Extract
from ingest.parsers.dates import find_date
from ingest.parsers.draft import Draft
from ingest.parsers.sentinels import sentinels_of, strip_sentinels
from ingest.parsers.wording import is_rule, page_width, paragraphs, unwrapped

KINDS = frozenset({Kind.MATERIAL, Kind.NEWSLETTER, Kind.PLAN, Kind.MANUAL})
_PAGE_NUMBER = re.compile(r"[\s\-－―─–]*[0-9０-９]{1,4}[\s\-－―─–]*")


def recognise(extract: Extract) -> float:
    """Always a little: the parser for what no other knows."""
    return 0.05 if any(block.text.strip() for block in extract.blocks) else 0.0


def parse(extract: Extract) -> list[Document]:
    """One document; each stretch under one heading is an utterance without a speaker.

    Raises:
        UnreadableSourceError: there is no text.
    """
    draft = Draft()
    width = page_width(block.text for block in extract.blocks) if extract.wrapped else 0
    for group in _groups(extract):
        if group[0].level:
            draft.section(group[0].text, group[0].level)
            continue
        lines = [block.text for block in group]
        draft.say(paragraphs(lines, width) if extract.wrapped else unwrapped("\n".join(lines)))
    if not draft.utterances:
        raise UnreadableSourceError("本文がありません")
    title = _title(extract)
    return [draft.finish(key="", title=title, kind=Kind.MATERIAL, day=find_date(title))]


def _groups(extract: Extract) -> Iterator[list[Block]]:
    """Headings alone, and the blocks between them: a group ends at a heading or a blank line."""
    group: list[Block] = []
    for block in extract.blocks:
        bare = strip_sentinels(block.text)
        if block.level:
            if group:
                yield group
            yield [block]
            group = []
        elif (not bare.strip() or is_rule(bare) or _PAGE_NUMBER.fullmatch(bare)) and not extract.wrapped:
            if group:
                yield group
            group = [replace(block, text=sentinels_of(block.text))]
        else:
            group.append(block)
    if group:
        yield group


def _title(extract: Extract) -> str:
    heading = next((strip_sentinels(block.text).strip() for block in extract.blocks if block.level == 1), "")
    first = next(
        (
            strip_sentinels(block.text).strip()
            for block in extract.blocks
            if strip_sentinels(block.text).strip()
        ),
        "",
    )
    short = first if len(first) <= 60 and not first.endswith("。") else ""
    return extract.title or heading or short or extract.name.rsplit(".", 1)[0]
