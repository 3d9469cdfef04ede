"""How well questions are tied to their answers: predicted threads against gold spans, counted in paragraphs.

Two counts, both summed over all gold questions (micro):

- *answers*: given the gold question, the paragraphs of all answers tied to it against the gold answer paragraphs. This
  is the question that NTCIR PoliInfo-3 QA Alignment asks (best published run: F 0.835). A thread is tied to a gold
  question when its question span shares a character with the gold one.
- *pairs*: pairs of a question paragraph and an answer paragraph. Predicted pairs are those of every thread that touches
  the gold question or the gold answer. A thread's question is the whole asked point with its background, gold names
  the request and the lines that name its topic, so precision here also tells how much background is taken along.
"""

from __future__ import annotations

import json
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from corpus.model import Document, Span, Thread

_ASIDE = re.compile(r"〔[^〔〕\n]*〕|（(?:拍手|笑声|[^（）\n]*(?:発言|呼ぶ者)[^（）\n]*)）")
_CACHED_TEXTS = 16


@dataclass(frozen=True, slots=True)
class GoldThread:
    """One judged question: where it is asked and where it is answered, quoted from the minutes of `day`."""

    id: str
    day: str
    questions: tuple[str, ...]
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """What was predicted, what is gold, and what is both."""

    hits: int = 0
    predicted: int = 0
    gold: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.hits + other.hits, self.predicted + other.predicted, self.gold + other.gold)

    @property
    def precision(self) -> float:
        """Hits by predictions; 0 where nothing was predicted."""
        return self.hits / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Hits by gold; 0 where there is no gold."""
        return self.hits / self.gold if self.gold else 0.0

    @property
    def f(self) -> float:
        """The harmonic mean of precision and recall.

        >>> round(Counts(hits=3, predicted=4, gold=6).f, 2)
        0.6
        """
        return 2 * self.hits / (self.predicted + self.gold) if self.predicted + self.gold else 0.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one gold question fared."""

    id: str
    answers: Counts
    pairs: Counts


@dataclass(frozen=True, slots=True)
class Alignment:
    """The outcome of every gold question that was found in its document, in gold order; `lost` names the others."""

    outcomes: tuple[Outcome, ...]
    lost: tuple[str, ...] = ()

    @property
    def answers(self) -> Counts:
        """Answer paragraphs given the question, summed."""
        return sum((outcome.answers for outcome in self.outcomes), Counts())

    @property
    def pairs(self) -> Counts:
        """Pairs of paragraphs, summed."""
        return sum((outcome.pairs for outcome in self.outcomes), Counts())


def read_gold(path: Path) -> list[GoldThread]:
    """The judged questions of a JSONL file whose rows hold `id`, `date`, `gold_question` and `gold_answer`."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [
        GoldThread(
            row["id"],
            row["date"],
            tuple(span["text"] for span in row["gold_question"]),
            tuple(span["text"] for span in row["gold_answer"]),
        )
        for row in rows
    ]


def measure(
    documents: Mapping[str, Document], threads: Mapping[str, Sequence[Thread]], gold: Iterable[GoldThread]
) -> Alignment:
    """Count the threads of each day's document against the gold questions of that day.

    Args:
        documents: day -> the minutes of that day; gold questions of other days are left out.
        threads: day -> the predicted threads of that document.
        gold: the judged questions.
    """
    outcomes: list[Outcome] = []
    lost: list[str] = []
    for item in gold:
        if item.day not in documents:
            continue
        document = documents[item.day]
        questions = [locate(document, quoted) for quoted in item.questions]
        answers = [locate(document, quoted) for quoted in item.answers]
        found_questions = [span for span in questions if span]
        found_answers = [span for span in answers if span]
        if len(found_questions) < len(questions) or len(found_answers) < len(answers):
            lost.append(item.id)
            continue
        lines = _lines(document.text)
        asked, told = lines.touched(found_questions), lines.touched(found_answers)
        outcomes.append(Outcome(item.id, *_compare(lines, threads[item.day], asked, told)))
    return Alignment(tuple(outcomes), tuple(lost))


def locate(document: Document, quoted: str) -> Span | None:
    """Where a quoted text stands first in the canonical text; None where it does not.

    Compared after NFKC without white space and asides（拍手）, so that a quotation of the raw source is found in the
    text as parsed.
    """
    letters, offsets = _skeleton(document.text)
    wanted, _ = _skeleton(quoted)
    start = letters.find(wanted)
    if not wanted or start < 0:
        return None
    return Span(offsets[start], offsets[start + len(wanted) - 1] + 1)


@lru_cache(maxsize=_CACHED_TEXTS)
def _skeleton(text: str) -> tuple[str, tuple[int, ...]]:
    """The letters that count, and for each the offset of the character it comes from."""
    hidden = {offset for match in _ASIDE.finditer(text) for offset in range(*match.span())}
    letters, offsets = [], []
    for offset, character in enumerate(text):
        for letter in unicodedata.normalize("NFKC", character):
            if not letter.isspace() and offset not in hidden:
                letters.append(letter)
                offsets.append(offset)
    return "".join(letters), tuple(offsets)


@dataclass(frozen=True, slots=True)
class _Lines:
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def touched(self, spans: Iterable[Span]) -> set[int]:
        """The numbers of the paragraphs that share a character with a span."""
        return {
            number
            for span in spans
            for number in range(bisect_right(self.ends, span.start), bisect_left(self.starts, span.end))
        }


@lru_cache(maxsize=_CACHED_TEXTS)
def _lines(text: str) -> _Lines:
    found = [match.span() for match in re.finditer(r"[^\n]+", text)]
    return _Lines(tuple(start for start, _ in found), tuple(end for _, end in found))


def _compare(
    lines: _Lines, threads: Sequence[Thread], asked: set[int], told: set[int]
) -> tuple[Counts, Counts]:
    answers: set[int] = set()
    pairs: set[tuple[int, int]] = set()
    for thread in threads:
        question, answer = lines.touched([thread.question]), lines.touched([thread.answer])
        if question & asked:
            answers |= answer
        if question & asked or answer & told:
            pairs |= {(first, second) for first in question for second in answer}
    gold = {(first, second) for first in asked for second in told}
    return (
        Counts(len(answers & told), len(answers), len(told)),
        Counts(len(pairs & gold), len(pairs), len(gold)),
    )
