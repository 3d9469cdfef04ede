"""Measures how far a text supports a sentence: what the sentence adds, drops, turns round or reorders.

Every feature compares the sentence with the source; none looks at the style of the sentence alone, so
that a clumsy true sentence is not taken for a false one. `eval/verification.py` learns their weights.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from corpus.figures import figures
from corpus.japanese import normalise, tokens
from rag.compose.vocabulary import weight

_LIGHT = "行う 図る 進める 取り組む 取り組み 取組 更に 又 一層 今後 引き続き 達 者 性 化 的 等 為 様 事 こと 有る 出来る 於く 行く 来る 令和 平成 昭和 西暦"
_SENTENCE = re.compile(r"(?<=[。!?\n])")
_CLAUSE = re.compile(r"[。、,!?\n]")
_NEGATION = re.compile(
    r"ない(?![かが])|なく(?!て(?:は|も))|ません|(?<=[かさたなまらわ])ず(?![つれっ])|せず|ぬ(?=[。、]|$)|不[一-龠]|無[一-龠]|未[一-龠]|非[一-龠]|困難|中止|廃止|拒否|反対|除外|見送"
)
_MODALITY: dict[str, re.Pattern[str]] = {
    "study": re.compile(r"検討|調査|研究|議論|協議"),
    "act": re.compile(r"実施|開始|創設|設置|導入|整備|開催|配置"),
    "plan": re.compile(r"予定|目指|方針|計画|めど|目途"),
    "ask": re.compile(r"求め|要望|要請|働き ?[かか掛]け"),
    "past": re.compile(r"(?:した|きた|ました|った|れた)(?:[。、]|$|ところ|もの)"),
    "ought": re.compile(r"べき|必要|なければ|ねばなら"),
    "can": re.compile(r"可能|できる|得る"),
    "done": re.compile(r"完了|終了|達成|確立|成功|解決|充分|十分"),
}
_OPPOSITES = (
    ("増", "減"),
    ("拡", "縮"),
    ("強化", "緩和"),
    ("国", "都"),
    ("可能", "不可能"),
    ("重要", "不要"),
    ("必要", "不要"),
    ("賛成", "反対"),
    ("有料", "無料"),
    ("有償", "無償"),
    ("早期", "遅"),
    ("公", "私"),
    ("開始", "終了"),
    ("新設", "廃止"),
    ("促進", "抑制"),
    ("向上", "低下"),
    ("高", "低"),
    ("安全", "危険"),
    ("成功", "失敗"),
    ("全て", "一部"),
    ("賃上げ", "賃下げ"),
    ("入", "退"),
    ("上", "下"),
    ("多", "少"),
    ("長", "短"),
)
_NEAR = 15
"""Content words within which two neighbours of the sentence must follow each other in the source."""


@dataclass(frozen=True, slots=True)
class Material:
    """A text made ready for comparing: normalised, its sentences, and the content words of each."""

    text: str
    dense: str
    sentences: tuple[str, ...]
    words: tuple[tuple[str, ...], ...]

    @property
    def all_words(self) -> tuple[str, ...]:
        """The content words of all sentences, in order."""
        return tuple(word for words in self.words for word in words)


def material(text: str) -> Material:
    """`text` made ready for `features`."""
    plain = normalise(text)
    sentences = tuple(part for part in _SENTENCE.split(plain) if part.strip("。 \n"))
    return Material(plain, _dense(plain), sentences, tuple(_words(part) for part in sentences))


def _dense(text: str) -> str:
    return re.sub(r"[\s、。,.]", "", text)


@cache
def _light() -> frozenset[str]:
    """Words that summaries drop and add at will, as `tokens` gives them."""
    return frozenset(tokens(_LIGHT))


def _words(text: str) -> tuple[str, ...]:
    """Content words without the empty ones and without figures, which the strict test of grounding compares."""
    return tuple(
        word for word in tokens(_without_figures(text)) if word not in _light() and not word[0].isdigit()
    )


def _without_figures(text: str) -> str:
    for figure in reversed(figures(text)):
        text = f"{text[: figure.start]} {text[figure.end :]}"
    return text


def features(sentence: str, source: Material) -> dict[str, float]:
    """How `sentence` compares with `source`, by name; every value finite, shares in [0, 1]."""
    claim = material(sentence)
    words = claim.all_words
    aligned = "".join(_closest(part, source) for part in claim.words)
    return {
        **_coverage(claim, words, source),
        **_characters(claim, source),
        **_order(words, source),
        **_predicate(claim, source),
        **_polarity(claim.text, aligned),
        **_modality(claim.text, aligned),
        "opposite": float(_opposites(claim.text, source.text)),
        "length": min(3.0, len(claim.dense) / 50),
    }


def _closest(words: Sequence[str], source: Material) -> str:
    """The sentence of the source that shares the most words; the earliest of equals."""
    wanted = frozenset(words)
    shared = [len(wanted & frozenset(other)) for other in source.words]
    return source.sentences[shared.index(max(shared))] if shared and wanted else ""


def _share(words: Sequence[str], present: frozenset[str]) -> float:
    return sum(word in present for word in words) / len(words) if words else 1.0


def _coverage(claim: Material, words: Sequence[str], source: Material) -> dict[str, float]:
    """Which words, by weight, by clause and by sentence, the source holds."""
    there = frozenset(source.all_words)
    missing = [word for word in dict.fromkeys(words) if word not in there]
    total = sum(weight(word) for word in words)
    clauses = [c for part in _CLAUSE.split(claim.text) if (c := _words(part))] or [tuple(words)]
    by_sentence = [frozenset(other) for other in source.words] or [frozenset[str]()]
    within = [max(_share(clause, other) for other in by_sentence) for clause in clauses]
    whole = [max(_share(part, other) for other in by_sentence) for part in claim.words if part] or [0.0]
    return {
        "covered": _share(words, there),
        "covered_weight": sum(weight(w) for w in words if w in there) / total if total else 1.0,
        "missing_weight": min(5.0, sum(weight(word) for word in missing)),
        "missing": min(6.0, len(missing)),
        "absent": min(6.0, sum(word not in source.text for word in missing)),
        "foreign": min(6.0, sum(not all(c in source.text for c in word) for word in missing)),
        "clause_covered": min(_share(clause, there) for clause in clauses),
        "clause_together": min(within),
        "sentence_together": min(whole),
    }


def _characters(claim: Material, source: Material) -> dict[str, float]:
    """Shares of runs of two to four characters that stand in the source."""
    shares = {}
    for n in (2, 3, 4):
        runs = [claim.dense[i : i + n] for i in range(len(claim.dense) - n + 1)]
        shares[f"runs_of_{n}"] = sum(run in source.dense for run in runs) / len(runs) if runs else 1.0
    shares["longest_run"] = _longest_run(claim.dense, source.dense) / max(1, len(claim.dense))
    return shares


def _longest_run(claim: str, source: str) -> int:
    """Length of the longest stretch of `claim` that stands in `source`."""
    best = 0
    for start in range(len(claim)):
        while start + best < len(claim) and claim[start : start + best + 1] in source:
            best += 1
    return best


def _order(words: Sequence[str], source: Material) -> dict[str, float]:
    """Whether the words follow each other as in the source: recombined and swapped parts do not."""
    common = _common_length(words, source.all_words) / len(words) if words else 1.0
    pairs = list(pairwise(words))
    near = [_follows(a, b, source) for a, b in pairs]
    turned = sum(1 for (a, b), ok in zip(pairs, near, strict=True) if not ok and _follows(b, a, source))
    return {
        "in_order": common,
        "out_of_order": _share(words, frozenset(source.all_words)) - common,
        "pairs": sum(near) / len(near) if near else 1.0,
        "pairs_broken": min(8.0, len(near) - sum(near)),
        "pairs_turned": min(3.0, turned),
    }


def _common_length(left: Sequence[str], right: Sequence[str]) -> int:
    """Length of the longest common subsequence."""
    row = [0] * (len(right) + 1)
    for word in left:
        diagonal = 0
        for j, other in enumerate(right, 1):
            above = row[j]
            row[j] = diagonal + 1 if word == other else max(above, row[j - 1])
            diagonal = above
    return row[-1]


def _follows(first: str, second: str, source: Material) -> bool:
    """Whether `second` comes after `first`, close by, in one sentence of the source."""
    for words in source.words:
        places = [i for i, word in enumerate(words) if word == first]
        if places and any(
            word == second and any(0 <= j - i <= _NEAR for i in places) for j, word in enumerate(words)
        ):
            return True
    return False


def _predicate(claim: Material, source: Material) -> dict[str, float]:
    """Whether the last word of each sentence, its predicate, is the source's, and how late it stands there."""
    there = frozenset(source.all_words)
    last = [words[-1] for words in claim.words if words]
    tail = frozenset(claim.words[-1]) if claim.words else frozenset()
    shared = [len(tail & frozenset(words)) for words in source.words] or [0]
    latest = max(i for i, n in enumerate(shared) if n == max(shared))
    return {
        "predicate_missing": min(2.0, sum(word not in there for word in last)),
        "place": latest / max(1, len(shared) - 1),
    }


def _polarity(text: str, aligned: str) -> dict[str, float]:
    here, there = len(_NEGATION.findall(text)), len(_NEGATION.findall(aligned))
    return {
        "negation_added": float(here > 0 and there == 0),
        "negations_more": min(3.0, max(0, here - there)),
        "negation_dropped": float(here == 0 and there > 0),
    }


def _modality(text: str, aligned: str) -> dict[str, float]:
    """Plans told as facts, wishes as duties, studies as deeds, and the other way round."""
    values = {}
    for name, pattern in _MODALITY.items():
        here, there = bool(pattern.search(text)), bool(pattern.search(aligned))
        values[f"{name}_added"] = float(here and not there)
        values[f"{name}_dropped"] = float(there and not here)
    return values


def _opposites(text: str, source: str) -> int:
    """How many words of the sentence are absent from the source while their opposite is there."""
    pairs = [pair for a, b in _OPPOSITES for pair in ((a, b), (b, a))]
    return min(3, sum(x in text and x not in source and y in source for x, y in pairs))
