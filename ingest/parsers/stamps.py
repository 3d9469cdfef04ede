"""Stamps at the head of a document that say who may read it: 【庁内限り】, 部外秘, 取扱注意."""

from __future__ import annotations

import re

from corpus.disclosure import Label, Status
from corpus.model import Document, LabelClaim
from ingest.extract import Extract

_HEAD_BLOCKS = 12
_OPEN, _CLOSE = r"[【［\[〔（(〈<＜《]", r"[】］\]〕）)〉>＞》]"
_STAFF = r"庁内限り|庁内のみ|庁内用|庁内資料|職員限り|庁外秘|庁外持出(?:し)?(?:厳禁|禁止)"
_OWNER = r"部外秘|所属限り|課内限り|部内限り|局内限り|厳秘|極秘|マル秘|㊙|秘|取扱(?:い)?(?:厳重)?注意|関係者(?:限り|外秘)|非公開"
_STAMP = re.compile(
    rf"(?:{_OPEN}\s*(?:(?P<staff>{_STAFF})|(?P<owner>{_OWNER}))\s*{_CLOSE})|^(?:(?P<staff_line>{_STAFF})|(?P<owner_line>{_OWNER}))$"
)


def stamped(document: Document, extract: Extract) -> tuple[LabelClaim, ...]:
    """The claim that stamps in the first lines make for the whole document: closed, for staff or the owner.

    The strictest stamp counts. A stamp further down speaks of its own paragraph and is left to the ledger.
    """
    audience: frozenset[frozenset[str]] | None = None
    words = ""
    for line in _head(extract):
        for found in _STAMP.finditer(line):
            staff = found["staff"] or found["staff_line"]
            if staff and audience is None:
                audience, words = frozenset({frozenset({"staff"})}), staff
            elif not staff:
                audience, words = frozenset(), found["owner"] or found["owner_line"]
    if audience is None:
        return ()
    return (
        LabelClaim(Label(Status.CLOSED, audience=audience, owner=document.department, reason=words), "form"),
    )


def _head(extract: Extract) -> list[str]:
    """The first lines of a file, without white space."""
    lines = (line for block in extract.blocks[:_HEAD_BLOCKS] for line in block.text.split("\n")[:3])
    return [re.sub(r"\s", "", line) for line in lines if len(line) <= 80]
