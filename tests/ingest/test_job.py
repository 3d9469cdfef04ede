"""The job on real files in a folder: taken once, replaced when they change, refused with a reason."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from corpus import tables
from corpus import tables as t
from corpus.catalogue import Features
from corpus.disclosure import PUBLIC, Label, Principal, Status
from corpus.embedding import HashEmbedder
from corpus.errors import StoreBusyError
from corpus.reading import Reader
from corpus.store import Store
from ingest.job import Job, Order, Outcome, Report, find
from ingest.ledger import Ledger

OPEN = Order(label=Label(Status.OPEN))
MINUTES = """令和7年第3回みなと台市議会定例会会議録
令和7年9月8日

○議長（青山太郎君）　これより本日の会議を開きます。
◆3番（佐藤花子君）　学童保育の待機児童について伺います。市の考えをお聞かせください。
◎市長（山田一郎君）　佐藤議員のご質問にお答えいたします。学童保育の待機児童についてでございますが、来年度までに定員を百二十名増やしてまいります。
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "files"
    made.mkdir()
    (made / "minutes.txt").write_text(MINUTES, encoding="utf-8")
    return made


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "data", salt="00" * 16)


def run(store: Store, folder: Path, order: Order = OPEN) -> Report:
    return Job(store, HashEmbedder, today=lambda: date(2025, 10, 1)).run([folder], order)


def texts(store: Store, principal: Principal = PUBLIC) -> str:
    reader = Reader(store, principal)
    return "\n".join(p.text for key in reader.documents() for p in reader.passages_of(key))


def test_every_passage_is_the_slice_that_its_offsets_name(store: Store, folder: Path) -> None:
    run(store, folder)
    reader = Reader(store, PUBLIC)
    seen = 0
    for key in reader.documents():
        renditions = reader.renditions(key)
        for passage in reader.passages_of(key):
            assert renditions[passage.compartment].document.text[passage.start : passage.end] == passage.text
            seen += 1
    assert seen >= 3


def test_taking_the_same_files_again_does_nothing(store: Store, folder: Path) -> None:
    first = run(store, folder)
    second = run(store, folder)
    assert [result.outcome for result in second.results] == [Outcome.UNCHANGED]
    assert (second.embedded, second.generation) == (0, 0)
    assert store.catalogue.generation().id == first.generation  # type: ignore[union-attr]


def test_a_changed_file_replaces_what_was_taken_from_it(store: Store, folder: Path) -> None:
    run(store, folder)
    (folder / "minutes.txt").write_text(MINUTES.replace("百二十名", "百五十名"), encoding="utf-8")
    report = run(store, folder)
    assert report.count(Outcome.TAKEN) == 1
    assert "百五十名" in texts(store)
    assert "百二十名" not in texts(store)
    assert store.verify() == []


def test_unchanged_passages_are_not_embedded_again(store: Store, folder: Path) -> None:
    whole = run(store, folder).embedded
    (folder / "minutes.txt").write_text(MINUTES.replace("百二十名", "百五十名"), encoding="utf-8")
    assert 0 < run(store, folder).embedded < whole


def test_a_file_moved_to_another_place_is_the_same_file(store: Store, folder: Path) -> None:
    run(store, folder)
    report = Job(store, HashEmbedder).run([folder / "minutes.txt"], OPEN)
    assert [result.outcome for result in report.results] == [Outcome.UNCHANGED]


def test_one_bad_file_does_not_stop_the_others(store: Store, folder: Path) -> None:
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 nothing else")
    (folder / "empty.txt").write_bytes(b"")
    report = run(store, folder)
    refused = {result.name: result.reason for result in report.results if result.outcome is Outcome.REFUSED}
    assert set(refused) == {"files/broken.pdf", "files/empty.txt"}
    assert all(reason.endswith(("。", "）")) for reason in refused.values())
    assert "百二十名" in texts(store)


def test_a_file_that_breaks_later_keeps_what_was_taken(store: Store, folder: Path) -> None:
    run(store, folder)
    (folder / "minutes.txt").write_bytes(b"\x00\x01\x02")
    assert run(store, folder).count(Outcome.REFUSED) == 1
    assert "百二十名" in texts(store)


def test_what_nobody_labelled_is_not_for_the_public(store: Store, folder: Path) -> None:
    run(store, folder, Order(department="議会事務局"))
    assert texts(store) == ""
    assert "百二十名" in texts(store, Principal("a", departments=frozenset({"議会事務局"})))


def test_a_new_label_moves_the_document(store: Store, folder: Path) -> None:
    run(store, folder)
    run(store, folder, Order(label=Label(Status.CLOSED, owner="議会事務局")))
    assert texts(store) == ""
    assert store.catalogue.compartments() == {"dept:議会事務局"}
    assert store.verify() == []


def test_two_jobs_do_not_write_at_once(store: Store, folder: Path) -> None:
    with store.writing(), pytest.raises(StoreBusyError):
        run(store, folder)


def test_an_interrupted_run_keeps_its_vectors_and_shows_nothing(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("ingest.publish.build_manifest", die)
        with pytest.raises(Killed):
            run(store, folder)
    assert store.catalogue.generation() is None
    assert texts(store) == ""
    report = run(store, folder)
    assert (report.count(Outcome.TAKEN), report.embedded) == (1, 0)


def test_a_changed_model_computes_everything_anew(store: Store, folder: Path) -> None:
    run(store, folder)

    class Other(HashEmbedder):
        fingerprint = "another-model"

    assert Job(store, Other).rebuild() == 2
    assert store.catalogue.generation().fingerprint.startswith("another-model/")  # type: ignore[union-attr]
    assert store.verify() == []


def test_features_of_texts_that_are_gone_are_purged(store: Store, folder: Path) -> None:
    run(store, folder)
    with store.catalogue.read() as connection:
        query = sa.select(t.passages.c.digest).where(t.passages.c.text.contains("百二十名"))
        (digest,) = connection.scalars(query)
    mark = store.catalogue.generation().fingerprint  # type: ignore[union-attr]
    assert store.catalogue.known_features([digest], mark)
    (folder / "minutes.txt").write_text(MINUTES.replace("百二十名", "百五十名"), encoding="utf-8")
    run(store, folder)
    assert not store.catalogue.known_features([digest], mark)
    assert not store.catalogue.unfinished()


def test_features_of_an_ingest_under_way_are_not_purged(store: Store, folder: Path) -> None:
    run(store, folder)
    mark = store.catalogue.generation().fingerprint  # type: ignore[union-attr]
    store.catalogue.put_features(mark, {"under way": Features(b"", None)})
    (folder / "minutes.txt").write_text(MINUTES.replace("百二十名", "百五十名"), encoding="utf-8")
    run(store, folder)
    assert store.catalogue.known_features(["under way"], mark)


def test_names_are_the_same_from_folder_and_file(folder: Path) -> None:
    inside = folder / "sub"
    inside.mkdir()
    (inside / "a.txt").write_text("あ", encoding="utf-8")
    (folder / "~$lock.docx").write_text("", encoding="utf-8")
    (folder / ".hidden").write_text("", encoding="utf-8")
    assert [name for _, name in find([folder])] == ["files/minutes.txt", "files/sub/a.txt"]
    assert [name for _, name in find([folder / "minutes.txt"])] == ["files/minutes.txt"]


def test_other_terms_do_not_cost_another_embedding(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(store, folder)
    embedded: list[str] = []

    class Counting(HashEmbedder):
        def embed_passages(self, texts: Sequence[str], **kwargs: Any) -> Any:
            embedded.extend(texts)
            return super().embed_passages(texts, **kwargs)

    monkeypatch.setattr("ingest.features.VERSION", "terms-of-tomorrow")
    Job(store, Counting).rebuild()
    assert embedded == []
    assert store.verify() == []
    with store.catalogue.read() as connection:
        held = set(connection.scalars(sa.select(tables.features.c.fingerprint).distinct()))
    assert held == {f"{HashEmbedder.fingerprint}/terms-of-tomorrow"}


def test_rows_of_the_ledger_that_reach_no_document_are_told_at_the_end(store: Store, folder: Path) -> None:
    path = folder.with_name("ledger.csv")
    path.write_text(
        "文書,状態\nminutes.txt,公開\nminuets.txt,非公開\nminutes.txt#別の題,非公開\n", encoding="utf-8"
    )
    order = Order(ledger=Ledger.load(path))
    (note,) = run(store, folder, order).notes
    assert "3行目 minuets.txt、4行目 minutes.txt#別の題" in note
    assert "台帳の2行" in note
    path.write_text("文書,状態\nminutes.txt,公開\n", encoding="utf-8")
    assert run(store, folder, Order(ledger=Ledger.load(path))).notes == []
