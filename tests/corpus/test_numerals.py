"""Reading numbers in kanji, arabic and mixed digits."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.numerals import fold, parse, plain


@pytest.mark.parametrize(
    ("run", "value"),
    [
        ("二〇二〇", "2020"),
        ("百三十六億", "13600000000"),
        ("136億", "13600000000"),
        ("１３６億", "13600000000"),
        ("1億3,600万", "136000000"),
        ("13,600,000千", "13600000000"),
        ("3万5千", "35000"),
        ("一・五", "1.5"),
        ("三十・九", "30.9"),
        ("八・五億", "850000000"),
        ("二千〇二十", "2020"),
        ("千", "1000"),
        ("零", "0"),
    ],
)
def test_a_number_has_its_value(run: str, value: str) -> None:
    assert parse(run) == Decimal(value)


@pytest.mark.parametrize("run", ["", "万", "億万", "二十百", "〇十", "一万億", "三鷹"])
def test_what_is_no_number_has_no_value(run: str) -> None:
    assert parse(run) is None


@given(st.integers(min_value=1, max_value=10**15))
def test_plain_digits_read_back(value: int) -> None:
    assert parse(plain(Decimal(value))) == value
    assert parse(f"{value:,}") == value


@given(st.text())
def test_folding_keeps_the_length(text: str) -> None:
    assert len(fold(text)) == len(text)
