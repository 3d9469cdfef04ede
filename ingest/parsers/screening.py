"""A second look at documents with closed marks: beside what the parser makes of the file without the closed words.

A parser moves, joins and names text; a mark may come to stand elsewhere than the words it closes. So a file with
marks is parsed twice, the second time without the closed words. Titles and other fields of a document are those of
the second reading. Where closed words stand in the open text of the first more often than in the second, a mark was
misplaced, and the whole document is closed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from corpus.disclosure import MARK, Label, Status
from corpus.model import Document, LabelClaim, Section, Span, Utterance
from ingest.extract import Extract
from ingest.parsers.mark_labels import withholds_existence
from ingest.parsers.sentinels import Code, Mark, encode_line, places_of, strip_sentinels

_MISPLACED = "非公開の印の位置を本文の中で確かめられないため、文書全体を非公開とします"
OUTSIDE = "非公開の語の一部が本文の外（表題や発言者の名など）にあります。元のファイルは所管課だけが開けます"
_UNREAD = "「{mark}」は非公開の印として読めません。文書全体を非公開とします"
_MIN_CHARS = 2
"""Shorter words stand by chance in any text."""
_BRACKETED = re.compile(
    r"[〔［【（《〈＜「『｛(\[<{]([^〔〕［］【】（）《》〈〉＜＞「」『』｛｝()\[\]<>{}]{3,40})[〕］】）》〉＞」』｝)\]>}]"
)
_HERE = r"(?:ここ|ココ|此処|此所|これ|コレ)"
_WAY = r"(?:から|カラ|より|ヨリ|まで|マデ)"
_LIKE_A_MARK = re.compile(
    rf"(?:一部)?非公開(?:部分|箇所|事項)?[・:;,、.\-ー~―]?(?:{_HERE}{_WAY}.*|開始|始め?|始まり|はじめ|はじまり|終了|終わ?り|終|おわり)"
    rf"|{_HERE}{_WAY}[は、・]?(?:一部)?非公開.*|以[下上][、・]?(?:一部)?非公開|/(?:一部)?非公開"
)

_WITH_A_NOTE = re.compile(rf"非公開[(〔\[【][^()〔〕\[\]【】]{{0,30}}[)〕\]】]{_HERE}{_WAY}")


@dataclass
class Curtain:
    """Takes closed words out of the texts of a file, one text after the other, and remembers them."""

    marks: tuple[Mark, ...]
    words: set[str] = field(default_factory=set)
    _closed: bool = False
    _for_good: bool = False

    def draw(self, text: str) -> str:
        """`text` without its closed words; one mark in their place, none where existence is withheld.

        A mark without its partner closes all that follows, as `offsets.resolve` has it.
        """
        kept, position = "", 0
        for place in places_of(text):
            kept += self._piece(text[position : place.at])
            position = place.at + 1
            kept += self._turn(place.number) if place.is_mark else text[place.at]
        return kept + self._piece(text[position:])

    def _piece(self, text: str) -> str:
        if not self._closed:
            return text
        self.words.update(word for line in text.split("\n") if len(word := plain(line)) >= _MIN_CHARS)
        return "\n" * text.count("\n")

    def _turn(self, number: int) -> str:
        mark = self.marks[number]
        if mark.opens:
            self._for_good = self._closed
            begins, self._closed = not self._closed, True
            return MARK if begins and not withholds_existence(mark.note) else ""
        self._closed = self._for_good
        return ""

    def draw_value(self, value: object) -> object:
        """A decoded JSON value without the closed words in its strings."""
        if isinstance(value, str):
            return self.draw(value)
        if isinstance(value, list):
            return [self.draw_value(item) for item in value]
        if isinstance(value, dict):
            return {key: self.draw_value(item) for key, item in value.items()}
        return value

    def draw_entry(self, entry: object) -> object:
        """The same for an entry of a JSON file. One that holds a list is a meeting of its own: no mark reaches it."""
        if isinstance(entry, dict) and any(isinstance(value, list) for value in entry.values()):
            self._closed = self._for_good = False
        return self.draw_value(entry)


def screened_line(text: str) -> str:
    """A line that stands outside the text of a file, such as the title in its properties, without its closed words."""
    encoded, marks = encode_line(text)
    return Curtain(marks).draw(encoded) if marks else text


def screened(encoded: Extract, code: Code) -> tuple[Extract, frozenset[str]]:
    """An encoded file without its closed words, and these words."""
    curtain = Curtain(code.marks)
    blocks = tuple(replace(block, text=curtain.draw(block.text)) for block in encoded.blocks)
    data: object = encoded.data
    data = [curtain.draw_entry(item) for item in data] if isinstance(data, list) else curtain.draw_value(data)
    return replace(encoded, blocks=blocks, data=data), frozenset(curtain.words)


def unread(encoded: Extract) -> str | None:
    """What stands in brackets like a closed mark and is none: a misspelt mark must not leave its words open."""
    for text in (*(block.text for block in encoded.blocks), *_strings(encoded.data)):
        if "公" not in text:
            continue
        if found := _WITH_A_NOTE.search(_visible(strip_sentinels(text))):
            return found.group()
        for found in _BRACKETED.finditer(strip_sentinels(text)):
            if _LIKE_A_MARK.fullmatch(_visible(found[1])):
                return found[1].strip()
    return None


def shut(documents: Iterable[Document], mark: str) -> list[Document]:
    """The documents of a file with a `mark` that cannot be read: closed, with a warning that names it."""
    return [_shut(document, _UNREAD.format(mark=mark)) for document in documents]


def _strings(value: object) -> Iterator[str]:
    """Every string of a decoded JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _strings(item)


def _visible(text: str) -> str:
    """Words as `plain` has them, without characters that show nothing."""
    return "".join(c for c in plain(text) if unicodedata.category(c) not in ("Cf", "Mn", "Cc"))


def compared(
    documents: Sequence[Document], without: Sequence[Document], words: frozenset[str]
) -> list[Document]:
    """The documents of a file, none of which shows closed words in its open parts.

    Args:
        documents: of the file as it is, marks resolved to claims.
        without: of the same file without its closed words.
        words: the closed words, as `plain` has them.
    """
    inside = "\0".join(_closed_text(document) for document in documents)
    if any(word not in inside for word in words):
        documents = [replace(each, warnings=(*each.warnings, OUTSIDE)) for each in documents]
    if len(documents) != len(without):
        return [_shut(document, _MISPLACED) for document in documents]
    return [_beside(document, twin, words) for document, twin in zip(documents, without, strict=True)]


def plain(text: str) -> str:
    """Words as they are compared: after NFKC, without white space."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _beside(document: Document, twin: Document, words: frozenset[str]) -> Document:
    closed = _closed(document)
    shown, known = _open_text(document.text, closed), plain(twin.text)
    if any(shown.count(word) > known.count(word) for word in words):
        document = _shut(document, _MISPLACED)
    names = {plain(name) for each in twin.utterances for name in (each.speaker, each.post)}
    titles = {plain(section.title) for section in twin.sections}
    return replace(
        document,
        title=twin.title,
        meeting=twin.meeting,
        session=twin.session,
        date=twin.date,
        department=twin.department,
        url=twin.url,
        utterances=tuple(_named(each, closed, words, names) for each in document.utterances),
        sections=tuple(_titled(each, closed, words, titles) for each in document.sections),
    )


def _closed(document: Document) -> list[Span]:
    """The spans that marks close."""
    return [claim.span for claim in document.claims if claim.source == "mark" and claim.span is not None]


def _closed_text(document: Document) -> str:
    return "\0".join(plain(document.text[span.start : span.end]) for span in _closed(document))


def _shut(document: Document, why: str) -> Document:
    claim = LabelClaim(Label(Status.CLOSED, owner=document.department), "mark")
    return replace(document, claims=(*document.claims, claim), warnings=(*document.warnings, why))


def _open_text(text: str, closed: Iterable[Span]) -> str:
    """What stands outside the closed spans, as `plain` has it; NUL in the place of each."""
    pieces, position = [], 0
    for span in sorted(closed, key=lambda each: each.start):
        pieces.append(text[position : span.start])
        position = max(position, span.end)
    return "\0".join(plain(piece) for piece in (*pieces, text[position:]))


def _named(utterance: Utterance, closed: Sequence[Span], words: frozenset[str], known: set[str]) -> Utterance:
    if _inside(utterance, closed):
        return utterance
    told = (plain(utterance.speaker), plain(utterance.post))
    if any(name not in known and _tells(name, words) for name in told):
        return replace(utterance, speaker="", post="")
    return utterance


def _titled(section: Section, closed: Sequence[Span], words: frozenset[str], known: set[str]) -> Section:
    name = plain(section.title)
    if name in known or not _tells(name, words) or _inside(section, closed):
        return section
    return replace(section, title=MARK)


def _tells(name: str, words: Iterable[str]) -> bool:
    return any(word in name or (len(name) >= _MIN_CHARS and name in word) for word in words)


def _inside(part: Utterance | Section, closed: Iterable[Span]) -> bool:
    return part.start < part.end and any(s.start <= part.start and part.end <= s.end for s in closed)
