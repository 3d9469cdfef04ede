"""The checks that every backend's vectors pass."""

import numpy as np
import pytest

from corpus.embedding.protocol import normalised, readable


@pytest.mark.parametrize(
    "vectors",
    [
        np.zeros((1, 3)),
        np.array([[1.0, np.nan, 0.0]]),
        np.array([[np.inf, 1.0, 0.0]]),
        np.ones((1, 4)),
        np.ones(3),
    ],
)
def test_vectors_without_direction_or_of_another_shape_are_refused(vectors: np.ndarray):
    with pytest.raises(ValueError, match="the model gave"):
        normalised(vectors, 3)


def test_lone_surrogates_are_replaced_and_other_text_is_kept():
    assert readable("公\ud800園") == "公?園"
    assert readable("髙﨑🏞️") == "髙﨑🏞️"
