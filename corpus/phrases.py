"""Whether a text has the very words of a phrase, and where, however the two are written.

Width, glyph variants, spaces, punctuation and line breaks do not count; numbers are compared as numbers:
百三十六億円 has 136億円, and neither 15人 nor 5.5人 has 5人.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from corpus.counting import written
from corpus.normalisation import normalise, normalise_tracked, spell
from corpus.numerals import KANJI

_LAST_NUMERAL = re.compile(rf"[0-9{KANJI}]+$")
# A sign between two numbers, or behind one: without it the letters alone would say another number.
_DOUBTFUL = re.compile(rf"[0-9{KANJI}元][\W_]+[0-9{KANJI}]|%|パーセント")


@dataclass(frozen=True)
class Phrase:
    """Words that a text must contain in this order.

    `variants` are the squeezed spellings, any of which will do: a numeral at the end of a phrase is a number
    or part of a word according to what follows it in the text (第三 of 第三回 and of 第三者).
    """

    text: str
    variants: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Phrase:
        """The phrase as typed.

        Raises:
            ValueError: it has no letter or digit.
        """
        literal = squeeze(spell(text))
        last = _LAST_NUMERAL.search(literal)
        counted = literal[: last.start()] + written(last.group()) if last else literal
        variants = tuple(dict.fromkeys([squeeze(normalise(text)), literal, counted]))
        if not any(char.isalnum() for char in literal):
            raise ValueError(f"{text!r} has no letter or digit to look for")
        return cls(text, variants)

    @cached_property
    def folded(self) -> tuple[str, ...]:
        """The variants with letters and digits alone, as `corpus.index.terms.fold` leaves them."""
        return tuple(dict.fromkeys("".join(c for c in one if c.isalnum()) for one in self.variants))

    @cached_property
    def numeric(self) -> bool:
        """Whether the phrase has digits, so that a folded text alone cannot tell whether it contains it."""
        return any("0" <= char <= "9" for one in self.variants for char in one)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("|".join(_whole(one) for one in self.variants))

    def may_be_in(self, folded: str) -> bool:
        """Whether a folded text has the letters and digits of the phrase; for one that is not `numeric`, whether it has it."""
        first, *others = self.folded
        return first in folded or any(one in folded for one in others)

    def is_in(self, squeezed: str) -> bool:
        """Whether a squeezed text has the phrase."""
        return self._pattern.search(squeezed) is not None

    def spans(self, squeezed: str) -> Iterator[tuple[int, int]]:
        """Where the phrase stands in a squeezed text, without overlap."""
        return (found.span() for found in self._pattern.finditer(squeezed))


def _whole(variant: str) -> str:
    """A pattern of a variant that does not begin or end inside a number."""
    before = r"(?<![0-9])(?<![0-9]\.)" if "0" <= variant[0] <= "9" else ""
    after = r"(?![0-9])(?!\.[0-9])" if "0" <= variant[-1] <= "9" else ""
    return before + re.escape(variant) + after


def squeeze(normal: str) -> str:
    """Normalised text with letters and digits alone, and what keeps numbers apart.

    Of other signs there stay the decimal point, % behind a number, and one space between two numbers.

    >>> squeeze("学校 給食費は、6.5% (令和2・3年度)。")
    '学校給食費は6.5%令和2 3年度'
    """
    return "".join(char for _, char in _squeezed(normal))


def squeezed(text: str, folded: str) -> str:
    """``squeeze(normalise(text))``, given the folded text, which is the same thing where no number needs a sign."""
    plain = unicodedata.normalize("NFKC", text)
    return squeeze(normalise(text)) if _DOUBTFUL.search(plain) else folded


def marks(text: str, phrases: Iterable[Phrase]) -> list[tuple[int, int]]:
    """Where phrases stand in `text`: spans in code points, ascending, those that touch made one."""
    normal = normalise_tracked(text)
    kept = list(_squeezed(normal.text))
    squeezed_text = "".join(char for _, char in kept)
    places = [place for place, _ in kept]
    found = (span for phrase in phrases for span in phrase.spans(squeezed_text))
    return united(normal.origin(places[start], places[end - 1] + 1) for start, end in found)


def united(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in ascending order, those that overlap or touch made one."""
    made: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if made and start <= made[-1][1]:
            made[-1] = (made[-1][0], max(made[-1][1], end))
        else:
            made.append((start, end))
    return made


def _squeezed(normal: str) -> Iterator[tuple[int, str]]:
    """The characters of the squeezed text, each with the place in `normal` that it stands for."""
    last, gap = "", False  # the last character kept, and whether something was left out behind it
    for place, char in enumerate(normal):
        if char.isalnum():
            if gap and _is_digit(last) and _is_digit(char):
                yield place - 1, " "
            yield place, char
            last, gap = char, False
        elif _is_digit(last) and _belongs(char, gap, normal[place + 1 : place + 2]):
            yield place, char
            last, gap = char, False
        else:
            gap = True


def _belongs(char: str, gap: bool, following: str) -> bool:
    """Whether a sign behind a digit is part of the number."""
    return char == "%" or (char == "." and not gap and _is_digit(following))


def _is_digit(char: str) -> bool:
    return "0" <= char <= "9" and len(char) == 1
