"""The words, phrases, fields and operators of a search line, as searches of council minutes know them.

Any width will do. Spaces, AND, &, かつ; |, OR, または; a dash before a word, NOT, 除く, 以外; 「…」 or "…" for
a phrase; (…) for groups; 発言者: 会議: 期間: 役職: 発言者区分: for conditions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from corpus.numerals import fold

MAX_TOKENS = 60


class Sort(Enum):
    """What a token is."""

    WORD = auto()
    PHRASE = auto()  # in quotes
    FIELD = auto()
    AND = auto()
    OR = auto()
    TIE = auto()  # | without spaces around it
    NOT = auto()  # before what is left out
    EXCEPT = auto()  # 除く between what is wanted and what is left out
    BUT = auto()  # 以外, を除く behind what is left out
    OPEN = auto()
    CLOSE = auto()


OPERANDS = (Sort.WORD, Sort.PHRASE, Sort.FIELD)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the line: ``line[start:end]``. Of a field, `text` is its name and `values` are alternatives."""

    sort: Sort
    text: str
    start: int
    end: int
    values: tuple[str, ...] = ()


class LineError(ValueError):
    """The line is no proper search line; the message tells a person why, in Japanese, `code` a program."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


FIELDS = {
    "発言者": "speakers",
    "話者": "speakers",
    "会議": "meetings",
    "会議名": "meetings",
    "会議体": "meetings",
    "期間": "period",
    "日付": "period",
    "開催日": "period",
    "役職": "post",
    "発言者区分": "classes",
    "区分": "classes",
}
_QUOTES = {"「": "」", "『": "』", '"': '"', "“": "”", "〝": "〟", "„": "”"}
_CLOSING = frozenset("」』”〟")
_DASHES = "-ー"
_FIELD = re.compile(rf"(?P<name>{'|'.join(sorted(FIELDS, key=len, reverse=True))}) ?: ?")
_PERIOD = re.compile(r"(?:[^\s|()「『\"“]| ?~ ?)+")
_ALTERNATIVE = re.compile(r"[|、,]+(?=\S)")
_LATIN = re.compile(r"[A-Za-z0-9]")
_WORDS = {
    "AND": Sort.AND,
    "かつ": Sort.AND,
    "且つ": Sort.AND,
    "OR": Sort.OR,
    "または": Sort.OR,
    "又は": Sort.OR,
    "もしくは": Sort.OR,
    "若しくは": Sort.OR,
    "NOT": Sort.NOT,
    "除く": Sort.EXCEPT,
    "以外": Sort.BUT,
    "を除く": Sort.BUT,
    "を含まない": Sort.BUT,
}
_SUFFIX = re.compile(r"(?:を?除く|以外|を含まない)$")


def tokens_of(line: str) -> list[Token]:
    """The tokens of `line`, in order.

    Raises:
        LineError: a quote or bracket is not closed, a field has no value, or there are too many parts.
    """
    found = [token for raw in _Scanner(line).tokens() for token in _split(raw)]
    found = [_as_used(token, found[:at], found[at + 1 :]) for at, token in enumerate(found)]
    if len(found) > MAX_TOKENS:
        raise LineError("too_many_parts", "条件が多すぎるため、ふつうの言葉として探しました。")
    depth = 0
    for token in found:
        depth += (token.sort is Sort.OPEN) - (token.sort is Sort.CLOSE)
        if depth < 0:
            break
    if depth:
        raise LineError("unbalanced_brackets", "括弧の対応が取れていないため、ふつうの言葉として探しました。")
    return found


def _split(token: Token) -> Iterator[Token]:
    """A word with 以外 or を除く at its end is a word and an operator."""
    suffix = _SUFFIX.search(token.text) if token.sort is Sort.WORD else None
    if suffix is None or suffix.start() == 0:
        yield token
        return
    middle = token.start + suffix.start()
    yield Token(Sort.WORD, token.text[: suffix.start()], token.start, middle)
    yield Token(Sort.BUT, suffix.group(), middle, token.end)


def _as_used(token: Token, before: list[Token], after: list[Token]) -> Token:
    """An operator word by what stands beside it; a word where it can be no operator."""
    sort = _WORDS.get(fold(token.text)) if token.sort is Sort.WORD else None
    behind = bool(before) and (before[-1].sort in OPERANDS or before[-1].sort is Sort.CLOSE)
    if sort is Sort.EXCEPT and not after:
        sort = Sort.BUT
    if sort is None or (sort in (Sort.BUT, Sort.EXCEPT) and not behind):
        return token
    return Token(sort, token.text, token.start, token.end)


class _Scanner:
    """Walks over a line; `plain` is the line in plain width, of the same length."""

    def __init__(self, line: str) -> None:
        self._line = line
        self._plain = fold(line)
        self._at = 0
        self._open = 0

    def tokens(self) -> Iterator[Token]:
        while self._at < len(self._plain):
            if self._plain[self._at].isspace():
                self._at += 1
            else:
                yield self._token()

    def _token(self) -> Token:
        char, start = self._plain[self._at], self._at
        if char in _QUOTES:
            return Token(Sort.PHRASE, self._quoted(), start, self._at)
        if char in _CLOSING:
            raise LineError(
                "unbalanced_quotes",
                "かぎ括弧や引用符の対応が取れていないため、ふつうの言葉として探しました。",
            )
        if char == "|" or (char == "&" and not self._within_latin()):
            return self._sign(Sort.AND if char == "&" else Sort.TIE if self._ties() else Sort.OR)
        if char == ")" or (char == "(" and self._is_group()):
            return self._sign(Sort.CLOSE if char == ")" else Sort.OPEN, once=True)
        if char in _DASHES and self._leads():
            return self._sign(Sort.NOT, once=True)
        if field := _FIELD.match(self._plain, self._at):
            return self._field(field)
        return self._word()

    def _sign(self, sort: Sort, *, once: bool = False) -> Token:
        start, char = self._at, self._plain[self._at]
        self._at += 1
        while not once and self._plain.startswith(char, self._at):
            self._at += 1
        return Token(sort, self._line[start : self._at], start, self._at)

    def _quoted(self) -> str:
        opening = self._plain[self._at]
        closing, depth, start = _QUOTES[opening], 1, self._at + 1
        for at in range(start, len(self._plain)):
            char = self._plain[at]
            if char == closing or (opening == "“" and char == '"'):
                depth -= 1
            elif char == opening:
                depth += 1
            if depth == 0:
                self._at = at + 1
                return self._line[start:at]
        raise LineError("open_quote", "かぎ括弧や引用符が閉じていないため、ふつうの言葉として探しました。")

    def _leads(self) -> bool:
        """Whether the dash here stands right before a word and behind none."""
        before, after = self._plain[self._at - 1 : self._at], self._plain[self._at + 1 : self._at + 2]
        return (
            (before == "" or before.isspace() or before in "(|&")
            and after not in ("", ")")
            and not after.isspace()
        )

    def _ties(self) -> bool:
        """Whether the | here has no space on either side."""
        around = self._plain[self._at - 1 : self._at], self._plain[self._at + 1 : self._at + 2]
        return not any(char == "" or char.isspace() for char in around)

    def _within_latin(self) -> bool:
        """Whether the & here belongs to a word: Q&A, R&D."""
        around = self._plain[self._at - 1 : self._at], self._plain[self._at + 1 : self._at + 2]
        return all(_LATIN.match(char) for char in around)

    def _is_group(self) -> bool:
        """Whether the bracket here groups; one that belongs to a name does not: (仮称)複合施設, 保険(特別会計)."""
        end = self._plain.find(")", self._at)
        inside = self._plain[self._at + 1 : end if end >= 0 else None]
        before, after = (
            self._plain[self._at - 1 : self._at],
            self._plain[end + 1 : end + 2] if end >= 0 else "",
        )
        touches = _is_letter(before) or _is_letter(after)
        return not touches or end < 0 or bool(re.search(r"[\s|&(「『\"“]|^[-ー]", inside))

    def _field(self, found: re.Match[str]) -> Token:
        start, name = self._at, found["name"]
        self._at = found.end()
        values = [self._value(period=FIELDS[name] == "period")]
        while FIELDS[name] != "period" and (more := _ALTERNATIVE.match(self._plain, self._at)):
            if _FIELD.match(self._plain, more.end()) or self._plain[more.end()] in "()|&":
                break
            self._at = more.end()
            values.append(self._value())
        if not all(value.strip() for value in values):
            raise LineError(
                "empty_field", f"「{name}：」の後に言葉がないため、ふつうの言葉として探しました。"
            )
        return Token(Sort.FIELD, name, start, self._at, tuple(values))

    def _value(self, *, period: bool = False) -> str:
        if self._plain[self._at : self._at + 1] in _QUOTES and self._at < len(self._plain):
            return self._quoted()
        if period and (found := _PERIOD.match(self._plain, self._at)):
            self._at = found.end()
            return self._line[found.start() : found.end()].strip()
        return self._run("、,")

    def _word(self) -> Token:
        start = self._at
        return Token(Sort.WORD, self._run(), start, self._at)

    def _run(self, stops: str = "") -> str:
        """The letters up to a space, a quote, a sign, or one of `stops`."""
        start, depth = self._at, 0
        while self._at < len(self._plain):
            char = self._plain[self._at]
            if char.isspace() or char in _QUOTES or char in _CLOSING or char == "|" or char in stops:
                break
            if char == "&" and not self._within_latin():
                break
            if (char == "(" and self._is_group()) or (char == ")" and not depth):
                break
            depth += (char == "(") - (char == ")")
            self._at += 1
        return self._line[start : self._at]


def _is_letter(char: str) -> bool:
    return bool(char) and char.isalnum()
