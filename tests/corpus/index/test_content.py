"""A shard merged from an earlier one, against the same passages taken from scratch: not a byte may differ."""

from itertools import pairwise
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.embedding import HashEmbedder
from corpus.index.content import Content, Entry, Link
from corpus.index.shard import open_shard, write_content
from corpus.index.terms import analyse
from corpus.model import Role

EMBEDDER = HashEmbedder()
WORDS = ["公園", "道路", "図書館", "学童保育", "用地", "防災", "予算", "の", "。"]


def entry(number: int, text: str, speaker: str) -> Entry:
    terms, header = analyse([text, f"本会議 {speaker}"])
    vector = EMBEDDER.embed_passages([text])[0].astype(np.float16)
    return Entry(
        f"{number:032x}", f"d{number % 4}", speaker, Role.ANSWER, 700_000 + number, terms, header, vector
    )


entries = st.builds(
    lambda numbers, words, speakers: [
        entry(n, "".join(w), s) for n, w, s in zip(sorted(numbers), words, speakers, strict=False)
    ],
    st.sets(st.integers(0, 60), min_size=1, max_size=8),
    st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=9), min_size=8, max_size=8),
    st.lists(st.sampled_from(["市長 山田", "部長 鈴木", "3番 佐藤"]), min_size=8, max_size=8),
)


def links(made: list[Entry], within: set[str]) -> list[Link]:
    """Every passage tied to the next one of its document, where the document is in `within`."""
    found = []
    for document in within:
        ids = [each.passage_id for each in made if each.document_id == document]
        found += [Link(a, b, 0.25 + 0.5 * (n % 2)) for n, (a, b) in enumerate(pairwise(ids))]
    return found


def files(root: Path, content: Content) -> dict[str, bytes]:
    fact = write_content(root, "public", content)
    return {path.name: path.read_bytes() for path in (root / fact["shard"]).iterdir()}


@settings(max_examples=60)
@given(before=entries, after=entries)
def test_a_merged_shard_has_the_bytes_of_one_made_from_scratch(
    before: list[Entry], after: list[Entry], tmp_path_factory: object
) -> None:
    """Documents d0 and d1 are replaced by what `after` has of them; the others stay."""
    root: Path = tmp_path_factory.mktemp("merge")  # type: ignore[attr-defined]
    changed = {"d0", "d1"}
    new = [each for each in after if each.document_id in changed]
    kept = [each for each in before if each.document_id not in changed]
    whole = sorted([*kept, *new], key=lambda each: each.passage_id)
    names = {each.document_id for each in [*before, *after]}
    scratch = Content.of(whole, links(whole, names))
    old = Content.of(before, links(before, names))
    gone = np.array([each.document_id in changed for each in before])
    fact = write_content(root, "public", old)
    merged = open_shard(root, "public", fact).content().merged(gone, new, links(new, changed))
    if whole:
        assert files(root / "merged", merged) == files(root / "scratch", scratch)
    else:
        assert len(merged) == len(scratch) == 0


def test_what_is_left_out_leaves_nothing_behind(tmp_path: Path) -> None:
    made = [entry(1, "公園を整備します。", "市長 山田"), entry(2, "用地を買います。", "部長 鈴木")]
    old = Content.of(made, [Link(made[0].passage_id, made[1].passage_id, 0.5)])
    left = old.merged(np.array([False, True]), [], [])
    assert (left.speakers, left.documents, len(left.links)) == (["市長 山田"], ["d1"], 0)
    lone = Content.of(made[:1])
    assert all(left.fields[name].keys.tolist() == lone.fields[name].keys.tolist() for name in left.fields)
