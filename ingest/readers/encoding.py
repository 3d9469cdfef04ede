"""Bytes to text: which encoding a Japanese text file has, and whether the outcome is readable.

A guess that is wrong gives text that looks like text; so what was decoded is examined before
it is believed (`garbled`), and labels are never resolved on text that failed.
"""

from __future__ import annotations

import re

from charset_normalizer import from_bytes

from ingest.errors import UnreadableSourceError

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_JAPANESE = re.compile(r"[\u3005-\u3007\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9f]")
_LETTER = re.compile(r"[^\W\d_]")
_FOREIGN = re.compile(
    r"[^\W\d_\u0000-\u017f\u3005-\u3007\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff\uff21-\uff5a\uff66-\uff9f]"
)
_KANA = re.compile(r"[\u3041-\u30ff]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd\ufffe\uffff\ue000-\uf8ff]")
_HALF_KANA = re.compile(r"[\uff61-\uff9f]")
_RARE = re.compile(r"[^\u0000-\u007e\u00a0-\u00ff\u2010-\u266f\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")

MAX_BAD_SHARE = 0.02
"""Replacement and control characters: above this share of the characters the text is refused."""
MIN_JAPANESE_SHARE = 0.20
"""Japanese characters among all letters of a text that claims to be Japanese."""
_JAPANESE_CODECS = ("cp932", "shift_jis", "euc_j", "iso2022_jp", "utf")
_BEGINNING = 65536


def decode(data: bytes) -> str:
    """The text of `data` in whichever of UTF-8, UTF-16, CP932 or EUC-JP reads as Japanese or plain ASCII.

    Line breaks come back as ``\\n``. Rarer Japanese encodings are tried through charset-normalizer.

    Raises:
        UnreadableSourceError: no encoding gives readable text.
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _checked(_try(data, name) or data.decode(name, errors="replace"))
    candidates = [text for name in _candidates(data) if (text := _try(data, name)) is not None]
    if not candidates:
        candidates = [text for name in _guesses(data) if (text := _try(data, name)) is not None]
    if not candidates:
        candidates = [data.decode(name, errors="replace") for name in ("utf-8", "cp932")]
    return _checked(min(candidates, key=_strangeness))


def _candidates(data: bytes) -> tuple[str, ...]:
    """Encodings to try strictly, in order of trust. NUL bytes only occur in UTF-16 text."""
    if b"\x00" in data[:_BEGINNING]:
        return ("utf-16-le", "utf-16-be")
    if _try(data, "utf-8") is not None:
        return ("iso2022_jp", "utf-8") if b"\x1b$" in data else ("utf-8",)
    return ("cp932", "euc_jp")


def _guesses(data: bytes) -> list[str]:
    """What charset-normalizer takes the data for, as far as it is an encoding of Japanese."""
    return [
        match.encoding
        for match in from_bytes(data[:_BEGINNING])
        if match.encoding.startswith(_JAPANESE_CODECS)
    ]


def _try(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except (UnicodeDecodeError, LookupError):
        return None


def _strangeness(text: str) -> float:
    """How unlike Japanese prose a text looks, 0 for the best; a measure to compare decodings with."""
    sample = text[:_BEGINNING]
    if not sample:
        return 0.0
    bad = len(_CONTROL.findall(sample)) * 5 + len(_RARE.findall(sample)) * 2 + len(_HALF_KANA.findall(sample))
    return bad / len(sample) - len(_KANA.findall(sample)) / len(sample)


def _checked(text: str) -> str:
    """`text` with ``\\n`` line breaks, once it is found readable."""
    reason = garbled(text)
    if reason:
        raise UnreadableSourceError(reason)
    return text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")


def garbled(text: str) -> str:
    """Why `text` cannot be the text of a Japanese office document; empty where it can.

    Text without any Japanese (a CSV of numbers, an English annex) is taken as it is.

    >>> garbled("会議を開会します。")
    ''
    >>> bool(garbled("\\ufffd" * 5 + "会議を開会します。"))
    True
    """
    body = re.sub(r"\s+", "", text[: _BEGINNING * 16])
    if not body:
        return ""
    if len(_CONTROL.findall(body)) > MAX_BAD_SHARE * len(body):
        return "文字化けしています（読めない文字が2％を超えます）"
    japanese, foreign = len(_JAPANESE.findall(body)), len(_FOREIGN.findall(body))
    if foreign and japanese < MIN_JAPANESE_SHARE * len(_LETTER.findall(body)):
        return "文字化けしています（日本語の文字が20％に満たない本文です）"
    return ""
