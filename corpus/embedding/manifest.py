"""What is known of an exported model without opening it: where it came from and how it wants to be fed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from corpus.embedding.folder import digest, stamp
from corpus.embedding.protocol import Prompts

FILE = "manifest.json"
RECIPE = 1  # of `export.py`; raise it when the same source would give other vectors


@dataclass(frozen=True)
class Manifest:
    """The facts beside `model.onnx`.

    `source_stamp` is path -> [size, modification time in ns] of the files it was made from.
    """

    source_digest: str
    source_stamp: dict[str, list[int]]
    prompts: Prompts
    dimension: int
    max_tokens: int
    recipe: int = RECIPE

    def write(self, folder: Path) -> None:
        """Put the manifest into `folder`."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=2)
        (folder / FILE).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """The manifest in `folder`.

        Raises:
            OSError, ValueError, TypeError, KeyError: There is none, or it is not one of ours.
        """
        content = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return cls(**{**content, "prompts": Prompts(**content["prompts"])})


def is_current(exported: Path, source: Path) -> bool:
    """Whether `exported` was made, by today's recipe, from what `source` holds now.

    Contents are read only where sizes or times differ, as after a copy of the data folder.
    """
    try:
        manifest = Manifest.read(exported)
    except (OSError, ValueError, TypeError, KeyError):
        return False
    if manifest.recipe != RECIPE:
        return False
    return manifest.source_stamp == stamp(source) or manifest.source_digest == digest(source)
