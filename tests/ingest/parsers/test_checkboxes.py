"""Check boxes of record forms."""

import pytest

from corpus.disclosure import Ground, Status
from ingest.parsers.checkboxes import Choice, choices, record_label

OPEN, CLOSED, PARTIAL, UNDETERMINED = Status.OPEN, Status.CLOSED, Status.PARTIAL, Status.UNDETERMINED


@pytest.mark.parametrize(
    ("row", "status"),
    [
        ("□公開 ■非公開 □一部非公開", CLOSED),
        ("☐ 公開　☑ 一部非公開　☐ 非公開", PARTIAL),
        ("☒公開 ☐非公開 ☐一部非公開", OPEN),
        ("□ 公 開 ✓ 非 公 開 □ 一 部 非 公 開", CLOSED),
        ("□公開 レ非公開 □一部非公開", CLOSED),
        ("[x]公開 [ ]非公開 [ ]一部非公開", OPEN),
        ("［ ］公開 ［レ］非公開 ［ ］一部非公開", CLOSED),
        ("（○）公開 （ ）非公開", OPEN),
        ("○公開 ●非公開 ○一部非公開", CLOSED),
        ("公開・○非公開・一部非公開", CLOSED),
        ("公開■ 非公開□ 一部非公開□", OPEN),
        ("公開 非公開\u20dd 一部非公開", CLOSED),
        ("□公開 □非公開 □一部非公開", UNDETERMINED),
        ("■公開 ■非公開 □一部非公開", UNDETERMINED),
        ("公開・非公開・一部非公開", UNDETERMINED),
        ("×公開 □非公開 □一部非公開", UNDETERMINED),
    ],
)
def test_ticked_word_is_found_however_it_is_printed(row: str, status: Status) -> None:
    meeting, record = choices(f"会議 □公開 □非公開 □一部非公開 会議録 {row}")
    assert record is not None and record.status is status
    assert meeting is not None and meeting.status is UNDETERMINED


@pytest.mark.parametrize(
    "row",
    [
        "■公開（一部非公開） □非公開",
        "■公開（ただし議題２は非公開） □非公開",
        "■公開（一部を除く）　□非公開",
        "■公開 ただし個人情報は非公開",
        "■公開（庁内限り） □非公開",
        "■公開しない □公開する",
        "□公開する ■公開しない",
        "■公開不可 □公開可",
    ],
)
def test_a_ticked_word_that_goes_on_opens_nothing(row: str) -> None:
    assert choices(f"会議 □公開 □非公開 会議録 {row}")[1] in (None, Choice(UNDETERMINED))


@pytest.mark.parametrize(
    "row",
    [
        "□非公開 ■公開　非公開の場合は、その理由：一部を除く",
        "■公開 □非公開（一部を除く）",
        "■公開\n□非公開\n※一部を除く",
    ],
)
def test_what_follows_on_another_matter_leaves_it_open(row: str) -> None:
    _, record = choices(f"会議 □公開 □非公開 会議録 {row}")
    assert record is not None and record.status is OPEN


def test_row_of_the_meeting_alone_leaves_the_record_undetermined() -> None:
    label = record_label(*choices("会議 ■公開 □非公開 □一部非公開"), "文書課")
    assert label.status is UNDETERMINED


def test_reasons_belong_to_their_own_row() -> None:
    text = (
        "会議 □公開 ■非公開 □一部非公開 非公開・一部非公開の場合は、その理由 法人の利益を害するため "
        "会議録 ■公開 □非公開 □一部非公開 非公開・一部非公開の場合は、その理由"
    )
    meeting, record = choices(text)
    assert meeting is not None and meeting.reason == "法人の利益を害するため"
    assert record is not None and record.reason == ""


def test_two_rows_for_the_record_that_differ_are_undetermined() -> None:
    _, record = choices("会議録 ■公開 □非公開 会議録 □公開 ■非公開")
    assert record is not None and record.status is UNDETERMINED


@pytest.mark.parametrize(
    ("reason", "ground"),
    [
        ("政策を検討している途中の内容を含むため", Ground.DELIBERATION),
        ("個人のプライバシーに関わるため", Ground.PERSONAL),
        ("法人の競争上の地位を害するため", Ground.CORPORATE),
        ("何となく", Ground.OTHER),
    ],
)
def test_grounds_follow_the_words_of_the_reason(reason: str, ground: Ground) -> None:
    _, record = choices(f"会議録 □公開 ■非公開 非公開の場合は、その理由 {reason}")
    assert record_label(None, record, "文書課").grounds == {ground}
