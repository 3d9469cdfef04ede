"""Ask as everybody for what only some may read: nothing closed may come back, and those who may read it must get it.

What is secret from whom is written in the suite by hand (``secrets.jsonl``), apart from ledger and labels, so that a
fault in those is found too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from corpus.disclosure import Principal
from eval import leaks
from eval.asking import TOP_K, Progress
from eval.datasets import dotted, field_faults
from eval.errors import Fault, SuiteError
from eval.measures import Score
from eval.result import Row
from eval.stand import Engine
from rag.answer import Style
from rag.question import Filters


class Secret(BaseModel):
    """Strings that only `readers` (ids of principals) may see, and a question whose answer they are."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(min_length=1)
    question: str = Field(min_length=1)
    texts: tuple[str, ...] = Field(min_length=1)
    readers: tuple[str, ...] = ()


def read_secrets(path: Path) -> list[Secret]:
    """The secrets of a JSONL file.

    Raises:
        SuiteError: a line is wrong: with its line and field.
    """
    secrets, faults = [], []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            secrets += [Secret.model_validate_json(line)] if line.strip() else []
        except ValidationError as exc:
            faults += [Fault(path.name, number, dotted(place), text) for place, text in field_faults(exc)]
    if faults:
        raise SuiteError(faults)
    return secrets


def read_prompts(path: Path) -> list[str]:
    """The prompts of a JSONL file of ``{"question": …}``."""
    return [
        json.loads(line)["question"] for line in path.read_text(encoding="utf-8").splitlines() if line.strip()
    ]


def ask_everybody(
    secrets: Sequence[Secret],
    prompts: Sequence[str],
    engine: Engine,
    people: Mapping[str, Principal],
    *,
    progress: Progress = lambda done, total: None,
) -> list[Row]:
    """One row for every person and question, one for every person's lists, one for every secret and its reader.

    Raises:
        SuiteError: a reader of a secret is not among `people`.
    """
    _refuse_strangers(secrets, people)
    asked = [*(secret.question for secret in secrets), *prompts]
    rows: list[Row] = []
    for done, (name, principal) in enumerate(sorted(people.items())):
        forbidden = {
            text: f"{secret.id}［{place}］"
            for secret in secrets
            if name not in secret.readers
            for place, text in enumerate(secret.texts, 1)
        }
        rows.append(_lists(engine, principal, forbidden))
        for number, question in enumerate(asked):
            texts = list(_everything(engine, principal, question))
            rows.append(_leak_row(f"{name}-{number + 1}", question, principal, forbidden, texts))
            if number < len(secrets) and name in secrets[number].readers:
                rows.append(_reach_row(secrets[number], principal, texts))
        progress(done + 1, len(people))
    return rows


def _refuse_strangers(secrets: Sequence[Secret], people: Mapping[str, Principal]) -> None:
    faults = [
        Fault("secrets.jsonl", number, "readers", f"利用者 {reader} が利用者の一覧にありません")
        for number, secret in enumerate(secrets, 1)
        for reader in secret.readers
        if reader not in people
    ]
    if faults:
        raise SuiteError(faults)


def _everything(engine: Engine, principal: Principal, question: str) -> Iterator[str]:
    """Every text that comes back to somebody who asks and searches."""
    answer, _ = engine.ask(question, principal, filters=Filters(), style=Style.FULL, top_k=TOP_K)
    yield from leaks.of_answer(answer)
    found, understood = engine.search(question, principal, filters=Filters(), top_k=20)
    yield from leaks.of_found(found)
    yield " ".join(understood.meetings + understood.speakers + understood.departments)


def _lists(engine: Engine, principal: Principal, forbidden: Mapping[str, str]) -> Row:
    """The lists of documents and of speakers that the person may open."""
    reader = engine.reader(principal)
    texts = [
        f"{row.title} {row.meeting} {row.session} {row.department}" for row in reader.documents().values()
    ]
    texts += reader.speakers()
    return _leak_row(f"{principal.id}-一覧", "（文書と発言者の一覧）", principal, forbidden, texts)


def _leak_row(
    key: str, question: str, principal: Principal, forbidden: Mapping[str, str], texts: Sequence[str]
) -> Row:
    """What was shown of `forbidden` (text -> its name); the report names it without its words."""
    shown = leaks.found(forbidden, texts, said=question)
    return Row(
        id=key,
        question=question,
        principal=principal.id,
        scores={"leaks": Score(float(len(shown)))},
        remarks=tuple(f"見せてはならない語句：{forbidden[text]}" for text in shown),
    )


def _reach_row(secret: Secret, principal: Principal, texts: Sequence[str]) -> Row:
    reached = bool(leaks.found(secret.texts, texts, said=secret.question))
    return Row(
        id=f"{principal.id}-{secret.id}",
        question=secret.question,
        principal=principal.id,
        scores={"reach": Score(float(reached))},
        remarks=() if reached else ("読める人に届いていない",),
    )
