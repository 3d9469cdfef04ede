"""Questions proposed from documents: from threads and figures, only of what the reader may read."""

from pathlib import Path

from corpus.disclosure import PUBLIC
from corpus.reading import Reader
from corpus.store import Store
from eval.datasets import read_questions
from eval.draft import propose, write
from eval.gold import Places
from tests.eval.conftest import NOON, SAMPLES, people


def reader(store: Store) -> Reader:
    return Reader(store, PUBLIC, now=lambda: NOON)


def test_proposals_are_questions_of_a_suite_marked_as_drafts(city: Store, tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    write(propose(city, reader(city), limit=15), path)
    questions = read_questions(path)
    assert len(questions) == 15
    assert all(question.draft and question.relevant for question in questions)


def test_the_answer_of_every_proposal_is_found_again(city: Store, tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    write(propose(city, reader(city), limit=30), path)
    places = Places(city)
    for question in read_questions(path):
        gold, missing = places.of(question, reader(city))
        assert gold and not missing, question.question


def test_minutes_give_what_was_asked(city: Store) -> None:
    found = propose(city, reader(city), named="plenary_2025-09-08", limit=50)
    assert found
    assert all(entry["relevant"][0]["document"].endswith("plenary_2025-09-08.txt") for entry in found)
    assert (
        sum(entry["question"].endswith(("か。", "ます。", "い。", "す。")) for entry in found)
        > len(found) / 2
    )


def test_a_plan_gives_questions_on_its_figures(city: Store) -> None:
    found = propose(city, reader(city), named="dx_plan", limit=50)
    assert found and all(entry["facts"] for entry in found)


def test_nothing_is_proposed_from_what_the_reader_may_not_read(city: Store) -> None:
    staff = Reader(city, people(SAMPLES / "principals.yaml")["tanaka"], now=lambda: NOON)
    assert propose(city, staff, named="staff_notice") or propose(city, staff, named="answer_book")
    assert (
        propose(city, reader(city), named="staff_notice")
        == propose(city, reader(city), named="answer_book")
        == []
    )


def test_proposals_are_the_same_each_time(city: Store) -> None:
    assert propose(city, reader(city), limit=9) == propose(city, reader(city), limit=9)
