"""Text that remembers where each of its characters came from while it is rewritten."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True, slots=True)
class Tracked:
    """A rewritten text; character ``i`` stands for ``original[starts[i]:ends[i]]``.

    Characters that were written together (136億 for 百三十六億) all stand for the whole of it.
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    @classmethod
    def of(cls, original: str) -> Tracked:
        """`original`, not rewritten yet."""
        return cls(original, range(len(original)), range(1, len(original) + 1))

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that ``text[start:end]``, not empty, stands for."""
        return min(self.starts[start:end]), max(self.ends[start:end])

    def picked(self, places: Sequence[int]) -> Tracked:
        """Only the characters at `places`, ascending."""
        text, starts, ends = self.text, self.starts, self.ends
        return Tracked(
            "".join(text[i] for i in places), [starts[i] for i in places], [ends[i] for i in places]
        )

    def sub(self, pattern: re.Pattern[str], replacement: str) -> Tracked:
        """As ``pattern.sub(replacement, text)``."""
        return self.replaced(
            (*found.span(), found.expand(replacement)) for found in pattern.finditer(self.text)
        )

    def replaced(self, edits: Iterable[tuple[int, int, str]]) -> Tracked:
        """With every ``text[start:end]`` of `edits`, in order and without overlap, written as given."""
        given = list(edits)
        if not given:
            return self
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        done = 0
        for start, end, new in (*given, (len(self.text), len(self.text), "")):
            pieces += [self.text[done:start], new]
            starts += self.starts[done:start]
            ends += self.ends[done:start]
            if len(new) == end - start:
                starts += self.starts[start:end]
                ends += self.ends[start:end]
            elif new:
                first, last = self._origin_of_edit(start, end)
                starts += [first] * len(new)
                ends += [last] * len(new)
            done = end
        return Tracked("".join(pieces), starts, ends)

    def _origin_of_edit(self, start: int, end: int) -> tuple[int, int]:
        if start < end:
            return self.origin(start, end)
        at = self.starts[start] if start < len(self.text) else max(self.ends, default=0)
        return at, at

    def through(self, function: Callable[[str], str], pieces: re.Pattern[str]) -> Tracked:
        """With ``function(text)`` as text, for a function that mostly works on matches of `pieces` one by one.

        Where it does not, the two texts are laid side by side.
        """
        whole = function(self.text)
        if whole == self.text:
            return self
        edits = [
            (*found.span(), new)
            for found in pieces.finditer(self.text)
            if (new := function(found.group())) != found.group()
        ]
        made = self.replaced(edits)
        if made.text == whole:
            return made
        codes = SequenceMatcher(None, self.text, whole, autojunk=False).get_opcodes()
        return self.replaced((a, b, whole[c:d]) for tag, a, b, c, d in codes if tag != "equal")
