"""The embedder that stands in for a model."""

import numpy as np

from corpus.embedding import HashEmbedder


def test_texts_that_share_pairs_of_characters_are_nearer():
    near, far = HashEmbedder().embed_passages(["保育園の定員", "下水道の更新"]) @ HashEmbedder().embed_query(
        "保育園"
    )
    assert near > far


def test_the_vector_is_the_same_in_every_process():
    vector = HashEmbedder().embed_query("あい")
    places = {int(place): round(float(vector[place]), 6) for place in np.flatnonzero(vector)}
    assert places == {23: 0.57735, 35: 0.57735, 50: 0.57735}


def test_every_text_has_a_direction():
    vectors = HashEmbedder().embed_passages(["", "\ud800", "x"])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
