"""Who may read what: a table of cases, and properties that hold for every label and person."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.disclosure import (
    PUBLIC,
    Label,
    Principal,
    Reason,
    Status,
    audience_of,
    compartment,
    compartment_label,
    may_read,
    readable,
    same_department,
    strictest,
)
from corpus.errors import DisclosureError
from tests.strategies import labels, principals

NOW = datetime(2025, 6, 2, 9, 0)
IT = Principal("tanaka", departments=frozenset({"情報政策課"}))
WELFARE = Principal("sato", departments=frozenset({"福祉課"}), groups=frozenset({"再編検討班"}))


def closed(*audience: set[str], owner: str = "") -> Label:
    return Label(Status.CLOSED, audience=frozenset(frozenset(clause) for clause in audience), owner=owner)


CASES = [
    ("open text is for everybody", PUBLIC, Label(Status.OPEN), True),
    ("closed text without audience is for its owner", IT, closed(owner="情報政策課"), True),
    ("the division may be printed with the section", IT, closed(owner="政策経営部情報政策課"), True),
    ("closed text is not for another department", WELFARE, closed(owner="情報政策課"), False),
    ("closed text is not for the public", PUBLIC, closed(owner="情報政策課"), False),
    ("closed text without owner and audience is for nobody", IT, closed(), False),
    ("an empty alternative lets nobody in", IT, closed(set()), False),
    ("undetermined is closed", PUBLIC, Label(Status.UNDETERMINED), False),
    ("undetermined is for its owner", IT, Label(Status.UNDETERMINED, owner="情報政策課"), True),
    ("partial without spans is closed", PUBLIC, Label(Status.PARTIAL, owner="情報政策課"), False),
    ("staff reads staff text", WELFARE, closed({"staff"}), True),
    ("the public does not read staff text", PUBLIC, closed({"staff"}), False),
    ("a group reads its text", WELFARE, closed({"group:再編検討班"}), True),
    ("others do not read a group's text", IT, closed({"group:再編検討班"}), False),
    ("every clause must hold", WELFARE, closed({"group:再編検討班"}, {"dept:情報政策課"}), False),
    ("one alternative of a clause is enough", WELFARE, closed({"dept:情報政策課", "dept:福祉課"}), True),
    ("an unknown scope lets nobody in", IT, closed({"role:admin"}), False),
    ("a wildcard lets nobody in", IT, closed({"*"}), False),
    ("a department wildcard lets nobody in", IT, closed({"dept:*"}), False),
]


@pytest.mark.parametrize(("case", "principal", "label", "allowed"), CASES, ids=[case[0] for case in CASES])
def test_may_read(case: str, principal: Principal, label: Label, allowed: bool) -> None:
    assert may_read(principal, label, NOW).allowed is allowed


def test_a_person_who_moved_reads_the_new_departments_text_from_that_minute() -> None:
    old = Principal("mori", departments=frozenset({"福祉課"}), valid_until=date(2025, 3, 31))
    new = Principal("mori", departments=frozenset({"情報政策課"}), valid_from=date(2025, 4, 1))
    before, after = datetime(2025, 3, 31, 23, 59, 59), datetime(2025, 4, 1, 0, 0)
    assert may_read(old, closed(owner="福祉課"), before).allowed
    assert not may_read(new, closed(owner="情報政策課"), before).allowed
    assert not may_read(old, closed(owner="福祉課"), after).allowed
    assert may_read(new, closed(owner="情報政策課"), after).allowed


def test_a_label_that_opens_later_is_closed_until_then() -> None:
    label = Label(Status.OPEN, effective_from=date(2025, 7, 1))
    assert not may_read(IT, label, NOW).allowed
    assert may_read(PUBLIC, label, datetime(2025, 7, 1)).allowed


def test_whatever_is_malformed_is_denied_without_raising() -> None:
    broken = Label("secret", audience=frozenset({frozenset({"public"})}))  # type: ignore[arg-type]
    assert may_read(IT, broken, NOW).reason is Reason.MALFORMED
    assert not may_read(None, Label(Status.OPEN, effective_from="x"), NOW)  # type: ignore[arg-type]


def test_a_name_without_its_division_means_the_section_in_that_division() -> None:
    assert same_department("福祉部高齢福祉課", "高齢福祉課")
    assert not same_department("高齢福祉課", "福祉課")
    assert not same_department("", "")


@given(principals(), labels())
def test_a_compartment_holds_just_those_who_may_read_its_text(principal: Principal, label: Label) -> None:
    name = compartment(label)
    assert (name in readable(principal, [name], NOW)) == may_read(principal, label, NOW).allowed


@given(principals(), labels(), labels())
def test_the_strictest_of_two_labels_lets_in_only_whom_both_let_in(
    principal: Principal, one: Label, other: Label
) -> None:
    both = may_read(principal, one, NOW).allowed and may_read(principal, other, NOW).allowed
    assert may_read(principal, strictest([one, other]), NOW).allowed == both


@given(principals(), labels(), st.sampled_from(["再編検討班", "防災班"]))
def test_joining_a_group_never_loses_a_text(principal: Principal, label: Label, group: str) -> None:
    joined = Principal(
        principal.id,
        departments=principal.departments,
        groups=principal.groups | {group},
        valid_from=principal.valid_from,
        valid_until=principal.valid_until,
        staff=principal.staff,
    )
    assert may_read(joined, label, NOW).allowed >= may_read(principal, label, NOW).allowed


def test_a_compartment_name_that_is_none_is_refused() -> None:
    for name in ("", "everyone", "dept:", "dept:*", "public|", "staff&&"):
        with pytest.raises(DisclosureError):
            compartment_label(name)
        assert readable(IT, [name], NOW) == frozenset()


def test_the_audience_of_an_answer_is_the_narrowest_of_its_sources() -> None:
    assert audience_of(["public"]) == "public"
    assert audience_of(["public", "staff"]) == "staff"
    assert audience_of(["public", "staff", "dept:福祉課"]) == "dept:福祉課"


def test_a_department_that_may_be_two_opens_neither() -> None:
    both = [
        "dept:福祉部総務課",
        "dept:区民部総務課",
        "dept:総務課",
        "dept:福祉部総務課|group:再編班",
        "staff",
        "public",
    ]
    short = Principal("sato", departments=frozenset({"総務課"}), groups=frozenset({"再編班"}))
    full = Principal("ueda", departments=frozenset({"福祉部総務課"}))
    assert readable(short, both, NOW) == {"dept:福祉部総務課|group:再編班", "staff", "public"}
    assert readable(short, ["dept:福祉部総務課", "staff"], NOW) == {"dept:福祉部総務課", "staff"}
    assert "dept:福祉部総務課" in readable(full, both, NOW)
    assert "dept:区民部総務課" not in readable(full, both, NOW)
