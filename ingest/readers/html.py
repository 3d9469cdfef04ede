"""HTML files: headings, paragraphs and table cells a reader of the page sees."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ingest.errors import UnreadableSourceError
from ingest.extract import Block, Extract
from ingest.readers.encoding import decode
from ingest.readers.limits import DEFAULT, Limits
from ingest.readers.text import drop_invisible

_SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "head",
        "nav",
        "footer",
        "aside",
        "iframe",
        "object",
        "svg",
        "canvas",
        "button",
        "select",
        "option",
        "rt",
        "rp",
    ]
)
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "label",
        "mark",
        "q",
        "ruby",
        "rb",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
    ]
)
_HEADING = re.compile(r"h([1-6])")
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?![.\d]*[1-9])|font-size\s*:\s*[01](?:\.\d+)?(?:px|pt)?\s*(?:;|$)"
    r"|(?<!-)color\s*:\s*(?:#fff(?:fff)?\b|white\b|transparent\b|rgb\(\s*255\s*,\s*255\s*,\s*255)"
    r"|text-indent\s*:\s*-\d{3,}|left\s*:\s*-\d{4,}",
    re.IGNORECASE,
)
_META_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_MAX_DEPTH = 400


@dataclass
class _Page:
    """What has been gathered so far while walking the tree."""

    blocks: list[Block] = field(default_factory=list)
    suspicious: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    level: int = 0
    tables: int = 0

    def flush(self) -> None:
        """Close the current line and keep it as a block when it has text."""
        text = _collapse("".join(self.line))
        self.line.clear()
        if text:
            self.blocks.append(Block(text, level=self.level))


def read(path: Path, limits: Limits = DEFAULT) -> Extract:
    """The visible text of an HTML page as blocks: headings with their level, cells with their place.

    Navigation, footers, scripts and furigana are left out; text hidden by its style is
    returned as suspicious.

    Raises:
        UnreadableSourceError: the page has no text or is not decodable.
    """
    text = _decode(path.read_bytes())
    clean, notes = drop_invisible(text)
    tree = LexborHTMLParser(clean)
    page = _Page(suspicious=list(notes))
    if tree.body is not None:
        _walk(tree.body, page, 0)
        page.flush()
    if not page.blocks:
        raise UnreadableSourceError("本文がありません（文字のないページです）")
    title = tree.css_first("head title")
    warnings = ("画面に見えない文字があります（本文には入れていません）",) if page.suspicious else ()
    return Extract(
        path.name,
        "html",
        tuple(page.blocks),
        title=_collapse(title.text()) if title else "",
        warnings=warnings,
        suspicious=tuple(page.suspicious),
    )


def _decode(data: bytes) -> str:
    """The page in the encoding it declares, or else in the one that fits."""
    declared = _META_CHARSET.search(data[:2048])
    name = declared.group(1).decode("ascii", "replace").lower() if declared else ""
    aliases = {"shift_jis": "cp932", "x-sjis": "cp932", "shift-jis": "cp932", "windows-31j": "cp932"}
    if name:
        try:
            return decode(data.decode(aliases.get(name, name)).encode("utf-8"))
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data)


def _collapse(text: str) -> str:
    """White space as HTML shows it: runs become one space; full-width spaces stay."""
    return re.sub(r"[ \t\r\n\f]+", " ", text).strip(" ")


def _walk(node: LexborNode, page: _Page, depth: int) -> None:
    if depth > _MAX_DEPTH:
        raise UnreadableSourceError("HTMLの入れ子が深すぎます")
    for child in node.iter(include_text=True):
        tag = child.tag or ""
        if tag == "-text":
            page.line.append(child.text(deep=False))
        elif tag in _SKIPPED or tag.startswith("-") or tag == "_comment":
            continue
        elif _hidden(child):
            _suspect(child, page)
        elif tag == "br":
            page.flush()
        elif tag == "table":
            _table(child, page)
        elif tag in _INLINE:
            _walk(child, page, depth + 1)
        else:
            _block(child, tag, page, depth)


def _block(node: LexborNode, tag: str, page: _Page, depth: int) -> None:
    page.flush()
    heading = _HEADING.fullmatch(tag)
    before = page.level
    page.level = int(heading.group(1)) if heading else before
    _walk(node, page, depth + 1)
    page.flush()
    page.level = before


def _hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    return bool(_HIDDEN_STYLE.search(attributes.get("style") or ""))


def _suspect(node: LexborNode, page: _Page) -> None:
    text = _collapse(node.text(deep=True))
    if text:
        page.suspicious.append(text)


def _table(node: LexborNode, page: _Page) -> None:
    """Cells of a table in reading order; a table inside a cell counts as the text of that cell."""
    page.flush()
    page.tables += 1
    number = page.tables
    taken: set[tuple[int, int]] = set()
    for row, line in enumerate(_rows(node)):
        column = 0
        for cell in line:
            while (row, column) in taken:
                column += 1
            width, height = _extent(cell, "colspan"), _extent(cell, "rowspan")
            taken.update((row + y, column + x) for y in range(height) for x in range(width))
            _cell(cell, page, Block("", table=number, row=row, column=column))
            column += width


def _rows(table: LexborNode) -> list[list[LexborNode]]:
    rows: list[list[LexborNode]] = []
    todo = [table]
    while todo:
        node = todo.pop(0)
        for child in node.iter():
            if child.tag == "tr":
                rows.append([cell for cell in child.iter() if cell.tag in ("td", "th")])
            elif child.tag in ("thead", "tbody", "tfoot"):
                todo.append(child)
    return rows


def _extent(cell: LexborNode, attribute: str) -> int:
    value = cell.attributes.get(attribute) or ""
    return min(max(int(value), 1), 200) if value.isascii() and value.isdigit() else 1


def _cell(cell: LexborNode, page: _Page, place: Block) -> None:
    if _hidden(cell):
        _suspect(cell, page)
        return
    inner = _Page(tables=0)
    _walk(cell, inner, 1)
    inner.flush()
    page.suspicious.extend(inner.suspicious)
    text = "\n".join(block.text for block in inner.blocks)
    page.blocks.append(Block(text, table=place.table, row=place.row, column=place.column))
