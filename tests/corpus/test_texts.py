"""The catalogue's side of a search for words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from corpus.index.terms import fold
from corpus.phrases import Phrase
from corpus.store import Store
from corpus.texts import Texts
from ingest.job import Order
from tests.stores import OPEN, SALT, STAFF, take, written

OPENLY = written("公園の記録", "公園の街灯を百二十基設けます。", "1.5倍に増やします。")
CLOSED = written("用地の記録", "公園の用地を買います。")
LED = replace(
    written("章のある計画", "一、街灯の整備", "三か所に置く。", "第2章 街灯"), meeting="", date=None
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    root = tmp_path_factory.mktemp("texts")
    opened = Store.open(root / "data", salt=SALT)
    take(opened, root / "open", {"open.json": OPENLY, "led.json": LED}, Order(label=OPEN))
    take(opened, root / "closed", {"closed.json": CLOSED}, Order(label=STAFF))
    yield opened
    opened.close()


def ids(store: Store) -> np.ndarray:
    return np.array(sorted(key for held in store.catalogue.passage_ids().values() for key in held), "S32")


def having(texts: Texts, store: Store, words: str, *compartments: str) -> list[str]:
    keys = ids(store)
    mask = texts.have(Phrase.of(words), keys, compartments)
    return sorted(
        p.text for p in store.catalogue.passages([k.decode() for k in keys[mask].tolist()]).values()
    )


@pytest.mark.parametrize("max_chars", [1, 30, 10_000])
def test_the_same_is_found_however_little_is_kept_in_memory(store: Store, max_chars: int) -> None:
    texts = Texts(store.catalogue, max_chars=max_chars)
    for _ in range(2):
        assert having(texts, store, "公園", "public") == ["公園の街灯を百二十基設けます。"]
        assert having(texts, store, "120基", "public") == ["公園の街灯を百二十基設けます。"]
        assert having(texts, store, "15倍", "public") == []


def test_what_is_kept_for_one_reader_is_not_shown_to_another(store: Store) -> None:
    texts = Texts(store.catalogue)
    assert len(having(texts, store, "公園", "public", "staff")) == 2
    assert having(texts, store, "用地", "staff") == ["公園の用地を買います。"]
    assert having(texts, store, "用地", "public") == []
    assert having(texts, store, "公園", "public") == ["公園の街灯を百二十基設けます。"]
    assert not texts.present(ids(store), ["dept:財務課"]).any()
    assert len(texts.places(ids(store), ["staff"])) == 1


def test_folded_texts_are_those_of_the_passages_without_their_headings(store: Store) -> None:
    keys = ids(store).tolist()
    passages = store.catalogue.passages([key.decode() for key in keys])
    folded = {key.decode(): text for key, _, text in Texts(store.catalogue)._fetch_folded(keys)}
    assert folded == {key: fold(passage.text) for key, passage in passages.items()}
    assert any(passage.lead for passage in passages.values())
