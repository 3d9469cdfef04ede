"""Materials as sections with text under them: headings, paragraphs, tables, and 問／答 pairs where there are any."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from corpus.model import Role
from ingest.extract import Block, Extract
from ingest.parsers.draft import Draft
from ingest.parsers.numbered import ARTICLE, CAPTION, contents_entry, heading_of
from ingest.parsers.sentinels import sentinels_of, strip_sentinels, trim
from ingest.parsers.tabular import table_text
from ingest.parsers.wording import is_rule, join_paragraphs, page_width, paragraphs, unwrapped

_OWN_RANK = 10
"""Numbered headings rank below all headings that the file itself marks."""
_ITEM_RANK = _OWN_RANK + 4
_PAGE_NUMBER = re.compile(r"[\s\-－―─–]*[0-9０-９]{1,4}[\s\-－―─–]*")
_CONTENTS = re.compile(r"目\s*次|もくじ|CONTENTS")
_N = r"[\s　]*[0-9０-９]{0,3}(?:[-－ー][0-9０-９]{1,2})?"
ASKED = re.compile(
    rf"(?:[【［\[〔（(<＜■◆●○]?\s*(?:問い?|質問(?:要旨)?|想定質問|再質問|[QＱ]){_N}\s*(?:[】］\]〕）)>＞．.:：、]|[\s　]|$)[\s　]*)(?P<rest>.*)"
)
ANSWERED = re.compile(
    rf"(?:[【［\[〔（(<＜■◆●○]?\s*(?:答え?|答弁(?:要旨|案)?|回答|[AＡ]){_N}\s*(?:[】］\]〕）)>＞．.:：、]|[\s　]|$)[\s　]*)(?P<rest>.*)"
)
CHARGED = re.compile(
    r"[（(【\[]?\s*(?:担当|所管|主管|答弁者|回答)(?:部局|部署|課|局|者)?\s*[:：\s　]\s*(?P<name>[^（()）【】\[\]]{2,40}?)\s*[）)】\]]?"
)
_ASKER = re.compile(
    r"(?:(?P<seat>[0-9０-９]{1,3}番)[\s　]*)?(?P<name>[^\s　（(、・第]{2,8}?)議員(?:の|・|）|\)|$)"
)


@dataclass
class _Stretch:
    """Lines of one kind that belong together: running text, a question, or an answer."""

    role: Role = Role.OTHER
    lines: list[str] = field(default_factory=list)


@dataclass
class Outline:
    """A material in the making.

    `numbered`: lines numbered as headings are headings. `pairs`: 問 and 答 are told apart.
    """

    extract: Extract
    numbered: bool = False
    pairs: bool = False
    draft: Draft = field(default_factory=Draft)

    def __post_init__(self) -> None:
        lines = [block.text for block in self.extract.blocks if not block.table]
        self._wrapped = self.extract.wrapped
        self._width = page_width(lines) if self._wrapped else 0
        self._stretch = _Stretch()
        self._held: _Stretch | None = None
        self._asker = ("", "")
        self._ranks: list[int] = []
        self._waiting: tuple[str, int] | None = None
        self._listed = 0
        counted = Counter(_squeeze(contents_entry(strip_sentinels(line))) for line in lines)
        self._repeated = {line for line, count in counted.items() if count > 1 and line}
        self._contents = False

    def build(self) -> Draft:
        """The draft with everything in it."""
        for group in _groups(self.extract):
            if group[0].table:
                self._table(group)
            else:
                self._line(group[0])
        self._settle(0)
        self._flush()
        return self.draft

    def _table(self, blocks: list[Block]) -> None:
        self._settle(None)
        text = table_text(blocks, wrapped=self._wrapped)
        self._close_paragraph()
        for line in text.split("\n"):
            self._stretch.lines.append(line)
            self._close_paragraph()

    def _line(self, block: Block) -> None:
        plain = strip_sentinels(block.text).strip()
        if not plain or is_rule(plain) or (self._wrapped and _PAGE_NUMBER.fullmatch(plain)):
            self._stretch.lines.append(sentinels_of(block.text))
            if not plain:
                self._close_paragraph()
            return
        if self._in_contents(plain):
            self._stretch.lines.append(sentinels_of(block.text))
        elif not (
            self._heading(block, plain)
            or self._article(block, plain)
            or (self.pairs and self._pair(block, plain))
        ):
            self._stretch.lines.append(block.text)

    def _close_paragraph(self) -> None:
        """What follows begins a new paragraph."""
        self._stretch.lines.append("\n")

    def _in_contents(self, plain: str) -> bool:
        """Whether a line belongs to a list of contents: it follows the word and comes again later."""
        if _CONTENTS.fullmatch(plain):
            self._contents = True
            return True
        if not self._contents:
            return False
        entry = _squeeze(contents_entry(plain))
        if entry in self._repeated:
            self._repeated.discard(entry)
            return True
        self._contents = contents_entry(plain) != plain
        return self._contents

    def _heading(self, block: Block, plain: str) -> bool:
        if block.level:
            self._settle(block.level)
            self._begin(block.text, block.level)
            return True
        found = heading_of(plain) if self.numbered else None
        if found is None or (self._wrapped and self._runs_on(plain)):
            self._settle(None)
            return False
        self._settle(_OWN_RANK + found.rank)
        self._waiting = (block.text.replace(plain, found.text), _OWN_RANK + found.rank)
        return True

    def _settle(self, following: int | None) -> None:
        """Decide on the numbered heading that waits, now that the rank of what follows is known (None: text).

        One with nothing under it, before another of its rank or a higher one, is an item of a list: text.
        """
        if self._waiting is None:
            return
        title, rank = self._waiting
        self._waiting = None
        alone = following is not None and following <= rank
        if rank >= _ITEM_RANK and (alone or rank == self._listed):
            self._listed = rank if following is not None else 0
            self._close_paragraph()
            self._stretch.lines.append(title)
            self._close_paragraph()
        else:
            self._listed = 0
            self._begin(title, rank)

    def _runs_on(self, plain: str) -> bool:
        """Whether a line is as long as the page is wide: the first line of a numbered paragraph."""
        return bool(self._width) and len(plain) >= 0.9 * self._width

    def _article(self, block: Block, plain: str) -> bool:
        """An article (第１条), with the caption in brackets that stands before it as its title."""
        found = ARTICLE.fullmatch(plain) if self.numbered else None
        if found is None:
            return False
        self._settle(_OWN_RANK + 4)
        caption = ""
        if self._stretch.lines and CAPTION.fullmatch(strip_sentinels(self._stretch.lines[-1]).strip()):
            caption = self._stretch.lines.pop()
        self._begin(found["number"] + trim(caption), _OWN_RANK + 4)
        self._stretch.lines.append(block.text)
        return True

    def _begin(self, title: str, rank: int) -> None:
        """Begin a section; levels are counted from the ranks that enclose it."""
        self._flush()
        while self._ranks and self._ranks[-1] >= rank:
            self._ranks.pop()
        self._ranks.append(rank)
        name = trim(title)
        self.draft.section(name, len(self._ranks))
        asker = _ASKER.search(strip_sentinels(name)) if self.pairs else None
        if asker:
            self._asker = (asker["name"], asker["seat"] or "議員")

    def _pair(self, block: Block, plain: str) -> bool:
        """Whether a line begins a question or an answer, or names who is in charge of the last answer."""
        charged = CHARGED.fullmatch(plain)
        if charged and self._stretch.role is Role.ANSWER:
            self._stretch.lines.append(sentinels_of(block.text))
            self._say(self._stretch, post=charged["name"].strip())
            self._stretch = _Stretch()
            return True
        for pattern, role in ((ASKED, Role.QUESTION), (ANSWERED, Role.ANSWER)):
            found = pattern.fullmatch(plain)
            if found and (found["rest"] or len(plain) <= 6):
                self._flush()
                self._stretch = _Stretch(role, [_after(block.text, found["rest"])])
                return True
        return False

    def _flush(self) -> None:
        self._say(self._stretch)
        self._stretch = _Stretch()

    def _say(self, stretch: _Stretch, post: str = "") -> None:
        speaker = ""
        if stretch.role is Role.QUESTION:
            speaker, post = self._asker
        if self._wrapped:
            pieces = _split(stretch.lines)
            text = join_paragraphs(paragraphs(piece, self._width) for piece in pieces)
        else:
            text = unwrapped("\n".join(stretch.lines))
        self.draft.say(text, speaker=speaker, post=post, role=stretch.role)


def _split(lines: list[str]) -> Iterator[list[str]]:
    """Lines in groups between the marks of closed paragraphs."""
    group: list[str] = []
    for line in lines:
        if line == "\n":
            yield group
            group = []
        else:
            group.append(line)
    yield group


def _groups(extract: Extract) -> Iterator[list[Block]]:
    """Lines one by one, and the cells of each table together."""
    table: list[Block] = []
    for block in extract.blocks:
        if table and block.table != table[0].table:
            yield table
            table = []
        if block.table:
            table.append(block)
        else:
            yield [block]
    if table:
        yield table


def _after(line: str, rest: str) -> str:
    """A line without the label before `rest`, with its closed marks where they stood in the words."""
    visible = len(strip_sentinels(line).rstrip()) - len(rest)
    at = 0
    while visible:
        visible -= bool(strip_sentinels(line[at]))
        at += 1
    return sentinels_of(line[:at]) + line[at:]


def _squeeze(text: str) -> str:
    return re.sub(r"\s", "", text)
