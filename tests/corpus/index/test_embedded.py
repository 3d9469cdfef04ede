"""The index on disk: what it finds, and that a compartment never feels another."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.catalogue import Generation
from corpus.embedding import HashEmbedder
from corpus.errors import ManifestMismatchError
from corpus.index.embedded import EmbeddedIndex
from corpus.index.protocol import CHANNELS, Candidates, Probe, Restriction
from corpus.index.shard import Entry, Link, open_shard, write_shard
from corpus.index.terms import analyse, bigram_weights, token_weights
from corpus.model import Role

EMBEDDER = HashEmbedder()
DAY = date(2025, 9, 8).toordinal()


def entry(
    number: int, text: str, *, role: Role = Role.ANSWER, document: str = "d1", speaker: str = "市長 山田"
) -> Entry:
    terms, header = analyse([text, f"本会議 {speaker}"])
    vector = EMBEDDER.embed_passages([text])[0].astype(np.float16)
    return Entry(f"{number:032x}", document, speaker, role, DAY, terms, header, vector)


def publish(root: Path, **compartments: tuple[list[Entry], list[Link]]) -> EmbeddedIndex:
    manifest = {
        name: write_shard(root, name, entries, links) for name, (entries, links) in compartments.items()
    }
    return EmbeddedIndex.open(root, Generation(1, 1, manifest, "test"))


def probe(text: str) -> Probe:
    words = token_weights(text)
    return Probe(words, bigram_weights(text), words, EMBEDDER.embed_query(text))


def ranked(found: Candidates, channel: str) -> list[str]:
    column = found.evidence[:, CHANNELS.index(channel)]
    return [found.ids[i][-1] for i in np.argsort(-column, kind="stable") if column[i] > 0]


def test_the_passage_that_shares_the_words_scores_best_in_every_channel(tmp_path: Path) -> None:
    texts = ["学童保育の定員を増やします。", "道路の舗装を直します。", "図書館の開館時間を延ばします。"]
    index = publish(tmp_path, public=([entry(n, text) for n, text in enumerate(texts)], []))
    found = index.candidates(probe("学童保育の定員"), ["public"], pool=3)
    assert [ranked(found, name)[0] for name in ("tokens", "bigrams", "dense")] == ["0", "0", "0"]
    assert found.days.tolist() == [DAY] * len(found.ids)


def test_a_compartment_that_is_not_named_is_not_opened(tmp_path: Path) -> None:
    index = publish(
        tmp_path,
        public=([entry(1, "公園を整備します。")], []),
        staff=([entry(2, "公園の用地を買います。")], []),
    )
    assert index.candidates(probe("公園"), ["public"], pool=5).ids == [f"{1:032x}"]
    assert index.candidates(probe("公園"), [], pool=5).ids == []
    assert index.candidates(probe("公園"), ["dept:財務課"], pool=5).ids == []
    assert len(index.candidates(probe("公園"), ["public", "staff"], pool=5).ids) == 2


words = st.sampled_from(["公園", "道路", "図書館", "学童保育", "用地", "防災"])
texts = st.lists(st.lists(words, min_size=1, max_size=4).map("の".join), min_size=1, max_size=5)


@settings(max_examples=20)
@given(texts, texts, words)
def test_hidden_passages_bend_neither_scores_nor_order(
    tmp_path_factory: pytest.TempPathFactory, shown: list[str], hidden: list[str], asked: str
) -> None:
    entries = [entry(n, text) for n, text in enumerate(shown)]
    secret = [entry(100 + n, text) for n, text in enumerate(hidden)]
    one = publish(tmp_path_factory.mktemp("w1"), public=(entries, []), staff=(secret, []))
    two = publish(tmp_path_factory.mktemp("w2"), public=(entries, []))
    first, second = (index.candidates(probe(asked), ["public"], pool=3) for index in (one, two))
    assert first.ids == second.ids
    assert first.evidence.tobytes() == second.evidence.tobytes()
    assert first.ceilings.tobytes() == second.ceilings.tobytes()


@settings(max_examples=20)
@given(texts, st.data())
def test_splitting_passages_over_compartments_changes_no_score(
    tmp_path_factory: pytest.TempPathFactory, shown: list[str], data: st.DataObject
) -> None:
    """One who may read all compartments is answered as if there were but one."""
    entries = [entry(n, text) for n, text in enumerate(shown)]
    cut = data.draw(st.integers(0, len(entries)))
    whole = publish(tmp_path_factory.mktemp("whole"), public=(entries, []))
    parts = publish(tmp_path_factory.mktemp("parts"), public=(entries[:cut], []), staff=(entries[cut:], []))
    first = whole.candidates(probe(shown[0]), ["public"], pool=9)
    second = parts.candidates(probe(shown[0]), ["public", "staff"], pool=9)
    assert first.ids == second.ids
    assert np.allclose(first.evidence, second.evidence, atol=1e-6)


def test_the_question_of_a_found_answer_comes_along_and_the_reverse(tmp_path: Path) -> None:
    question = entry(1, "校庭の芝生化について伺います。", role=Role.QUESTION, speaker="3番 佐藤")
    answer = entry(2, "順次進めてまいります。")
    other = entry(3, "別の話です。")
    index = publish(
        tmp_path, public=([question, answer, other], [Link(question.passage_id, answer.passage_id, 0.9)])
    )
    found = index.candidates(probe("校庭の芝生化"), ["public"], pool=1)
    assert answer.passage_id in found.ids
    ((asked, answered),) = found.links
    assert (found.ids[asked], found.ids[answered]) == (question.passage_id, answer.passage_id)


def test_a_restriction_makes_the_rest_ineligible(tmp_path: Path) -> None:
    entries = [
        entry(1, "公園の話です。", document="d1"),
        entry(2, "公園の話です。", document="d2", speaker="部長 鈴木"),
        entry(3, "公園の話です。", document="d2", role=Role.QUESTION),
    ]
    index = publish(tmp_path, public=(entries, []))

    def eligible(restriction: Restriction) -> list[str]:
        found = index.candidates(probe("公園"), ["public"], pool=5, restriction=restriction)
        return [name[-1] for name, fits in zip(found.ids, found.eligible, strict=True) if fits]

    assert eligible(Restriction(documents=frozenset({"d2"}))) == ["2", "3"]
    assert eligible(Restriction(speakers=frozenset({"部長 鈴木"}))) == ["2"]
    assert eligible(Restriction(roles=frozenset({Role.QUESTION}))) == ["3"]
    assert eligible(Restriction(documents=frozenset())) == []


def test_the_same_passages_make_the_same_files(tmp_path: Path) -> None:
    entries = [entry(n, text) for n, text in enumerate(["一つ目です。", "二つ目です。"])]
    assert write_shard(tmp_path, "public", entries, []) == write_shard(tmp_path, "public", entries, [])
    assert len(list(tmp_path.iterdir())) == 1


def test_a_damaged_or_swapped_shard_is_refused_and_the_others_serve(tmp_path: Path) -> None:
    public = write_shard(tmp_path, "public", [entry(1, "公園です。")], [])
    staff = write_shard(tmp_path, "staff", [entry(2, "用地です。")], [])
    with pytest.raises(ManifestMismatchError):
        open_shard(tmp_path, "public", staff)
    for damaged in sorted((tmp_path / staff["shard"]).iterdir()):
        before = damaged.read_bytes()
        damaged.write_bytes(before[:-1] + bytes([before[-1] ^ 1]))
        index = EmbeddedIndex.open(tmp_path, Generation(1, 1, {"public": public, "staff": staff}, "test"))
        assert list(index.damaged) == ["staff"], damaged.name
        assert index.candidates(probe("公園"), ["public"], pool=2).ids == [f"{1:032x}"]
        damaged.write_bytes(before)


def test_nothing_in_the_files_can_be_read_back(tmp_path: Path) -> None:
    write_shard(tmp_path, "staff", [entry(1, "秘密の用地交渉です。", speaker="")], [])
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    for secret in ("秘密", "用地", "交渉"):
        for encoding in ("utf-8", "utf-16-le", "utf-32-le"):
            assert not any(secret.encode(encoding) in data for data in files)
