"""What is printed after the speeches of a sitting: written questions with their answers, reports."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.model import Role
from ingest.parsers.draft import Draft
from ingest.parsers.sentinels import strip_sentinels
from ingest.parsers.wording import unwrapped

_WRITTEN = re.compile(r"(?:文書質問|質問主意書|質問趣意書)")
_SUBMITTER = re.compile(r"提出者[\s　:：]*(?P<name>\S.*)")
_ANSWERS_TO = re.compile(r"(?P<name>\S{2,12}?)議員の文書質問に対する答弁書")
_GOVERNOR = re.compile(r"(?P<post>\S{1,6}(?:知事|市長|区長|町長|村長))[\s　]+(?P<name>[^\s　殿様]{2,8})")
_ASKED = re.compile(r"質問(?:事項|要旨)?")
_ANSWERED = re.compile(r"回答|答弁(?:要旨)?")
_LINK = re.compile(r"(?:PDF|ＰＤＦ)(?:形式|ファイル)|Acrobat|ダウンロード")
_MIN_CHARS = 200


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of an attachment by one person."""

    role: Role
    speaker: str
    post: str
    lines: tuple[str, ...]
    section: str = ""


def attach(draft: Draft, text: str) -> None:
    """Append an attachment: question by question where it holds written answers, else as one stretch.

    Notes of the publisher (links to files) and scraps are left out.
    """
    plain = strip_sentinels(text)
    body = "\n".join(line for line in text.split("\n") if not _LINK.search(strip_sentinels(line)))
    if len(strip_sentinels(body).strip()) < _MIN_CHARS:
        draft.keep(text)
        return
    title = next((line.strip() for line in strip_sentinels(body).split("\n") if line.strip()), "")
    draft.section(title[:60])
    if _WRITTEN.search(plain) and re.search(r"^\s*回答\s*$", plain, re.MULTILINE):
        for piece in _written(body.split("\n")):
            if piece.section:
                draft.section(piece.section, level=2)
            draft.say(
                unwrapped("\n".join(piece.lines)), speaker=piece.speaker, post=piece.post, role=piece.role
            )
        return
    draft.say(unwrapped(body))


def _written(lines: list[str]) -> Iterator[_Piece]:
    """The questions and answers of 文書質問趣意書及び答弁書, in order."""
    governor = next(
        (found for line in lines[:12] if (found := _GOVERNOR.search(strip_sentinels(line)))), None
    )
    answerer = (governor["name"], governor["post"]) if governor else ("", "")
    asker, answering = "", False
    role, speaker, post, section = Role.OTHER, "", "", ""
    gathered: list[str] = []
    for line in lines:
        bare = strip_sentinels(line).strip()
        submitter, reply = _SUBMITTER.fullmatch(bare), _ANSWERS_TO.fullmatch(bare)
        asked = bool(_ASKED.fullmatch(bare)) and (answering or role is not Role.QUESTION)
        answered = bool(_ANSWERED.fullmatch(bare)) and answering
        if not (submitter or reply or asked or answered):
            gathered.append(line)
            continue
        if any(strip_sentinels(other).strip() for other in gathered):
            yield _Piece(role, speaker, post, tuple(gathered), section)
            gathered, section = [], ""
        gathered.append("".join(c for c in line if not strip_sentinels(c)))
        if submitter or reply:
            found = submitter or reply
            asker = re.sub(r"\s", "", found["name"]) if found else ""
            answering = reply is not None
            section = f"{asker}議員の文書質問" + ("に対する答弁書" if reply else "趣意書")
            role, speaker, post = (Role.OTHER, "", "") if reply else (Role.QUESTION, asker, "議員")
        elif asked:
            role, speaker, post = Role.QUESTION, asker, "議員"
        else:
            role, (speaker, post) = Role.ANSWER, answerer
    if gathered:
        yield _Piece(role, speaker, post, tuple(gathered), section)
