"""From quoted words to relevant passages, for the person who asks."""

from dataclasses import replace

import pytest

from corpus.disclosure import PUBLIC, Principal
from corpus.model import Passage, Span
from corpus.reading import Reader
from corpus.store import Store
from eval.datasets import Question, Relevant, read_questions
from eval.gold import Gold, Places
from tests.eval.conftest import NOON, SAMPLES, people

GOLD = Gold("d", "public", Span(100, 200), "")
PASSAGE = Passage(
    id="p", document_id="d", compartment="public", utterance=0, start=100, end=200, text="x" * 100
)


@pytest.mark.parametrize(
    ("start", "end", "relevant"),
    [
        (100, 200, True),
        (0, 1000, True),  # holds the whole span
        (120, 140, True),  # lies inside it
        (50, 150, True),  # half of the shorter one
        (49, 149, False),
        (190, 230, False),
        (200, 300, False),
    ],
)
def test_half_of_the_shorter_one_must_be_shared(start: int, end: int, relevant: bool) -> None:
    assert GOLD.holds(replace(PASSAGE, start=start, end=end)) is relevant


def test_another_text_is_never_relevant() -> None:
    assert not GOLD.holds(replace(PASSAGE, document_id="e"))
    assert not GOLD.holds(replace(PASSAGE, compartment="staff"))


def reader(store: Store, name: str | None) -> Reader:
    directory = people(SAMPLES / "principals.yaml")
    return Reader(store, directory[name] if name else PUBLIC, now=lambda: NOON)


def test_every_place_of_the_sample_questions_is_found_by_the_one_who_asks(city: Store) -> None:
    places = Places(city)
    questions = read_questions(SAMPLES / "questions.jsonl")
    for question in questions:
        asker = reader(city, question.as_)
        gold, missing = places.of(question, asker)
        assert missing == [], question.id
        assert bool(gold) is question.answerable
        assert bool(places.passages(gold, asker)) is question.answerable


def test_a_place_is_not_found_by_one_who_may_not_read_it(city: Store) -> None:
    price = next(q for q in read_questions(SAMPLES / "questions.jsonl") if q.id == "s36")
    places = Places(city)
    assert places.of(price, reader(city, "suzuki"))[0]
    gold, missing = places.of(price, reader(city, "yamane"))
    assert gold == [] and len(missing) == 1


def test_a_document_that_is_not_there_is_named(city: Store) -> None:
    question = Question(id="q", question="何か。", relevant=(Relevant(document="none.txt", quote="何か"),))
    assert places_of(city, question)[1] == ["文書 none.txt がありません"]


def test_offsets_name_a_place_of_the_text_as_read(city: Store) -> None:
    question = Question(
        id="q", question="何か。", relevant=(Relevant(document="dx_plan_3rd.txt", start=0, end=40),)
    )
    gold, missing = places_of(city, question)
    assert [(place.span.start, place.span.end, missing) for place in gold] == [(0, 40, [])]


def test_one_meeting_of_a_file_can_be_named(city: Store) -> None:
    quote = "令和八年"
    relevant = [
        Relevant(document=f"committees_2025-2026.json{part}", quote=quote)
        for part in ("", "#予算特別委員会", "#なし")
    ]
    found = [len(places_of(city, Question(id="q", question="何。", relevant=(one,)))[0]) for one in relevant]
    assert found[0] >= found[1] > 0 == found[2]


def places_of(city: Store, question: Question, principal: Principal = PUBLIC) -> tuple[list[Gold], list[str]]:
    return Places(city).of(question, Reader(city, principal, now=lambda: NOON))
