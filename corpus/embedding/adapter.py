"""The low-rank change that makes another model of a BERT folder's weights (LoRA, Hu et al. 2021, arXiv:2106.09685).

An adapter file holds, for each linear layer it changes, ``NAME.down`` ``(rank, inputs)`` and ``NAME.up``
``(outputs, rank)``, whose product is added to the weight, and the layer that turns a token's vector into one
number: ``head.weight`` ``(channels, 1)`` and ``head.bias`` ``(1,)``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file


class Adapted:
    """The tensors of a BERT folder with those of an adapter added."""

    def __init__(self, tensors: Any, adapter: Path) -> None:
        """Read `adapter`; `tensors` is an open safetensors file."""
        self._tensors = tensors
        self._changes = load_file(adapter)

    def get_tensor(self, name: str) -> NDArray[Any]:
        """The tensor of that name: the head's own, the changed one, or the folder's."""
        if name.startswith("head."):
            return self._changes[name]
        layer, _, part = name.rpartition(".")
        array: NDArray[Any] = self._tensors.get_tensor(name)
        if part != "weight" or f"{layer}.down" not in self._changes:
            return array
        down, up = (self._changes[f"{layer}.{side}"].astype(np.float32) for side in ("down", "up"))
        changed: NDArray[Any] = array.astype(np.float32) + up @ down
        return changed

    def get_slice(self, name: str) -> Any:
        """A tensor to be read in parts: none of those is ever changed."""
        return self._tensors.get_slice(name)
