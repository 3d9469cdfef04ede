"""Who speaks in a record: labels before a colon, in brackets or before a gap, told from ordinary lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.parsers.sentinels import strip_sentinels
from ingest.parsers.speakers import Speaker, split_label

_NAME = r"[^\s：:、。「」『』【】〔〕]{1,14}"
_COLON = re.compile(rf"[\s　・○◎◆●◇]*(?P<label>{_NAME}(?: {_NAME})?)\s*[：:]\s*(?P<rest>.*)")
_BRACKET = re.compile(
    r"[\s　・○◎◆●◇]*[（(【［\[](?P<label>[^\s（()）【】［］\[\]]{1,14})[）)】］\]][\s　：:]*(?P<rest>\S.*)"
)
_GAP = re.compile(
    r"(?P<label>[^\s：:、。「」『』（()）【】〔〕\[\]0-9０-９①-⑳]{1,16})[\u3000 ]+(?P<rest>\S.*)"
)
_PERSON = re.compile(
    r"(?:長|員|官|局|課|係|室|監|者|氏|事|役|任|与|師|士|補佐|代理|委員[A-ZＡ-Ｚa-z]?|[A-ZＡ-Ｚ]委員|さん|様|君|先生|区民|市民|町民|住民|事業者"
    r"|オブザーバー|アドバイザー|コンサルタント|ファシリテーター|専門家|一同|幹事)(?:[（(][^（()）]{1,12}[）)])?[A-ZＡ-Ｚ0-9０-９]?$"
)
_NOBODY = re.compile(
    r"(?:会議)?(?:日時|場所|会場|議題|資料|出席者?|欠席者?|傍聴者?|理由|注|例|備考|電話|期間|対象|名称|件名|所管|担当|内線|目的|結論|結果|その他"
    r"|(?:説明|報告)?(?:要旨|概要))|資料[0-9０-９一二三四五六七八九十]+"
)
_POST_ONLY = re.compile(
    r"事務局|副?(?:本部|会|座|議|部会|委員|分科会)長|部員|委員|構成員|会員|.*(?:課|係|室|局|部|会|所)|.*補佐官|司会|.*アドバイザー|.*オブザーバー"
)
_PERSONAL = re.compile(r"(?:氏|さん|様|君|先生)$")
_REPEATED = 3


@dataclass(frozen=True, slots=True)
class Spoken:
    """The label that begins a line, and how much of the line stands before the words said."""

    label: str
    prefix: str


class Labels:
    """The labels of one record. What is no post by its name must recur to be taken for a speaker."""

    def __init__(self, lines: Sequence[str]) -> None:
        plain = [strip_sentinels(line).strip(" \t") for line in lines]
        found = [match for line in plain for match in _matches(line)]
        self._counts = Counter(_squeeze(match["label"]) for match in found)
        self.known = {label for label in self._counts if self._is_speaker(label)}

    def match(self, plain: str) -> Spoken | None:
        """The speaker's label at the start of a line; None where there is none."""
        for match in _matches(plain):
            label = _squeeze(match["label"])
            if label in self.known and (match.re is not _GAP or plain[:1] != "\u3000"):
                return Spoken(label, plain[: match.start("rest")])
        return None

    def bare(self, plain: str) -> Spoken | None:
        """A known speaker at the start of a line without colon or gap of its own (「座長 始めます。」)."""
        for label in sorted(self.known, key=len, reverse=True):
            found = re.match(rf"{re.escape(label)}[\s　]+(?=\S)", plain)
            if found and plain.endswith("。"):
                return Spoken(label, found.group())
        return None

    def _is_speaker(self, label: str) -> bool:
        if _NOBODY.fullmatch(label) or label.isdigit():
            return False
        return bool(_PERSON.search(label)) or self._counts[label] >= _REPEATED


def speaker_of(label: str, posts: frozenset[str]) -> Speaker:
    """Name and post of a label: in records a post alone, unless it says otherwise (山田委員, 佐藤氏).

    `posts` are those of the attendance list.

    >>> speaker_of("情報政策課長", frozenset())
    Speaker(name='', post='情報政策課長')
    >>> speaker_of("山田委員", frozenset())
    Speaker(name='山田', post='委員')
    """
    if label in posts or _POST_ONLY.fullmatch(label):
        return Speaker("", label)
    speaker = split_label(label)
    if speaker.post or _PERSONAL.search(label):
        return speaker
    return Speaker("", label)


def _matches(plain: str) -> list[re.Match[str]]:
    return [found for pattern in (_COLON, _BRACKET, _GAP) if (found := pattern.fullmatch(plain))]


def _squeeze(text: str) -> str:
    return re.sub(r"\s", "", text)
