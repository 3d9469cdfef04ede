"""Page starts and closed marks through parsing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.disclosure import MARK, Ground, Status
from corpus.model import Document, Page
from ingest.extract import Block, Extract
from ingest.parsers import parse
from ingest.parsers.mark_labels import label_of
from ingest.parsers.sentinels import encode, strip_sentinels
from tests.ingest.parsers.checks import assert_sound

TURNS = [
    "○議長（森田花子君）　次の案件に入ります。",
    "◆３番（大川光議員）　費用を伺います。",
    "◎山崎総務課長　四千万円でございます。",
    "○議長（森田花子君）　以上です。",
]


def minutes(*lines: str) -> Document:
    blocks = tuple(Block(line) for line in lines)
    (document,) = parse(Extract("minutes.txt", "txt", blocks))
    assert_sound(document)
    return document


def closed_texts(document: Document) -> list[str]:
    spans = [claim.span for claim in document.claims if claim.source == "mark"]
    return [document.text[span.start : span.end] for span in spans if span]


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("〔非公開ここから〕", "〔非公開ここまで〕"),
        ("［非公開ここから］", "［非公開ここまで］"),
        ("【非公開 ここから】", "【非公開 ここまで】"),
        ("(ここから非公開)", "(ここまで非公開)"),
        ("〔非公開ここから：個人〕", "〔非公開ここまで：個人〕"),
    ],
)
def test_span_between_two_marks_is_closed_and_the_marks_are_gone(begin: str, end: str) -> None:
    document = minutes(TURNS[0], f"{TURNS[1]}{begin}佐々木氏に払った額は。{end}以上。", *TURNS[2:])
    assert closed_texts(document) == ["佐々木氏に払った額は。"]
    assert "ここ" not in document.text


def test_mark_broken_over_two_lines_is_found() -> None:
    blocks = (
        Block(TURNS[0]),
        Block(TURNS[1] + "〔非公開ここ"),
        Block("から〕秘密の額〔非公開ここまで〕です。"),
        Block(TURNS[2]),
    )
    (document,) = parse(Extract("m.txt", "txt", blocks, wrapped=True))
    assert closed_texts(document) == ["秘密の額"]


def test_span_over_several_utterances_covers_them_all() -> None:
    document = minutes(TURNS[0], "〔非公開ここから〕", TURNS[1], TURNS[2], "〔非公開ここまで〕", TURNS[3])
    assert closed_texts(document) == ["費用を伺います。\n四千万円でございます。"]
    assert [u.speaker for u in document.utterances] == ["森田花子", "大川光", "山崎", "森田花子"]


def test_unclosed_mark_closes_to_the_end() -> None:
    document = minutes(TURNS[0], TURNS[1] + "〔非公開ここから〕佐々木氏の件。", *TURNS[2:])
    (text,) = closed_texts(document)
    assert text.startswith("佐々木氏の件。") and text.endswith("以上です。")
    assert any("閉じていません" in warning for warning in document.warnings)


def test_end_mark_without_beginning_closes_everything() -> None:
    document = minutes(TURNS[0], TURNS[1], TURNS[2] + "〔非公開ここまで〕", TURNS[3])
    assert closed_texts(document) == [document.text]


def test_second_beginning_before_an_end_closes_to_the_end() -> None:
    document = minutes(
        TURNS[0] + "〔非公開ここから〕甲", TURNS[1] + "〔非公開ここから〕乙〔非公開ここまで〕", *TURNS[2:]
    )
    assert any(text.endswith("以上です。") and text.startswith("甲") for text in closed_texts(document))


def test_speaker_named_inside_a_closed_span_that_ends_in_the_speech_is_withheld() -> None:
    document = minutes(
        TURNS[0], "〔非公開ここから〕" + TURNS[1] + "〔非公開ここまで〕続きは公開。", *TURNS[2:]
    )
    assert document.utterances[1].speaker == "" and document.utterances[1].post == ""


def test_mark_at_the_start_of_a_speech_leaves_its_speaker() -> None:
    document = minutes(
        TURNS[0], "◆３番（大川光議員）　〔非公開ここから〕秘密。〔非公開ここまで〕続き。", *TURNS[2:]
    )
    assert document.utterances[1].speaker == "大川光"
    assert closed_texts(document) == ["秘密。"]


def test_note_of_a_mark_says_why_for_whom_and_whether_it_shows() -> None:
    label = label_of("存否、個人、人事課", "総務課")
    assert label.status is Status.CLOSED and label.hidden and label.owner == "総務課"
    assert label.grounds == {Ground.PERSONAL}
    assert label.audience == {frozenset({"dept:人事課"})}
    assert label_of("庁内限り", "").audience == {frozenset({"staff"})}
    assert label_of("", "総務課").audience == frozenset()


def test_heading_inside_a_closed_span_is_withheld_from_what_follows() -> None:
    blocks = (
        Block("はじめに", level=1),
        Block("公開の文です。"),
        Block("〔非公開ここから〕"),
        Block("移転の候補地", level=1),
        Block("〔非公開ここまで〕"),
        Block("続きの文です。"),
    )
    (document,) = parse(Extract("m.docx", "docx", blocks))
    assert [section.title for section in document.sections] == ["はじめに", MARK]
    hidden = tuple(Block(b.text.replace("から〕", "から：存否〕"), level=b.level) for b in blocks)
    (document,) = parse(Extract("m.docx", "docx", hidden))
    assert [section.title for section in document.sections] == ["はじめに"]
    assert [u.section for u in document.utterances] == [0, 0]


def test_section_wholly_closed_keeps_its_title_for_those_who_may_read_it() -> None:
    blocks = (
        Block("はじめに", level=1),
        Block("公開の文です。"),
        Block("移転〔非公開ここから〕の候補地", level=1),
        Block("甲地と乙地です。〔非公開ここまで〕"),
        Block("むすび", level=1),
        Block("続きの文です。"),
    )
    (document,) = parse(Extract("m.docx", "docx", blocks))
    assert [section.title for section in document.sections] == ["はじめに", MARK, "むすび"]
    whole = (*blocks[:2], Block("〔非公開ここから〕"), Block("移転の候補地", level=1), *blocks[3:])
    (document,) = parse(Extract("m.docx", "docx", whole))
    section = document.sections[1]
    assert section.title == "移転の候補地"
    assert closed_texts(document) == [document.text[section.start : section.end]]


def test_pages_begin_where_their_text_begins() -> None:
    blocks = (
        Block("第一の文", page="1"),
        Block("は長い。", page="2"),
        Block("", page="2"),
        Block("二つ目。", page="3"),
    )
    (document,) = parse(Extract("m.pdf", "pdf", blocks, wrapped=True))
    assert document.text.startswith("第一の文は長い。")
    assert document.pages == (Page(0, "1"), Page(4, "2"), Page(document.text.index("二つ目"), "3"))


@given(st.lists(st.text(alphabet="あいう。ab 1\u3000", max_size=20), min_size=1, max_size=12), st.data())
def test_closed_words_are_always_inside_a_claim(lines: list[str], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(lines) - 1))
    last = data.draw(st.integers(first, len(lines) - 1))
    marked = [*lines]
    marked[first] = marked[first] + "〔非公開ここから〕秘甲"
    marked[last] = marked[last] + "秘乙〔非公開ここまで〕"
    (document,) = parse(Extract("m.txt", "txt", tuple(Block(line) for line in marked)))
    assert_sound(document)
    for secret in ("秘甲", "秘乙"):
        at = document.text.index(secret)
        assert any(c.span and c.span.start <= at and at + 2 <= c.span.end for c in document.claims)


def test_private_characters_of_a_source_do_not_pass_for_sentinels() -> None:
    extract = Extract("m.txt", "txt", (Block("文\U000f0001字\U00100000"),))
    encoded, code = encode(extract)
    assert encoded.blocks[0].text == "文〓字〓" and code.marks == ()
    assert strip_sentinels("文字") == "文字"


def test_colon_after_an_unbracketed_mark_swallows_no_text() -> None:
    document = minutes(TURNS[0], "非公開ここから：佐々木氏の額は三万円である。", *TURNS[1:])
    assert "佐々木氏の額は三万円である。" in document.text
    (claim,) = document.claims
    assert claim.label.reason == ""
