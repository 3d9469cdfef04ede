"""Where sentences begin and end in Japanese prose, minutes and lists."""

from __future__ import annotations

import re

_OPEN = "「『（(〔［[【〈《｢"
_CLOSE = dict(zip("」』）)〕］]】〉》｣", _OPEN, strict=True))
_END = re.compile(r"[。！？｡!?]+|．(?![0-9０-９A-Za-zＡ-Ｚａ-ｚ])")
_MARK = re.compile(
    r"[「『（(〔［\[【〈《｢」』）)〕］\]】〉》｣]|[。！？｡!?]+|．(?![0-9０-９A-Za-zＡ-Ｚａ-ｚ])"
)
# What may follow a closed quotation or bracket inside one sentence: 「…。」と述べた, 「…。」、
_GOES_ON = re.compile(r"[ 　]*[、，,とがをにはもでのなやへかだよりいしっ・]")


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans ``(start, end)`` of the sentences of `text`, in order, without white space at either end.

    A sentence ends at 。！？, where none of them stands inside a bracket pair of the same line, and at
    every line break. A quotation that ends in 。 belongs to the sentence that goes on after it
    (「…。」と述べた). Brackets without a partner on their line count as ordinary characters.
    Every character that is not white space lies in exactly one span.

    >>> [text[a:b] for text in ["「はい。」と答えた。次に（注。）移る。"] for a, b in sentences(text)]
    ['「はい。」と答えた。', '次に（注。）移る。']
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for line in text.splitlines(keepends=True):
        cuts = [start + cut for cut in _cuts(line)]
        for first, last in zip([start, *cuts], [*cuts, start + len(line)], strict=True):
            spans += _trimmed(text, first, last)
        start += len(line)
    return spans


def _trimmed(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The span without white space around it; nothing where only white space is left."""
    body = text[start:end]
    left = len(body) - len(body.lstrip())
    return [(start + left, start + len(body.rstrip()))] if left < len(body) else []


def _cuts(line: str) -> list[int]:
    """Offsets in one line at which a sentence has ended."""
    marks = list(_MARK.finditer(line))
    paired = _pairs(line, marks)
    cuts: list[int] = []
    depth = 0
    for position, mark in enumerate(marks):
        char = mark.group()
        if char in _OPEN:
            depth += position in paired
        elif char in _CLOSE:
            if position not in paired:
                continue
            depth -= 1
            spoken = _END.search(line, max(0, mark.start() - 1), mark.start())
            if depth == 0 and spoken and char in "」』｣" and not _GOES_ON.match(line, mark.end()):
                cuts.append(mark.end())
        elif depth == 0:
            cuts.append(mark.end())
    return _after_strays(line, cuts)


def _pairs(line: str, marks: list[re.Match[str]]) -> set[int]:
    """Positions in `marks` of the brackets that have a partner in the line."""
    open_marks: list[int] = []
    paired: set[int] = set()
    for position, mark in enumerate(marks):
        char = mark.group()
        if char in _OPEN:
            open_marks.append(position)
        elif char in _CLOSE:
            partner = next((at for at in reversed(open_marks) if marks[at].group() == _CLOSE[char]), None)
            if partner is not None:
                paired |= {partner, position}
                open_marks = [at for at in open_marks if at < partner]
    return paired


def _after_strays(line: str, cuts: list[int]) -> list[int]:
    """`cuts` moved behind closing marks without a partner that stand directly after them."""
    moved = []
    for cut in cuts:
        while cut < len(line) and line[cut] in "」』）)〕］]】〉》｣”’\"'":
            cut += 1
        moved.append(cut)
    return sorted(set(moved))
