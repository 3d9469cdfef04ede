"""A search line as people type it into a search of council minutes: words and operators, or a question.

What has operators, or is nothing but words, selects passages exactly; everything else is a question and
goes the way of questions. A line that is not well formed is searched as plain words, with a hint that says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from corpus.calendar import Period
from corpus.japanese import parts_of_speech
from corpus.phrases import Phrase
from corpus.speakers import SpeakerClass
from rag.dates import period_of
from rag.expression import Both, Condition, Either, Node, Not, Word, conditions, is_anchored, phrases
from rag.operators import FIELDS, OPERANDS, LineError, Sort, Token, tokens_of
from rag.question import Filters

MAX_DEPTH = 20
_LONGEST_WORD = 30


@dataclass(frozen=True, slots=True)
class Line:
    """A search line as understood.

    Attributes:
        text: what to rank by: the words wanted, or the question without its fields.
        node: what passages must have; None where the line is a question.
        conditions: fields that hold for the whole line.
        loose: whether only spaces join the words, so that finding nothing means looking for what is near.
        hint: in Japanese, what could not be read as typed; usually empty.
        hint_code: the same for programs.
    """

    text: str
    node: Node | None = None
    conditions: tuple[Condition, ...] = ()
    loose: bool = False
    hint: str = ""
    hint_code: str = ""


def parse(line: str, today: date, ignore: frozenset[str] = frozenset()) -> Line:
    """What a search line asks for.

    Args:
        line: as typed.
        today: the day of asking, by which 昨年度 and the like are read.
        ignore: conditions that are switched off, by the names of `Filters.ignore`.
    """
    if "keywords" in ignore:
        return Line(line)
    try:
        tokens = [token for token in tokens_of(line) if not _is_sign(token)]
        return _read(line, tokens, today, ignore)
    except LineError as exc:
        return Line(_plain(line), hint=str(exc), hint_code=exc.code)


def _read(line: str, tokens: list[Token], today: date, ignore: frozenset[str]) -> Line:
    words = [token.text for token in tokens if token.sort is Sort.WORD]
    signs = any(token.sort not in OPERANDS for token in tokens)
    clause = any(_is_clause(word) for word in words)
    if words and (_asks(words[-1]) or (clause and not signs)):
        return _question(line, tokens, today, ignore)
    if len(tokens) == len(words) and (not words or (len(words) == 1 and not _is_one_word(words[0]))):
        return Line(line)
    node = _Parser(tokens, today, ignore).parse()
    if node is None:
        return Line(line)
    if not is_anchored(node):
        raise LineError("only_exclusions", "除く言葉だけでは探せないため、ふつうの言葉として探しました。")
    wanted = dict.fromkeys(phrase.text for phrase in phrases(node))
    return Line(" ".join(wanted), node, conditions(node), loose=len(tokens) == len(words))


def _question(line: str, tokens: list[Token], today: date, ignore: frozenset[str]) -> Line:
    """The question without its fields, which are conditions."""
    fields = [token for token in tokens if token.sort is Sort.FIELD]
    held = tuple(found for token in fields if (found := _condition(token, today, ignore)))
    text = line
    for token in reversed(fields):
        text = f"{text[: token.start]} {text[token.end :]}"
    return Line(" ".join(text.split()) if fields else line, conditions=held)


class _Parser:
    """Recursive descent: 除く and spaces bind like AND, OR binds less, and | without spaces more than either."""

    def __init__(self, tokens: list[Token], today: date, ignore: frozenset[str]) -> None:
        self._tokens = tokens
        self._today = today
        self._ignore = ignore
        self._at = 0

    def parse(self) -> Node | None:
        """The whole line; None where every part of it is switched off."""
        return self._either(0)

    def _sort(self) -> Sort | None:
        return self._tokens[self._at].sort if self._at < len(self._tokens) else None

    def _either(self, depth: int) -> Node | None:
        if depth > MAX_DEPTH:
            raise LineError("too_deep", "括弧の重なりが深すぎるため、ふつうの言葉として探しました。")
        parts = [self._both(depth)]
        while self._sort() is Sort.OR:
            self._at += 1
            parts.append(self._both(depth))
        return _joined(parts, Either)

    def _both(self, depth: int) -> Node | None:
        parts = [self._unary(depth)]
        while (sort := self._sort()) is not None and sort not in (Sort.OR, Sort.CLOSE):
            if sort in (Sort.AND, Sort.EXCEPT):
                self._at += 1
            part = self._unary(depth)
            parts.append(_negated(part) if sort is Sort.EXCEPT else part)
        return _joined(parts, Both)

    def _unary(self, depth: int) -> Node | None:
        if self._sort() is Sort.NOT:
            self._at += 1
            if depth > MAX_DEPTH:
                raise LineError("too_deep", "条件の重なりが深すぎるため、ふつうの言葉として探しました。")
            return _negated(self._unary(depth + 1))
        node = self._tied(depth)
        while self._sort() is Sort.BUT:
            self._at += 1
            node = _negated(node)
        return node

    def _tied(self, depth: int) -> Node | None:
        parts = [self._atom(depth)]
        while self._sort() is Sort.TIE:
            self._at += 1
            parts.append(self._atom(depth))
        return _joined(parts, Either)

    def _atom(self, depth: int) -> Node | None:
        sort = self._sort()
        if sort not in (*OPERANDS, Sort.OPEN):
            raise LineError(
                "missing_operand",
                "「かつ」「または」「除く」などの前後に言葉がないため、ふつうの言葉として探しました。",
            )
        token = self._tokens[self._at]
        self._at += 1
        if sort is Sort.OPEN:
            node = self._either(depth + 1)
            self._at += 1  # the brackets are known to match
            return node
        if sort is Sort.FIELD:
            return _condition(token, self._today, self._ignore)
        return _word(token.text)


def _joined(parts: list[Node | None], kind: type[Both] | type[Either]) -> Node | None:
    kept = tuple(part for part in parts if part is not None)
    return kind(kept) if len(kept) > 1 else (kept[0] if kept else None)


def _negated(node: Node | None) -> Node | None:
    if isinstance(node, Not):
        return node.part
    return None if node is None else Not(node)


def _word(text: str) -> Word:
    try:
        phrase = Phrase.of(text)
    except ValueError as exc:
        raise LineError(
            "empty_quote", "探す言葉のない引用符があるため、ふつうの言葉として探しました。"
        ) from exc
    if phrase.numeric and all(len(one) < 2 for one in phrase.folded):
        raise LineError("one_digit", "一けたの数字だけでは探せないため、ふつうの言葉として探しました。")
    return Word(phrase)


_CLASSES = {
    SpeakerClass.MEMBER: ("議員", "質問者", "質疑者"),
    SpeakerClass.EXECUTIVE: ("執行機関", "執行部", "理事者", "当局", "行政", "答弁者"),
    SpeakerClass.CHAIR: ("議長", "議長・委員長", "議長等"),
}
_CLASS_OF = {name: one for one, names in _CLASSES.items() for name in names}


def _condition(token: Token, today: date, ignore: frozenset[str]) -> Condition | None:
    """A field as a condition; None where it is switched off."""
    name, values = FIELDS[token.text], token.values
    if name == "post":
        name = "classes" if all(value in _CLASS_OF for value in values) else "speakers"
    if name in ignore:
        return None
    return Condition(name, f"{token.text}：{'・'.join(values)}", _filters(name, values, today))


def _filters(name: str, values: tuple[str, ...], today: date) -> Filters:
    if name == "speakers":
        return Filters(speakers=values)
    if name == "meetings":
        return Filters(meetings=values)
    if name == "classes":
        if unknown := [value for value in values if value not in _CLASS_OF]:
            raise LineError(
                "unknown_class",
                f"発言者区分「{unknown[0]}」は、議員、執行機関、議長のどれかにしてください。ふつうの言葉として探しました。",
            )
        return Filters(classes=tuple(_CLASS_OF[value] for value in values))
    period = period_of(values[0], today)
    if period is None:
        raise LineError(
            "unreadable_period", f"期間「{values[0]}」を読み取れないため、ふつうの言葉として探しました。"
        )
    return _within(period)


def _within(period: Period) -> Filters:
    return Filters(
        from_=None if period.first == date.min else period.first,
        to=None if period.last == date.max else period.last,
    )


# -- what a line looks like ----------------------------------------------------------------------

_END_OF_QUESTION = re.compile(r"[?？。!！]$")
_TOPIC = ("は", "が", "を")


def _is_sign(token: Token) -> bool:
    return token.sort is Sort.WORD and not any(char.isalnum() for char in token.text)


def _asks(text: str) -> bool:
    """Whether `text` ends like a sentence: a mark, a particle, or a polite or inflected ending."""
    if _END_OF_QUESTION.search(text.strip()):
        return True
    parts = parts_of_speech(text)
    return bool(parts) and parts[-1][1] in ("助詞", "助動詞")


def _is_clause(word: str) -> bool:
    """Whether a word typed without spaces is more than a name for something."""
    parts = parts_of_speech(word)
    begins = bool(parts) and parts[0][1] == "助詞"
    topical = any(surface in _TOPIC and pos == "助詞" for surface, pos in parts)
    return begins or topical or _asks(word) or len(word) > _LONGEST_WORD


def _is_one_word(word: str) -> bool:
    """Whether `word` has neither particles nor endings nor punctuation: such a word is looked up as it is."""
    parts = parts_of_speech(word)
    return not any(pos in ("助詞", "助動詞") or surface in "、。,.!?" for surface, pos in parts)


_OPERATORS = re.compile(
    r"[「」『』“”〝〟\"|｜&＆()（）＂]|(?<!\S)(?:AND|OR|NOT|かつ|または|又は|除く|以外)(?!\S)|(?<!\S)[-－ー](?=\S)"
)


def _plain(line: str) -> str:
    """The words of a line that is not well formed."""
    return " ".join(_OPERATORS.sub(" ", line).split())
