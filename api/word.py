"""An answer as a Word file: the question, the cited sentences, the sources, and what may be done with it."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from docx import Document
from docx.document import Document as Paper
from docx.oxml.ns import qn
from docx.shared import Pt

from api.citing import audience_badge, below, cited_as, written_date
from corpus.disclosure import audience_of
from corpus.model import Passage
from rag.answer import Sentence

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_UNFIT = re.compile(r"[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold."""
_FONT = "游ゴシック"
_MEANINGS = {
    "公開可": "公開の場で使えます",
    "庁内限り": "庁外へは出せません",
    "所属限り": "所属の外へは出せません",
}


@dataclass(frozen=True, slots=True)
class Quoted:
    """A numbered source with the words quoted from it."""

    n: int
    passage: Passage
    quote: str


def word_file(
    question: str, sentences: Sequence[Sentence], sources: Sequence[Quoted], made_for: str, made_at: datetime
) -> bytes:
    """A .docx whose header on every page tells the narrowest audience among `sources`."""
    badge = audience_badge(audience_of(source.passage.compartment for source in sources))
    paper = Document()
    _prepare(paper, made_at)
    handling = f"取扱い：{badge}（{_MEANINGS[badge]}）"
    paper.sections[0].header.paragraphs[0].text = handling
    paper.sections[0].footer.paragraphs[0].text = _fit(
        f"答弁ナビ　{written_date(made_at.date())}作成　{made_for}".strip()
    )
    paper.add_heading("質問", level=1)
    paper.add_paragraph(_fit(question))
    paper.add_heading("回答", level=1)
    text = "".join(s.text + "".join(f"〔{n}〕" for n in s.citations) for s in sentences)
    paper.add_paragraph(_fit(text))
    paper.add_paragraph(handling).runs[0].bold = True
    paper.add_heading("出典", level=1)
    for source in sources:
        _add_source(paper, source)
    kept = io.BytesIO()
    paper.save(kept)
    return kept.getvalue()


def _add_source(paper: Paper, source: Quoted) -> None:
    passage = source.passage
    line = paper.add_paragraph()
    line.add_run(_fit(f"〔{source.n}〕{cited_as(passage)}")).bold = True
    line.add_run(f"　{audience_badge(passage.compartment)}")
    where = "　".join(
        part for part in (passage.title, below(passage.title, passage.agenda), passage.speaker) if part
    )
    paper.add_paragraph(_fit(where))
    paper.add_paragraph(_fit(f"「{source.quote}」"), style="Quote")


def _prepare(paper: Paper, made_at: datetime) -> None:
    """Japanese type, and nothing in the properties of the file but what it is."""
    properties = paper.core_properties
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.title = "答弁ナビ 回答"
    properties.created = properties.modified = made_at
    for name in ("Normal", "Heading 1", "Quote", "Header", "Footer"):
        style = paper.styles[name]
        style.font.name = _FONT
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FONT)
    paper.styles["Normal"].font.size = Pt(10.5)


def _fit(text: str) -> str:
    """Text without the characters that XML cannot hold."""
    return _UNFIT.sub("", text)
