"""Versions and copies of one record: 速報版 → 確定版 → 訂正版, 原本 and 配布用, and the materials of a meeting."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

PLAIN = 1
"""The edition of a record that does not say: newer than 速報版 (0), older than 確定版 (2) and 訂正版 (3, 4 …)."""

_NAMES = {0: "速報版", PLAIN: "", 2: "確定版", 3: "訂正版"}


class Copy(StrEnum):
    """Which copy of a record a document is."""

    UNSAID = ""
    MASTER = "master"  # 原本
    READING = "reading"  # 配布用, 公開用


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document stands among others.

    Attributes:
        record_id: what all versions and copies of one record share; empty where none can be told.
        edition: a newer version has a greater number; see `PLAIN`.
        copy: 原本 or 配布用, where it says so.
        material: number of a material (「資料1」), as `ingest.places.number_of` writes it; empty for others.
    """

    record_id: str = ""
    edition: int = PLAIN
    copy: Copy = Copy.UNSAID
    material: str = ""


def edition_name(edition: int) -> str:
    """What people call an edition; empty where the record does not say.

    >>> edition_name(0), edition_name(3), edition_name(4)
    ('速報版', '訂正版', '第2訂正版')
    """
    return _NAMES[edition] if edition in _NAMES else f"第{edition - 2}訂正版"
