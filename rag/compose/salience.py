"""How likely an assembly newsletter is to repeat each word of an answer: what the answer comes down to.

A logistic model on where the word stands, what its clause does, how newsletters like it and whether the
question holds it; and, where there is one, on what a neural tagger makes of the word in its place
(`gist.safetensors`, an adapter to the embedding model). Learned by `eval/salience.py` from answers and their
one-line newsletter summaries; only the weights are kept (`salience.json`), with the tagger and without.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from itertools import pairwise
from typing import Protocol

from corpus.japanese import content_words, normalise, placed_content_words, tokens
from rag.compose.pieces import Piece
from rag.compose.vocabulary import concept, liking, weight
from rag.compose.wording import plain

EXPECTED_WORDS = 8.0
"""Content words of a newsletter line, for the expected F of a choice."""

_BACKGROUND = re.compile(r"(?:重要|必要|不可欠|大切|課題|喫緊|有意義)[^。]{0,24}$")
_PAST = re.compile(r"まいりました|ました|ております|ところで")
_PLAN = re.compile(r"てまいります|予定|こととし|いたします|します")
_REFERS = re.compile(r"^(?:こうした|これ|引き続き|今後)")
_THEREFORE = re.compile(r"ため|そこで|したがって|こと(?:から|を)|踏まえ")
_FURTHER = re.compile(r"また|さらに|加え|あわせ|併せ")
_OWN = re.compile(r"(?:都|区|市|町|村|県|当局|本市|本区|私)(?:は|では|と(?:いた)?し)")
_OTHERS = re.compile(r"(?:国|政府|事業者|区市町村|組織委員会|警視庁)(?:は|では|が|に)")
_FUTURE = re.compile(r"(?:今後|引き続き|来年度|今年度|新たに)")
_NEW = re.compile(r"年度|新た")
_ACT = re.compile(r"創設|開始|支援|拡充|実施|設置|導入|促進|活用")
_LINK = re.compile(r"連携|を通じ|踏まえ|もと")
_REASON = re.compile(r"(?:ため|から|まして|ものの)、$")
_CONCRETE = re.compile(
    r"創設|新設|開始|拡充|増やし|増員|引き上げ|無料|無償|助成|補助|導入|改定|策定|公表|募集|試行|モデル"
)
_GOING_ON = re.compile(r"[てで](?:おります|います)")
_NEED = re.compile(r"重要|必要|不可欠|大切|課題")
_DECIDED = re.compile(r"予定|こととし")
_THOUGHT = re.compile(r"考え|思")
_ADVERBIAL = re.compile(r"(?:ため|向け|よう|踏まえ|おいて|対し|中)(?:に|て|で)?、$")
_LINKED = re.compile(r"[してりきえけめ]、$")
_YEAR = re.compile(r"年度?|月")
_BEHIND = {
    name: re.compile(pattern)
    for name, pattern in (
        ("object", "を"),
        ("aim", "に"),
        ("attribute", "の"),
        ("subject", "が"),
        ("theme", "は"),
        ("means", "で(?!き)"),
        ("partner", "と"),
        ("item", "や"),
        ("comma", "、"),
        ("doing", "し"),
        ("done_by", "す"),
        ("start", "から"),
        ("end", "。|$"),
    )
}
"""What may stand behind a word."""
_PLATITUDE = re.compile(r"全力|努め|取り組んで")


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a sentence up to a comma in its written form (`rag.compose.wording.plain`).

    `number` counts the clauses of the sentence; `chances` belong to the content `words`, in order.
    """

    piece: int
    number: int
    text: str
    words: tuple[str, ...]
    chances: tuple[float, ...]

    @property
    def expected(self) -> float:
        """How many of its words a newsletter is expected to repeat."""
        return sum(self.chances)


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic model: feature -> mean, scale, weight; and the bias."""

    features: dict[str, tuple[float, float, float]]
    bias: float

    def chance(self, values: dict[str, float]) -> float:
        """The probability for a row of features."""
        total = self.bias + sum(
            w * (values[name] - mean) / scale for name, (mean, scale, w) in self.features.items()
        )
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


ADAPTER = "gist.safetensors"
"""The file of this package with which the embedding model becomes the tagger."""
READ = "read"
"""The feature that holds the tagger's logit; the stored model that has it, `ALONE` the one without."""
ALONE = "alone"


class Tagger(Protocol):
    """Reads an answer for a question and gives each of its words a number."""

    def values(self, question: str, parts: Sequence[str], ends: Sequence[Sequence[int]]) -> list[list[float]]:
        """The numbers of the words of each part that end at the offsets `ends`."""


@cache
def learned(which: str) -> Logistic:
    """The stored model: `READ` or `ALONE`."""
    raw = json.loads((resources.files(__package__) / "salience.json").read_text(encoding="utf-8"))[which]
    return Logistic({name: (m, s, w) for name, (m, s, w) in raw["features"].items()}, raw["bias"])


def clauses_of(text: str) -> list[tuple[int, int]]:
    """Spans of the clauses of a sentence, each with the comma that ends it."""
    cuts = [match.end() for match in re.finditer("、", text)]
    bounds = [0, *(cut for cut in cuts if cut < len(text)), len(text)]
    return [(a, b) for a, b in pairwise(bounds) if a < b]


def clauses(
    question: str, talk: Sequence[Piece], tagger: Tagger | None = None, model: Logistic | None = None
) -> list[Clause]:
    """The clauses of an answer, in order, with the chance of each of their content words.

    `talk` holds the sentences of one answer, in order, without politeness; `model` is the learned one
    unless given.
    """
    chance = (model or learned(READ if tagger else ALONE)).chance
    return [
        Clause(piece, number, text, words, tuple(chance(row) for row in rows))
        for piece, number, text, words, rows in described(question, talk, tagger)
    ]


def described(
    question: str, talk: Sequence[Piece], tagger: Tagger | None = None
) -> Iterator[tuple[int, int, str, tuple[str, ...], list[dict[str, float]]]]:
    """Each clause as piece, number, text and words, with the features of each word."""
    view = _view(question, talk)
    said = [frozenset(tokens(piece.text)) for piece in talk]
    read = iter(_read(question, talk, tagger) if tagger else ())
    for place, piece in enumerate(talk):
        texts = _clauses(piece)
        previous = talk[place - 1].text if place else ""
        sentence = (
            _sentence_features(piece.text, place, len(talk), view.asked)
            | _joint_features(piece, previous)
            | _among(place, said, view)
        )
        left = len(content_words(plain(piece.text)))
        for number, text in enumerate(texts):
            normal = normalise(text)
            placed = placed_content_words(normal)
            words = tuple(word for word, _ in placed)
            clause = sentence | _clause_features(text, number, len(texts), len(words))
            rows = [
                _with_products(
                    clause | _word_features(word, k, words, view) | _position(normal[end:], left - k)
                )
                for k, (word, end) in enumerate(placed)
            ]
            if tagger:
                rows = [row | {READ: value} for row, value in zip(rows, next(read), strict=True)]
            left -= len(words)
            yield place, number, text, words, rows


def _clauses(piece: Piece) -> list[str]:
    """The clauses of a sentence in their written form."""
    written = plain(piece.text)
    return [written[start:end] for start, end in clauses_of(written)]


def _read(question: str, talk: Sequence[Piece], tagger: Tagger) -> list[list[float]]:
    """The tagger's number of each content word of each clause."""
    parts = [normalise(text) for piece in talk for text in _clauses(piece)]
    return tagger.values(question, parts, [[end for _, end in placed_content_words(part)] for part in parts])


@dataclass(frozen=True, slots=True)
class _View:
    """What the words of an answer are held against: question, topics, and how often they are said."""

    asked: frozenset[str]
    request: frozenset[str]
    topic: frozenset[str]
    often: Counter[str]
    spread: Counter[str]


def _view(question: str, talk: Sequence[Piece]) -> _View:
    _, _, request = question.partition("。")
    return _View(
        frozenset(concept(word) for word in tokens(question)),
        frozenset(tokens(request or question)),
        frozenset(concept(word) for piece in talk for word in tokens(piece.topic)),
        Counter(word for piece in talk for word in content_words(plain(piece.text))),
        Counter(word for piece in talk for word in set(tokens(piece.text))),
    )


def _sentence_features(text: str, place: int, total: int, asked: frozenset[str]) -> dict[str, float]:
    words = frozenset(tokens(text))
    heavy = sum(weight(word) for word in words)
    shared = sum(weight(word) for word in words if concept(word) in asked)
    return {
        "place": (place + 1) / total,
        "last": float(place == total - 1),
        "last_but_one": float(place == total - 2),
        "first": float(place == 0),
        "sentences": math.log(total),
        "sentence_asked": shared / heavy if heavy else 0.0,
        "sentence_new": float(bool(re.search(r"来年度|今年度|新た", text))),
        "background": float(bool(_BACKGROUND.search(text))),
        "past": float(bool(_PAST.search(text))),
        "plan": float(bool(_PLAN.search(text))),
        "refers": float(bool(_REFERS.search(text))),
        "sentence_length": len(text) / 100,
        "platitude": float(bool(_PLATITUDE.search(text[-20:]))),
        "study": float("検討" in text),
        "concrete": float(bool(_CONCRETE.search(text))),
        "going_on": float(bool(_GOING_ON.search(text[-22:]))),
        "done": float("ました" in text[-22:]),
        "need": float(bool(_NEED.search(text[-22:]))),
        "decided": float(bool(_DECIDED.search(text[-22:]))),
        "thought": float(bool(_THOUGHT.search(text[-22:]))),
    }


def _joint_features(piece: Piece, previous: str) -> dict[str, float]:
    """How the sentence is joined to the one before: the measure follows the need for it (このため、)."""
    return {
        "therefore": float(bool(_THEREFORE.search(piece.lead))),
        "further": float(bool(_FURTHER.search(piece.lead))),
        "namely": float("具体的" in piece.lead),
        "after_background": float(bool(_BACKGROUND.search(previous))),
        "own_act": float(bool(_OWN.match(piece.text))),
        "others_act": float(bool(_OTHERS.match(piece.text))),
        "future": float(bool(_FUTURE.match(piece.text))),
    }


def _among(place: int, said: Sequence[frozenset[str]], view: _View) -> dict[str, float]:
    """The sentence beside the others of the answer: how central it is, how much of the request it takes up."""
    own = said[place]
    shared = sum(view.spread[word] - 1 for word in own)
    taken = [len(words & view.request) for words in said]
    return {
        "central": shared / max(1, len(own)) / max(1, len(said) - 1),
        "request": taken[place] / max(1, len(view.request)),
        "request_best": float(0 < taken[place] == max(taken)),
        "from_end": min(5, len(said) - 1 - place) / 5,
    }


def _position(after: str, left: int) -> dict[str, float]:
    """The particle behind a word, and how far the end of its sentence is, in words."""
    values = {f"before_{name}": float(bool(pattern.match(after))) for name, pattern in _BEHIND.items()}
    return values | {"to_end": math.log(max(1, left))}


def _clause_features(text: str, number: int, total: int, words: int) -> dict[str, float]:
    return {
        "clause_place": (number + 1) / total,
        "clause_last": float(number == total - 1),
        "clause_first": float(number == 0),
        "clauses": math.log(total),
        "clause_words": words / 10,
        "clause_new": float(bool(_NEW.search(text))),
        "reason": float(bool(_REASON.search(text))),
        "act": float(bool(_ACT.search(text))),
        "link": float(bool(_LINK.search(text))),
        "list": float(bool(re.search(r"など|等|や", text))),
        "clause_concrete": float(bool(_CONCRETE.search(text))),
        "adverbial": float(bool(_ADVERBIAL.search(text))),
        "linked": float(bool(_LINKED.search(text))),
    }


def _word_features(word: str, k: int, words: Sequence[str], view: _View) -> dict[str, float]:
    parts = _parts(word)
    held = sum(concept(part) in view.asked for part in parts) / len(parts)
    heavy = sum(weight(part) for part in parts) / len(parts)
    return {
        "asked": held,
        "weight": heavy,
        "asked_weight": held * heavy,
        "parts": float(len(parts)),
        "liked": sum(liking(part) for part in parts) / len(parts),
        "in_topic": sum(concept(part) in view.topic for part in parts) / len(parts),
        "often": math.log(1 + view.often[word]),
        "figure": float(any(char.isdigit() for char in word)),
        "word_place": k / len(words),
        "word_last": float(k == len(words) - 1),
        "verb": float(bool(re.search(r"[ぁ-ん]$", word))),
        "requested": sum(part in view.request for part in parts) / len(parts),
        "spread": sum(view.spread[part] for part in parts) / len(parts) / 10,
        "length": min(12, len(word)) / 10,
        "year": float(bool(_YEAR.search(word))),
    }


_TOGETHER = (
    ("place", "sentence_asked"),
    ("last", "platitude"),
    ("last", "study"),
    ("clause_last", "therefore"),
    ("clause_last", "plan"),
    ("clause_last", "word_last"),
    ("own_act", "plan"),
)
"""Features that mean more together: the last sentence decides, unless it is a platitude."""


def _with_products(values: dict[str, float]) -> dict[str, float]:
    return values | {f"{one}*{other}": values[one] * values[other] for one, other in _TOGETHER}


@lru_cache(maxsize=20_000)
def _parts(word: str) -> tuple[str, ...]:
    return tuple(tokens(word)) or (word,)


def expected_f(expected: float, words: int, wanted: float = EXPECTED_WORDS) -> float:
    """The F to expect of a choice of `words` words of which `expected` are repeated by a line of `wanted` words."""
    return 2 * expected / (words + wanted)
