"""Names of people as minutes print them: 髙橋　一郎君, 高橋一郎（無所属）, 高橋議員."""

from __future__ import annotations

import re

from corpus.normalisation import normalise

_HONORIFIC = re.compile(
    r"(?:(?:副?委員長|副?議長|委員|議員|都議|区議|市議|県議|町議|村議|証人|参考人)|君|さん|氏|様|殿|先生)$"
)
_BRACKETED = re.compile(r"^(.*?)[(（〔\[](.*?)[)）〕\]]$")
_NUMBER = re.compile(r"^[0-9]+番")


def name_key(text: str) -> str:
    """`text` reduced to the bare name for comparison; `text` itself normalised where nothing would be left.

    Variant characters, white space, a seat number in front, honorifics and titles after the name
    (君, 議員, 委員, さん …) go; of 知事（小山花子君） the name in brackets stays, of 小山花子（無所属）
    the name before them.

    >>> name_key("髙橋　一郎君"), name_key("高橋議員"), name_key("知事（小山花子君）"), name_key("委員")
    ('高橋一郎', '高橋', '小山花子', '委員')
    """
    key = re.sub(r"\s", "", normalise(text))
    if bracketed := _BRACKETED.match(key):
        outer, inner = bracketed.groups()
        key = inner if re.search(r"(?:君|議員|委員|番)$", inner) and not inner.isdecimal() else outer or inner
    key = _NUMBER.sub("", key) or key
    while len(shorter := _HONORIFIC.sub("", key)) < len(key) and shorter:
        key = shorter
    return key


def same_name(first: str, second: str) -> bool:
    """Whether two printed names are the same name once `name_key` has reduced them; empty names never are."""
    key = name_key(first)
    return bool(key) and key == name_key(second)


def names_person(part: str, name: str) -> bool:
    """Whether `part`, a full or family name, can mean the person `name`: 高橋議員 of 髙橋一郎君.

    Of a family name at least one character must be given; titles alone name nobody.
    """
    key, full = name_key(part), name_key(name)
    return bool(key) and full.startswith(key) and not _HONORIFIC.fullmatch(key)
