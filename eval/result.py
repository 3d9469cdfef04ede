"""What a run of a suite found: figures with their intervals, every question, and what it was run on. JSON on disk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.disclosure import audience_of
from eval import glossary
from eval.datasets import dotted
from eval.errors import Fault, SuiteError
from eval.measures import Score
from eval.statistics import Summary, summarise
from eval.suite import Anchor

FILE = "report.json"


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Record):
    """A place shown in a report: `where` in words, the text, its rank from 1, and whether it is a right one."""

    where: str
    text: str
    rank: int = 0
    relevant: bool = False


class Row(_Record):
    """One question: its scores and what a reader of the report sees of it.

    Attributes:
        principal: who asked.
        audience: the narrowest audience among the texts shown here; the report is for nobody else.
        stages_ms: stage -> milliseconds.
        answer: the answer or the words of the refusal; empty where none was asked for.
        wanted: the right places. `found`: those retrieved, best first. `cited`: those the answer rests on.
        remarks: what went wrong, in Japanese.
    """

    id: str
    question: str
    principal: str = "public"
    audience: str = "public"
    scores: dict[str, Score]
    stages_ms: dict[str, float] = {}
    reference: str = ""
    answer: str = ""
    refused: bool = False
    wanted: tuple[Source, ...] = ()
    found: tuple[Source, ...] = ()
    cited: tuple[Source, ...] = ()
    remarks: tuple[str, ...] = ()


class Gate(_Record):
    """A threshold and whether it was reached."""

    measure: str
    threshold: float
    value: float | None
    passed: bool


class Provenance(_Record):
    """What makes a run repeatable: when, which program, which corpus and index, which settings, who asked.

    `corpus` and `index` are digests: equal ones mean the same passages and the same searchable index.
    """

    date: datetime
    commit: str
    command: str
    principals: tuple[str, ...]
    settings: dict[str, Any]
    documents: int = 0
    passages: int = 0
    corpus: str = ""
    index: str = ""
    questions: str = ""
    fingerprint: str = ""
    machine: str = ""


class Result(_Record):
    """A run of a suite."""

    suite: str
    title: str
    about: str
    measures: dict[str, Summary]
    gates: tuple[Gate, ...]
    anchors: tuple[Anchor, ...]
    provenance: Provenance
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether every threshold was reached."""
        return all(gate.passed for gate in self.gates)

    @property
    def audience(self) -> str:
        """Who may see the report: the narrowest audience among its texts."""
        return audience_of(row.audience for row in self.rows)

    def write(self, folder: Path) -> Path:
        """Write ``report.json`` into `folder` and return its path."""
        return write_private(folder / FILE, self.model_dump_json(indent=1) + "\n")


def write_private(path: Path, text: str) -> Path:
    """Write a file that its owner alone can read: a report may quote what is closed. Returns its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(text, encoding="utf-8")
    return path


def read(path: Path) -> Result:
    """The result in a file, or in ``report.json`` of a folder.

    Raises:
        SuiteError: there is none, or it has another shape.
    """
    file = path / FILE if path.is_dir() else path
    try:
        return Result.model_validate_json(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as exc:
        raise SuiteError([Fault(str(path), 0, "", f"評価の結果（{FILE}）を読めません")]) from exc
    except ValidationError as exc:
        places = "、".join(sorted({dotted(fault["loc"]) for fault in exc.errors()})[:5])
        raise SuiteError([Fault(str(path), 0, places, "評価の結果の形ではありません")]) from exc


def summaries(rows: Iterable[Row], names: Iterable[str]) -> dict[str, Summary]:
    """The measures over all rows that have them, in the order of `names`."""
    given = list(rows)
    found = {name: summarise([row.scores[name] for row in given if name in row.scores]) for name in names}
    return {name: summary for name, summary in found.items() if summary is not None}


def gates(measures: Mapping[str, Summary], thresholds: Mapping[str, float]) -> tuple[Gate, ...]:
    """Every threshold beside what was measured; one without a figure is missed."""
    return tuple(_gate(name, limit, measures.get(name)) for name, limit in thresholds.items())


def _gate(name: str, limit: float, summary: Summary | None) -> Gate:
    value = summary.value if summary else None
    tolerance = 1e-9  # 0.92 written in a suite must not fail a figure of 0.92
    rising = glossary.measure(name).rising
    passed = value is not None and (value >= limit - tolerance if rising else value <= limit + tolerance)
    return Gate(measure=name, threshold=limit, value=value, passed=passed)
