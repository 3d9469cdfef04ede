"""From claims that may disagree to the labels in force."""

from dataclasses import replace
from datetime import date

from corpus.disclosure import Label, Status, compartment
from corpus.model import Document, Kind, LabelClaim, Span, Utterance
from ingest.labels import decide

TODAY = date(2025, 6, 2)
TEXT = "開会します。価格は三億円です。閉会します。"
SECRET = Span(6, 15)
DOCUMENT = Document(
    "", "会議録", Kind.MEETING_RECORD, TEXT, utterances=(Utterance(0, len(TEXT)),), department="情報政策課"
)
OWNER = "dept:情報政策課"
OPEN = LabelClaim(Label(Status.OPEN), "ledger")
FORM_PARTIAL = LabelClaim(Label(Status.PARTIAL), "form")
FORM_CLOSED = LabelClaim(Label(Status.CLOSED), "form")
MARKED = LabelClaim(Label(Status.CLOSED), "mark", SECRET)
OPERATOR_OPEN = LabelClaim(Label(Status.OPEN), "operator")


def base(*claims: LabelClaim, default: Label | None = None) -> str:
    return compartment(decide(DOCUMENT, claims, default=default, today=TODAY).base)


def test_what_nobody_decided_is_for_the_owner_alone() -> None:
    assert base() == OWNER


def test_without_owner_it_is_for_nobody() -> None:
    unowned = replace(DOCUMENT, department="")
    assert compartment(decide(unowned, today=TODAY).base) == "nobody"


def test_the_collections_default_counts_where_nobody_else_speaks() -> None:
    assert base(default=Label(Status.OPEN)) == "public"
    assert base(FORM_CLOSED, default=Label(Status.OPEN)) == OWNER


def test_the_strictest_wins_where_ledger_and_form_disagree() -> None:
    assert base(OPEN, FORM_CLOSED) == OWNER
    assert base(OPEN, LabelClaim(Label(Status.CLOSED, frozenset({frozenset({"staff"})})), "form")) == "staff"


def test_partly_closed_without_marks_is_closed_as_a_whole() -> None:
    assert base(FORM_PARTIAL) == OWNER
    assert base(FORM_PARTIAL, OPEN) == OWNER


def test_partly_closed_with_marks_is_open_but_for_the_marks() -> None:
    labelling = decide(DOCUMENT, [FORM_PARTIAL, MARKED], today=TODAY)
    assert compartment(labelling.base) == "public"
    assert [(span, compartment(label)) for span, label in labelling.closed] == [(SECRET, OWNER)]


def test_the_operator_may_hand_in_the_published_copy_of_a_partly_closed_record() -> None:
    labelling = decide(DOCUMENT, [FORM_PARTIAL, OPERATOR_OPEN], today=TODAY)
    assert compartment(labelling.base) == "public"
    assert labelling.warnings


def test_the_operator_does_not_open_what_a_form_or_ledger_closes() -> None:
    assert base(FORM_CLOSED, OPERATOR_OPEN) == OWNER
    assert base(LabelClaim(Label(Status.PARTIAL), "ledger"), OPERATOR_OPEN) == OWNER


def test_overlapping_spans_each_keep_the_strictest_label() -> None:
    staff = Label(Status.CLOSED, frozenset({frozenset({"staff"})}))
    claims = [
        OPEN,
        LabelClaim(staff, "ledger", Span(0, 10)),
        LabelClaim(Label(Status.CLOSED), "mark", Span(6, 15)),
    ]
    closed = decide(DOCUMENT, claims, today=TODAY).closed
    assert [((span.start, span.end), compartment(label)) for span, label in closed] == [
        ((0, 6), "staff"),
        ((6, 10), OWNER),
        ((10, 15), OWNER),
    ]


def test_the_ledger_names_the_readers_of_what_a_mark_or_form_closes() -> None:
    staff = Label(Status.CLOSED, frozenset({frozenset({"staff"})}))
    assert base(FORM_CLOSED, LabelClaim(staff, "ledger")) == "staff"
    same, part = LabelClaim(staff, "ledger", SECRET), LabelClaim(staff, "ledger", Span(6, 9))
    assert [compartment(x) for _, x in decide(DOCUMENT, [OPEN, MARKED, same], today=TODAY).closed] == [
        "staff"
    ]
    closed = decide(DOCUMENT, [OPEN, MARKED, part], today=TODAY).closed
    assert {compartment(label) for _, label in closed} == {OWNER}


def test_a_label_that_opens_later_is_closed_today() -> None:
    assert base(LabelClaim(Label(Status.OPEN, effective_from=date(2026, 1, 1)), "ledger")) == OWNER
    assert base(LabelClaim(Label(Status.OPEN, effective_from=TODAY), "ledger")) == "public"
