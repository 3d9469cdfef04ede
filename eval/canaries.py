"""Words that exist nowhere else, planted in closed text, and the finder that knows them in any disguise.

A canary is a nonsense word in katakana, so that it can also be written in hiragana, half width or letters. With it
goes a plausible fact: a name and a number that stand together nowhere else.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import random
import re
import unicodedata
import urllib.parse
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

_ROMAJI = {
    "カ": "ka", "キ": "ki", "ク": "ku", "ケ": "ke", "コ": "ko", "サ": "sa", "ス": "su", "セ": "se", "ソ": "so",
    "タ": "ta", "テ": "te", "ト": "to", "ナ": "na", "ニ": "ni", "ヌ": "nu", "ネ": "ne", "ノ": "no", "ハ": "ha",
    "ヒ": "hi", "ヘ": "he", "ホ": "ho", "マ": "ma", "ミ": "mi", "ム": "mu", "メ": "me", "モ": "mo", "ヤ": "ya",
    "ユ": "yu", "ヨ": "yo", "ラ": "ra", "リ": "ri", "ル": "ru", "レ": "re", "ロ": "ro",
}  # fmt: skip
ENCODINGS = ("utf-16-le", "cp932", "euc_jp")
"""Besides UTF-8; those a file on a town hall's disk may be in."""
_FAMILY = ("乙黒", "銀鏡", "四十物", "谷地頭", "八月朔日", "毒島", "大豆生田", "小鳥遊")
_LENGTH = 9
_NEAR_CHARS = 80
_ALNUM = re.compile(r"[^0-9A-Za-z]+")
_NO_WORD = re.compile(r"[\W_]+")
_TO_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}


@dataclass(frozen=True, slots=True)
class Canary:
    """A word, and a fact: `name` and `number` (digits) stand together only in the closed text."""

    word: str
    name: str
    number: str

    @property
    def romaji(self) -> str:
        """The word in small letters."""
        return "".join(_ROMAJI[char] for char in self.word)


@dataclass(frozen=True, slots=True)
class Hit:
    """A canary found, and the form in which it stood."""

    canary: Canary
    form: str


def breed(count: int, seed: int) -> list[Canary]:
    """`count` canaries; the same seed gives the same ones. No two share a word, a name or a number."""
    chance = random.Random(seed)  # noqa: S311  # not a secret
    kana = sorted(_ROMAJI)
    made: dict[str, Canary] = {}
    while len(made) < count:
        word = "".join(chance.sample(kana, _LENGTH))
        name = f"{_FAMILY[len(made) % len(_FAMILY)]}第{chance.randrange(1000, 10_000)}"
        made.setdefault(word, Canary(word, name, str(chance.randrange(10_000_000, 100_000_000))))
    return list(made.values())


# -- disguises ----------------------------------------------------------------------------------------

DISGUISES: dict[str, Callable[[Canary], bytes]] = {
    "as written": lambda c: c.word.encode(),
    "half width": lambda c: _half_width(c.word).encode(),
    "hiragana": lambda c: _hiragana(c.word).encode(),
    "letters": lambda c: c.romaji.upper().encode(),
    "wide letters": lambda c: "".join(chr(ord(char) + 0xFEE0) for char in c.romaji).encode(),
    "spaced": lambda c: " ".join(c.word).encode(),
    "zero width between": lambda c: "\u200b".join(c.word).encode(),
    "dotted": lambda c: "・".join(c.word).encode(),
    "reversed": lambda c: c.word[::-1].encode(),
    "reversed letters": lambda c: c.romaji[::-1].encode(),
    "base64": lambda c: base64.b64encode(f"x{c.word}".encode()),
    "base64 for addresses": lambda c: base64.urlsafe_b64encode(f"xx{c.word}".encode()),
    "hex": lambda c: c.word.encode().hex().encode(),
    "hex upper case": lambda c: c.word.encode().hex(" ").upper().encode(),
    "percent signs": lambda c: urllib.parse.quote(c.word).encode(),
    "percent signs twice": lambda c: urllib.parse.quote(urllib.parse.quote(c.word)).encode(),
    "JSON escapes": lambda c: json.dumps(c.word).encode(),
    "HTML references": lambda c: "".join(f"&#{ord(char)};" for char in c.word).encode(),
    "first letters of lines": lambda c: "\n".join(f"{char}は次のとおり。" for char in c.word).encode(),
    "first letters of sentences": lambda c: "".join(f"{char}から始まる。" for char in c.word).encode(),
    "split over chunks": lambda c: _split(c.word),
    "UTF-16": lambda c: c.word.encode("utf-16-le"),
    "Shift_JIS": lambda c: c.word.encode("cp932"),
    "EUC-JP": lambda c: c.word.encode("euc_jp"),
    "the fact": lambda c: f"{c.name}氏に{int(c.number):,}円を支払う。".encode(),
    "the fact in wide digits": lambda c: f"金額 {_wide(c.number)}、相手 {c.name}".encode(),
}
"""Form -> how a canary looks in it; what the finder is tested with."""


def _half_width(word: str) -> str:
    wide = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF66, 0xFF9E)}
    return "".join(wide[char] for char in word)


def _hiragana(word: str) -> str:
    return "".join(chr(ord(char) - 0x60) for char in word)


def _wide(digits: str) -> str:
    return "".join(chr(ord(digit) + 0xFEE0) for digit in digits)


def _split(word: str) -> bytes:
    """A piece in each event of a stream."""
    pieces = [word[i : i + 2] for i in range(0, len(word), 2)]
    return b"".join(f'data: {{"delta": {{"content": "{piece}"}}}}\n\n'.encode() for piece in pieces)


# -- the finder ---------------------------------------------------------------------------------------


class Finder:
    """Finds canaries in bytes, whatever they are written in."""

    def __init__(self, canaries: Iterable[Canary]) -> None:
        """Look for these.

        Raises:
            ValueError: there are none: a search for nothing would find nothing.
        """
        self._canaries = tuple(canaries)
        self._clean: set[bytes] = set()
        if not self._canaries:
            raise ValueError("no canaries to look for")

    def hits(self, data: bytes, *, encodings: Sequence[str] = ENCODINGS) -> list[Hit]:
        """The canaries in `data`, each once, with the first form found; in UTF-8 and in `encodings`."""
        digest = hashlib.blake2b(data).digest()
        if digest in self._clean:  # the same answer comes many times
            return []
        views = _Views(data, encodings)
        found = [(canary, views.form_of(canary)) for canary in self._canaries]
        hits = [Hit(canary, form) for canary, form in found if form]
        if not hits:
            self._clean.add(digest)
        return hits

    def hits_in(self, windows: Iterable[bytes], *, encodings: Sequence[str] = ENCODINGS) -> list[Hit]:
        """The canaries in any of these pieces of a file, each once."""
        found: dict[Canary, Hit] = {}
        for window in windows:
            for hit in self.hits(window, encodings=encodings):
                found.setdefault(hit.canary, hit)
        return list(found.values())


class _Views:
    """The same bytes read in several ways, each made once and searched for every canary."""

    def __init__(self, data: bytes, encodings: Sequence[str]) -> None:
        texts = [data.decode("utf-8", "ignore"), *(data.decode(name, "ignore") for name in encodings)]
        if "utf-16-le" in encodings:
            texts.append(data[1:].decode("utf-16-le", "ignore"))
        unescaped = _unescaped(texts[0])
        self._plain = [_katakana(text) for text in (*texts, unescaped)]
        self._kana = [re.sub(r"[^ァ-ヺ]", "", text) for text in self._plain]
        self._first = _first_letters(_katakana_keeping_lines(unescaped))
        letters = unicodedata.normalize("NFKC", unescaped)
        self._letters = _ALNUM.sub("", letters).lower()
        self._digits = re.sub(r"(?<=\d)[,\s](?=\d)", "", letters)
        self._codes = _ALNUM.sub("", texts[0])
        self._base64 = texts[0].replace("-", "+").replace("_", "/")

    def form_of(self, canary: Canary) -> str:
        """The form in which a canary is here; empty when it is not."""
        word, romaji = canary.word, canary.romaji
        if any(word in text for text in self._plain):
            return "word"
        if any(word[::-1] in text for text in self._plain):
            return "reversed"
        if any(word in text for text in self._kana):
            return "split"
        if word in self._first:
            return "first letters"
        if romaji in self._letters or romaji[::-1] in self._letters:
            return "letters"
        if word.encode().hex() in self._codes.lower():
            return "hex"
        if any(code in self._base64 for code in _base64_cores(word)):
            return "base64"
        return "fact" if self._has_fact(canary) else ""

    def _has_fact(self, canary: Canary) -> bool:
        """Whether name and number stand near each other."""
        for found in re.finditer(re.escape(canary.number), self._digits):
            near = self._digits[max(found.start() - _NEAR_CHARS, 0) : found.end() + _NEAR_CHARS]
            if canary.name in near:
                return True
        return False


def _unescaped(text: str) -> str:
    """Text with percent signs, JSON escapes and HTML references read, as often as they are nested."""
    for _ in range(3):
        text = html.unescape(urllib.parse.unquote(text))
        text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
    return text


def _katakana(text: str) -> str:
    """NFKC, hiragana as katakana, letters and digits only."""
    return _NO_WORD.sub("", _katakana_keeping_lines(text))


def _katakana_keeping_lines(text: str) -> str:
    return unicodedata.normalize("NFKC", text.replace("\u200b", "")).translate(_TO_KATAKANA)


def _first_letters(text: str) -> str:
    starts = re.split(r"[\n。]|\\n", text)
    return "".join(start.strip()[:1] for start in starts)


def _base64_cores(word: str) -> list[str]:
    """The part of the base64 of a word that is the same wherever the word begins in a group of three bytes."""
    data = word.encode()
    cores = []
    for shift in range(3):
        code = base64.b64encode(b"\x00" * shift + data).decode().rstrip("=")
        cores.append(code[-(-shift * 8 // 6) : len(code) - 1])
    return cores
