"""Checks a sentence against the passages it cites: figures, names, quotes and denials must be there.

Two tests, both must be passed. The strict one names what is missing: a number, date, amount, name or
quotation that no source has, a denial turned round, a study told as a deed. The soft one gives a score,
the probability that the sources say what the sentence says, from how its words, their order and their
neighbours compare (`rag/support.py`; weights learned by `eval/verification.py`).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib import resources

from corpus.calendar import japanese_date, resolve_relative
from corpus.figures import missing as missing_figures
from corpus.japanese import normalise, tokens
from rag.support import Material, features, material

Embed = Callable[[Sequence[str]], Sequence[Sequence[float]]]
"""Texts to vectors of length 1, in order."""

_QUOTED = re.compile(r"「([^「」]{2,80})」")
_LATIN = re.compile(r"[a-z][a-z0-9.\-&+]*[a-z0-9]|[a-z]{2,}")
_KATAKANA = re.compile(r"[ァ-ヴー・]{3,}")
_BODY = re.compile(
    r"(?!全|各|同|本|当|毎)[一-龠々ァ-ヴー]{1,10}?(?:委員会|協議会|審議会|本部|事務局|局|部|課|室|庁|省|公社|財団|協会|機構|センター|組合|大学|病院|銀行|区|市|町|村|県|府|駅|線)(?![一-龠々ァ-ヴー])"
)
_PERSON = re.compile(r"([一-龠々]{2,5})(?:氏|さん|議員|君)(?![一-龠々])")
_DENIED = re.compile(
    r"(?:な(?:い|く|かった)|ません(?:でした)?|(?<=[かさたなまらわせ])ず(?:に)?|ぬ|不可能|困難|中止|見送[りるっ])"
    r"(?:(?:もの|こと)?と[^、。]{0,4}(?:考え|認識|し|思)[^、。]{0,12}|(?:状況|ところ|もの|こと)?(?:で(?:す|ある|あり|ござい)[^、。]{0,8})?)$"
)
_DEED = re.compile(r"実施|開始|創設|設置|導入|整備|開催|配置|決定|廃止|改定|支給|助成|補助|支援")
_SOFTER = re.compile(r"検討|調査|研究|協議|要望|要請|求め|働き?[かか]け|目指|予定|考え|議論|可能性|見込|視野")
_GLOSS = re.compile(r"（(?:令和|平成|昭和)(?:元|\d{1,2})年度?）")
"""What `resolve_relative` adds behind 昨年度: checked as a figure, no word of the claim."""
_CLAUSE = re.compile(r"[^。、!?\n]+")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether sources support a sentence.

    `score` is the probability in [0, 1] that they do; `missing` names what they lack, in the words of the
    sentence (empty for a sentence that is only vaguely unlike them).
    """

    supported: bool
    score: float
    missing: tuple[str, ...] = ()


def check(
    sentence: str,
    sources: Sequence[str],
    *,
    said_on: date | None = None,
    header: str = "",
    embed: Embed | None = None,
) -> Verdict:
    """Whether `sources`, taken together, say what `sentence` says.

    Args:
        sentence: one claim.
        sources: the texts cited, at least one; none supports nothing.
        said_on: the day of the meeting, by which the sources' 昨年度 and the like are read.
        header: title, meeting, post and speaker; names and dates may come from it.
        embed: vectors, to lift the score of a true paraphrase; the strict test stays as it is.
    """
    if not sources or not sentence.strip():
        return Verdict(False, 0.0)
    text = "\n".join(sources)
    dated = resolve_relative(text, said_on) if said_on else text
    day = japanese_date(said_on) if said_on else ""
    whole = _to_its_end(sentence, text, dated)
    lacking = strictly_missing(sentence, f"{text}\n{dated}", f"{header} {day}", whole=whole)
    if not lacking and _is_quoted(sentence, text, dated):
        return Verdict(True, 1.0)
    score = probability(compare(sentence, material(f"{dated}\n{header}"), lacking))
    if embed is not None:
        score = _lifted(score, sentence, material(dated), embed)
    return Verdict(not lacking and score >= threshold(), score, lacking)


def compare(sentence: str, source: Material, lacking: Sequence[str]) -> dict[str, float]:
    """The features of the soft test: those of `rag.support`, and how much the strict test finds lacking."""
    return {**features(_GLOSS.sub("", sentence), source), "lacking": float(min(3, len(lacking)))}


def strictly_missing(sentence: str, source: str, header: str = "", *, whole: bool = False) -> tuple[str, ...]:
    """What of `sentence` must be in `source` (or, for names and dates, in `header`) and is not.

    `whole`: whether it stands there word for word up to its end, so that no denial can have been cut off.
    """
    found = [sentence[f.start : f.end] for f in missing_figures(sentence, f"{source}\n{header}")]
    claim, known = normalise(sentence), normalise(f"{source}\n{header}")
    found += [name for name in _names(claim) if not _known(name, known)]
    dense = _dense(known)
    found += [f"「{quote}」" for quote in _QUOTED.findall(claim) if _dense(quote) not in dense]
    if not found and not whole:
        found += _turned(claim, material(source))
    return tuple(dict.fromkeys(found))


def _names(claim: str) -> list[str]:
    """Words that name somebody or something: Latin, katakana, bodies and offices, persons with a title."""
    names = [match.group() for pattern in (_LATIN, _KATAKANA, _BODY) for match in pattern.finditer(claim)]
    return names + [match.group(1) for match in _PERSON.finditer(claim)]


def _known(name: str, source: str) -> bool:
    """Whether the source has the name, or every part of a compound one."""
    if name in source:
        return True
    parts = tokens(name)
    return bool(parts) and set(parts) <= _tokens_of(source)


@lru_cache(maxsize=256)
def _tokens_of(text: str) -> frozenset[str]:
    return frozenset(tokens(text))


def _dense(text: str) -> str:
    return re.sub(r"[\s、。]", "", text)


def _is_quoted(sentence: str, *sources: str) -> bool:
    """Whether the sentence stands in a source word for word, or is a clean cut of one."""
    words = _dense(normalise(sentence))
    return len(words) >= 6 and any(words in _dense(normalise(source)) for source in sources)


def _to_its_end(sentence: str, *sources: str) -> bool:
    """Whether the sentence stands in a source word for word and ends where the source's sentence ends."""
    words = re.sub(r"\s", "", normalise(sentence)).rstrip("。")
    return len(words) >= 6 and any(f"{words}。" in re.sub(r"\s", "", normalise(source)) for source in sources)


def _turned(claim: str, source: Material) -> list[str]:
    """Denials that the source does not make or makes, and deeds that it only considers."""
    found = []
    for sentence in re.split(r"[。!?\n]", claim):
        if not (words := tokens(sentence)):
            continue
        clause = _aligned(words, source)
        if clause and _shares_predicate(sentence, clause):
            if bool(_DENIED.search(sentence)) is not bool(_DENIED.search(clause)):
                found.append("否定")
            elif (
                _DEED.search(sentence[-12:]) and not _SOFTER.search(sentence) and _SOFTER.search(clause[-16:])
            ):
                found.append(_SOFTER.search(clause[-16:]).group())  # type: ignore[union-attr]
    return found


def _aligned(words: Sequence[str], source: Material) -> str:
    """The clause of the source that holds the end of the sentence best."""
    tail = frozenset(words[-4:])
    clauses = [clause for part in source.sentences for clause in _CLAUSE.findall(part)]
    shared = [len(tail & frozenset(tokens(clause))) for clause in clauses]
    return clauses[shared.index(max(shared))] if shared and max(shared) >= 2 else ""


def _shares_predicate(sentence: str, clause: str) -> bool:
    ours = tokens(sentence)[-2:]
    return bool(ours) and ours[-1] in tokens(clause)[-4:]


@cache
def _learned() -> tuple[dict[str, tuple[float, float, float]], float, float]:
    """(feature -> mean, scale, weight), bias, threshold."""
    raw = json.loads((resources.files(__package__) / "support.json").read_text(encoding="utf-8"))
    rows = {name: (float(mean), float(scale), float(w)) for name, (mean, scale, w) in raw["features"].items()}
    return rows, float(raw["bias"]), float(raw["threshold"])


def threshold() -> float:
    """The probability from which a sentence counts as supported."""
    return _learned()[2]


def probability(values: dict[str, float]) -> float:
    """The learned probability that the source supports the sentence with these `features`."""
    rows, bias, _ = _learned()
    total = bias + sum(w * (values[name] - mean) / scale for name, (mean, scale, w) in rows.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


_ALIKE = 0.92
"""Cosine of e5 vectors from which two sentences are taken to say the same."""


def _lifted(score: float, sentence: str, source: Material, embed: Embed) -> float:
    """The score, at least even where a sentence of the source is nearly the same in vectors."""
    if not source.sentences:
        return score
    vectors = embed([sentence, *source.sentences])
    ours = vectors[0]
    nearest = max(sum(a * b for a, b in zip(ours, other, strict=True)) for other in vectors[1:])
    return max(score, threshold()) if nearest >= _ALIKE else score
