"""The language rules on a sample of real utterances: offsets hold, and nothing changes the second time."""

import json
import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from corpus.calendar import parse_date, parse_session, periods, resolve_relative
from corpus.figures import figures
from corpus.japanese import normalise, sentences, tokens


@pytest.fixture(scope="module")
def meetings(shared: Path) -> list[dict[str, object]]:
    def read() -> Iterator[dict[str, object]]:
        for path in sorted((shared / "data" / "minutes").glob("tokyo_*/*.json")):
            content = json.loads(path.read_text(encoding="utf-8"))
            yield from content if isinstance(content, list) else [content]

    return list(read())


@pytest.fixture(scope="module")
def utterances(meetings: list[dict[str, object]]) -> list[tuple[date, str]]:
    said = [
        (parse_date(str(meeting["Date"])) or date(2010, 1, 1), utterance["Utterance"])
        for meeting in meetings
        for utterance in meeting["Proceeding"]  # type: ignore[attr-defined]
    ]
    return random.Random(20).sample(said, 1200)


def test_normalising_real_text_twice_changes_nothing(utterances: list[tuple[date, str]]) -> None:
    for _, text in utterances:
        assert normalise(normalise(text)) == normalise(text)


def test_sentences_cover_real_text(utterances: list[tuple[date, str]]) -> None:
    for _, text in utterances:
        spans = sentences(text)
        gaps = zip([0, *(end for _, end in spans)], [*(start for start, _ in spans), len(text)], strict=True)
        assert not any(text[start:end].strip() for start, end in gaps)


def test_mentions_of_real_text_are_its_slices(utterances: list[tuple[date, str]]) -> None:
    found = [(text, mention) for said_on, text in utterances for mention in periods(text, said_on)]
    assert len(found) > 500
    assert all(text[mention.start : mention.end] == mention.text for text, mention in found)


def test_relative_years_of_real_text_resolve_once(utterances: list[tuple[date, str]]) -> None:
    for said_on, text in utterances:
        once = resolve_relative(text, said_on)
        assert resolve_relative(once, said_on) == once


def test_figures_of_real_text_stay_in_it(utterances: list[tuple[date, str]]) -> None:
    found = [(text, figure) for _, text in utterances for figure in figures(text)]
    assert len(found) > 2000
    assert all(text[figure.start : figure.end].strip() for text, figure in found)


def test_real_text_has_tokens(utterances: list[tuple[date, str]]) -> None:
    assert all(tokens(text) for _, text in utterances if len(text) > 30)


def test_every_real_title_names_a_session(meetings: list[dict[str, object]]) -> None:
    titles = {str(meeting["ProceedingTitle"]) for meeting in meetings if meeting["ProceedingTitle"]}
    assert [title for title in titles if parse_session(title) is None] == []
