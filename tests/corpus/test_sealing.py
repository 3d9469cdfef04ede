"""Sealed words open with the very texts they were sealed with, and with nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from corpus.catalogue import Catalogue
from corpus.sealing import seal, unseal

KEYED = Catalogue(None).identify  # type: ignore[arg-type]
WORDS = "橋の架け替えは三年後です。"


def test_the_texts_open_what_was_sealed_with_them() -> None:
    assert unseal(seal(WORDS, ["甲", "乙"], KEYED), ["甲", "乙"], KEYED) == WORDS


@given(st.lists(st.text(max_size=8), max_size=3), st.lists(st.text(max_size=8), max_size=3))
def test_no_other_texts_do(texts: list[str], others: list[str]) -> None:
    opened = unseal(seal(WORDS, texts, KEYED), others, KEYED)
    assert (opened == WORDS) == (texts == others)


def test_nothing_of_the_words_shows_and_no_two_seals_are_alike() -> None:
    one, two = (seal(WORDS, ["甲"], KEYED) for _ in range(2))
    assert one != two
    assert "橋" not in one


def test_texts_joined_alike_are_not_alike() -> None:
    assert unseal(seal(WORDS, ["甲\x00乙"], KEYED), ["甲", "乙"], KEYED) is None


@given(st.text(max_size=40))
def test_what_was_never_sealed_opens_to_nothing(text: str) -> None:
    assert unseal(text, ["甲"], KEYED) is None
