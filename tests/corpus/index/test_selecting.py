"""Selecting passages by a formula: complete, exact, and blind to every other compartment."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from corpus.index.embedded import EmbeddedIndex
from corpus.index.protocol import Every, Except, Formula, Has, Holds, Ids, Restriction, Some, Within
from corpus.index.shard import Link
from corpus.model import Role
from corpus.normalisation import normalise
from corpus.phrases import Phrase, squeeze
from corpus.speakers import SpeakerClass
from tests.corpus.index.test_embedded import entry, probe, publish

WORDS = ("公園", "公園整備", "整備", "東京都", "京都", "都", "五人", "15人", "学", "第二", "二期")
texts = st.lists(
    st.text(st.sampled_from("公園整備東京都学五15人第二期、。"), max_size=8), min_size=1, max_size=8
)
leaves = st.sampled_from(WORDS).map(lambda word: Has(Phrase.of(word)))
formulas: st.SearchStrategy[Formula] = st.recursive(
    leaves | st.sampled_from(Role).map(lambda role: Within(Restriction(roles=frozenset({role})))),
    lambda part: (
        st.lists(part, max_size=3).map(lambda parts: Every(tuple(parts)))
        | st.lists(part, max_size=3).map(lambda parts: Some(tuple(parts)))
        | part.map(Except)
    ),
    max_leaves=5,
)


def holding(shown: Mapping[str, str]) -> Holds:
    """The caller's side of a selection: whether texts by id have a phrase."""

    def holds(phrase: Phrase, ids: Ids) -> NDArray[np.bool_]:
        return np.array([_has(shown[key.decode()], phrase) for key in ids.tolist()], np.bool_)

    return holds


def _has(text: str, phrase: Phrase) -> bool:
    return phrase.is_in(squeeze(normalise(text)))


def meant(formula: Formula, text: str, role: Role) -> bool:
    """What a formula says of one passage, word for word."""
    match formula:
        case Has(phrase):
            return _has(text, phrase)
        case Within(restriction):
            return restriction.roles is None or role in restriction.roles
        case Every(parts):
            return all(meant(part, text, role) for part in parts)
        case Some(parts):
            return any(meant(part, text, role) for part in parts)
        case Except(part):
            return not meant(part, text, role)


def selected(index: EmbeddedIndex, formula: Formula, shown: Mapping[str, str], *names: str) -> list[str]:
    return [key.decode() for key in index.select(formula, names, holding(shown)).ids.tolist()]


@settings(max_examples=60)
@given(texts, formulas, st.data())
def test_just_the_passages_that_a_formula_means_are_selected(
    tmp_path_factory: pytest.TempPathFactory, said: list[str], formula: Formula, data: st.DataObject
) -> None:
    roles = [data.draw(st.sampled_from(Role)) for _ in said]
    cut = data.draw(st.integers(0, len(said)))
    entries = [entry(n, text, role=role) for n, (text, role) in enumerate(zip(said, roles, strict=True))]
    shown = {one.passage_id: text for one, text in zip(entries, said, strict=True)}
    index = publish(tmp_path_factory.mktemp("index"), public=(entries[:cut], []), staff=(entries[cut:], []))
    expected = [f"{n:032x}" for n, text in enumerate(said) if meant(formula, text, roles[n])]
    assert selected(index, formula, shown, "public", "staff") == expected


@settings(max_examples=30)
@given(texts, texts, formulas)
def test_hidden_passages_change_neither_what_is_selected_nor_what_is_asked_about(
    tmp_path_factory: pytest.TempPathFactory, said: list[str], hidden: list[str], formula: Formula
) -> None:
    entries = [entry(n, text) for n, text in enumerate(said)]
    shown = {one.passage_id: text for one, text in zip(entries, said, strict=True)}
    secret = [entry(100 + n, text) for n, text in enumerate(hidden)]
    one = publish(tmp_path_factory.mktemp("w1"), public=(entries, []), staff=(secret, []))
    two = publish(tmp_path_factory.mktemp("w2"), public=(entries, []))
    first, second = (selected(index, formula, shown, "public") for index in (one, two))
    assert first == second  # asking about a hidden passage would be a KeyError


def test_a_phrase_longer_than_its_bigrams_is_asked_of_the_text(tmp_path: Path) -> None:
    """京都 and 東京 stand in it, 東京都 does not."""
    said = ["東京と京都", "東京都"]
    entries = [entry(n, text) for n, text in enumerate(said)]
    index = publish(tmp_path, public=(entries, []))
    asked: list[bytes] = []

    def holds(phrase: Phrase, ids: Ids) -> NDArray[np.bool_]:
        asked.extend(ids.tolist())
        return np.array([said[int(key, 16)] == "東京都" for key in ids.tolist()], np.bool_)

    found = index.select(Has(Phrase.of("東京都")), ["public"], holds)
    assert len(asked) == 2
    assert found.ids.tolist() == [f"{1:032x}".encode()]


def test_speaker_classes_narrow(tmp_path: Path) -> None:
    entries = [
        entry(1, "公園です。", speaker="市長 山田"),
        entry(2, "公園です。", speaker="委員 佐藤", role=Role.OTHER),
        entry(3, "公園です。", speaker="委員長 佐藤", role=Role.CHAIR),
        entry(4, "公園です。", speaker="参考人 鈴木"),
    ]
    index = publish(tmp_path, public=(entries, []))

    def of(one: SpeakerClass) -> list[str]:
        formula = Within(Restriction(classes=frozenset({one})))
        return [name[-1] for name in selected(index, formula, {}, "public")]

    assert [of(one) for one in (SpeakerClass.EXECUTIVE, SpeakerClass.MEMBER, SpeakerClass.CHAIR)] == [
        ["1"],
        ["2"],
        ["3"],
    ]


def test_the_evidence_for_chosen_passages_is_what_ranking_all_of_them_gives(tmp_path: Path) -> None:
    said = ["公園の整備です。", "公園について伺います。", "道路の舗装です。", "学校の給食です。"]
    entries = [entry(n, text) for n, text in enumerate(said)]
    link = Link(entries[1].passage_id, entries[0].passage_id, 0.9)
    index = publish(tmp_path, public=(entries, [link]), staff=([entry(9, "公園です。")], []))
    ids = np.array([entries[1].passage_id, entries[3].passage_id], "S32")
    some, everything = (
        index.evidence(probe("公園"), ids, ["public"]),
        index.candidates(probe("公園"), ["public"], pool=9),
    )
    assert [some.ids[i] for i in np.flatnonzero(some.eligible)] == [key.decode() for key in ids.tolist()]
    assert some.ids == [entries[0].passage_id, *(key.decode() for key in ids.tolist())]  # with the answer
    rows = [everything.ids.index(key) for key in some.ids]
    assert some.evidence.tobytes() == everything.evidence[rows].tobytes()
    assert some.links.tolist() == [[1, 0]]


def test_passages_of_other_compartments_have_no_evidence(tmp_path: Path) -> None:
    index = publish(tmp_path, public=([entry(1, "公園です。")], []), staff=([entry(2, "公園です。")], []))
    ids = np.array([f"{n:032x}" for n in (1, 2)], "S32")
    assert index.evidence(probe("公園"), ids, ["public"]).ids == [f"{1:032x}"]


def test_many_passages_are_compared_as_few_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above a number of rows the vectors are compared inside FAISS."""
    entries = [entry(n, f"公園の整備の話の{n}番目です。") for n in range(40)]
    index = publish(tmp_path, public=(entries, []))
    ids = np.array([one.passage_id for one in entries[::2]], "S32")
    few = index.evidence(probe("公園の整備"), ids, ["public"])
    monkeypatch.setattr("corpus.index.evidence._FEW_ROWS", 3)
    many = index.evidence(probe("公園の整備"), ids, ["public"])
    assert few.ids == many.ids
    assert np.allclose(few.evidence, many.evidence, atol=1e-6)
