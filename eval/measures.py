"""What is measured of one question: shares `hits / total` that add up over questions, from a reference library.

Retrieval measures come from ir_measures, which runs TREC's own trec_eval. Every measure of one question is a
`Score`; over many questions the value is the sum of the parts by the sum of the wholes, which is the plain
mean where every whole is 1, and a micro-average (as of precision) where it is not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import ir_measures
from ir_measures import RR, R, Success, nDCG

from corpus.japanese import content_words

Qrels = Mapping[str, Mapping[str, int]]
Rankings = Mapping[str, Sequence[str]]

_RETRIEVAL = {"success": Success, "recall": R, "mrr": RR, "ndcg": nDCG}
_NAME = re.compile(r"(success|recall|mrr|ndcg)@([1-9][0-9]*)")


@dataclass(frozen=True, slots=True)
class Score:
    """One question's part in a measure: `hits` of `total`. A total of 0 takes no part."""

    hits: float
    total: float = 1.0

    @property
    def value(self) -> float | None:
        """The share; None where there is nothing to share."""
        return self.hits / self.total if self.total else None


def is_retrieval(name: str) -> bool:
    """Whether `name` is a retrieval measure: ``success@k``, ``recall@k``, ``mrr@k``, ``ndcg@k``."""
    return _NAME.fullmatch(name) is not None


def retrieval_scores(qrels: Qrels, rankings: Rankings, names: Iterable[str]) -> dict[str, dict[str, Score]]:
    """Retrieval measures of every question that has a relevant passage.

    Args:
        qrels: question id -> passage id -> grade; a passage is relevant when its grade is 1 or more.
        rankings: question id -> passage ids, best first; a judged question without one scores 0.
        names: ``success@k``, ``recall@k``, ``mrr@k`` or ``ndcg@k``.

    Returns:
        question id -> measure -> score. Questions without a relevant passage are left out.

    Raises:
        ValueError: a name is not a retrieval measure.

    >>> retrieval_scores({"q": {"a": 1, "b": 1}}, {"q": ["x", "a"]}, ["success@1", "recall@5"])
    {'q': {'success@1': Score(hits=0.0, total=1.0), 'recall@5': Score(hits=0.5, total=1.0)}}
    """
    measures = {name: _measure(name) for name in names}
    judged = {query: dict(grades) for query, grades in qrels.items() if any(g > 0 for g in grades.values())}
    if not judged or not measures:
        return {query: {} for query in judged}
    run = {query: _falling(rankings.get(query, ())) for query in judged}
    found = {
        (metric.query_id, str(metric.measure)): float(metric.value)
        for metric in ir_measures.iter_calc(list(measures.values()), judged, run)
    }
    return {
        query: {name: Score(found.get((query, str(m)), 0.0)) for name, m in measures.items()}
        for query in judged
    }


def _measure(name: str) -> ir_measures.Measure:
    match = _NAME.fullmatch(name)
    if match is None:
        raise ValueError(f"{name!r} is not a retrieval measure: use success@k, recall@k, mrr@k or ndcg@k")
    return _RETRIEVAL[match[1]] @ int(match[2])


def _falling(ranking: Sequence[str]) -> dict[str, float]:
    """Scores that fall with the rank, so that trec_eval keeps the order it is given."""
    return {passage: float(len(ranking) - place) for place, passage in enumerate(ranking)}


def rouge_1_f(answer: str, reference: str) -> float:
    """Content-word ROUGE-1-F as in NTCIR-16 QA Lab PoliInfo-3: F of the words that both hold, repeats counted.

    Words are `corpus.japanese.content_words` (that script segments with MeCab and UniDic, so the last digits
    differ). 0.0 where one of the texts has no content word.

    >>> rouge_1_f("橋を架ける。", "橋を架ける工事を行う。")
    0.6666666666666666
    """
    said, wanted = Counter(content_words(answer)), Counter(content_words(reference))
    both = (said & wanted).total()
    return 2 * both / (said.total() + wanted.total()) if both else 0.0
