"""What the check boxes of a record form say: □公開 ■非公開 □一部非公開, in every way they are printed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.disclosure import Label, Status
from ingest.parsers.mark_labels import grounds_of

_WORDS = {
    "公開": Status.OPEN,
    "非公開": Status.CLOSED,
    "一部非公開": Status.PARTIAL,
    "一部公開": Status.PARTIAL,
    "部分公開": Status.PARTIAL,
}
_FULL = "■☑☒✓✔✅●◉⬛◼▣⦿🗹🗸レㇾﾚ×✕✖"
_EMPTY = "□☐◻▢⬜❏❑"
_CIRCLE = "○◯〇⭕"
_BOX = rf"[\[［(（【]\s*(?:[{_FULL}{_CIRCLE}xXｘＸvVｖＶ*＊])?\s*[\]］)）】]|[{_FULL}{_CIRCLE}{_EMPTY}]"
_WORD = r"(?:一\s*部\s*|部\s*分\s*)?非?\s*公\s*開"
_TOKEN = re.compile(rf"(?P<word>{_WORD})(?P<ring>\u20dd)?|(?P<box>{_BOX})")
_REASON = re.compile(
    rf"(?m:^)\s*理\s*由(?=[\s:：])\s*[:：]?|{_WORD}(?:\s*(?:又は|または|・|、|及び)\s*{_WORD})*\s*の\s*(?:場\s*合\s*は?\s*[、,]?\s*(?:そ\s*の\s*)?)?理\s*由\s*[:：]?"
)
_BETWEEN = re.compile(r"[\s・、,，/／|｜]*")
_QUALIFIED = re.compile(
    r"しない|せず|不可|できない|ではない|としない|[た但]だ?し|除|一部|部分|非公開|[\u2fae]公開|不開示|限|のみ|伏せ|黒塗|マスク"
)
"""After a ticked 公開 in its own line: not all of it, not for all, or not at all."""
_STRETCH_CHARS = 60
_LINE_OR_BOX = re.compile(rf"\n|{_BOX}")
_NAME = re.compile(r"会議録|議事録|会議要旨|議事要旨|会議の記録|会議")


@dataclass(frozen=True, slots=True)
class Choice:
    """One row of boxes: the status ticked (undetermined where none or several are) and the printed reason."""

    status: Status
    reason: str = ""


def record_label(meeting: Choice | None, record: Choice | None, owner: str) -> Label:
    """The label of a record: what the record's own row says; the meeting's row is only noted as the basis.

    Without a row for the record the label is undetermined.
    """
    said = record or Choice(Status.UNDETERMINED)
    basis = ""
    if meeting is not None:
        basis = f"会議：{_printed(meeting.status)}" + (f"（{meeting.reason}）" if meeting.reason else "")
    return Label(said.status, owner=owner, grounds=grounds_of(said.reason), reason=said.reason, basis=basis)


def _printed(status: Status) -> str:
    names = {Status.OPEN: "公開", Status.CLOSED: "非公開", Status.PARTIAL: "一部非公開"}
    return names.get(status, "未判定")


def choices(text: str) -> tuple[Choice | None, Choice | None]:
    """(choice for the meeting, choice for the record) printed in the part of a form on disclosure.

    `text` is what stands between 公開の可否 and the next label of the form, white space as printed.
    A row belongs to the record when 会議録 (or 議事録) stands before it, else to the meeting; a
    single row without a name speaks of the record. Two rows for one thing that differ are undetermined, as is a
    ticked 公開 that goes on in its line: （一部非公開）, ただし…, しない.

    >>> choices("会議 □公開 ■非公開 会議録 □公開 □非公開 ■一部非公開")[1].status.value
    'partial'
    """
    rows = _rows(text)
    found: dict[bool, Choice] = {}
    before = 0
    for number, row in enumerate(rows):
        after = rows[number + 1][0].start() if number + 1 < len(rows) else len(text)
        status = _ticked(text, row)
        if status is Status.OPEN and _QUALIFIED.search(_stretch(text, row)):
            status = Status.UNDETERMINED
        choice = Choice(status, _reason(text[row[-1].end() : after]))
        names = _NAME.findall(re.sub(r"\s", "", text[before : row[0].start()]))
        record = (names[-1] != "会議") if names else len(rows) == 1
        same = found.get(record)
        found[record] = (
            choice if same is None or same.status is choice.status else Choice(Status.UNDETERMINED)
        )
        before = row[-1].end()
    return found.get(False), found.get(True)


def _rows(text: str) -> list[list[re.Match[str]]]:
    """Boxes and words that stand side by side; a row has at least two words, or a word and a box."""
    reasons = [found.span() for found in _REASON.finditer(text)]
    tokens = [t for t in _TOKEN.finditer(text) if not any(start <= t.start() < end for start, end in reasons)]
    rows: list[list[re.Match[str]]] = []
    for token in tokens:
        if rows and _BETWEEN.fullmatch(text, rows[-1][-1].end(), token.start()):
            rows[-1].append(token)
        else:
            rows.append([token])
    return [row for row in rows if len(row) > 1 and any(token["word"] for token in row)]


def _ticked(text: str, row: list[re.Match[str]]) -> Status:
    """The one status ticked in a row; undetermined where none or several are, or where it cannot be told.

    Beside filled signs a mere circle is an empty box (○公開 ●非公開); alone it is the tick.
    """
    shapes = "".join(token["box"] or "" for token in row)
    circles_empty = bool(re.search(f"[{_FULL}]", shapes)) and not re.search(f"[{_EMPTY}]", shapes)
    words = [_plain(token) for token in row if token["word"]]
    chosen = {_plain(token) for token in row if token["ring"]}
    for at, token in enumerate(row):
        if token["box"] and _is_tick(token["box"], circles_empty=circles_empty):
            chosen.add(_owner(text, row, at))
    if len(chosen) != 1 or len(set(words)) < len(words):
        return Status.UNDETERMINED
    return _WORDS.get(chosen.pop(), Status.UNDETERMINED)


def _stretch(text: str, row: list[re.Match[str]]) -> str:
    """What stands after the word 公開 of a row: to the next sign of the row, the next box, a reason, or the line's end."""
    at = next(number for number, token in enumerate(row) if token["word"] and _plain(token) == "公開")
    start = row[at].end()
    ends = [start + _STRETCH_CHARS, *(token.start() for token in row[at + 1 : at + 2])]
    for pattern in (_LINE_OR_BOX, _REASON):
        if found := pattern.search(text, start):
            ends.append(found.start())
    return re.sub(r"\s", "", text[start : min(ends)])


def _plain(token: re.Match[str]) -> str:
    return re.sub(r"\s", "", token["word"])


def _owner(text: str, row: list[re.Match[str]], at: int) -> str:
    """The word that the box at `at` stands for; empty where it cannot be told.

    A row that begins with a box has its boxes before the words; one that begins with a word and ends
    with a box has them after; else the nearer neighbour counts.
    """
    left = row[at - 1] if at > 0 and row[at - 1]["word"] else None
    right = row[at + 1] if at + 1 < len(row) and row[at + 1]["word"] else None
    if row[0]["box"]:
        return _plain(right) if right else ""
    if row[-1]["box"] or left is None or right is None:
        return _plain(left) if left else ""
    before, after = row[at].start() - left.end(), right.start() - row[at].end()
    return "" if before == after else _plain(left if before < after else right)


def _is_tick(box: str, *, circles_empty: bool) -> bool:
    if re.search(f"[{_CIRCLE}]", box):
        return not circles_empty
    if re.fullmatch("[×✕✖]", box):
        return False
    return re.search(rf"[{_FULL}xXｘＸvVｖＶ*＊]", box) is not None


def _reason(text: str) -> str:
    """The reason printed after a row: what follows 「…の場合は、その理由」, without the next row's name."""
    found = _REASON.search(text)
    if not found:
        return ""
    rest = re.sub(r"\s", "", text[found.end() :])
    return re.sub(r"(?:会議録|議事録|会議)$", "", rest).strip("：:。")
