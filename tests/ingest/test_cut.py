"""Closed spans are cut before anything else is made: the rest is what it would be without them."""

import re
from dataclasses import replace
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.disclosure import MARK, Label, Status
from corpus.model import Document, Kind, Page, Rendition, Role, Section, Span, Utterance
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
    assert said(fragment.document) == [("話者0", "価格は三億円です。")]
    assert base.document.text[fragment.anchors[0].at :].startswith(MARK)


def test_neighbouring_closed_spans_share_one_mark() -> None:
    whole = document("価格は三億円、相手は甲社です。")
    base, *fragments = cut(whole, spans(whole, ("三億円、", IT), ("相手は甲社", WELFARE)))
    assert base.document.text == f"価格は{MARK}です。"
    assert [fragment.document.text for fragment in fragments] == [
        f"価格は三億円、{MARK}です。",
        f"価格は{MARK}相手は甲社です。",
    ]


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


def test_closed_words_go_from_everything_that_heads_the_text_however_they_are_written() -> None:
    whole = replace(
        document("ＡＢＣ事業検討会を始めます。丙山主事です。", title="会議録（ABC 事業検討会）"),
        meeting="ABC事業検討会",
        session="令和7年度 ABC事業検討会 第1回",
        url="https://example.invalid/ABC%E4%BA%8B%E6%A5%AD%E6%A4%9C%E8%A8%8E%E4%BC%9A.pdf",
    )
    whole = replace(
        whole, utterances=tuple(replace(u, speaker="丙山", post="主事") for u in whole.utterances)
    )
    renditions = cut(whole, spans(whole, ("ＡＢＣ事業検討会", IT), ("丙山主事", WELFARE)))
    for each in (rendition.document for rendition in renditions):
        assert (each.title, each.meeting) == (f"会議録（{MARK}）", MARK)
        assert (each.session, each.url) == (f"令和7年度 {MARK} 第1回", "")
    assert [u.speaker for u in renditions[0].document.utterances] == [""]


def test_a_closed_word_that_is_an_office_leaves_the_offices_of_speakers() -> None:
    whole = document("課長に一任します。", "分かりました。")
    base, _ = cut(whole, spans(whole, ("課長", IT)))
    assert [(u.speaker, u.post) for u in base.document.utterances] == [("話者0", "課長"), ("話者1", "課長")]


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
def test_a_fragment_is_the_same_as_without_the_words_closed_for_others(
    speeches: list[list[tuple[str, Label | None]]],
) -> None:
    one = {each.compartment: each.document for each in _cut_speeches(speeches)}
    for name, mine in {"dept:情報政策課": [IT], "dept:福祉課": [WELFARE, HIDDEN]}.items():
        other = {each.compartment: each.document for each in _cut_speeches(speeches, mine)}
        assert one.get(name) == other.get(name)


def _cut_speeches(
    speeches: list[list[tuple[str, Label | None]]], mine: list[Label] | None = None
) -> list[Rendition]:
    """The renditions of these speeches; of those from which everything closed under other labels is taken out."""
    text, closed, spoken = "", [], []
    for number, speech in enumerate(speeches):
        start = len(text)
        for is_other, run in groupby(
            speech, lambda piece: mine is not None and piece[1] not in [None, *mine]
        ):
            kept = list(run)
            if is_other:
                text += "" if all(label and label.hidden for _, label in kept) else MARK
                continue
            for words, label in kept:
                closed += [(Span(len(text), len(text) + len(words)), label)] if label else []
                text += words
        gone = mine is not None and not any(label in [None, *mine] for _, label in speech)
        if len(text) > start:
            who = ("", "") if gone else (f"話者{number}", "課長")
            spoken.append(Utterance(start, len(text), *who))
            text += "\n"
    whole = Document("", "題", Kind.MATERIAL, text, utterances=tuple(spoken))
    return cut(whole, Labelling(OPEN, tuple(closed)))


@given(st.lists(pieces, min_size=1, max_size=4))
def test_every_closed_word_is_in_the_fragment_of_its_readers(
    speeches: list[list[tuple[str, Label | None]]],
) -> None:
    renditions = {each.compartment: each.document for each in _cut_speeches(speeches)}
    for words, label in (piece for speech in speeches for piece in speech):
        if label is not None:
            assert words in renditions[f"dept:{label.owner}"].text
    for document_ in renditions.values():
        assert all(document_.text[u.start : u.end].strip() for u in document_.utterances)


def test_a_closed_name_stands_in_its_sentence_for_those_who_may_read_it() -> None:
    whole = document("検討を重ねた。候補地は北町小学校である。地権者は甲野氏である。異論はない。")
    _, fragment, other = cut(whole, spans(whole, ("北町小学校", IT), ("甲野", WELFARE)))
    assert said(fragment.document) == [("話者0", "検討を重ねた。候補地は北町小学校である。")]
    assert said(other.document) == [("話者0", f"候補地は{MARK}である。地権者は甲野氏である。")]


def test_closed_words_of_one_sentence_are_one_stretch() -> None:
    whole = document("説明会では、候補地は北町小学校、費用は三億円とする案を示す。以上。")
    base, fragment = cut(whole, spans(whole, ("北町小学校", IT), ("三億円", IT)))
    assert said(fragment.document) == [
        ("話者0", "説明会では、候補地は北町小学校、費用は三億円とする案を示す。")
    ]
    assert base.document.text[fragment.anchors[0].at :].startswith(f"{MARK}、費用は")


def test_a_closed_name_outside_speeches_stands_in_its_line() -> None:
    whole = replace(document("以上です。"), text="以上です。\n出席者　甲野、乙山\n欠席者　丙川")
    _, fragment = cut(whole, spans(whole, ("乙山", IT)))
    assert fragment.document.text == "出席者　甲野、乙山"


def test_of_a_very_long_sentence_only_the_surroundings_are_taken() -> None:
    whole = document("あ" * 900 + "三億円" + "い" * 900)
    _, fragment = cut(whole, spans(whole, ("三億円", IT)))
    assert fragment.document.text == "あ" * 150 + "三億円" + "い" * 150


def test_a_span_over_several_speeches_leaves_one_mark_and_not_their_number() -> None:
    whole = document("冒頭です。候補は", "北小学校と", "南小学校です。", "以上です。")
    start, end = whole.text.index("候補は"), whole.text.index("です。\n以上")
    base, fragment = cut(whole, Labelling(OPEN, ((Span(start, end), IT),)))
    assert said(base.document) == [
        ("話者0", f"冒頭です。{MARK}"),
        ("話者2", "です。"),
        ("話者3", "以上です。"),
    ]
    assert [section.title for section in base.document.sections] == ["議題0", MARK, "議題2", "議題3"]
    assert said(fragment.document) == [
        ("話者0", "冒頭です。候補は"),
        ("話者1", "北小学校と"),
        ("話者2", "南小学校です。"),
    ]


def test_a_closed_speech_does_not_tell_whether_it_asked_or_answered() -> None:
    whole = document("防災です。", "甲社の件です。")
    asked = replace(whole, utterances=tuple(replace(u, role=Role.ANSWER) for u in whole.utterances))
    base, _ = cut(asked, spans(asked, ("甲社の件です。", IT)))
    assert [utterance.role for utterance in base.document.utterances] == [Role.ANSWER, Role.OTHER]


def test_pages_that_begin_inside_a_closed_span_do_not_date_its_mark() -> None:
    pages = (Page(0, "1"), Page(8, "2"), Page(11, "3"))
    whole = replace(document("一頁目です。秘密の話が続く。", "三頁目です。"), pages=pages)
    base, _ = cut(whole, spans(whole, ("秘密の話が続く。", IT)))
    mark, last = base.document.text.index(MARK), base.document.utterances[-1].start
    assert [base.document.page_at(offset) for offset in (mark, last)] == ["1", "3"]


@pytest.mark.parametrize(
    ("label", "numbers"), [(HIDDEN, ["1", "2"]), (WELFARE, ["1", "3"])], ids=["hidden", "marked"]
)
def test_a_page_whose_existence_is_withheld_leaves_no_gap_in_the_numbers(
    label: Label, numbers: list[str]
) -> None:
    pages = (Page(0, "1"), Page(7, "2"), Page(13, "3"))
    whole = replace(document("一頁目です。", "二頁の密。", "三頁目です。"), pages=pages)
    base = cut(whole, spans(whole, ("二頁の密。", label)))[0].document
    first, last = (next(u.start for u in base.utterances if w in base.text[u.start : u.end]) for w in "一三")
    assert [base.page_at(first), base.page_at(last)] == numbers


lines = st.lists(st.text("あ漢。", max_size=5), min_size=1, max_size=6)
stretches = st.lists(
    st.tuples(st.integers(0, 36), st.integers(1, 12), st.sampled_from([IT, WELFARE, HIDDEN])), max_size=4
)


@given(lines, stretches)
def test_spans_over_any_part_leave_what_a_text_without_them_would_be(
    speeches: list[str], found: list[tuple[int, int, Label]]
) -> None:
    """Two worlds at the cut, wherever spans begin and end; hidden ones stay inside their line."""
    text = "\n".join(speeches)
    closed = _apart(text, found)
    spoken, start = [], 0
    for number, speech in enumerate(speeches):
        spoken.append(Utterance(start, start + len(speech), f"話者{number}"))
        start += len(speech) + 1
    whole = Document("", "題", Kind.MATERIAL, text, utterances=tuple(u for u in spoken if u.start < u.end))
    base = cut(whole, Labelling(OPEN, tuple(closed)))[0].document
    expected_text, expected_said = _left(text, spoken, closed)
    assert base.text == expected_text
    assert said(base) == expected_said


def _apart(text: str, found: list[tuple[int, int, Label]]) -> list[tuple[Span, Label]]:
    """Disjoint spans in text order; a hidden one ends with its line."""
    closed: list[tuple[Span, Label]] = []
    for start, length, label in sorted(found, key=lambda each: each[0]):
        start = max(start, closed[-1][0].end if closed else 0)
        end = min(start + length, len(text))
        if label.hidden and start < end:
            end = min(end, (text.find("\n", start) + 1 or len(text) + 1) - 1)
        if start < end:
            closed.append((Span(start, end), label))
    return closed


def _left(
    text: str, spoken: list[Utterance], closed: list[tuple[Span, Label]]
) -> tuple[str, list[tuple[str, str]]]:
    """The base text and what is said in it, character by character: slow, and easy to check by eye."""
    fate = ["keep"] * len(text)
    for span, label in closed:
        fate[span.start : span.end] = ["hide" if label.hidden else "mark"] * (span.end - span.start)
    rows: list[list[tuple[str, int | None]]] = [[]]
    line: list[int] = []
    for offset in [*range(len(text)), len(text)]:
        if offset < len(text) and (text[offset] != "\n" or fate[offset] != "keep"):
            line.append(offset)
            continue
        gone = bool(line) and all(fate[o] == "hide" for o in line)
        if not gone:
            rows[-1] = _row(text, line, fate, spoken)
            rows.append([])
        line = []
    rows.pop()
    shown = "\n".join("".join(char for char, _ in row) for row in rows)
    pieces: dict[int, str] = {}
    for row in rows:
        for char, who in row:
            if who is not None:
                pieces[who] = pieces.get(who, "") + char
    silent = {n for n, u in enumerate(spoken) if all(f != "keep" for f in fate[u.start : u.end])}
    return shown, [("" if n in silent else f"話者{n}", words) for n, words in sorted(pieces.items())]


def _row(
    text: str, line: list[int], fate: list[str], spoken: list[Utterance]
) -> list[tuple[str, int | None]]:
    row: list[tuple[str, int | None]] = []
    run: list[int] = []
    for offset in [*line, -1]:
        if offset >= 0 and fate[offset] != "keep":
            run.append(offset)
            continue
        if any(fate[o] == "mark" for o in run):
            who = next((w for o in run if (w := _who(o, spoken)) is not None), None)
            row += [(char, who) for char in MARK]
        run = []
        if offset >= 0:
            row.append((text[offset], _who(offset, spoken)))
    return row


def _who(offset: int, spoken: list[Utterance]) -> int | None:
    return next((n for n, u in enumerate(spoken) if u.start <= offset < u.end), None)


def test_a_document_has_one_title_for_everybody() -> None:
    whole = document("候補は北小学校です。", title="北小学校の統合について")
    base, fragment = cut(whole, spans(whole, ("北小学校", IT)))
    assert fragment.document.title == base.document.title
