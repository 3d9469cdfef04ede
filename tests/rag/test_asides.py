"""Every line of `tests/rag/lines.py` gets the reply that fits; none of the questions beside them gets one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer import RefusalCode
from rag.asides import Aside, aside_of
from rag.refusal import assess
from tests.rag.lines import ABOUT, EMPTY, FOLLOWING, GREETINGS, ORDERS, QUESTIONS, TRIALS

CODES = {
    RefusalCode.INSTRUCTION: ORDERS,
    RefusalCode.GREETING: [*GREETINGS, *ABOUT],
    RefusalCode.EMPTY: [*TRIALS, *EMPTY],
}


@pytest.mark.parametrize(("line", "code"), [(line, code) for code, lines in CODES.items() for line in lines])
def test_a_line_that_asks_nothing_gets_the_reply_that_fits(line: str, code: RefusalCode) -> None:
    reply = assess(line, None)
    assert reply is not None and reply.code is code


@pytest.mark.parametrize("line", QUESTIONS)
@pytest.mark.parametrize("follows", [False, True])
def test_a_question_that_looks_like_one_is_a_question(line: str, follows: bool) -> None:
    assert assess(line, None, follows=follows) is None


@pytest.mark.parametrize("line", FOLLOWING)
def test_what_leaves_its_matter_out_is_a_question_only_after_one(line: str) -> None:
    assert assess(line, None, follows=True) is None


@pytest.mark.parametrize("line", [line for line in ORDERS if "非公開" in line])
def test_an_order_is_one_after_a_question_too(line: str) -> None:
    assert aside_of(line, follows=True) is Aside.ORDER


@given(st.text(max_size=80))
def test_any_text_is_judged(line: str) -> None:
    assert aside_of(line) is None or isinstance(aside_of(line), Aside)
