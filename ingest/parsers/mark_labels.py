"""What a printed note or reason says of a closed part: for whom, why, and whether it shows at all."""

from __future__ import annotations

import re

from corpus.disclosure import Ground, Label, Status

_HIDDEN = re.compile(r"存\s*否")
_AUDIENCE_STAFF = re.compile(r"(?:庁内|職員|全庁)(?:のみ|限り|まで)?")
_AUDIENCE_DEPARTMENT = re.compile(r"\S{1,20}(?:課|係|室|部|局|事務局|センター|保健所)(?:のみ|限り)?")
_AUDIENCE_GROUP = re.compile(r"group:[^\s&|:*、]+")
_OWNER_ONLY = re.compile(r"所属(?:のみ|限り)?|担当課(?:のみ|限り)?")
_GROUNDS = (
    (Ground.SECRET_SESSION, ("秘密会",)),
    (Ground.RETRACTED, ("取消", "取り消し")),
    (Ground.PERSONAL, ("個人", "プライバシー", "氏名")),
    (Ground.CORPORATE, ("法人", "事業者", "企業秘密", "営業秘密")),
    (Ground.SAFETY, ("公共の安全", "犯罪", "防犯", "警備", "セキュリティ")),
    (Ground.LAW, ("法令", "法律の定め")),
    (Ground.DELIBERATION, ("審議", "検討", "協議", "意思決定", "意思形成")),
    (Ground.OPERATIONS, ("事務事業", "事務又は事業", "事務・事業", "事務の", "契約", "入札", "交渉", "人事")),
)


def withholds_existence(note: str) -> bool:
    """Whether a note says that even the existence of the part is withheld (存否)."""
    return bool(_HIDDEN.search(note))


def label_of(note: str, owner: str) -> Label:
    """The label that the note of a mark asks for: closed, for whom, why, and whether it shows at all.

    The note is a list with 、: 庁内 (staff), names of departments, ``group:…``, 存否 (hidden); all
    other words are the reason.

    >>> sorted(label_of("個人、人事課", "").audience)
    [frozenset({'dept:人事課'})]
    """
    audience: set[str] = set()
    reasons: list[str] = []
    for part in (re.sub(r"\s", "", word) for word in re.split(r"[、,，;；/／]", note)):
        if _AUDIENCE_STAFF.fullmatch(part):
            audience.add("staff")
        elif _AUDIENCE_GROUP.fullmatch(part):
            audience.add(part)
        elif _AUDIENCE_DEPARTMENT.fullmatch(part):
            audience.add("dept:" + re.sub(r"(?:のみ|限り)$", "", part))
        elif part and not _HIDDEN.search(part) and not _OWNER_ONLY.fullmatch(part):
            reasons.append(part)
    reason = "、".join(reasons)
    return Label(
        Status.CLOSED,
        audience=frozenset({frozenset(audience)}) if audience else frozenset(),
        owner=owner,
        grounds=grounds_of(reason),
        reason=reason,
        hidden=bool(_HIDDEN.search(note)),
    )


def grounds_of(reason: str) -> frozenset[Ground]:
    """The grounds that the words of a printed reason name; OTHER where there are words but none known.

    >>> sorted(grounds_of("個人に関する情報"))
    [<Ground.PERSONAL: 'PERSONAL'>]
    """
    words = re.sub(r"\s", "", reason)
    if not words:
        return frozenset()
    found = frozenset(ground for ground, hints in _GROUNDS if any(hint in words for hint in hints))
    return found or frozenset({Ground.OTHER})
