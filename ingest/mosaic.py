"""Closed words that stand elsewhere in the open text of the same document (threat L32)."""

from __future__ import annotations

from collections.abc import Iterable

from corpus.model import Document, Span

_MIN_CHARS = 3
"""Shorter words stand by chance in any text."""
_PAGES = 5


def left_open(master: Document, closed: Iterable[Span], shown: Document) -> tuple[str, ...]:
    """A warning in Japanese where words closed in `master` still stand in `shown`; it does not repeat them.

    Titles do not count: closed words are taken out of them.
    """
    words = {master.text[span.start : span.end].strip(" 　\n、。「」（）") for span in closed}
    places = sorted({at for word in words if len(word) >= _MIN_CHARS for at in _places(shown.text, word)})
    if not places:
        return ()
    pages = list(dict.fromkeys(page for at in places if (page := shown.page_at(at))))
    named = [f"{page}ページ" if page.isdigit() else page for page in pages[:_PAGES]]
    where = f"（{'、'.join(named)}{'ほか' if len(pages) > _PAGES else ''}）" if named else ""
    return (
        f"非公開にした語句が、ほかの{len(places)}か所{where}に残っています。そこも非公開にするか確かめてください。",
    )


def _places(text: str, word: str) -> Iterable[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + len(word))
