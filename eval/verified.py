"""The verification suite: does a summary hold against its answer, judged by the product's check learned on other answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from eval.measures import Score
from eval.result import Row, Source
from eval.verification import cross_validate, load, measured, sign_of

_WORDS = {True: "正しい要約", False: "誤った要約"}


def rows(shared: Path) -> tuple[list[Row], list[str]]:
    """One row a summary. Every one is judged by weights and thresholds learned on the summaries of other answers.

    The learning is repeated with several divisions into folds; a score is the share of them in which the
    judgement was right. Balanced accuracy weighs the two kinds alike.
    """
    summaries = load(shared)
    names, x = measured(summaries)
    truth = np.array([row.faithful for row in summaries])
    groups = [row.group for row in summaries]
    found = cross_validate(x, truth.astype(np.float64), groups, [sign_of(name) for name in names])
    weights = {kind: len(truth) / (2 * (truth == kind).sum()) for kind in (True, False)}
    made = []
    for number, row in enumerate(summaries):
        right, balanced = (
            float(share if row.faithful else 1 - share)
            for share in (found.by_accuracy[number], found.by_balance[number])
        )
        weight = float(weights[row.faithful])
        made.append(
            Row(
                id=f"{row.group}#{number + 1}",
                question=row.summary,
                scores={"accuracy": Score(right), "balanced_accuracy": Score(balanced * weight, weight)},
                wanted=(Source(where="照らす答弁", text=row.answer),),
                answer=f"正解は「{_WORDS[row.faithful]}」。正しい確率 {found.probability[number]:.2f} と判定（出典 {row.source}）",
            )
        )
    return made, [
        f"重みとしきい値は、同じ答弁の要約を除いて学んだ。AUC {found.auc:.3f}、Brier {found.brier:.3f}"
    ]
