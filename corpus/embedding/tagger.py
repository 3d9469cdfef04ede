"""Gives words of a text a number each: a model of the default embedding model's kind with an adapter.

What the number means is the adapter's matter. Passages longer than the model reads are taken in parts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from corpus.embedding.calibration import CALIBRATION
from corpus.embedding.folder import publish_folder
from corpus.embedding.models import default_folder
from corpus.embedding.protocol import Vectors, readable
from corpus.embedding.recognition import recognise
from corpus.embedding.runtime import INPUT, MODEL_FILE, TOKENIZER_FILE, open_session
from corpus.errors import ConfigurationError

_LEAST_ALIKE = 0.97
"""Correlation of the int8 logits with those in fp32."""


class Tagger:
    """An exported model that gives each token one number."""

    def __init__(self, folder: Path, tokenizer: Tokenizer | None = None) -> None:
        """Open what `load_tagger` wrote, with the tokenizer of the same vocabulary that is open already, if any.

        Raises:
            ConfigurationError: A file is missing or damaged.
        """
        try:
            self._tokenizer = tokenizer or Tokenizer.from_file(str(folder / TOKENIZER_FILE))
            self._session = open_session(folder / MODEL_FILE)
            self._longest = int((self._tokenizer.truncation or {})["max_length"])
        except Exception as error:  # both libraries raise bare exceptions of their own
            raise ConfigurationError(
                f"The exported model in {folder} cannot be opened ({error}); delete the folder to make it anew."
            ) from error
        self._tokenizer.no_padding()

    def values(self, question: str, parts: Sequence[str], ends: Sequence[Sequence[int]]) -> list[list[float]]:
        """The number of each word: that of the token in which it ends.

        Args:
            question: What the text is read for.
            parts: The text in pieces that may be parted, in order.
            ends: For each piece, the offsets in it at which its words end.
        """
        before = f"query: {readable(question)} passage: "
        found: list[list[float]] = []
        for first, last in self._runs(before, parts):
            text = "".join(parts[first:last])
            encoding = self._tokenizer.encode(before + readable(text))
            logits = self._run(encoding.ids[: self._longest])
            place = len(before)
            for part, own in zip(parts[first:last], ends[first:last], strict=True):
                tokens = [encoding.char_to_token(place + end - 1) for end in own]
                found.append([float(logits[min(token or 0, len(logits) - 1)]) for token in tokens])
                place += len(part)
        return found

    def _runs(self, before: str, parts: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Spans of the pieces that the model reads together."""
        taken = len(self._tokenizer.encode(before).ids)
        first, size = 0, taken
        for place, part in enumerate(parts):
            tokens = len(self._tokenizer.encode(readable(part), add_special_tokens=False).ids)
            if size + tokens > self._longest and place > first:
                yield first, place
                first, size = place, taken
            size += tokens
        if parts:
            yield first, len(parts)

    def _run(self, ids: list[int]) -> Vectors:
        logits: Vectors = self._session.run(None, {INPUT: np.array(ids, dtype=np.int64)})[0]
        return logits


def load_tagger(
    adapter: Path, *, models_dir: Path, base: Path | None = None, tokenizer: Tokenizer | None = None
) -> Tagger:
    """A model with `adapter`, exported to `models_dir` first where that has not been done.

    Args:
        adapter: The file that `corpus.embedding.adapter` describes.
        models_dir: Where unpacked and exported models are kept.
        base: The sentence-transformers folder that the adapter was learned on; unset: the default model.
        tokenizer: That of the same model, where it is open already: it takes more memory than the weights.

    Raises:
        ConfigurationError: The weights cannot be unpacked, or the int8 model is not faithful.
    """
    source = base or default_folder(models_dir)
    name = f"{source.name}-{adapter.stem}-{hashlib.sha256(adapter.read_bytes()).hexdigest()[:8]}"
    folder = publish_folder(models_dir / "onnx" / name, lambda target: _export(source, adapter, target))
    return Tagger(folder, tokenizer)


def _export(source: Path, adapter: Path, target: Path) -> None:
    from corpus.embedding import bert  # not needed where the work is done

    plain = recognise(source)
    if plain is None:
        raise ConfigurationError(f"The folder {source} is not the embedding model it should be; delete it.")
    tokenizer = Tokenizer.from_file(str(plain.tokenizer))
    tokenizer.enable_truncation(plain.max_tokens)  # kept in the file: how much the model reads
    tokenizer.save(str(target / TOKENIZER_FILE))
    expected = bert.write_tagger(plain, adapter, target / MODEL_FILE)
    tagger = Tagger(target)
    ids = [tokenizer.encode(plain.prompts.passage + text).ids for text in CALIBRATION]
    found = np.concatenate([tagger._run(one) for one in ids])
    alike = float(np.corrcoef(found, np.concatenate(expected))[0, 1])
    if not alike >= _LEAST_ALIKE:
        raise ConfigurationError(
            f"The model of {adapter.name} loses too much in int8 (correlation {alike:.3f})."
        )
