"""Measures the grounding check on summaries that are true to an answer or subtly false, and learns its weights.

    python -m eval.verification [--write] [--errors N]

Cross-validation is grouped: all summaries of one answer lie in one fold, so that nothing about an answer is
known when its summaries are judged. Thresholds are chosen inside the training folds. Three models:

* overlap: the share of the summary's content words that the answer has. The plain baseline.
* product: a logistic model on `rag.grounding.compare` whose weights may only point the sensible way (more
  agreement never lowers the probability). This is what the product uses; `--write` stores its weights,
  learned on all rows, in `rag/support.json`.
* form: the same features without that limit and with marks of how the summary is written (polite, cut off,
  no full stop). Many false summaries of this set are cut from the answer by a machine or typed by players
  of a game and betray themselves by their form. It shows what can be reached on this set; the product must
  not use it, since a verbatim quotation is no falsehood.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.metrics import accuracy_score, balanced_accuracy_score, brier_score_loss, roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold

from corpus.calendar import japanese_date, resolve_relative
from corpus.japanese import normalise, tokens
from rag.grounding import compare, strictly_missing
from rag.support import Material, material

Array = NDArray[np.float64]
SEEDS = (0, 1, 2, 3)
FOLDS = 5
WEIGHTS = Path("rag/support.json")

_MORE_IS_BETTER = [
    "covered",
    "covered_weight",
    "clause_covered",
    "clause_together",
    "sentence_together",
    "runs_of_2",
    "runs_of_3",
    "runs_of_4",
    "longest_run",
    "in_order",
    "pairs",
]
_NEITHER = ("place", "length")


def sign_of(feature: str) -> int:
    """Which way a feature may point in the product: 1 up, -1 down, 0 not used."""
    if feature in _NEITHER:
        return 0
    return 1 if feature in _MORE_IS_BETTER else -1


@dataclass(frozen=True, slots=True)
class Row:
    """A summary with the answer it is held against; `group` is the answer's id."""

    group: str
    answer: str
    summary: str
    faithful: bool
    source: str
    day: date | None


@dataclass(frozen=True, slots=True)
class Logistic:
    """A fitted logistic model: standardisation, weights (features first, bias last)."""

    mean: Array
    scale: Array
    weights: Array

    def probabilities(self, x: Array) -> Array:
        """Probability of being faithful for each row of `x` (n, features)."""
        z = (x - self.mean) / self.scale @ self.weights[:-1] + self.weights[-1]
        return np.asarray(1 / (1 + np.exp(-z)))


def load(shared: Path) -> list[Row]:
    """The rows of the development set with the dates of their meetings."""
    answers = [json.loads(line) for line in (shared / "data/qa/answers_dev.jsonl").open(encoding="utf-8")]
    days = {row["id"]: date.fromisoformat(row["date"]) for row in answers}
    rows = [json.loads(line) for line in (shared / "data/qa/verification_dev.jsonl").open(encoding="utf-8")]
    return [
        Row(
            r["id"],
            r["answer_original"],
            r["answer_summary"],
            r["faithful"],
            r["source_file"],
            days.get(r["id"]),
        )
        for r in rows
    ]


def measured(rows: Sequence[Row]) -> tuple[list[str], Array]:
    """Feature names, and their values (n, features) for each row."""
    ready: dict[str, Material] = {}
    values = []
    for row in rows:
        text = resolve_relative(row.answer, row.day) if row.day else row.answer
        source = ready.setdefault(row.group, material(text))
        day = japanese_date(row.day) if row.day else ""
        values.append(
            compare(row.summary, source, strictly_missing(row.summary, f"{row.answer}\n{text}", day))
        )
    names = list(values[0])
    return names, np.array([[one[name] for name in names] for one in values])


def form(rows: Sequence[Row]) -> Array:
    """Marks of how each summary is written, whatever the answer says."""
    return np.array([_form(normalise(row.summary).strip(), row.summary) for row in rows], dtype=np.float64)


def _overlap(row: Row) -> float:
    words, there = tokens(row.summary), frozenset(tokens(row.answer))
    return sum(word in there for word in words) / len(words) if words else 0.0


def _form(text: str, printed: str) -> list[bool]:
    return [
        text.rstrip("。").endswith(("ます", "です", "ません", "でした", "ました")),
        not text.endswith("。"),
        re.match(r"[ぁ-ん、。ゃゅょっンァィゥェォー]", text) is not None,
        "，" in printed or "．" in printed,
    ]


def fit(x: Array, y: Array, signs: Sequence[int] | None, strength: float = 0.1) -> Logistic:
    """Logistic regression with an L2 penalty (`strength` is C); `signs` limit the weights where given."""
    mean, scale = x.mean(0), x.std(0) + 1e-9
    z, target = (x - mean) / scale, 2 * y - 1
    limits = {1: (0.0, None), -1: (None, 0.0), 0: (0.0, 0.0)}
    bounds = [limits[sign] for sign in signs] if signs else [(None, None)] * x.shape[1]

    def loss(w: Array) -> tuple[float, Array]:
        margin = target * (z @ w[:-1] + w[-1])
        pull = -target / (1 + np.exp(np.clip(margin, -30, 30)))
        value = strength * np.logaddexp(0, -margin).sum() + 0.5 * (w[:-1] ** 2).sum()
        return float(value), np.append(strength * (z.T @ pull) + w[:-1], strength * pull.sum())

    found = minimize(
        loss, np.zeros(x.shape[1] + 1), jac=True, method="L-BFGS-B", bounds=[*bounds, (None, None)]
    )
    return Logistic(mean, scale, found.x)


Metric = Callable[[Array, Array], float]


def best_threshold(p: Array, y: Array, metric: Metric) -> float:
    """The threshold with the best `metric`; the middle one of equals."""
    steps = np.unique(np.round(p, 3))
    values = np.array([metric(y, p >= step) for step in steps])
    return float(np.median(steps[values >= values.max() - 1e-12]))


@dataclass(frozen=True, slots=True)
class Result:
    """Means over the seeds. `probability` holds the out-of-fold probabilities, averaged.

    `by_accuracy` and `by_balance`: the share of the seeds in which a row was called faithful, out of fold, by the
    threshold that is best for accuracy or for balanced accuracy.
    """

    accuracy: float
    balanced: float
    auc: float
    brier: float
    threshold: float
    probability: Array
    by_accuracy: Array
    by_balance: Array


def cross_validate(x: Array, y: Array, groups: Sequence[str], signs: Sequence[int] | None) -> Result:
    """Grouped cross-validation with the thresholds chosen on inner folds of the training part."""
    scores: list[tuple[float, float, float, float]] = []
    thresholds: list[float] = []
    total, called = np.zeros(len(y)), np.zeros((2, len(y)))
    for seed in SEEDS:
        p, by_accuracy, by_balance = np.zeros(len(y)), np.zeros(len(y)), np.zeros(len(y))
        for train, test in _folds(x, y, groups, seed):
            inner = _out_of_fold(x[train], y[train], [groups[i] for i in train], signs, seed)
            p[test] = fit(x[train], y[train], signs).probabilities(x[test])
            thresholds.append(best_threshold(inner, y[train], balanced_accuracy_score))
            by_accuracy[test] = p[test] >= best_threshold(inner, y[train], accuracy_score)
            by_balance[test] = p[test] >= thresholds[-1]
        total += p / len(SEEDS)
        called += np.stack([by_accuracy, by_balance]) / len(SEEDS)
        scores.append(
            (
                accuracy_score(y, by_accuracy),
                balanced_accuracy_score(y, by_balance),
                roc_auc_score(y, p),
                brier_score_loss(y, p),
            )
        )
    accuracy, balanced, auc, brier = (float(value) for value in np.mean(scores, axis=0))
    return Result(accuracy, balanced, auc, brier, statistics.median(thresholds), total, *called)


def _folds(x: Array, y: Array, groups: Sequence[str], seed: int) -> list[tuple[Array, Array]]:
    return list(StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed).split(x, y, groups))


def _out_of_fold(x: Array, y: Array, groups: Sequence[str], signs: Sequence[int] | None, seed: int) -> Array:
    p = np.zeros(len(y))
    for train, test in _folds(x, y, groups, seed):
        p[test] = fit(x[train], y[train], signs).probabilities(x[test])
    return p


def calibration(p: Array, y: Array, bins: int = 5) -> list[tuple[float, float, int]]:
    """(mean probability, share faithful, rows) of each fifth of the rows by probability."""
    parts = np.array_split(np.argsort(p, kind="stable"), bins)
    return [(float(p[part].mean()), float(y[part].mean()), len(part)) for part in parts]


def store(names: Sequence[str], model: Logistic, threshold: float, path: Path) -> None:
    """Write the weights that are not zero: feature -> mean, scale, weight."""
    used = {
        name: [round(float(v), 6) for v in (mean, scale, w)]
        for name, mean, scale, w in zip(names, model.mean, model.scale, model.weights[:-1], strict=True)
        if abs(w) > 1e-6
    }
    content = {
        "note": "sign-limited logistic regression, C=0.1, learned by eval/verification.py on verification_dev.jsonl (742 rows)",
        "bias": round(float(model.weights[-1]), 6),
        "threshold": round(threshold, 3),
        "features": used,
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def main(argv: list[str]) -> int:
    """Print the figures; returns the exit status."""
    parser = argparse.ArgumentParser(description="grounding on verification_dev.jsonl")
    parser.add_argument("--write", action="store_true", help=f"store the product's weights in {WEIGHTS}")
    parser.add_argument("--errors", type=int, default=0, help="print this many errors of each kind")
    options = parser.parse_args(argv)
    rows = load(Path(os.environ.get("TOBEN_SHARED", "../shared")))
    names, x = measured(rows)
    y = np.array([row.faithful for row in rows], dtype=np.float64)
    groups = [row.group for row in rows]
    signs = [sign_of(name) for name in names]
    overlap = np.array([[_overlap(row)] for row in rows])
    results = {
        "overlap": cross_validate(overlap, y, groups, None),
        "product": cross_validate(x, y, groups, signs),
        "form": cross_validate(np.hstack([x, form(rows)]), y, groups, None),
    }
    print(
        f"{len(rows)} summaries of {len(set(groups))} answers, {int(y.sum())} faithful; {FOLDS} grouped folds, {len(SEEDS)} seeds"
    )
    for name, one in results.items():
        print(
            f"{name:8s} accuracy {one.accuracy:.3f}  balanced {one.balanced:.3f}  AUC {one.auc:.3f}  Brier {one.brier:.3f}"
        )
    strict = x[:, names.index("lacking")] > 0
    print(
        f"strict test: {strict[y == 0].mean():.3f} of the false rejected, {strict[y == 1].mean():.3f} of the true"
    )
    for mean, share, n in calibration(results["product"].probability, y):
        print(f"calibration: said {mean:.2f}, true {share:.2f} ({n} rows)")
    _print_errors(rows, results["product"], y, options.errors)
    if options.write:
        store(names, fit(x, y, signs), results["product"].threshold, WEIGHTS)
        print(f"weights in {WEIGHTS}, threshold {results['product'].threshold:.3f}")
    return 0


def _print_errors(rows: Sequence[Row], result: Result, y: Array, count: int) -> None:
    wrong = [int(i) for i in np.flatnonzero((result.probability >= result.threshold) != (y == 1))]
    order = sorted(wrong, key=lambda i: -abs(result.probability[i] - result.threshold))
    for faithful in (False, True):
        for i in [i for i in order if rows[i].faithful is faithful][:count]:
            print(
                f"{'true' if faithful else 'false'} but {result.probability[i]:.2f}: {rows[i].summary} ({rows[i].group})"
            )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
