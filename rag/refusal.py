"""Decides when there is no answer: nothing asked, nothing found, or nothing found about what was asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from corpus.injection import visible
from rag.answer import NOT_FOUND, Refusal, RefusalCode, Retrieved
from rag.asides import Aside, aside_of
from rag.compose.asked import Asked
from rag.compose.selection import Candidate, candidates, of_other_topic
from rag.compose.shape import Shape, shape_of
from rag.compose.status import Told

EMPTY = Refusal(RefusalCode.EMPTY, "質問が入力されていません。知りたいことを文で入力してください。")
GREETING = Refusal(
    RefusalCode.GREETING, "こんにちは。会議録や答弁、計画などの記録について、知りたいことを質問してください。"
)
INSTRUCTION = Refusal(
    RefusalCode.INSTRUCTION,
    "記録の内容についての質問にだけお答えします。知りたいことを質問の形で入力してください。",
)

FOREIGN = Refusal(
    RefusalCode.INSTRUCTION,
    "日本語で質問してください。 Please ask in Japanese: the records searched here are in Japanese.",
)

ABOUT = Refusal(
    RefusalCode.GREETING,
    "答弁ナビです。会議録や答弁、計画など、閲覧できる記録の中から、質問に出典つきの文で答えます。"
    "「保育園の待機児童は何人ですか」のように、知りたいことを質問してください。",
)
TRIAL = Refusal(RefusalCode.EMPTY, "質問として読み取れませんでした。知りたいことを文で入力してください。")

_REPLIES = {
    Aside.EMPTY: EMPTY,
    Aside.GREETING: GREETING,
    Aside.ORDER: INSTRUCTION,
    Aside.ABOUT: ABOUT,
    Aside.TRIAL: TRIAL,
}

MIN_ABOUT = 0.55
"""Share of the topic, by weight, that a sentence and its surroundings must hold (found on eval/suites/refusals)."""
MIN_ABOUT_LONG = 0.5
"""The same for a request of several sentences."""
MIN_SAID = 0.18
"""Share of the topic that the sentence itself must hold."""

COVERS = 0.8
"""What a sentence and its surroundings must hold of a question that may or may not follow an earlier one."""
ELLIPSIS_ABOUT = 0.75
"""What the surroundings must hold for a sentence that leaves its subject out."""

_FOREIGN = re.compile(
    r"[^ぁ-んァ-ヴ一-龠々ー]*(?:[A-Za-zÀ-ÿ']+[\s,.?!-]+){3,}[^ぁ-んァ-ヴ一-龠々ー]*|[가-힣\s.,?!]{4,}"
)
"""A sentence in another language; AED or DX alone is something to look for."""


def assess_question(question: str, *, follows: bool = False) -> Refusal | None:
    """A refusal for a line that asks nothing of the records: empty, a greeting, an order; else None.

    `follows`: whether a question came before this one.

    >>> assess_question("　？").code.value
    'empty_question'
    """
    aside = aside_of(question, follows=follows)
    if aside is not None:
        return _REPLIES[aside]
    return FOREIGN if _FOREIGN.fullmatch(visible(question).strip()) else None


def assess_candidates(shape: Shape, rows: Sequence[Candidate]) -> Refusal | None:
    """`NOT_FOUND` where none of the sentences is about the topic and has what the question needs."""
    return None if any(answers(shape, row) for row in rows) else NOT_FOUND


def answers(shape: Shape, row: Candidate) -> bool:
    """Whether a sentence can answer: particular words there, enough of the topic, the figure or time asked for."""
    enough = MIN_ABOUT if len(shape.subjects) < 2 else MIN_ABOUT_LONG
    if not row.fits or not row.anchored or row.about < enough:
        return False
    if row.said >= MIN_SAID or (row.found.asked and shape.asked in (Asked.OPEN, Asked.WHY)):
        return True
    if shape.asked is Asked.YES_NO and row.told in (Told.DONE, Told.DENIED):  # 「切り替えに支障はない。」
        return row.said > 0 and not of_other_topic(shape, row)
    # 「これまでに三百基が設置されました。」
    return row.said > 0 and row.about >= ELLIPSIS_ABOUT and not of_other_topic(shape, row)


def covers(question: str, found: Sequence[Retrieved]) -> bool:
    """Whether one of the passages says something about everything that `question` names, and can answer it."""
    shape = replace(shape_of(question), event=None)
    return any(
        answers(shape, row) and row.about >= COVERS and row.said > 0 for row in candidates(shape, found)
    )


def assess(question: str, found: Sequence[Retrieved] | None, *, follows: bool = False) -> Refusal | None:
    """A refusal for `question` given the passages `found`, or None where they can answer it.

    Without passages (None: not searched yet) only the question is judged; `follows` as in `assess_question`.
    """
    if refusal := assess_question(question, follows=follows):
        return refusal
    if found is None:
        return None
    shape = shape_of(question)
    return assess_candidates(shape, candidates(shape, found))
