"""Numbers as Japanese offices write them: 二〇二〇, 百三十六億, １，２３４, 3万5千, 六五・二.

`fold` keeps the length of a text, so that whatever is found in the folded text can be
pointed at in the original. Whether a kanji numeral counts anything is decided in `counting`.
"""

from __future__ import annotations

import re
from decimal import Decimal

DIGITS = "〇零一二三四五六七八九"
TO_DIGIT = str.maketrans(DIGITS, "00123456789")
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "億": 10**8, "兆": 10**12}
KANJI = DIGITS + "十百千万億兆"

_DASHES = "‐‑‒–—―−─━﹣－"
_TILDES = "〜～∼˜"
_FOLD = {code + 0xFEE0: code for code in range(0x21, 0x7F)}
_FOLD |= {ord(dash): ord("-") for dash in _DASHES} | {ord(tilde): ord("~") for tilde in _TILDES}
_FOLD |= {ord("\u3000"): ord(" "), ord("\u00a0"): ord(" "), ord("•"): ord("・"), ord("･"): ord("・")}

_GROUPS = r"(?:(?<=[0-9]),[0-9]{3}(?![0-9]))*"
_FRACTION = rf"(?:(?<=[0-9{DIGITS}十百千])[.・][0-9{DIGITS}]+)"
NUMBER = rf"(?>[0-9{KANJI}]+{_GROUPS}{_FRACTION}?(?:[0-9{KANJI}]+{_GROUPS})*)"
"""Pattern of one number in folded text. Not every match is one: see `parse` and `counting.is_number`."""


def fold(text: str) -> str:
    """`text` with full-width letters, digits, signs, dashes and spaces in their plain form, same length.

    >>> fold("Ｒ７．５．３０　〜")
    'R7.5.30 ~'
    """
    return text.translate(_FOLD)


_PARTS = re.compile(r"[0-9]+(?:\.[0-9]+)?|[十百千]|[万億兆]")


def parse(run: str) -> Decimal | None:
    """The value of a number written in kanji, arabic or mixed digits; None where `run` is not one.

    Digits side by side are positional (二〇二〇), 十百千 and 万億兆 multiply what stands before
    them, a middle dot or a point between digits is the decimal point, commas group by three.

    >>> [str(parse(run)) for run in ("百三十六億", "136億", "二〇二〇", "六五・二", "1億3,600万", "万全")]
    ['13600000000', '13600000000', '2020', '65.2', '136000000', 'None']
    """
    digits = fold(run).translate(TO_DIGIT)
    digits = re.sub(r"(?<=[0-9]),(?=[0-9]{3})", "", digits)
    digits = re.sub(r"(?<=[0-9])・(?=[0-9])", ".", digits)
    digits = re.sub(r"(?<=[十百千])[・.](?=[0-9])", "0.", digits)
    parts = _PARTS.findall(digits)
    return _value(parts) if parts and "".join(parts) == digits else None


def _value(parts: list[str]) -> Decimal | None:
    """The value of digits and units in reading order; None where units do not fall or digits pile up."""
    total = section = Decimal(0)
    number: Decimal | None = None
    small, large = 10**4, 10**16
    for part in parts:
        if part in _LARGE:
            section += number or 0
            if section == 0 or _LARGE[part] >= large:
                return None
            total += section * _LARGE[part]
            section, number, small, large = Decimal(0), None, 10**4, _LARGE[part]
        elif part in _SMALL:
            if _SMALL[part] >= small or number == 0:
                return None
            section += (1 if number is None else number) * _SMALL[part]
            number, small = None, _SMALL[part]
        else:
            number = Decimal(part)
            if number >= small and small < 10**4:
                return None
    value = total + section + (number or 0)
    return Decimal(int(value)) if value == int(value) else value


def plain(value: Decimal) -> str:
    """`value` in arabic digits without exponent or useless zeros.

    >>> plain(Decimal("1.50E+8")), plain(Decimal("0.10"))
    ('150000000', '0.1')
    """
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
