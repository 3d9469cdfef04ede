"""Closed spans are cut before anything else is made: the rest is what it would be without them."""

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from corpus.disclosure import MARK, Label, Status
from corpus.model import Document, Kind, Page, Section, Span, Utterance
from ingest.cut import cut
from ingest.labels import Labelling

OPEN = Label(Status.OPEN)
IT = Label(Status.CLOSED, owner="情報政策課")
WELFARE = Label(Status.CLOSED, owner="福祉課")
HIDDEN = Label(Status.CLOSED, owner="福祉課", hidden=True)


def document(*speeches: str, title: str = "会議録") -> Document:
    """One utterance and one section a speech."""
    utterances, sections, text = [], [], ""
    for number, speech in enumerate(speeches):
        start = len(text)
        text += speech + "\n"
        utterances.append(Utterance(start, len(text) - 1, f"話者{number}", "課長", section=number))
        sections.append(Section(f"議題{number}", start, len(text) - 1))
    return Document(
        "", title, Kind.MEETING_RECORD, text.removesuffix("\n"), tuple(sections), tuple(utterances)
    )


def spans(whole: Document, *found: tuple[str, Label]) -> Labelling:
    closed = [
        (Span(whole.text.index(words), whole.text.index(words) + len(words)), label) for words, label in found
    ]
    return Labelling(OPEN, tuple(sorted(closed, key=lambda pair: pair[0].start)))


def said(rendition: Document) -> list[tuple[str, str]]:
    return [(u.speaker, rendition.text[u.start : u.end]) for u in rendition.utterances]


def test_a_closed_span_leaves_one_fixed_mark() -> None:
    whole = document("価格は三億円です。", "以上です。")
    base, fragment = cut(whole, spans(whole, ("三億円", IT)))
    assert said(base.document) == [("話者0", f"価格は{MARK}です。"), ("話者1", "以上です。")]
    assert (base.compartment, fragment.compartment) == ("public", "dept:情報政策課")
    assert said(fragment.document) == [("話者0", "三億円")]
    assert base.document.text[fragment.anchors[0].at :].startswith(MARK)


def test_neighbouring_closed_spans_share_one_mark() -> None:
    whole = document("価格は三億円、相手は甲社です。")
    base, *fragments = cut(whole, spans(whole, ("三億円、", IT), ("相手は甲社", WELFARE)))
    assert base.document.text == f"価格は{MARK}です。"
    assert [fragment.document.text for fragment in fragments] == ["三億円、", "相手は甲社"]


def test_where_existence_is_withheld_nothing_is_left() -> None:
    whole = document("第一に防災です。", "甲社から申出がありました。", "以上です。")
    base, _ = cut(whole, spans(whole, ("甲社から申出がありました。", HIDDEN)))
    assert said(base.document) == [("話者0", "第一に防災です。"), ("話者2", "以上です。")]
    assert base.document.text == "第一に防災です。\n以上です。"
    assert [section.title for section in base.document.sections] == ["議題0", "議題2"]


def test_a_closed_utterance_loses_its_speaker_and_a_closed_item_its_title() -> None:
    whole = document("防災です。", "甲社の件です。")
    base, _ = cut(whole, spans(whole, ("甲社の件です。", IT)))
    assert said(base.document)[1] == ("", MARK)
    assert [section.title for section in base.document.sections] == ["議題0", MARK]


def test_closed_words_that_stand_in_a_title_go_too() -> None:
    whole = document("候補は北小学校です。", title="北小学校の統合について")
    base, _ = cut(whole, spans(whole, ("北小学校", IT)))
    assert base.document.title == f"{MARK}の統合について"


def test_a_span_for_the_readers_of_the_base_stays() -> None:
    whole = document("価格は三億円です。")
    labelling = replace(spans(whole, ("三億円", IT)), base=IT)
    assert [rendition.document.text for rendition in cut(whole, labelling)] == [whole.text]


def test_pages_follow_the_cut() -> None:
    whole = replace(document("一頁目の秘密です。", "二頁目です。"), pages=(Page(0, "1"), Page(10, "2")))
    base, _ = cut(whole, spans(whole, ("の秘密", IT)))
    second = base.document.utterances[1]
    assert base.document.page_at(second.start) == "2"


pieces = st.lists(
    st.tuples(st.text("あいう漢字。", min_size=1, max_size=6), st.sampled_from([None, IT, WELFARE, HIDDEN])),
    min_size=1,
    max_size=6,
)


@given(st.lists(pieces, min_size=1, max_size=4))
def test_the_base_is_the_same_as_without_the_closed_words(
    speeches: list[list[tuple[str, Label | None]]],
) -> None:
    """Two worlds at the cut: a document that never held the closed words gives the same base rendition."""
    one, other, closed = "", "", []
    spoken: list[Utterance] = []
    left: list[Utterance] = []
    for number, speech in enumerate(speeches):
        start, line = len(one), ""
        for words, label in speech:
            if label is not None:
                closed.append((Span(len(one), len(one) + len(words)), label))
            one += words
            line += words if label is None else "" if label.hidden else MARK
        line = re.sub(f"(?:{MARK})+", MARK, line)
        spoken.append(Utterance(start, len(one), f"話者{number}", "課長"))
        one += "\n"
        if line:
            gone = all(label is not None for _, label in speech)
            name, post = ("", "") if gone else (f"話者{number}", "課長")
            left.append(Utterance(len(other), len(other) + len(line), name, post))
            other += line + "\n"
    first = Document("", "題", Kind.MATERIAL, one, utterances=tuple(spoken))
    second = Document("", "題", Kind.MATERIAL, other, utterances=tuple(left))
    assert cut(first, Labelling(OPEN, tuple(closed)))[0] == cut(second, Labelling(OPEN))[0]


@given(st.lists(pieces, min_size=1, max_size=4))
def test_what_is_cut_out_of_the_base_is_in_the_fragments(
    speeches: list[list[tuple[str, Label | None]]],
) -> None:
    text, closed = "", []
    for speech in speeches:
        for words, label in speech:
            if label is not None:
                closed.append((Span(len(text), len(text) + len(words)), label))
            text += words
    whole = Document("", "題", Kind.MATERIAL, text, utterances=(Utterance(0, len(text)),))
    renditions = cut(whole, Labelling(OPEN, tuple(closed)))
    kept = sum(len(r.document.text.replace(MARK, "").replace("\n", "")) for r in renditions)
    assert kept == len(text)
    for rendition in renditions:
        for utterance in rendition.document.utterances:
            assert rendition.document.text[utterance.start : utterance.end].strip()
