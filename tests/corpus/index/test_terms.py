"""Terms are cached under a version: when the same text gives other terms, the version must change."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from corpus.index.terms import VERSION, Terms, analyse, bigram_keys, fold, key

TEXTS = [
    "令和７年度の学童保育は、定員を百二十名増やし、１億３,６００万円を計上しております。",
    "ＤＸ推進計画（第三期）の計画期間は令和八年度から６年間である。",
    "取り組みの成果は約七割、二〇二五年八月末で742人が登録した。",
]
GOLDEN = {"terms-2": "a93cfd31b2777531"}


def test_the_version_changes_with_the_terms() -> None:
    """When this fails, raise `VERSION` and put the new digest here: stores are then brought up to date."""
    digest = hashlib.blake2b(
        b"".join(terms.to_bytes() for terms in analyse(TEXTS)), digest_size=8
    ).hexdigest()
    assert GOLDEN[VERSION] == digest


@given(st.text(max_size=40))
def test_terms_are_the_same_after_storing(text: str) -> None:
    (terms,) = analyse([text])
    again = Terms.from_bytes(terms.to_bytes())
    assert again.keys.tolist() == terms.keys.tolist()
    assert again.counts.tolist() == terms.counts.tolist()
    assert again.folded == terms.folded == fold(text)


def test_bigrams_are_counted_over_letters_only() -> None:
    keys, counts = bigram_keys(fold("公園、公園"))
    assert sorted(counts.tolist()) == [1, 2]
    assert len(keys) == 2
    assert bigram_keys("公")[0].tolist() == []


def test_keys_do_not_depend_on_the_process() -> None:
    assert key("公園") == 5622870813311743937
