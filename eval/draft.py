"""Propose questions from documents, for a person to correct: threads give question and answer, figures the rest.

Every proposal has ``draft: true``; it is measured once somebody has looked at it and taken that out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from corpus.catalogue import DocumentRow
from corpus.figures import figures
from corpus.model import Passage, Rendition, Role, Span, Thread
from corpus.reading import Reader
from corpus.sentences import sentences
from corpus.store import Store

MAX_QUESTION_CHARS = 120
MAX_REFERENCE_CHARS = 120
_ASKS = re.compile(
    r"(?:伺(?:い|う|って)|お?尋ね|お?聞き|見解|所見|答弁を(?:求め|お願)|お答え|お聞かせ|お示し|いかが|どのよう|どう(?:です|なって|考え)"
    r"|(?:のか|ますか|ですか|でしょうか)[。？?]?$|[？?]$)"
)
_POLITE = re.compile(
    r"お答え(?:いたします|します|申し上げます)|ご質問(?:で(?:ござい|あり)ます|がございました|をいただきました)"
)
_OPENING = re.compile(
    r"^(?:まず(?:は|初めに)?|初めに|次に|次いで|続いて|最後に|また|そこで|さらに|そして|それでは|では|第[一二三四五六七八九十]に)[、，]?"
)
_BY_FIGURE = (Role.EXPLANATION, Role.OTHER, Role.RESOLUTION)


def propose(store: Store, reader: Reader, *, named: str = "", limit: int = 20) -> list[dict[str, Any]]:
    """Questions as JSON objects of a suite, ready to be corrected.

    Args:
        store: where the documents are.
        reader: only what it may read is proposed from.
        named: only documents whose file name or title holds these words; empty for all.
        limit: at most so many, spread evenly over what there is.
    """
    names = {source.id: source.name for source in store.catalogue.sources().values()}
    rows = sorted(reader.documents().values(), key=lambda row: (names.get(row.source_id, ""), row.key))
    wanted = [row for row in rows if named in f"{names.get(row.source_id, '')}\n{row.title}"]
    found = [
        entry
        for row in wanted
        for entry in _of_document(store, reader, row, names.get(row.source_id, row.title))
    ]
    step = max(1, len(found) // limit) if limit else 1
    chosen = found[::step][:limit]
    return [{"id": f"d{number:03d}", **entry} for number, entry in enumerate(chosen, 1)]


def write(entries: Sequence[dict[str, Any]], path: Path) -> None:
    """Write proposals as JSONL."""
    lines = [json.dumps(entry, ensure_ascii=False) for entry in entries]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _of_document(store: Store, reader: Reader, row: DocumentRow, name: str) -> Iterator[dict[str, Any]]:
    rendition = reader.renditions(row.id).get(row.base)
    if rendition is None:
        return
    threads = store.catalogue.threads(row.id, row.base)
    for thread in threads:
        yield from _of_thread(rendition, thread, name)
    if not threads:
        for passage in reader.passages_of(row.id):
            if passage.compartment == row.base and passage.role in _BY_FIGURE:
                yield from _of_passage(passage, name)


def _of_thread(rendition: Rendition, thread: Thread, name: str) -> Iterator[dict[str, Any]]:
    """The sentence that asks, and the first sentence of the answer that says something."""
    text = rendition.document.text
    asked = [s for s in _sentences(text, thread.question) if _ASKS.search(s)]
    told = [s for s in _sentences(text, thread.answer) if len(s) > 12 and not _POLITE.search(s)]
    if asked and told:
        question = _OPENING.sub("", asked[-1])[-MAX_QUESTION_CHARS:]
        answer = text[thread.answer.start : thread.answer.end]
        yield _entry(question, name, answer, told[0], "質問の文と答弁の範囲から作った下書き")


def _of_passage(passage: Passage, name: str) -> Iterator[dict[str, Any]]:
    """A sentence with a figure, and a question made of what stands before it."""
    for sentence in _sentences(passage.text, Span(0, len(passage.text))):
        counted = [figure for figure in figures(sentence) if figure.unit]
        subject, _, rest = sentence.partition("は")
        if counted and rest and 2 <= len(subject) <= 40 and counted[0].start > len(subject):
            fact = sentence[counted[0].start : counted[0].end]
            entry = _entry(
                f"{_OPENING.sub('', subject)}は、どうなっていますか。",
                name,
                sentence,
                sentence,
                "数字のある文から作った下書き",
            )
            yield entry | {"facts": [fact]}
            return


def _entry(question: str, name: str, quote: str, reference: str, note: str) -> dict[str, Any]:
    return {
        "question": question,
        "as": None,
        "answerable": True,
        "relevant": [{"document": name, "quote": quote}],
        "reference": reference[:MAX_REFERENCE_CHARS],
        "facts": [],
        "must_not_show": [],
        "draft": True,
        "note": note,
    }


def _sentences(text: str, span: Span) -> list[str]:
    part = text[span.start : span.end]
    return [part[start:end].strip() for start, end in sentences(part)]
