"""Run a suite: load its corpus, do its task, sum up."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from corpus.disclosure import Principal
from corpus.reading import Reader
from eval import aligned, corpora, disclosing, draft, jsquad, poliinfo
from eval.asking import Progress, ask_all, known_people
from eval.datasets import Question, read_questions
from eval.errors import Fault, SuiteError
from eval.judge import NAME as JUDGED
from eval.judge import Judge
from eval.provenance import trace
from eval.result import Result, Row, gates, summaries
from eval.stand import Stand
from eval.suite import Loaded
from ingest.job import Watch

_LOADERS: Mapping[str, Callable[..., list[Question]]] = {
    "jsonl": read_questions,
    "poliinfo": poliinfo.questions,
    "poliinfo-as-set": poliinfo.questions_as_set,
    "jsquad": jsquad.questions,
}


def run(
    loaded: Loaded,
    stand: Stand,
    *,
    refresh: bool = True,
    judge: Judge | None = None,
    watch: Watch = lambda stage: None,
    progress: Progress = lambda done, total: None,
    now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
) -> Result:
    """The figures of a suite, with every question.

    Args:
        loaded: the suite.
        stand: the store that its corpus is in or goes into, and the engine over it.
        refresh: see `corpora.load`.
        judge: a chat model's further opinion on answers.
        watch: progress of the ingest.
        progress: questions done, of how many.
        now: the clock, for the record.

    Raises:
        SuiteError: the suite, its questions or its data are wrong or missing.
    """
    begun = time.monotonic()
    suite = loaded.suite
    notes = corpora.load(loaded, stand, refresh=refresh, watch=watch)
    if judge is not None and suite.task == "questions":
        loaded = replace(loaded, suite=suite.model_copy(update={"measures": (*suite.measures, JUDGED)}))
        suite = loaded.suite
    rows, more = _TASKS[suite.task](loaded, stand, judge, progress)
    if not rows:
        raise SuiteError([Fault(suite.name, 0, "questions", "測る質問がありません")])
    measures = summaries(rows, suite.measures)
    return Result(
        suite=suite.name,
        title=suite.title,
        about=suite.about,
        measures=measures,
        gates=gates(measures, suite.thresholds),
        anchors=suite.anchors,
        provenance=trace(suite, stand, rows, now=now()),
        rows=tuple(rows),
        notes=(*notes, *more),
        seconds=round(time.monotonic() - begun, 1),
    )


def questions_of(loaded: Loaded) -> list[Question]:
    """The questions of a suite, by its loader."""
    part = loaded.suite.questions
    if part is None:
        return []
    return _LOADERS[part.loader](loaded.path(part.file))


def people_of(loaded: Loaded, stand: Stand) -> dict[str, Principal]:
    """Everybody who may ask in a suite.

    Raises:
        SuiteError: the principal of the suite is not among them.
    """
    written = loaded.suite.principals
    people = known_people(stand.people(loaded.path(written)) if written else {})
    if loaded.suite.principal not in people:
        message = f"利用者 {loaded.suite.principal} が利用者の一覧にありません"
        raise SuiteError([Fault(loaded.suite.name, 0, "principal", message)])
    return people


def _ask(
    loaded: Loaded, stand: Stand, judge: Judge | None, progress: Progress
) -> tuple[list[Row], list[str]]:
    people = people_of(loaded, stand)
    questions, notes = _to_ask(loaded, stand, people)
    rows, more = ask_all(loaded.suite, questions, stand, people, judge=judge, progress=progress)
    return rows, [*notes, *more]


def _to_ask(
    loaded: Loaded, stand: Stand, people: Mapping[str, Principal]
) -> tuple[list[Question], list[str]]:
    """The questions of the suite and those made from the store; and what is missing (Japanese)."""
    wanted = loaded.suite.generate
    notes: list[str] = []
    try:
        questions = questions_of(loaded)
    except SuiteError as exc:
        if not wanted:
            raise
        questions, notes = [], [str(fault) for fault in exc.faults]
    if wanted:
        reader = Reader(stand.store, people[loaded.suite.principal])
        made = draft.propose(stand.store, reader, limit=wanted)
        questions += [Question.model_validate({**entry, "draft": False}) for entry in made]
    return questions, notes


def _align(
    loaded: Loaded, stand: Stand, judge: Judge | None, progress: Progress
) -> tuple[list[Row], list[str]]:
    assert loaded.suite.questions is not None
    return aligned.rows(stand.store, loaded.path(loaded.suite.questions.file))


def _verify(
    loaded: Loaded, stand: Stand, judge: Judge | None, progress: Progress
) -> tuple[list[Row], list[str]]:
    from eval import verified  # scikit-learn, for this task alone

    assert loaded.suite.questions is not None
    return verified.rows(loaded.path(loaded.suite.questions.file).parents[2])


def _disclose(
    loaded: Loaded, stand: Stand, judge: Judge | None, progress: Progress
) -> tuple[list[Row], list[str]]:
    extra = {name: loaded.path(path) for name, path in loaded.suite.extra.items()}
    if "secrets" not in extra:
        raise SuiteError(
            [Fault(loaded.suite.name, 0, "extra", "secrets（秘密の語句のファイル）を書いてください")]
        )
    prompts = disclosing.read_prompts(extra["attacks"]) if "attacks" in extra else []
    prompts += [question.question for question in questions_of(loaded)]
    secrets = disclosing.read_secrets(extra["secrets"])
    people = people_of(loaded, stand)
    return disclosing.ask_everybody(secrets, prompts, stand.engine(), people, progress=progress), []


_TASKS: Mapping[str, Callable[[Loaded, Stand, Judge | None, Progress], tuple[list[Row], list[str]]]] = {
    "questions": _ask,
    "alignment": _align,
    "disclosure": _disclose,
    "verification": _verify,
}
