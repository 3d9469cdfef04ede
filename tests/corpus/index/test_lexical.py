"""BM25 as a sparse matrix, against the formula written out."""

import math
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from corpus.index.lexical import K1, B, Field, inverse_document_frequency

passages = st.lists(
    st.dictionaries(st.integers(1, 12), st.integers(1, 9), max_size=6), min_size=1, max_size=8
)
USUAL = 7.0


def field(counts: list[dict[int, int]]) -> Field:
    pairs = []
    for one in counts:
        keys = np.array(sorted(one), np.uint64)
        pairs.append((keys, np.array([one[int(k)] for k in keys], np.uint8)))
    return Field.build(pairs, usual_length=USUAL)


@given(passages, st.sets(st.integers(1, 15), max_size=6))
def test_scores_are_those_of_the_formula(counts: list[dict[int, int]], query: set[int]) -> None:
    made = field(counts)
    keys = np.array(sorted(query), np.uint64)
    n = made.frequencies(keys)
    weights = inverse_document_frequency(n, len(counts))
    expected = []
    for one in counts:
        length, total = sum(one.values()), 0.0
        for term in sorted(query):
            df = sum(term in other for other in counts)
            idf = math.log(1 + (len(counts) - df + 0.5) / (df + 0.5))
            tf = one.get(term, 0)
            total += idf * tf * (K1 + 1) / (tf + K1 * (1 - B + B * length / USUAL)) if tf else 0.0
        expected.append(total)
    assert np.allclose(made.scores(keys, weights), expected, atol=1e-5)


@given(passages, passages, st.sets(st.integers(1, 15), max_size=6))
def test_a_passages_score_does_not_depend_on_its_neighbours(
    own: list[dict[int, int]], others: list[dict[int, int]], query: set[int]
) -> None:
    keys = np.array(sorted(query), np.uint64)
    weights = np.ones(len(keys), np.float32)
    alone = field(own).scores(keys, weights)
    together = field(own + others).scores(keys, weights)
    assert np.array_equal(alone, together[: len(own)])


@given(passages)
def test_a_field_is_the_same_after_saving(tmp_path_factory: object, counts: list[dict[int, int]]) -> None:
    folder = Path(tmp_path_factory.mktemp("field"))  # type: ignore[attr-defined]
    made = field(counts)
    made.save(folder, "tokens")
    loaded = Field.load(folder, "tokens", len(counts))
    keys = np.arange(1, 15, dtype=np.uint64)
    weights = np.linspace(0.5, 2, len(keys), dtype=np.float32)
    assert np.array_equal(made.scores(keys, weights), loaded.scores(keys, weights))
    assert np.array_equal(made.frequencies(keys), loaded.frequencies(keys))
