"""What the title of minutes says: the body that met, the session and the number of the day."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from corpus.disclosure import Ground, Label, Status
from corpus.model import LabelClaim

_PLENARY = re.compile(r"定例会|臨時会|議会会議録|本会議")
_BODY = re.compile(r"回(\S{1,12}議会)(?:定例会|臨時会|$)")
_SESSION = re.compile(
    r"((?:明治|大正|昭和|平成|令和)\S{1,4}年)?(第\S{1,4}回)(?:\S{0,10}議会)?(定例会|臨時会)"
)
_NUMBER = re.compile(r"第[〇一二三四五六七八九十百\d０-９]+号")
_NAMED_SESSION = re.compile(
    r"((?:平成|令和|昭和)\s*[^\s年]{1,3}\s*年)\s*(第[^\s回]{1,3}回)(?:[^\s、。]{0,10}議会)?(定例会|臨時会)(?:の?開会|に当た|を開)"
)
_SECRET = re.compile(r"秘密会(?:の)?(?:速記録|会議録|議事録|記録)|(?:速記録|会議録|議事録)[（(〔]?秘密会")
_OPENING_CHARS = 300
_OPENING_UTTERANCES = 60
"""Up to the second party's speaker, who often names the session that the president does not."""


def secret_claims(title: str) -> tuple[LabelClaim, ...]:
    """The claim that the minutes of a secret session (秘密会) make by their title: closed."""
    if not _SECRET.search(title):
        return ()
    label = Label(Status.CLOSED, grounds=frozenset({Ground.SECRET_SESSION}), reason="秘密会")
    return (LabelClaim(label, "form"),)


def meeting_of(title: str, place: str = "") -> str:
    """The body (会議体) that a title of minutes names.

    >>> meeting_of("市場移転問題特別委員会速記録第一号")
    '市場移転問題特別委員会'
    >>> meeting_of("令和二年第一回臨時会会議録第七号", "青葉県")
    '青葉県議会'
    """
    stem = re.split(r"(?:速記録|会議録|議事録|委員会記録|の?記録)", title, maxsplit=1)[0]
    body = _BODY.search(stem)
    if body:
        return body[1]
    stem = stem.replace("秘密会", "")
    if "委員会" in title and "委員会" not in stem:
        stem += "委員会"
    stem = _SESSION.sub("", stem)
    stem = re.sub(r"^(?:明治|大正|昭和|平成|令和)\S{1,4}?年(?:度)?", "", stem).strip(" 　〔〕の")
    return stem or (f"{place}議会" if place else "")


def session_of(title: str, texts: Iterable[str]) -> str:
    """The session (会期) and number (号) of a meeting, as printed.

    A title that gives only the number is completed with the session that the opening speeches name,
    when they all name one of the same year.
    """
    title_number = _NUMBER.search(title)
    session = _SESSION.search(title)
    year = re.search(r"(?:明治|大正|昭和|平成|令和)\S{1,4}?年", title)
    name = "".join(part or "" for part in session.groups()) if session else ""
    if not name and (not title_number or _PLENARY.search(title)):
        name = _named_session(year.group() if year else "", texts)
    return " ".join(part for part in (name, title_number.group() if title_number else "") if part)


def _named_session(year: str, texts: Iterable[str]) -> str:
    named: Counter[str] = Counter()
    for text in _first(texts, _OPENING_UTTERANCES):
        for found in _NAMED_SESSION.finditer(text[:_OPENING_CHARS]):
            if year in ("", found[1]):
                named["".join(found.groups())] += 1
    return named.most_common(1)[0][0] if len(named) == 1 else ""


def _first(texts: Iterable[str], count: int) -> Iterator[str]:
    for number, text in enumerate(texts):
        if number >= count:
            return
        yield text
