"""Decides when there is no answer: nothing asked, nothing found, or nothing found about what was asked."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.injection import looks_like_instruction, visible
from rag.answer import NOT_FOUND, Refusal, RefusalCode, Retrieved
from rag.compose.selection import Candidate, candidates
from rag.compose.shape import Asked, Shape, shape_of

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

_GREETING = re.compile(
    r"(?:おはよう|こんにち[はわ]|こんばん[はわ]|はじめまして|初めまして|やあ|どうも|もしもし|ハロー|お疲れ様|おつかれさま|お疲れさま|"
    r"ありがとう|感謝します|了解|わかりました|分かりました|さようなら|またね|よろしくお願い|お世話になっ|hello|hi|hey|thanks?|thank you|good (?:morning|evening)|bye|"
    r"調子はどう|元気ですか|あなたは(?:誰|だれ)|自己紹介して|テスト|test)"
    r"(?:ございま(?:す|した)|です|ます|ました|いたします|します|ね|よ|。|！|!|、|，|,|？|\?|ー|〜|~|\s|ております|ています|です(?:か)?)*",
    re.IGNORECASE,
)
_WRITES = re.compile(
    r"(?:小説|詩|俳句|歌|短歌|ジョーク|物語|作文|プログラム|コード)(?:を|の)?[^。]{0,12}(?:書いて|作って|詠んで|考えて|作成して)|"
    r"(?:英語|中国語|韓国語)に(?:翻訳|訳)して"
)
_FOREIGN = re.compile(
    r"[^ぁ-んァ-ヴ一-龠々ー]*(?:[A-Za-zÀ-ÿ']+[\s,.?!-]+){3,}[^ぁ-んァ-ヴ一-龠々ー]*|[가-힣\s.,?!]{4,}"
)
"""A sentence in another language; AED or DX alone is something to look for."""
_WORD = re.compile(r"\w")


def assess_question(question: str) -> Refusal | None:
    """A refusal for a line that asks nothing of the records: empty, a greeting, an order; else None.

    >>> assess_question("　？").code.value
    'empty_question'
    """
    text = visible(question).strip()
    if not _WORD.search(text):
        return EMPTY
    if _GREETING.fullmatch(text):
        return GREETING
    if looks_like_instruction(question) or _WRITES.search(text):
        return INSTRUCTION
    if _FOREIGN.fullmatch(text):
        return FOREIGN
    return None


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
    return row.said > 0 and row.about >= ELLIPSIS_ABOUT  # 「これまでに三百基が設置されました。」


def covers(question: str, found: Sequence[Retrieved]) -> bool:
    """Whether one of the passages says something about everything that `question` names, and can answer it."""
    shape = shape_of(question)
    return any(
        answers(shape, row) and row.about >= COVERS and row.said > 0 for row in candidates(shape, found)
    )


def assess(question: str, found: Sequence[Retrieved] | None) -> Refusal | None:
    """A refusal for `question` given the passages `found`, or None where they can answer it.

    Without passages (None: not searched yet) only the question is judged.
    """
    if refusal := assess_question(question):
        return refusal
    if found is None:
        return None
    shape = shape_of(question)
    return assess_candidates(shape, candidates(shape, found))
