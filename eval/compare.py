"""Two runs of a suite side by side: which figures moved, whether by more than chance, and on which questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval import glossary
from eval.errors import Fault, SuiteError
from eval.measures import Score
from eval.result import Result, Row
from eval.statistics import Difference, difference

SURE = 0.05
"""A p-value below which a difference is called one."""

_NOTHING = Score(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Change:
    """One measure in both runs. `better` is None where nothing moved or chance explains it."""

    measure: str
    difference: Difference
    better: bool | None


@dataclass(frozen=True, slots=True)
class Moved:
    """A question whose scores differ, with the measures that do: name, first value, second value."""

    first: Row
    second: Row
    values: tuple[tuple[str, float, float], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Second run against first, over the questions that both hold.

    `setting` names what differs between the runs besides the program: corpus, index, questions, settings.
    """

    first: Result
    second: Result
    changes: tuple[Change, ...]
    improved: tuple[Moved, ...]
    worsened: tuple[Moved, ...]
    left_out: int
    setting: tuple[str, ...]


def compare(first: Result, second: Result) -> Comparison:
    """What changed from the first run to the second.

    Raises:
        SuiteError: the runs have no question in common.
    """
    earlier = {(row.id, row.principal): row for row in first.rows}
    pairs = [(earlier[key], row) for row in second.rows if (key := (row.id, row.principal)) in earlier]
    if not pairs:
        raise SuiteError([Fault(second.suite, 0, "", f"{first.suite} と共通の質問がありません")])
    names = [name for name in second.measures if name in first.measures]
    changes = [change for name in names if (change := _change(name, pairs)) is not None]
    moved = [(sum(gains), one) for one, gains in (_moved(pair, names) for pair in pairs) if gains]
    moved.sort(key=lambda pair: (pair[0], pair[1].second.id))
    return Comparison(
        first=first,
        second=second,
        changes=tuple(changes),
        improved=tuple(one for gain, one in reversed(moved) if gain > 0),
        worsened=tuple(one for gain, one in moved if gain < 0),
        left_out=len(first.rows) + len(second.rows) - 2 * len(pairs),
        setting=_setting(first, second),
    )


def _change(name: str, pairs: Sequence[tuple[Row, Row]]) -> Change | None:
    found = difference(
        [a.scores.get(name, _NOTHING) for a, _ in pairs], [b.scores.get(name, _NOTHING) for _, b in pairs]
    )
    if found is None:
        return None
    sure = found.delta != 0 and found.p < SURE
    return Change(name, found, (found.delta > 0) == glossary.measure(name).rising if sure else None)


def _moved(pair: tuple[Row, Row], names: Sequence[str]) -> tuple[Moved, list[float]]:
    """The question with what moved, and by how much each measure got better."""
    values, gains = [], []
    for name in names:
        before = pair[0].scores.get(name, _NOTHING).value
        after = pair[1].scores.get(name, _NOTHING).value
        if before is not None and after is not None and abs(after - before) > 1e-9:
            values.append((name, before, after))
            gains.append((after - before) * (1 if glossary.measure(name).rising else -1))
    return Moved(*pair, tuple(values)), gains


def _setting(first: Result, second: Result) -> tuple[str, ...]:
    one, two = first.provenance, second.provenance
    parts = {
        "プログラム": (one.commit, two.commit),
        "会議録などの本文": (one.corpus, two.corpus),
        "索引": (one.index, two.index),
        "質問": (one.questions, two.questions),
        "設定": (one.settings, two.settings),
    }
    return tuple(name for name, (before, after) in parts.items() if before != after)
