"""Headers, footers and page numbers: lines at the edge of a page that come again on other pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.readers.page_layout import Line

_EDGE_SHARE = 0.13
_EDGE_LINES = 3
_MIN_PAGES = 3
_MIN_SHARE = 0.4
_OUTER_NUMBER = re.compile(r"^[-－―(（]*[0-9０-９]{1,4}[-－―)）]*|[-－―(（]*[0-9０-９]{1,4}[-－―)）]*$")
_NUMBER = re.compile(
    r"[\s\-－―─–(（]*(?:p\.?|P\.?)?\s*[0-9０-９ivx]{1,4}(?:\s*[/／]\s*[0-9０-９]{1,4})?(?:ページ|頁)?[\s\-－―─–)）]*"
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The lines of one page in reading order, with the height of the page in points."""

    lines: tuple[Line, ...]
    height: float


def without_running_heads(sheets: Sequence[Sheet]) -> list[Sheet]:
    """The sheets without page numbers at their edges and without lines that recur there.

    A line recurs when, page numbers aside, it stands near the same edge of at least three pages and of two
    fifths of them all.
    """
    edges = [_edge_lines(sheet) for sheet in sheets]
    counts = Counter(key for lines in edges for key in {_key(line, sheet) for line, sheet in lines})
    least = max(_MIN_PAGES, int(_MIN_SHARE * len(sheets)))
    recurring = {key for key, count in counts.items() if count >= least}
    kept = []
    for sheet, lines in zip(sheets, edges, strict=True):
        gone = {
            id(line) for line, _ in lines if _key(line, sheet) in recurring or _NUMBER.fullmatch(line.text)
        }
        kept.append(Sheet(tuple(line for line in sheet.lines if id(line) not in gone), sheet.height))
    return kept


def _edge_lines(sheet: Sheet) -> list[tuple[Line, Sheet]]:
    """The outermost lines of a page that lie in its top or bottom margin."""
    texts = sorted((line for line in sheet.lines if line.content is None), key=lambda line: -line.y)
    outer = {id(line): line for line in (*texts[:_EDGE_LINES], *texts[-_EDGE_LINES:])}.values()
    margin = _EDGE_SHARE * sheet.height
    return [(line, sheet) for line in outer if line.y > sheet.height - margin or line.y < margin]


def _key(line: Line, sheet: Sheet) -> str:
    """What is the same on every page: the side, and the text without a page number at either end."""
    side = "top" if line.y > sheet.height / 2 else "bottom"
    return side + _OUTER_NUMBER.sub("#", re.sub(r"\s", "", line.text))
