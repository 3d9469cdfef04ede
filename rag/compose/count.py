"""Whether a figure in a sentence is that of what a question counts, and not of something beside it."""

from __future__ import annotations

import re
from dataclasses import replace

from corpus.figures import figures
from corpus.japanese import normalise, placed_tokens, tokens
from rag.compose.asked import Asked
from rag.compose.mention import BOUNDARY
from rag.compose.needs import quantities_of
from rag.compose.shape import Shape
from rag.compose.vocabulary import concept, coverage

_PEOPLE = frozenset({"人", "名"})
_ONLY_ONE = re.compile(r"のみ|だけ|しか|体制|配置|専任|定数|定員|うち")
_OWNER = re.compile(r"(?P<noun>[一-龠々ァ-ヴー]{2,})(?:を|が|は)|(?P<name>[一-龠々ァ-ヴーぁ-ん]{2,})\($")
_TOPICAL = re.compile(
    r"[者数員]*(?:は|について|につきまして|に関しまして|で(?:ございます|あります|す)(?:けれども|が)、)"
)
_SUMMED = re.compile(r"合わせて|あわせて|合計|総計|延べ")
_HAS = re.compile(
    r"[者数員]*(?:数|総数|合計)?(?:は|が|も|を(?!含)|に|と|として|について|につきまして|、|:|\(|で|の|約|$)(?!うち)"
)
_OWN_SUBJECT = 0.5
"""Share of a subject, by weight, that a sentence must hold to speak of it."""
_TAKEN = re.compile(r"[一-龠々ァ-ヴーも](?:が|は|を)|の$")
"""Another noun between a topic and a figure: 「私どもの三人」."""
_NEAR = 12
"""Characters between a figure and a noun behind it that it counts: 「約三百人の職員」."""


def of_others(shape: Shape, text: str) -> bool:
    """Whether what is counted is something else, a part of it, or a rate where the total is asked."""
    if shape.counter not in _PEOPLE:
        return False
    normal = normalise(text)
    counted = [figure for figure in figures(normal) if figure.unit == "人"]
    if counted and all(figure.value == 1 for figure in counted) and not _ONLY_ONE.search(normal):
        return True
    noun = shape.noun
    if not noun:
        return False
    if concept(noun[-1]) in {concept(word) for word in tokens(normal)}:
        if _of_other_sort(shape, normal):
            return True
        return fitting_figure(replace(shape, total=True), text) < 0
    asked = {concept(word) for word in shape.topic}
    return bool(counted) and all(_owned(normal[: figure.start], asked) for figure in counted)


def _of_other_sort(shape: Shape, normal: str) -> bool:
    """Whether the noun has another one joined to it and its own subject is not named: 学校司書 for 図書館の司書."""
    words = frozenset(tokens(normal))
    others = [subject for subject in shape.subjects if not set(subject) & set(shape.noun)]
    if not others or any(coverage(subject, words) >= _OWN_SUBJECT for subject in others):
        return False
    placed = placed_tokens(normal)
    nouns = [n for n, (word, _, _) in enumerate(placed) if concept(word) == concept(shape.noun[0])]
    return bool(nouns) and all(
        n > 0
        and placed[n - 1][2] == placed[n][1]
        and re.fullmatch(r"[一-龠々ァ-ヴー]{2,}", placed[n - 1][0]) is not None
        and placed[n - 1][0] not in shape.topic
        for n in nouns
    )


def _owned(before: str, asked: set[str]) -> bool:
    """Whether a figure has a noun of its own in front of it: 「要員を窓口に二人」「潮の会(7人)」."""
    owners = list(_OWNER.finditer(BOUNDARY.split(before)[-1]))
    if not owners:
        return False
    last = owners[-1]
    words = tokens(last["noun"]) if last["noun"] else tokens(last["name"])[-1:]
    return not any(concept(word) in asked for word in words)


def fitting_figure(shape: Shape, text: str) -> float:
    """What a sentence gains or loses by whether its figure is that of the noun asked about."""
    quantities = quantities_of(shape)
    if not quantities or shape.asked is Asked.WHEN:
        return 0.0
    noun = shape.noun
    normal = normalise(text)
    last = [
        (start, end)
        for word, start, end in placed_tokens(normal)
        if noun and concept(word) == concept(noun[-1])
    ]
    found = [figure for figure in figures(normal) if figure.quantity in quantities]
    if not found:
        return 0.0
    summed = -0.3 if _SUMMED.search(normal) and not shape.total else 0.0
    if not last:
        return summed
    return summed + (
        0.3
        if any(_counts(normal, end, one.start, one.end, start) for start, end in last for one in found)
        else -0.3
    )


def _counts(normal: str, noun_end: int, start: int, end: int, noun_start: int) -> bool:
    """Whether the figure at ``normal[start:end]`` is said of the noun: in its clause behind it, or right in front of it."""
    if noun_end <= start:
        between = normal[noun_end:start]
        last = BOUNDARY.split(between)[-1]
        topical = _TOPICAL.match(between) and not _TAKEN.search(last)
        return (last == between and _HAS.match(between) is not None) or bool(topical)
    return 0 <= noun_start - end <= _NEAR and not BOUNDARY.search(normal[end:noun_start])
