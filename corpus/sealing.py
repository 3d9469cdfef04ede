"""Words that only whoever has certain texts can read again: kept answers are sealed with the passages they cite.

When such a text is deleted or written anew, nothing in the store opens the words any more.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Callable, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12

Keyed = Callable[..., str]
"""A keyed digest of some texts as hex digits, as `Catalogue.identify` makes it."""


def seal(words: str, texts: Sequence[str], keyed: Keyed) -> str:
    """`words` so that just `texts`, in this order, open them again (AES-GCM, base64)."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return base64.b64encode(nonce + _cipher(texts, keyed).encrypt(nonce, words.encode(), None)).decode()


def unseal(sealed: str, texts: Sequence[str], keyed: Keyed) -> str | None:
    """The words that were sealed; None where these are not the texts they were sealed with."""
    try:
        raw = base64.b64decode(sealed, validate=True)
        return _cipher(texts, keyed).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], None).decode()
    except (InvalidTag, ValueError, binascii.Error):
        return None


def _cipher(texts: Sequence[str], keyed: Keyed) -> AESGCM:
    parts = (f"{len(text)}:{text}" for text in texts)  # so that no two lists of texts are joined alike
    return AESGCM(bytes.fromhex(keyed("sealed", *parts)))
