"""Conversations: own only, newest first, deleted at once and after their time."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from corpus.conversations import MAX_TURNS, Conversations, Turn
from corpus.store import Store

NOON = datetime(2025, 7, 1, 12)
LONG_AGO = datetime(2000, 1, 1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture
def kept(store: Store) -> Conversations:
    return Conversations(store.catalogue)


def turn(question: str, hours: int = 0) -> Turn:
    return Turn(question, NOON + timedelta(hours=hours), {"n": hours})


def test_turns_come_back_in_order_and_conversations_newest_first(kept: Conversations) -> None:
    first = kept.add("sato", turn("橋はいつですか。"))
    second = kept.add("sato", turn("道路はいつですか。", 1))
    assert kept.add("sato", turn("費用は。", 2), first or "") == first
    assert [(c.id, c.title, c.turns) for c in kept.listed("sato", LONG_AGO)] == [
        (first, "橋はいつですか。", 2),
        (second, "道路はいつですか。", 1),
    ]
    turns = kept.turns("sato", first or "", LONG_AGO)
    assert [(t.question, t.body) for t in turns or []] == [
        ("橋はいつですか。", {"n": 0}),
        ("費用は。", {"n": 2}),
    ]


def test_anothers_conversation_looks_missing_and_takes_no_turn(kept: Conversations) -> None:
    key = kept.add("sato", turn("橋はいつですか。")) or ""
    assert kept.listed("mori", LONG_AGO) == []
    assert kept.turns("mori", key, LONG_AGO) is kept.turns("mori", "none", LONG_AGO) is None
    assert kept.add("mori", turn("横取り"), key) is None
    assert kept.delete("mori", key) == 0
    assert len(kept.turns("sato", key, LONG_AGO) or []) == 1


def test_one_or_all_of_ones_own_are_deleted(kept: Conversations) -> None:
    keys = [kept.add("sato", turn(f"{n}番", n)) or "" for n in range(3)]
    other = kept.add("mori", turn("別"))
    assert kept.delete("sato", keys[0]) == 1
    assert [c.id for c in kept.listed("sato", LONG_AGO)] == [keys[2], keys[1]]
    assert kept.delete("sato") == 2
    assert kept.listed("sato", LONG_AGO) == []
    assert [c.id for c in kept.listed("mori", LONG_AGO)] == [other]


def test_past_its_time_a_conversation_is_not_shown_and_then_gone(kept: Conversations) -> None:
    key = kept.add("sato", turn("橋はいつですか。")) or ""
    later = NOON + timedelta(hours=1)
    assert kept.listed("sato", later) == []
    assert kept.turns("sato", key, later) is None
    assert kept.forget(later) == 1
    assert kept.turns("sato", key, LONG_AGO) is None


def test_of_a_deleted_conversation_nothing_is_left_in_the_files(store: Store, kept: Conversations) -> None:
    key = kept.add("sato", turn("むらさきの特徴ある問い"))
    kept.delete("sato", key)
    for path in store.root.iterdir():
        if path.is_file():
            assert "むらさきの特徴ある問い".encode() not in path.read_bytes(), path.name


def test_a_full_conversation_takes_no_more(kept: Conversations, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_TURNS > 1
    monkeypatch.setattr("corpus.conversations.MAX_TURNS", 1)
    key = kept.add("sato", turn("一"))
    assert kept.add("sato", turn("二"), key or "") is None
    assert len(kept.turns("sato", key or "", LONG_AGO) or []) == 1
