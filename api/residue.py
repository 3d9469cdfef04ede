"""What a leak test finds in files: of the index, of the records beside the catalogue, of what was deleted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import sqlalchemy as sa

from api.check import Check, Watch, over
from api.replica import World
from corpus import tables as t
from corpus.index.terms import key
from corpus.japanese import tokens
from eval.canaries import Finder, Hit


def files_of(world: World, finder: Finder, watch: Watch) -> list[Check]:
    """What came into any file since the canaries were planted; what stood there before cannot hold one."""
    hits: dict[Path, list[Hit]] = {}
    inside = [p for p in sorted(world.root.rglob("*")) if p.is_file() and "models" not in p.parts]
    around = [p for p in sorted(world.root.parents[1].rglob("*")) if p.is_file() and not _inside(p)]
    for path in over(watch, "ファイルを調べています", [*inside, *around]):
        hits[path] = finder.hits_in(world.before.news(path))
    return [
        _shards(world, hits),
        _derived(world),
        _sidefiles_of(world, hits, around),
        _deleted(world, hits, inside),
    ]


def _shards(world: World, hits: Mapping[Path, Sequence[Hit]]) -> Check:
    """Each index file holds at most what was planted for its own compartment."""
    check = Check("索引のファイル（ほかの閲覧範囲の語）")
    for name, path in _indexfiles_of(world):
        check.looked += 1
        for hit in hits[path]:
            if world.bed.canaries[hit.canary] != name:
                check.faults.append(f"{path.name}（{name}）に置いた語があります（{hit.form}）。")
    return check


def _derived(world: World) -> Check:
    """The keys of closed words and the vectors of closed passages stand in no other compartment's files."""
    check = Check("索引のファイル（語の鍵とベクトル）")
    wanted = {where: _traces(world, where) for where in set(world.bed.canaries.values()) if where}
    for name, path in _indexfiles_of(world):
        data = path.read_bytes()
        for where, traces in wanted.items():
            if where == name:
                continue
            for trace in traces:
                check.looked += 1
                if trace in data:
                    check.faults.append(f"{path.name}（{name}）に、{where}の語の鍵かベクトルがあります。")
    return check


def _traces(world: World, compartment: str) -> list[bytes]:
    """What the index makes of the planted passages of a compartment, as bytes that stand nowhere else by chance."""
    catalogue = world.store.catalogue
    canaries = [canary for canary, where in world.bed.canaries.items() if where == compartment]
    words = {word for canary in canaries for word in tokens(canary.word) if len(word) >= 4}
    found = [key(word).to_bytes(8, "little") for word in sorted(words)]
    mine = [
        (passage, digest)
        for passage, digest, _ in catalogue.every_passage()
        if passage.compartment == compartment and any(canary.word in passage.text for canary in canaries)
    ]
    with catalogue.read() as connection:
        query = sa.select(t.features.c.vector).where(t.features.c.digest.in_([digest for _, digest in mine]))
        vectors = [bytes(vector) for vector in connection.scalars(query) if vector]
    return found + vectors


def _indexfiles_of(world: World) -> Iterator[tuple[str, Path]]:
    """(compartment, file) of the published index."""
    generation = world.store.catalogue.generation()
    for name, fact in (generation.manifest if generation else {}).items():
        for path in sorted((world.store.shards / str(fact["shard"])).iterdir()):
            yield name, path


def _sidefiles_of(world: World, hits: Mapping[Path, Sequence[Hit]], around: Sequence[Path]) -> Check:
    """Records beside the catalogue, and temporary files: no planted word at all."""
    check = Check("監査ログなどの記録と一時ファイル")
    beside = (
        "audit.db",
        "audit.db-wal",
        "labels.log",
        "deleted.log",
        "feedback.jsonl",
        "daybook.db",
        "daybook.db-wal",
    )
    for path in [*(path for name in beside if (path := world.root / name).exists()), *around]:
        check.looked += 1
        check.faults += [f"{path.name}（{hit.form}）" for hit in hits[path]]
    return check


def _inside(path: Path) -> bool:
    """Whether a file belongs to one of the two copies; what lies elsewhere in the folder is temporary."""
    return "data" in path.parts


def _deleted(world: World, hits: Mapping[Path, Sequence[Hit]], inside: Sequence[Path]) -> Check:
    """Of what was deleted nothing is left in any file of the store."""
    check = Check("削除した文書の残り（保存先のすべてのファイル）")
    for path in inside:
        check.looked += 1
        gone = [hit for hit in hits[path] if not world.bed.canaries[hit.canary]]
        check.faults += [f"{path.name}（{hit.form}）" for hit in gone]
    return check
