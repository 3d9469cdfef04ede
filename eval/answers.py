"""What an answer is worth beside what its question says of a good one.

The checks of support here are the bench's own, apart from those by which the composer drops sentences, so
that a fault of the product's check is not judged by itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from corpus.calendar import japanese_date, resolve_relative
from corpus.figures import missing
from corpus.japanese import content_words
from corpus.model import Passage
from corpus.normalisation import normalise
from eval import leaks
from eval.datasets import Question
from eval.gold import Gold
from eval.measures import Score, rouge_1_f
from rag.answer import Answer, Sentence

ENOUGH = 0.6
"""Share of the content words of a sentence that its sources must hold."""

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_NAME = re.compile(
    r"「(?P<quoted>[^「」]+)」"
    r"|(?P<latin>[A-Za-z][A-Za-z0-9.+-]{2,})"
    r"|(?P<katakana>[ァ-ヴー]{4,})"
    r"|(?P<organisation>[一-龠ァ-ヴー]{2,12}(?:株式会社|協会|公社|財団|機構|審議会|協議会|委員会|本部|センター|大学|病院))"
    r"|(?P<person>[一-龠々]{2,6})(?=氏|君|さん|議員|委員(?!会)|知事(?!部))"
)
"""What the bench takes for a name: quoted words, Latin and katakana words, organisations, what stands before a title."""


def answer_scores(question: Question, answer: Answer, gold: Sequence[Gold]) -> dict[str, Score]:
    """Every measure of one answer that its question gives occasion for."""
    refused = answer.refusal is not None
    scores: dict[str, Score] = {
        "refusal_precision": Score(float(refused and not question.answerable), float(refused)),
        "leaks": Score(float(len(leaked(question, answer)))),
    }
    if not question.answerable:
        scores["refusal_recall"] = Score(float(refused))
    else:
        scores |= {"wrong_refusal": Score(float(refused))} | _against_model(question, answer)
        scores |= _against_gold(answer, gold)
    if answer.sentences:
        supported = [unsupported(sentence, answer) for sentence in answer.sentences]
        whole = float(len(supported))
        scores["unsupported_figures"] = Score(sum(bool(strange) for strange, _ in supported), whole)
        good = sum(not strange and share >= ENOUGH for strange, share in supported)
        scores["citation_precision"] = Score(float(good), whole)
    return scores


def _against_model(question: Question, answer: Answer) -> dict[str, Score]:
    scores = {}
    if question.reference:
        scores["rouge1_f"] = Score(rouge_1_f(answer.text, question.reference))
    if question.facts:
        present = len(question.facts) - len(absent_facts(question, answer))
        scores["facts"] = Score(float(present), float(len(question.facts)))
    return scores


def _against_gold(answer: Answer, gold: Sequence[Gold]) -> dict[str, Score]:
    if not gold:
        return {}
    cited = [citation.passage for citation in answer.citations]
    shown = [place for place in gold if any(place.holds(passage) for passage in cited)]
    return {
        "citation_recall": Score(float(len(shown)), float(len(gold))),
        "citation_gold": Score(float(bool(shown))),
    }


def absent_facts(question: Question, answer: Answer) -> list[str]:
    """The facts that do not stand in the answer, compared after NFKC and without white space."""
    text = _folded(answer.text)
    return [fact for fact in question.facts if _folded(fact) not in text]


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def leaked(question: Question, answer: Answer) -> list[str]:
    """The strings that must not be shown and are, anywhere in what reaches the asker."""
    return leaks.found(question.must_not_show, leaks.of_answer(answer), said=question.question)


def unsupported(sentence: Sentence, answer: Answer) -> tuple[list[str], float]:
    """The figures of a sentence that none of its sources holds, and the share of its content words that they do."""
    wanted = set(sentence.citations)
    sources = [citation.passage for citation in answer.citations if citation.n in wanted]
    return strange_figures(sentence.text, sources), word_share(sentence.text, sources)


def word_share(text: str, sources: Iterable[Passage]) -> float:
    """The share of the content words of `text` that the sources hold; 1.0 where it has none."""
    words = Counter(content_words(text))
    held = _dense("".join(f"{source.text} {source.header}" for source in sources))
    known = {word for source in sources for word in content_words(f"{source.text}\n{source.header}")}
    if not words:
        return 1.0
    return sum(n for word, n in words.items() if word in known or word in held) / words.total()


def _dense(text: str) -> str:
    return "".join(normalise(text).split())


def strange_figures(text: str, sources: Sequence[Passage]) -> list[str]:
    """The figures, dates and names of `text` that stand in no source.

    A source is its words, with what 昨年 and 来年度 mean on its date, its header and its date. Figures are
    compared with their units and hedges (`corpus.figures`), and every number once more by its digits alone.
    """
    known = "\n".join(_said(source) for source in sources)
    digits = set(_NUMBER.findall(normalise(known)))
    strange = [text[figure.start : figure.end] for figure in missing(text, known)]
    strange += [number for number in _NUMBER.findall(normalise(text)) if number not in digits]
    held = f"{_dense(known)}\n{_folded(known)}"  # both spellings: 15パーセント is 15% in the one, as printed in the other
    strange += [found[0] for found in _NAME.finditer(text) if _absent(found[found.lastgroup or 0], held)]
    return list(dict.fromkeys(strange))


def _absent(name: str, held: str) -> bool:
    return _dense(name) not in held and _folded(name) not in held


def _said(source: Passage) -> str:
    if source.date is None:
        return f"{source.text}\n{source.header}"
    dated = f"{japanese_date(source.date)} {source.date.isoformat()}"
    return f"{source.text}\n{resolve_relative(source.text, source.date)}\n{source.header}\n{dated}"
