"""A suite: which corpus, who asks, which questions, what is measured, and what must be reached.

A suite is a folder with ``suite.yaml`` and, as a rule, ``questions.jsonl`` beside it. Paths in it are relative to
the folder and may begin with ``$TOBEN_SHARED`` (reference data, read in place) or ``$SAMPLES`` (the made-up city).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

import corpus
from eval import glossary
from eval.datasets import check_questions, dotted, field_faults
from eval.errors import Fault, SuiteError

FILE = "suite.yaml"
_FOLDED = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")  # YAML folds line breaks to spaces
HOME = Path(__file__).with_name("suites")
"""Where the suites that come with the bench are."""

Task = Literal["questions", "alignment", "verification", "disclosure"]
QuestionLoader = Literal["jsonl", "poliinfo", "poliinfo-as-set", "jsquad"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CorpusPart(_Part):
    """What is loaded: source files with the options of ``toben ingest``, or paragraphs as they are.

    `store` names the folder under the evaluation cache; suites that name the same one share it.
    """

    store: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    sources: tuple[str, ...] = Field(min_length=1)
    loader: Literal["files", "jsquad"] = "files"
    label: Literal["open", "staff", "closed"] | None = None
    ledger: str | None = None
    collection: str = "全庁"


class QuestionsPart(_Part):
    """Where the questions are: a JSONL file of our own form, or a data set read in place."""

    file: str
    loader: QuestionLoader = "jsonl"


class Anchor(_Part):
    """A published figure to print beside ours."""

    name: str
    measure: str
    value: float = Field(ge=0)
    source: str = ""


class Suite(_Part):
    """What ``suite.yaml`` holds.

    Attributes:
        principals: YAML file of people; needed where a question has ``as``.
        principal: who asks where a question does not say; ``public`` is nobody in particular.
        style: ``full`` or ``brief`` answers.
        depth: passages looked at for retrieval measures.
        generate: questions made from the store itself besides, as ``toben eval draft`` makes them; where the
            file of `questions` is not there, only these are asked.
        thresholds: measure -> least value (greatest, where less is better); missing one fails the run.
        extra: files that a task needs besides, by name.
    """

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    title: str = Field(min_length=1)
    about: str = ""
    task: Task = "questions"
    corpus: CorpusPart | None = None
    questions: QuestionsPart | None = None
    principals: str | None = None
    principal: str = "public"
    style: Literal["full", "brief"] = "full"
    depth: int = Field(default=10, ge=1, le=1000)
    generate: int = Field(default=0, ge=0, le=100_000)
    measures: tuple[str, ...] = Field(min_length=1)
    thresholds: dict[str, float] = {}
    anchors: tuple[Anchor, ...] = ()
    extra: dict[str, str] = {}

    @field_validator("about")
    @classmethod
    def _in_one_line(cls, text: str) -> str:
        return _FOLDED.sub("", text)

    @model_validator(mode="after")
    def _consistent(self) -> Suite:
        named = [*self.measures, *self.thresholds, *(anchor.measure for anchor in self.anchors)]
        unknown = sorted({name for name in named if not glossary.known(name)})
        if unknown:
            usual = "success@1、recall@10、mrr@10、ndcg@10 の形か、" + "、".join(glossary.fixed_names())
            raise ValueError(f"知らない指標です：{'、'.join(unknown)}。使えるのは{usual}")
        idle = sorted(set(self.thresholds) - set(self.measures))
        if idle:
            raise ValueError(f"thresholds の {'、'.join(idle)} が measures にありません")
        if self.task != "verification" and self.corpus is None:
            raise ValueError("corpus（何を読み込むか）を書いてください")
        if self.task != "disclosure" and self.questions is None and not self.generate:
            raise ValueError("questions（質問のファイル）を書いてください")
        return self


@dataclass(frozen=True, slots=True)
class Loaded:
    """A suite and the folder that its paths are relative to."""

    suite: Suite
    folder: Path

    def path(self, written: str) -> Path:
        """The path that `written` stands for.

        Raises:
            SuiteError: it does not exist, with what to do about it.
        """
        path = self.folder / Template(written).safe_substitute(_places())
        if not path.exists():
            hint = (
                "（TOBEN_SHARED に参照データのフォルダを指定してください）"
                if "$TOBEN_SHARED" in written
                else ""
            )
            raise SuiteError([Fault(self.suite.name, 0, "", f"{written} が見つかりません{hint}")])
        return path


def _places() -> Mapping[str, str]:
    shared = Path(os.environ.get("TOBEN_SHARED", "../shared")).resolve()
    return {"TOBEN_SHARED": str(shared), "SAMPLES": str(Path(corpus.__file__).with_name("samples"))}


def load(name: str) -> Loaded:
    """The suite of that name, or in the folder of that path.

    Raises:
        SuiteError: there is none, or ``suite.yaml`` is wrong: every fault with its line and field.
    """
    folder = _folder(name)
    suite, faults = check_suite(folder)
    if suite is None or faults:
        raise SuiteError(faults)
    return Loaded(suite, folder)


def _folder(name: str) -> Path:
    for folder in (Path(name), HOME / name):
        if (folder / FILE).is_file():
            return folder.resolve()
    listed = "、".join(path.name for path in folders())
    raise SuiteError(
        [
            Fault(
                name,
                0,
                "",
                f"評価セットがありません。名前（{listed}）か、{FILE} のあるフォルダを指定してください",
            )
        ]
    )


def folders(*more: Path) -> Iterator[Path]:
    """The folders of the suites that come along and of those in the folders `more`, in order of name."""
    for place in (HOME, *more):
        yield from sorted(path.parent for path in place.glob(f"*/{FILE}"))


def check_suite(folder: Path) -> tuple[Suite | None, list[Fault]]:
    """The suite of a folder and what is wrong with its ``suite.yaml``."""
    path = folder / FILE
    try:
        text = path.read_text(encoding="utf-8-sig")
        data, tree = yaml.safe_load(text), yaml.compose(text, Loader=yaml.SafeLoader)
    except (OSError, UnicodeDecodeError) as exc:
        return None, [Fault(FILE, 0, "", f"UTF-8 のファイルとして読めません（{type(exc).__name__}）")]
    except yaml.YAMLError as exc:
        mark = getattr(exc, "problem_mark", None)
        return None, [
            Fault(
                FILE,
                mark.line + 1 if mark else 0,
                "",
                "YAML として読めません（字下げや引用符を確かめてください）",
            )
        ]
    try:
        return Suite.model_validate(data), []
    except ValidationError as exc:
        return None, [
            Fault(FILE, _line(tree, place), dotted(place), text) for place, text in field_faults(exc)
        ]


def _line(tree: Any, place: tuple[int | str, ...]) -> int:
    """The line on which the deepest part of `place` that is written stands."""
    node, line = tree, tree.start_mark.line + 1 if tree else 0
    for part in place:
        if isinstance(node, yaml.MappingNode):
            pair = next((pair for pair in node.value if pair[0].value == part), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
    return int(line)


def validate(name: str) -> list[Fault]:
    """Everything wrong with a suite that can be seen without loading its corpus."""
    folder = _folder(name)
    suite, faults = check_suite(folder)
    if suite is None:
        return faults
    loaded = Loaded(suite, folder)
    for written in _written_paths(suite):
        try:
            loaded.path(written)
        except SuiteError as exc:
            faults += exc.faults
    if suite.questions is not None and suite.questions.loader == "jsonl":
        path = folder / Template(suite.questions.file).safe_substitute(_places())
        questions, wrong = check_questions(path) if path.exists() else ([], [])
        faults += wrong
        if any(question.as_ for question in questions) and suite.principals is None:
            faults.append(
                Fault(FILE, 0, "principals", "質問に as があるときは、利用者の一覧を書いてください")
            )
    return faults


def _written_paths(suite: Suite) -> list[str]:
    paths = [suite.principals, *(suite.extra.values())]
    paths += [suite.questions.file] if suite.questions else []
    if suite.corpus:
        paths += [*suite.corpus.sources, suite.corpus.ledger]
    return [path for path in paths if path]
