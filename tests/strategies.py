"""Hypothesis strategies for the domain model."""

from datetime import date

from hypothesis import strategies as st

from corpus.disclosure import Label, Principal, Status

DEPARTMENTS = ("情報政策課", "福祉課", "政策経営部情報政策課")
GROUPS = ("再編検討班", "防災班")
ATOMS = ("staff", *(f"dept:{name}" for name in DEPARTMENTS), *(f"group:{name}" for name in GROUPS))

clauses = st.frozensets(st.sampled_from(ATOMS), max_size=3)


def labels() -> st.SearchStrategy[Label]:
    """Labels of every status, with and without audience and owner."""
    return st.builds(
        Label,
        status=st.sampled_from(Status),
        audience=st.frozensets(clauses, max_size=2),
        owner=st.sampled_from(["", *DEPARTMENTS]),
        hidden=st.booleans(),
    )


def principals() -> st.SearchStrategy[Principal]:
    """Staff and others, in and out of their dates."""
    days = st.sampled_from([None, date(2025, 1, 1), date(2025, 6, 2), date(2025, 12, 31)])
    return st.builds(
        Principal,
        id=st.just("someone"),
        departments=st.frozensets(st.sampled_from(DEPARTMENTS), max_size=2),
        groups=st.frozensets(st.sampled_from(GROUPS), max_size=2),
        valid_from=days,
        valid_until=days,
        staff=st.booleans(),
    )
