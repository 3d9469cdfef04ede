"""Meeting records on a form (会議録 別記様式): labelled fields, check boxes, then 「本部長：…」 under agenda items."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from corpus.calendar import parse_date
from corpus.disclosure import Label, Status
from corpus.model import Document, Kind, LabelClaim, Role
from ingest.errors import UnreadableSourceError
from ingest.extract import Extract
from ingest.parsers.checkboxes import choices, record_label
from ingest.parsers.draft import Draft
from ingest.parsers.form_fields import Form, find_fields, strength
from ingest.parsers.record_labels import Labels, speaker_of
from ingest.parsers.record_turns import Speaking
from ingest.parsers.roles import is_resolution
from ingest.parsers.sentinels import has_mark, sentinels_of, strip_sentinels, trim
from ingest.parsers.speakers import Speaker
from ingest.parsers.wording import (
    is_clock,
    is_rule,
    join_lines,
    join_paragraphs,
    page_width,
    paragraphs,
    strip_directions,
    tidy,
    unwrapped,
)

KINDS = frozenset({Kind.MEETING_RECORD})
_SPEECH_LINES = 8
_HEADING = re.compile(
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
_NUMBERED_MEETING = re.compile(
    r"((?:(?:令和|平成|昭和)\S{1,3}年度?)?\s*第\s*[0-9０-９一二三四五六七八九十]+\s*回)(.*)"
)


def recognise(extract: Extract) -> float:
    """How many of the form's own fields are there: three make it certain, two likely."""
    form = find_fields(_lines(extract)[:200])
    return (0.0, 0.2, 0.7, 0.97, 1.0)[strength(form)]


def parse(extract: Extract) -> list[Document]:
    """One document: fields from the form, utterances and agenda items from its body.

    The claim of the form's check boxes has source ``form``.

    Raises:
        UnreadableSourceError: nobody says anything.
    """
    lines = _lines(extract)
    form = find_fields(lines)
    start = _body_start(form)
    form = find_fields(lines[:start])
    body = _Body(
        _agenda(form),
        width=page_width(lines[start:]) if extract.wrapped else 0,
        wrapped=extract.wrapped,
        labels=Labels(lines[start:]),
        posts=_attending(form),
    )
    for line in lines[:start]:
        body.draft.keep(line)
    for line in lines[start:]:
        body.take(line)
    body.flush()
    if not body.draft.utterances:
        raise UnreadableSourceError("発言がありません（様式だけのファイルです）")
    return [_finish(form, body.draft, extract)]


def _lines(extract: Extract) -> list[str]:
    return [line for block in extract.blocks for line in block.text.split("\n")]


def _finish(form: Form, draft: Draft, extract: Extract) -> Document:
    name = form.text("name")
    department = form.text("office")
    meeting, record = choices(strip_sentinels("\n".join(form.value("disclosure"))))
    claims = [LabelClaim(record_label(meeting, record, department), "form")]
    warnings = []
    if any(has_mark("".join(form.value(field))) for field in ("name", "office", "when")):
        claims.append(LabelClaim(Label(Status.CLOSED, owner=department), "mark"))
        warnings.append("名称・担当課・日時に非公開の印があるため、文書全体を非公開とします")
    numbered = _NUMBERED_MEETING.search(name)
    day = parse_date(form.text("when")) or parse_date(name)
    return draft.finish(
        key="",
        title=f"{name} 会議録" if name else extract.title or extract.name.rsplit(".", 1)[0],
        kind=Kind.MEETING_RECORD,
        meeting=(numbered[2].strip(" 　") or name) if numbered else name,
        session=numbered[1].strip() if numbered else "",
        day=day,
        department=department,
        claims=tuple(claims),
        warnings=tuple(warnings) if day else (*warnings, "会議の日付がありません"),
    )


def _agenda(form: Form) -> frozenset[str]:
    """The agenda items of the form, plain, to tell headings of the body from wrapped sentences."""
    items = set()
    for line in form.value("agenda"):
        plain = _bare(line)
        found = _HEADING.fullmatch(plain)
        if plain:
            items.add(_squeeze(found["title"] if found and found["title"] else plain))
    return frozenset(items)


def _bare(line: str) -> str:
    return tidy(strip_sentinels(line))


def _squeeze(text: str) -> str:
    return re.sub(r"\s", "", text)


def _body_start(form: Form) -> int:
    """The first line of the proceedings: after a field that announces them, or the first line that is one.

    Headings of the agenda that are repeated right before the first speech belong to the proceedings.
    """
    announced = next((field for field in form.fields if field.name == "proceedings"), None)
    last = max(
        (field.start for field in form.fields if field.name not in ("proceedings", "papers")), default=0
    )
    if announced and announced.start > last:
        return announced.start + 1
    labels = Labels(form.lines[last + 1 :])
    start = next(
        (n for n in range(last + 1, len(form.lines)) if _opens_body(form.lines, n, labels)), len(form.lines)
    )
    return _with_headings(form.lines, start)


def _with_headings(lines: tuple[str, ...], start: int) -> int:
    """`start` moved up over lines that stand in the agenda before, too."""
    counts = Counter(_squeeze(_bare(line)) for line in lines[:start])
    best = number = start
    while number > 0 and (not _bare(lines[number - 1]) or counts[_squeeze(_bare(lines[number - 1]))] > 1):
        number -= 1
        if _bare(lines[number]):
            best = number
    return best


def _attending(form: Form) -> frozenset[str]:
    """The posts of the attendance list: 「副区長（本部長）、総務部長」 gives 副区長, 本部長 and 総務部長."""
    text = _squeeze(strip_sentinels("".join(form.value("present"))))
    return frozenset(part for part in re.split(r"[、，,（()）・\s]", text) if part)


def _opens_body(lines: tuple[str, ...], number: int, labels: Labels) -> bool:
    """Whether the proceedings begin at a line: an agenda item with its kind, or somebody says a sentence."""
    plain = _bare(lines[number])
    heading = _HEADING.fullmatch(plain)
    if heading and heading["kind"] and heading["title"]:
        return True
    if labels.match(plain) is None:
        return labels.bare(plain) is not None
    said = plain
    for line in lines[number + 1 : number + _SPEECH_LINES]:
        following = _bare(line)
        if labels.match(following):
            break
        said += following
    return "。" in said


@dataclass
class _Body:
    """The proceedings as gathered line by line."""

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
        plain = _bare(line)
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
            self.explaining = _squeeze(explained["who"])
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
        if _OTHER.fullmatch(plain) or _squeeze(plain) in self.agenda:
            return True
        found = _HEADING.fullmatch(plain)
        if found is None or not found["title"]:
            return False
        return bool(found["kind"]) or _squeeze(found["title"]) in self.agenda

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
        if _PAPER.match(_bare(line)):
            groups.append([])
        groups[-1].append(line)
    return groups


def _after(line: str, prefix: str) -> int:
    """Where in `line` what stands after the visible characters of `prefix` begins."""
    wanted = len(_squeeze(prefix))
    seen = 0
    for at, character in enumerate(line):
        if seen == wanted:
            return at
        seen += bool(strip_sentinels(character).strip())
    return len(line)
