"""What a search line asks of a passage: words and conditions, joined by and, or, not."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.phrases import Phrase
from rag.question import Filters


@dataclass(frozen=True, slots=True)
class Word:
    """Text that a passage must contain."""

    phrase: Phrase


@dataclass(frozen=True, slots=True)
class Condition:
    """A field of the line, as filters with that one condition."""

    name: str
    text: str
    filters: Filters


@dataclass(frozen=True, slots=True)
class Both:
    """All of the parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of the parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Anything but the part."""

    part: Node


Node = Word | Condition | Both | Either | Not


def is_anchored(node: Node) -> bool:
    """Whether a node asks for something, rather than only leaving out."""
    match node:
        case Both(parts):
            return any(is_anchored(part) for part in parts)
        case Either(parts):
            return all(is_anchored(part) for part in parts)
        case Not():
            return False
        case _:
            return True


def phrases(node: Node) -> list[Phrase]:
    """The phrases that a passage is wanted for, not those that it must not have."""
    match node:
        case Word(phrase):
            return [phrase]
        case Both(parts) | Either(parts):
            return [phrase for part in parts for phrase in phrases(part)]
        case _:
            return []


def conditions(node: Node) -> tuple[Condition, ...]:
    """The conditions that the whole line is under."""
    match node:
        case Condition():
            return (node,)
        case Both(parts):
            return tuple(found for part in parts for found in conditions(part))
        case _:
            return ()


def reading(node: Node) -> str:
    """A node in words, in Japanese: 「学校給食」かつ（「小学校」または「中学校」）、「私立」を除く."""
    match node:
        case Word(phrase):
            return f"「{phrase.text.strip()}」"
        case Condition():
            return node.text
        case Not(part):
            return f"{_bracketed(part)}を除く"
        case Either(parts):
            return "または".join(_bracketed(part) for part in parts)
        case Both(parts):
            wanted = "かつ".join(_bracketed(part) for part in parts if not isinstance(part, Not))
            return "、".join([wanted, *(reading(part) for part in parts if isinstance(part, Not))])


def _bracketed(node: Node) -> str:
    return f"（{reading(node)}）" if isinstance(node, Both | Either) else reading(node)
