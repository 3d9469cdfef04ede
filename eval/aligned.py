"""The alignment suite: threads as the store holds them, against judged pairs of question and answer."""

from __future__ import annotations

from pathlib import Path

from corpus.disclosure import PUBLIC
from corpus.reading import Reader
from corpus.store import Store
from eval.alignment import Counts, Outcome, measure, read_gold
from eval.measures import Score
from eval.result import Row

_PLENARY = "tokyo_plenary_2020"


def rows(store: Store, gold: Path) -> tuple[list[Row], list[str]]:
    """One row a judged question, and the ids of those whose words were not found (Japanese)."""
    items = read_gold(gold)
    documents, threads = {}, {}
    for day, document_id in _plenary(store).items():
        for name, rendition in Reader(store, PUBLIC).renditions(document_id).items():
            documents[day] = rendition.document
            threads[day] = store.catalogue.threads(document_id, name)
    found = measure(documents, threads, items)
    words = {item.id: "／".join(item.questions) for item in items}
    notes = [f"{key}：正解の文言が文書にありません" for key in found.lost]
    notes += [f"{item.id}：{item.day} の会議録がありません" for item in items if item.day not in documents]
    return [_row(outcome, words[outcome.id]) for outcome in found.outcomes], notes


def _plenary(store: Store) -> dict[str, str]:
    """Day -> document id of the plenary minutes of 2020, by the name of their source file."""
    names = {source.id: source.name for source in store.catalogue.sources().values()}
    rows = store.catalogue.documents().values()
    return {
        Path(names[row.source_id]).stem: row.id
        for row in rows
        if f"{_PLENARY}/" in names.get(row.source_id, "")
    }


def _row(outcome: Outcome, question: str) -> Row:
    answers = outcome.answers
    return Row(
        id=outcome.id,
        question=question,
        scores={
            "answers_precision": Score(float(answers.hits), float(answers.predicted)),
            "answers_recall": Score(float(answers.hits), float(answers.gold)),
            "answers_f": _f(answers),
            "pairs_f": _f(outcome.pairs),
        },
        remarks=() if answers.hits == answers.predicted == answers.gold else (_remark(answers),),
    )


def _f(counts: Counts) -> Score:
    """F as a share that adds up: twice the hits by predicted and gold together."""
    return Score(2.0 * counts.hits, float(counts.predicted + counts.gold))


def _remark(counts: Counts) -> str:
    return f"結び付けた段落 {counts.predicted}、正解の段落 {counts.gold}、一致 {counts.hits}"
