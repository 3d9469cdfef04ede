"""The proceedings of a meeting record, line by line: agenda items, speeches, decisions, papers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from corpus.model import Role
from ingest.parsers.draft import Draft
from ingest.parsers.record_labels import Labels, speaker_of
from ingest.parsers.record_turns import Speaking
from ingest.parsers.roles import is_resolution
from ingest.parsers.sentinels import sentinels_of, strip_sentinels, trim
from ingest.parsers.speakers import Speaker
from ingest.parsers.wording import (
    is_clock,
    is_rule,
    join_lines,
    join_paragraphs,
    paragraphs,
    strip_directions,
    tidy,
    unwrapped,
)

HEADING = re.compile(
    r"(?P<kind>(?:協議|審議|報告|議決|決定|連絡|確認|検討|説明|その他)(?:事項|案件)?|議題|議案|議事|案件|次第)?\s*"
    r"(?:[（(]\s*[0-9０-９一二三四五六七八九十]{1,3}\s*[）)]|第?[0-9０-９一二三四五六七八九十]{1,3}(?:号|[.．、])?(?=[\s　]|$)|[①-⑳])"
    r"[\s　:：]*(?P<title>.*)"
)
_OTHER = re.compile(r"(?:[0-9０-９]{1,2}[.．、\s]*|[（(][0-9０-９]{1,2}[）)]\s*)?その他(?:事項)?")
_EXPLAINED = re.compile(
    r"〔\s*(?P<who>[^：:〔〕]{1,20})\s*[：:]\s*(?P<what>[^〔〕]*?)(?:を|の)?(?:説明|報告)[^〔〕]*〕"
)
_GIST = re.compile(r"(?:説明|報告)?(?:要旨|概要)\s*[：:]")
_PAGE_NUMBER = re.compile(
    r"[\s　\-－―─–]*[0-9０-９]{1,4}(?:\s*[/／]\s*[0-9０-９]{1,4})?[\s　\-－―─–]*(?:ページ|頁)?"
)
_CLOSING = re.compile(
    r"[\s　―─—–\-－〔（(＜<]*(?:閉会|開会|散会|休憩|再開|以上|了|[0-9０-９]{1,2}[:：時][0-9０-９]{0,2}分?\s*(?:終了|閉会|開会|開始))[\s　―─—–\-－〕）)＞>。]*"
)
_PAPERS = re.compile(r"(?:提出された資料等?|配[布付]資料|会議資料|資料一覧|提出資料)[\s　：:]*")
_PAPER = re.compile(r"[・○]?\s*[【\[]?(?:参考)?資料\s*[0-9０-９一二三四五六七八九十A-ZＡ-Ｚ-]+")


def bare(line: str) -> str:
    """A line as a reader sees it, tidied."""
    return tidy(strip_sentinels(line))


def squeeze(text: str) -> str:
    """`text` without white space, as labels and headings are compared."""
    return re.sub(r"\s", "", text)


@dataclass
class Body:
    """The proceedings as gathered line by line: `take` every line, then `flush`.

    `agenda` are the items of the form, squeezed; `posts` those of the attendance list.
    """

    agenda: frozenset[str]
    width: int = 0
    wrapped: bool = True
    draft: Draft = field(default_factory=Draft)
    speaking: Speaking = field(default_factory=Speaking)
    label: str = ""
    explaining: str = ""
    lines: list[str] = field(default_factory=list)
    begun: bool = False
    labels: Labels = field(default_factory=lambda: Labels([]))
    posts: frozenset[str] = frozenset()
    papers: bool = False

    def take(self, line: str) -> None:
        """Sort one line into the document."""
        plain = bare(line)
        if not plain:
            self.lines.append(line)
        elif self._silent(line, plain) or self._heads(line, plain):
            return
        elif self.papers:
            self._paper(line, plain)
        elif not self._speaks(line, plain):
            self.lines.append(line)
            self.begun = True

    def _silent(self, line: str, plain: str) -> bool:
        """Whether a line says nothing (page number, time, closing), its sentinels kept."""
        if _PAGE_NUMBER.fullmatch(plain) or is_clock(plain) or is_rule(plain) or _CLOSING.fullmatch(plain):
            self.lines.append(sentinels_of(line))
            return True
        explained = _EXPLAINED.fullmatch(plain)
        if explained:
            self.flush()
            self.draft.keep(line)
            self.explaining = squeeze(explained["who"])
            return True
        if is_resolution(plain):
            self.flush()
            self.draft.say(trim(re.sub(r"[―─—–\-－〔〕（）()＜＞<>【】]", "", line)), role=Role.RESOLUTION)
            return True
        return False

    def _heads(self, line: str, plain: str) -> bool:
        """Whether a line is an agenda item or the list of papers, now begun as a section."""
        if _PAPERS.fullmatch(plain):
            self.flush()
            self.draft.section(line)
            self.papers = True
            return True
        if not self._is_heading(plain):
            return False
        self.flush()
        self.papers = False
        self.draft.section(
            trim(line) if sentinels_of(line) else plain, 2 if re.match(r"[（(①-⑳]", plain) else 1
        )
        self.speaking.new_item()
        return True

    def _is_heading(self, plain: str) -> bool:
        if plain.endswith(("。", "、")) or len(plain) > 80:
            return False
        if _OTHER.fullmatch(plain) or squeeze(plain) in self.agenda:
            return True
        found = HEADING.fullmatch(plain)
        if found is None or not found["title"]:
            return False
        return bool(found["kind"]) or squeeze(found["title"]) in self.agenda

    def _paper(self, line: str, plain: str) -> None:
        """A line of the list of papers: the number of a paper stands apart from its title."""
        named = _PAPER.match(plain) is not None
        self.lines.append(
            _PAPER.sub(lambda found: found.group() + "\u3000", line, count=1) if named else line
        )

    def _speaks(self, line: str, plain: str) -> bool:
        """Whether a line begins an utterance, now open."""
        if self.explaining and (gist := _GIST.match(plain)):
            self._open(self.explaining, line, _after(line, gist.group()))
            return True
        spoken = self.labels.match(plain)
        if spoken is None and not self.begun:
            spoken = self.labels.bare(plain)
        if spoken is None:
            return False
        self._open(spoken.label, line, _after(line, spoken.prefix))
        return True

    def _open(self, label: str, line: str, at: int) -> None:
        self.flush()
        self.label = sentinels_of(line[:at]) + label
        self.lines, self.begun = [line[at:]], True

    def flush(self) -> None:
        """Put the open utterance into the document."""
        lines, label = self.lines, self.label
        self.lines, self.label, self.begun = [], "", False
        text = strip_directions("\n".join(lines)).split("\n")
        said = self._said(text)
        visible = strip_sentinels(said)
        printed = strip_sentinels(label)
        speaker = speaker_of(printed, self.posts) if printed else Speaker("", "")
        explaining = bool(self.explaining) and printed == self.explaining
        role = self.speaking.role(printed, visible, explaining=explaining) if visible.strip() else Role.OTHER
        if explaining:
            self.explaining = ""
        self.draft.say(said, speaker=speaker.name, post=speaker.post, role=role, label=label)

    def _said(self, lines: list[str]) -> str:
        if self.papers:
            return join_paragraphs(join_lines(group) for group in _by_paper(lines))
        return paragraphs(lines, self.width) if self.wrapped else unwrapped("\n".join(lines))


def _by_paper(lines: list[str]) -> list[list[str]]:
    """The lines of a list of papers, those of each paper together."""
    groups: list[list[str]] = [[]]
    for line in lines:
        if _PAPER.match(bare(line)):
            groups.append([])
        groups[-1].append(line)
    return groups


def _after(line: str, prefix: str) -> int:
    """Where in `line` what stands after the visible characters of `prefix` begins."""
    wanted = len(squeeze(prefix))
    seen = 0
    for at, character in enumerate(line):
        if seen == wanted:
            return at
        seen += bool(strip_sentinels(character).strip())
    return len(line)
