"""A run as people read it: one HTML file that stands by itself, and the same in Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from eval import glossary
from eval.compare import Comparison
from eval.measures import is_retrieval
from eval.result import Gate, Result, Row, write_private
from eval.statistics import Summary

HTML = "report.html"
MARKDOWN = "report.md"
WORST = 10
"""Questions shown in full, worst first."""
MOVED = 10
"""Questions shown that got better or worse since the run before."""


@dataclass(frozen=True, slots=True)
class Line:
    """A measure in the table of a report."""

    name: str
    about: glossary.Measure
    summary: Summary
    gate: Gate | None
    anchors: tuple[tuple[str, float, str], ...]

    @property
    def share(self) -> bool:
        """Whether the value lies between 0 and 1 and can be drawn."""
        return self.name != "leaks"


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds of one stage over all questions."""

    stage: str
    median: float
    p95: float


def write(result: Result, folder: Path, comparison: Comparison | None = None) -> dict[str, Path]:
    """Write ``report.html``, ``report.md`` and ``report.json`` into `folder`; returns kind -> path."""
    path = result.write(folder)
    written = {"json": path}
    for kind, name in (("html", HTML), ("markdown", MARKDOWN)):
        written[kind] = write_private(folder / name, render(result, name, comparison))
    return written


def render(result: Result, template: str, comparison: Comparison | None = None) -> str:
    """The report as ``report.html`` or ``report.md``."""
    return _environment().get_template(f"{template}.j2").render(view(result, comparison))


def render_comparison(comparison: Comparison) -> str:
    """The page of ``toben eval compare --report``."""
    return (
        _environment()
        .get_template("compare.html.j2")
        .render(comparison=comparison, moved=MOVED, title=f"{comparison.second.title}：二つの結果の比較")
    )


def view(result: Result, comparison: Comparison | None) -> dict[str, Any]:
    """Everything that a template shows."""
    return {
        "result": result,
        "lines": lines(result),
        "ranks": ranks(result.rows),
        "timings": timings(result.rows),
        "worst": worst(result, WORST),
        "comparison": comparison,
        "moved": MOVED,
        "title": result.title,
    }


def lines(result: Result) -> list[Line]:
    """The measures in the order of the suite, each with its threshold and anchors."""
    gates = {gate.measure: gate for gate in result.gates}
    return [
        Line(
            name,
            glossary.measure(name),
            summary,
            gates.get(name),
            tuple((a.name, a.value, a.source) for a in result.anchors if a.measure == name),
        )
        for name, summary in result.measures.items()
    ]


def first_right(row: Row) -> int | None:
    """The rank of the first right passage; None where none was found."""
    return min((source.rank for source in row.found if source.relevant), default=None)


def ranks(rows: Sequence[Row]) -> list[tuple[str, int]]:
    """How many questions have their first right passage where; empty where nothing was retrieved."""
    judged = [row for row in rows if any(is_retrieval(name) for name in row.scores)]
    if not judged:
        return []
    counts = {"1番目": 0, "2〜5番目": 0, "6〜10番目": 0, "11番目以降": 0, "見つからない": 0}
    for row in judged:
        counts[_band(first_right(row))] += 1
    return [(band, count) for band, count in counts.items() if count or band != "11番目以降"]


def _band(rank: int | None) -> str:
    if rank is None:
        return "見つからない"
    for last, band in ((1, "1番目"), (5, "2〜5番目"), (10, "6〜10番目")):
        if rank <= last:
            return band
    return "11番目以降"


def timings(rows: Sequence[Row]) -> list[Timing]:
    """Median and 95th percentile of every stage, in the order in which they were first met."""
    stages = list(dict.fromkeys(stage for row in rows for stage in row.stages_ms))
    found = []
    for stage in stages:
        values = np.array([row.stages_ms[stage] for row in rows if stage in row.stages_ms])
        found.append(Timing(stage, float(np.percentile(values, 50)), float(np.percentile(values, 95))))
    return found


def worst(result: Result, count: int) -> list[Row]:
    """The questions that went worst, worst first; none where everything was right."""
    rated = [(_badness(row), row) for row in result.rows]
    bad = sorted((pair for pair in rated if pair[0] > 0), key=lambda pair: (-pair[0], pair[1].id))
    return [row for _, row in bad[:count]]


def _badness(row: Row) -> float:
    """How far a question fell short: 0 where every score is the best there is; a leak outweighs all."""
    short = [
        (1 - value if glossary.measure(name).rising else value) * (100 if name == "leaks" else 1)
        for name, score in row.scores.items()
        if (value := score.value) is not None
    ]
    return round(sum(short), 6) + 0.001 * len(row.remarks) if any(v > 1e-9 for v in short) else 0.0


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("eval", "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=select_autoescape(enabled_extensions=("html.j2",)),
    )
    filters: dict[str, Any] = {
        "figure": figure,
        "percent": lambda value: f"{value * 100:.1f}%",
        "number": lambda value: f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}",
        "signed": lambda value: f"{value:+.4f}",
        "audience": audience,
        "short": short,
        "title_of": lambda name: glossary.measure(name).title,
        "cell": lambda text: str(text).replace("|", "｜").replace("\n", " "),
    }
    environment.filters |= filters
    environment.globals["stage_names"] = _STAGES
    environment.globals["first_right"] = first_right
    return environment


_STAGES = {
    "filter": "条件の適用",
    "embed": "質問のベクトル化",
    "search": "索引の検索",
    "fuse": "順位づけ",
    "fetch": "本文の取り出し",
    "compose": "答えの作成",
    "ground": "根拠の確認",
    "rerank": "並べ替え",
}


def audience(name: str) -> str:
    """An audience as the badge of an answer says it.

    >>> audience("public"), audience("dept:福祉課")
    ('公開可', '所属限り（dept:福祉課）')
    """
    return {"public": "公開可", "staff": "庁内限り"}.get(name, f"所属限り（{name.replace('&', '、')}）")


def short(row: Row) -> list[tuple[str, float]]:
    """The measures in which a question fell short, with their values."""
    values = [(name, score.value) for name, score in row.scores.items()]
    return [
        (name, value)
        for name, value in values
        if value is not None and abs(value - float(glossary.measure(name).rising)) > 1e-9
    ]


def figure(value: float) -> str:
    """A measure with as many digits as its comparison needs.

    >>> figure(0.92135), figure(0.0), figure(1.0)
    ('0.921', '0.000', '1.000')
    """
    return f"{value:.3f}"
