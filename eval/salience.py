"""Learns which words of an answer a newsletter repeats, and measures the brief style with the answer given.

    python -m eval.salience [--write] [--show N]

Answers and newsletter lines of `answers_dev.jsonl` and `retrieval_dev.jsonl` (the gold answer passage). Folds
are days of meetings (`fold_of`), since some questions are in both files. Measured without the tagger and with it,
whose adapter (`eval/gist.py`) was learned on other meetings. `--write` stores the weights learned on all of them
in `rag/compose/salience.json`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import LeaveOneGroupOut

from corpus.embedding.tagger import Tagger, load_tagger
from corpus.japanese import content_words
from eval.measures import rouge_1_f
from rag.compose import brief, salience
from rag.compose.pieces import Piece, pieces
from rag.compose.wording import years

WEIGHTS = Path("rag/compose/salience.json")
STRENGTH = 0.003


@dataclass(frozen=True, slots=True)
class Case:
    """A question, the whole answer given to it, and the newsletter's line of that answer."""

    source: str
    day: date
    question: str
    answer: str
    line: str
    others: tuple[str, ...] = ()


def load(data: Path) -> list[Case]:
    """The cases of both files."""
    others = _others(data)
    return [_case("answers_dev", row, others) for row in _read(data / "qa/answers_dev.jsonl")] + [
        _case("retrieval_dev", row, others) for row in _read(data / "qa/retrieval_dev.jsonl")
    ]


def _case(source: str, row: dict[str, Any], others: dict[str, list[str]]) -> Case:
    question = row.get("question") or f"{row['sub_topic']}。{row['question_summary']}"
    answer = row["answer_original"] if "answer_original" in row else row["gold_answer"][0]["text"]
    day, line = date.fromisoformat(row["date"]), row["answer_summary"]
    return Case(source, day, question, answer, line, tuple(one for one in others[row["id"]] if one != line))


def _others(data: Path) -> dict[str, list[str]]:
    """Further true summaries of an answer, by the id of its question."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in _read(data / "qa/verification_dev.jsonl"):
        if row["faithful"]:
            found[row["id"]].append(row["answer_summary"])
    return found


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(row) for row in path.read_text(encoding="utf-8").splitlines()]


def fold_of(day: date) -> str:
    """The fold of a case: the day of its meeting in February 2020, where most cases are; else its month."""
    return day.isoformat() if (day.year, day.month) == (2020, 2) else f"{day:%Y-%m}"


def talk_of(answer: str, day: date) -> list[Piece]:
    """The sentences of an answer that say something, its years as newsletters write them."""
    split = [replace(piece, text=years(piece.text, day)) for piece in pieces(answer)]
    return [piece for piece in split if not piece.empty and not piece.asking] or split


Rows = list[tuple[dict[str, float], float]]


def rows_of(case: Case, tagger: Tagger | None = None) -> Rows:
    """The features of every word of the answer, and the share of its true summaries that have the word."""
    wanted = [frozenset(content_words(line)) for line in (case.line, *case.others)]
    return [
        (values, sum(word in line for line in wanted) / len(wanted))
        for *_, words, rows in salience.described(case.question, talk_of(case.answer, case.day), tagger)
        for word, values in zip(words, rows, strict=True)
    ]


def learn(cases: Sequence[Rows]) -> salience.Logistic:
    """Logistic regression in which every answer counts the same."""
    names = list(cases[0][0][0])
    x = np.array([[values[name] for name in names] for rows in cases for values, _ in rows])
    y = np.array([there for rows in cases for _, there in rows])
    share = np.array([1 / len(rows) for rows in cases for _ in rows])
    mean, scale = x.mean(0), x.std(0) + 1e-9
    model = LogisticRegression(C=STRENGTH, max_iter=2000)
    share *= len(share) / share.sum()
    scaled = (x - mean) / scale
    sides = np.r_[
        np.ones(len(y)), np.zeros(len(y))
    ]  # a word in half of the summaries counts half on each side
    model.fit(np.vstack([scaled, scaled]), sides, sample_weight=np.r_[share * y, share * (1 - y)])
    rounded = {
        name: (round(float(m), 5), round(float(s), 5), round(float(w), 5))
        for name, m, s, w in zip(names, mean, scale, model.coef_[0], strict=True)
        if s > 1e-6
    }
    return salience.Logistic(rounded, round(float(model.intercept_[0]), 5))


def written(case: Case, weights: salience.Logistic, tagger: Tagger | None = None) -> str:
    """The brief line of the whole answer under `weights`."""
    talk = talk_of(case.answer, case.day)
    return "".join(cut.text for cut in brief.line(case.question, talk, tagger=tagger, model=weights))


def tested(cases: Sequence[Case], rows: Sequence[Rows], tagger: Tagger | None) -> list[str]:
    """The line of each case under weights learned on the meetings of other days."""
    lines = [""] * len(cases)
    groups = [fold_of(case.day) for case in cases]
    for train, test in LeaveOneGroupOut().split(cases, groups=groups):
        weights = learn([rows[i] for i in train])
        for i in test:
            lines[i] = written(cases[i], weights, tagger)
    return lines


def show(which: str, cases: Sequence[Case], lines: Sequence[str], count: int) -> None:
    """Print the figures of each file and its first `count` lines."""
    for source in ("answers_dev", "retrieval_dev"):
        own = [i for i, case in enumerate(cases) if case.source == source]
        scores = [rouge_1_f(lines[i], cases[i].line) for i in own]
        last = [rouge_1_f(talk_of(cases[i].answer, cases[i].day)[-1].text, cases[i].line) for i in own]
        length = np.mean([len(lines[i]) for i in own])
        error = np.std(scores) / len(scores) ** 0.5
        print(
            f"{which}, {source}: ROUGE-1-F {np.mean(scores):.4f} ± {error:.4f}, {length:.1f} characters; "
            f"last sentence {np.mean(last):.4f} ({len(own)} answers, one fold a session)"
        )
        for i in own[:count]:
            print(f"  {cases[i].question}\n    newsletter: {cases[i].line}\n    brief:      {lines[i]}")


def main(argv: list[str]) -> int:
    """Print the figures; returns the exit status."""
    parser = argparse.ArgumentParser(description="brief lines against newsletter lines, the answer given")
    parser.add_argument("--write", action="store_true", help=f"store the weights in {WEIGHTS}")
    parser.add_argument("--show", type=int, default=0, help="print this many lines of each file")
    parser.add_argument("--models", type=Path, default=Path("var/models"), help="where models are unpacked")
    options = parser.parse_args(argv)
    cases = load(Path(os.environ.get("TOBEN_SHARED", "../shared")) / "data")
    tagger = load_tagger(WEIGHTS.with_name(salience.ADAPTER), models_dir=options.models)
    content: dict[str, Any] = {"note": f"learned by eval/salience.py on {len(cases)} answers"}
    for which, reading in ((salience.ALONE, None), (salience.READ, tagger)):
        rows = [rows_of(case, reading) for case in cases]
        show(which, cases, tested(cases, rows, reading), options.show)
        weights = learn(rows)
        content[which] = {"bias": weights.bias, "features": weights.features}
    if options.write:
        WEIGHTS.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        print(f"weights in {WEIGHTS}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
