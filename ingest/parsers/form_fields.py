"""The labelled fields at the head of a record form, however their labels are broken over lines or cells."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ingest.parsers.sentinels import strip_sentinels
from ingest.parsers.wording import join_lines, tidy

_FIELDS = {
    "name": r"附属機関又は会議体の名称|附属機関(?:等|又は会議体)?の?名称?|会議体の名称|会議の名称|会議名称?|名称",
    "office": r"事務局(?:[（(]担当[課部局]?[）)])|事務局担当課|担当課[名]?|主管課|所管課|担当部署",
    "when": r"開催日時|開催年月日|日時",
    "where": r"開催場所|場所|会場",
    "agenda": r"議題|議事日程|会議次第|次第|案件|議事",
    "disclosure": r"(?:会議(?:録)?の?)?公開の可否|会議の公開(?:・非公開)?の?別?|公開・非公開の別|公開区分",
    "present": r"出席者(?:氏名)?|出席委員|構成員|委員",
    "absent": r"欠席者|欠席委員",
    "audience": r"傍聴者?の?(?:数|人数|可否)?",
    "reason": r"(?:非公開|一部非公開)の?理由",
    "proceedings": r"審議経過|会議の?(?:経過|内容|概要|要旨)|議事(?:内容|要旨|概要|の経過|録)|審議(?:内容|概要|結果)|発言要旨|会議内容",
    "papers": r"提出された資料等?|配[布付]資料|会議資料|資料一覧|提出資料",
}
_STRONG = ("name", "office", "when", "disclosure")


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name in the table above, and the lines from `start` (at `column`) to `end`."""

    name: str
    start: int
    column: int
    end: int


@dataclass(frozen=True, slots=True)
class Form:
    """The lines of a form and the fields found in them, in order."""

    lines: tuple[str, ...]
    fields: tuple[Field, ...]

    def value(self, name: str) -> list[str]:
        """The lines of a field, the first without its label; empty where the form lacks it."""
        field = next((field for field in self.fields if field.name == name), None)
        if field is None:
            return []
        lines = list(self.lines[field.start : field.end])
        if lines:
            lines[0] = lines[0][field.column :]
        return lines

    def text(self, name: str) -> str:
        """The value of a field on one line, without sentinels."""
        return tidy(strip_sentinels(join_lines(self.value(name)))).strip(" ：:")


def find_fields(lines: Iterable[str]) -> Form:
    """The fields of the form that begins in `lines`.

    Labels are compared without white space and may go on in the following lines; each is taken
    at its first place at the beginning of a line. The last field ends with the last line.
    """
    kept = tuple(lines)
    places: list[tuple[int, int, int, str]] = []
    seen: set[str] = set()
    skip = -1
    for number in range(len(kept)):
        if number <= skip:
            continue
        found = _label_at(kept, number, seen)
        if found:
            name, last, column = found
            places.append((number, last, column, name))
            seen.add(name)
            skip = last if column == len(kept[last]) else last - 1
    fields = [
        Field(name, last, column, places[at + 1][0] if at + 1 < len(places) else len(kept))
        for at, (_, last, column, name) in enumerate(places)
    ]
    return Form(kept, tuple(fields))


def strength(form: Form) -> int:
    """How many of the fields that only a record form has are there (0 to 4)."""
    names = {field.name for field in form.fields}
    return sum(name in names for name in _STRONG)


def _label_at(lines: tuple[str, ...], number: int, seen: set[str]) -> tuple[str, int, int] | None:
    """(field, last line, column after the label) of a label that begins at a line; None without one."""
    flat, places = _flatten(lines, number)
    if not flat:
        return None
    for name, pattern in _FIELDS.items():
        if name in seen:
            continue
        found = re.match(rf"[◆■●○・\d１-９.．、]*(?:{pattern})", flat)
        if found and name == "present" and _says(lines, number):
            continue  # 「委員：…。」 is a speech
        if found and _ends_label(lines, places, found.end(), flat):
            line, column = places[found.end() - 1]
            return name, line, column + 1
    return None


def _says(lines: tuple[str, ...], number: int) -> bool:
    """Whether a sentence stands at a line and those after it, up to the next 「label：」."""
    for line in lines[number : number + 8]:
        if line is not lines[number] and re.match(r"\s*[^：:。]{1,12}[：:]", line):
            return False
        if "。" in line:
            return True
    return False


def _flatten(lines: tuple[str, ...], number: int, size: int = 24) -> tuple[str, list[tuple[int, int]]]:
    """The first `size` visible characters from a line on, and where each stands."""
    flat, places = "", []
    if not strip_sentinels(lines[number]).strip():
        return "", []
    for line in range(number, min(number + 8, len(lines))):
        for column, character in enumerate(lines[line]):
            if not character.isspace() and strip_sentinels(character):
                flat += character
                places.append((line, column))
                if len(flat) >= size:
                    return flat, places
    return flat, places


def _ends_label(lines: tuple[str, ...], places: list[tuple[int, int]], size: int, flat: str) -> bool:
    """Whether a label stops where it was matched: at a gap, a colon, a box or the end of a line."""
    line, column = places[size - 1]
    rest = strip_sentinels(lines[line][column + 1 :])
    if not rest.strip():
        return True
    return rest[0] in " \t\u3000：:□■☐☑☒" or (len(flat) > size and flat[size] in "：:□■☐☑☒")
