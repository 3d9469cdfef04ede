"""Who speaks in a passage, and what was said last."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from corpus.model import Passage, Role
from corpus.speakers import SpeakerClass, speaker_class

_Said = TypeVar("_Said")
_GUEST = re.compile(r"(?:証人|参考人|公述人|請願者|陳情者)$")
_NUMBERED = re.compile(r"^[0-9０-９〇一二三四五六七八九十百]+番$")


def who(passage: Passage) -> str:
    """The post and the name of whoever speaks; empty where neither is known."""
    return f"{passage.post} {passage.speaker}".strip()


def not_the_office(passage: Passage) -> str:
    """What is put before the words of a member or a guest, lest they pass for those of the office; else empty.

    「委員（増田）の発言」, 「参考人（増田）の発言」; 「質問者（増田）の発言」 in a question.
    """
    if not passage.speaker:
        return ""
    if passage.role is Role.QUESTION:
        return f"質問者（{passage.speaker}）の発言"
    if speaker_class(who(passage), passage.role) is SpeakerClass.MEMBER:
        title = "議員" if _NUMBERED.match(passage.post) else passage.post or "議員"
        return f"{title}（{passage.speaker}）の発言"
    return f"{passage.post}（{passage.speaker}）の発言" if _GUEST.search(passage.post) else ""


def newest(said: Sequence[_Said], passage: Callable[[_Said], Passage]) -> list[_Said]:
    """Those of the newest day on which anything was said, in the order spoken; those without a day where none has one."""
    last = max((day for one in said if (day := passage(one).date) is not None), default=None)
    same = [one for one in said if passage(one).date == last]
    return sorted(same, key=lambda one: _place(passage(one)))


def _place(passage: Passage) -> tuple[str, int, int]:
    return passage.document_id, passage.utterance, passage.start
