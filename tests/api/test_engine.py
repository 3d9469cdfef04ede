"""The engine over a real store: what is on record, what happens without one, and what a change cuts off."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from api.engine import StoreEngine
from api.errors import TrainingError
from corpus.audit import Audit, Recorded
from corpus.disclosure import PUBLIC, Label, Principal, Status
from corpus.embedding import HashEmbedder
from corpus.errors import AuditError, StoreBusyError
from corpus.reading import Reader
from corpus.store import Store
from ingest.job import Order
from ingest.wishes import Change
from rag.answer import Answer, RefusalCode, Style
from rag.finding import Page
from rag.pipeline import Pipeline
from rag.question import Filters
from rag.retrieval import Retriever
from tests.stores import IT, IT_CHIEF, NOW, OPEN, TODAY, WELFARE, labels, only_document, take, written

PLAN = written(
    "整備方針", "整備の費用はいくらですか。", "整備の費用は三億円を見込んでいます。", "整備は来年に始めます。"
)
SECRET = "三億円"
CLOSED = Label(Status.CLOSED)
QUESTION = "整備の費用はいくらですか。"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "data")
    take(opened, tmp_path / "files", {"plan.json": PLAN}, Order(label=OPEN))
    yield opened
    opened.close()


def engine(store: Store, *, now: Callable[[], datetime] = lambda: NOW, training: bool = False) -> StoreEngine:
    pipeline = Pipeline(Retriever(HashEmbedder()), today=lambda: TODAY)
    return StoreEngine(
        store, pipeline, now=now, audit=Audit(store.root / "audit.db"), require_training=training
    )


def ask(served: StoreEngine, principal: Principal, question: str = QUESTION) -> Answer:
    return served.ask(question, principal, filters=Filters(), style=Style.FULL, top_k=8)[0]


def shown_to(served: StoreEngine, principal: Principal) -> str:
    """Everything of the document that comes back to somebody, by every way in."""
    answer = ask(served, principal)
    texts = [answer.text, *(item.passage.text for item in answer.passages)]
    found, _ = served.search(QUESTION, principal, filters=Filters(), top_k=20)
    texts += [item.passage.text for item in found]
    for info in served.documents(principal, offset=0, limit=10, filters=Filters()):
        view = served.document(principal, info.id)
        texts += [utterance.text for utterance in view.utterances] if view else []
    return "\n".join(texts)


def recorded(store: Store) -> list[Recorded]:
    return Audit(store.root / "audit.db").entries(range(1, 1000))


def close(store: Store) -> None:
    labels(store).change(only_document(store), Change(CLOSED, quotes=(SECRET,)), IT)


# -- the record ---------------------------------------------------------------------------------------


def test_whatever_leaves_is_on_record_with_the_label_it_had(store: Store) -> None:
    close(store)
    served = engine(store)
    (passage,) = store.catalogue.passages_of(only_document(store), ["dept:情報政策課"])
    ask(served, IT)
    served.search(QUESTION, IT, filters=Filters(), top_k=5)
    served.documents(IT, offset=0, limit=5, filters=Filters())
    served.document(IT, only_document(store))
    served.passage(IT, passage.id)
    served.exported(IT, [passage.id])
    kinds = [row.body["kind"] for row in recorded(store)]
    assert kinds == ["ask", "search", "list", "document", "passage", "export"]
    (exported,) = [row.body for row in recorded(store) if row.body["kind"] == "export"]
    assert exported["shown"] == [[passage.id, only_document(store), "dept:情報政策課", "closed"]]
    assert exported["audience"] == "dept:情報政策課"
    assert all(row.body["principal"] == "tanaka" for row in recorded(store))


def test_no_text_of_a_document_gets_into_the_record(store: Store) -> None:
    shown_to(engine(store), IT)
    for file in store.root.glob("audit.*"):
        assert SECRET not in file.read_bytes().decode("utf-8", "ignore")


def test_what_is_withheld_is_on_record_with_its_reason_and_looks_missing(store: Store) -> None:
    labels(store).change(only_document(store), Change(CLOSED), IT)
    served = engine(store)
    assert served.document(WELFARE, only_document(store)) is None
    assert served.document(WELFARE, "0" * 32) is None
    assert [row.body["decision"] for row in recorded(store)] == ["not_a_member", "missing"]


class Unwritable(Audit):
    """A log on a full disk."""

    def record(self, entry: object) -> int:
        raise AuditError("full")


def test_without_a_record_only_public_text_is_served(store: Store, tmp_path: Path) -> None:
    close(store)
    served = engine(store)
    assert SECRET in shown_to(served, IT)
    served._audit = Unwritable(tmp_path / "audit.db")
    assert SECRET not in shown_to(served, IT)
    assert "整備は来年に始めます。" in shown_to(served, IT)
    (passage,) = store.catalogue.passages_of(only_document(store), ["dept:情報政策課"])
    assert served.passage(IT, passage.id) is None
    with pytest.raises(AuditError):
        served.exported(IT, [passage.id])


# -- training and moves -------------------------------------------------------------------------------


def test_staff_without_training_are_sent_to_the_e_learning(store: Store) -> None:
    served = engine(store, training=True)
    refusal = ask(served, IT).refusal
    assert refusal is not None
    assert refusal.code is RefusalCode.TRAINING
    assert "eラーニングを受講してから利用してください" in refusal.message
    with pytest.raises(TrainingError):
        served.search(QUESTION, IT, filters=Filters(), top_k=5)
    with pytest.raises(TrainingError):
        served.document(IT, only_document(store))


def test_training_counts_from_its_day_and_the_public_needs_none(store: Store) -> None:
    served = engine(store, training=True)
    trained = replace(IT, training_completed_on=TODAY)
    assert ask(served, trained).refusal is None
    assert ask(served, replace(IT, training_completed_on=date(2025, 10, 2))).refusal is not None
    assert ask(served, PUBLIC).refusal is None


def test_a_move_counts_from_the_first_minute_of_its_day(store: Store) -> None:
    close(store)
    moved = replace(IT, valid_until=date(2026, 3, 31))
    last, first = datetime(2026, 3, 31, 23, 59, 59), datetime(2026, 4, 1)
    assert SECRET in shown_to(engine(store, now=lambda: last), moved)
    assert SECRET not in shown_to(engine(store, now=lambda: first), moved)


# -- changes under way --------------------------------------------------------------------------------


def test_text_closed_while_a_question_is_worked_on_does_not_leave(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The narrowing comes after the passages were fetched and before the answer is handed over (L19)."""
    served = engine(store)
    fetched = Reader.passages

    def fetch_then_close(self: Reader, ids: list[str]) -> object:
        found = fetched(self, ids)
        monkeypatch.setattr(Reader, "passages", fetched)
        close(store)
        return found

    monkeypatch.setattr(Reader, "passages", fetch_then_close)
    found, _ = served.search(QUESTION, PUBLIC, filters=Filters(), top_k=20)
    assert found
    assert all(SECRET not in item.passage.text for item in found)


def test_without_the_second_look_it_would_leave(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    served = engine(store)
    fetched = Reader.passages

    def fetch_then_close(self: Reader, ids: list[str]) -> object:
        found = fetched(self, ids)
        monkeypatch.setattr(Reader, "passages", fetched)
        close(store)
        return found

    monkeypatch.setattr(Reader, "passages", fetch_then_close)
    monkeypatch.setattr(served, "_settled", lambda who, work: (served.reader(who), work(served.reader(who))))
    found, _ = served.search(QUESTION, PUBLIC, filters=Filters(), top_k=20)
    assert any(SECRET in item.passage.text for item in found)


def test_a_store_that_never_rests_is_busy_rather_than_mixed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = iter(range(100))
    monkeypatch.setattr(store.catalogue, "epoch", lambda *_: next(numbers))
    with pytest.raises(StoreBusyError):
        engine(store).passage(PUBLIC, "0" * 32)


LISTED = written("名簿", QUESTION, "整備の費用は三億円を見込んでいます。", "仮名田一子は欠席です。")
NAMED = replace(
    LISTED, utterances=(replace(LISTED.utterances[0], speaker="仮名田一子"), *LISTED.utterances[1:])
)


def _fails(*args: object, **more: object) -> None:
    raise OSError("no space")


def test_a_name_that_was_closed_finds_nothing_before_the_index_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "仮名田一子"
    store = Store.open(tmp_path / "named")
    take(store, tmp_path / "names", {"n.json": NAMED}, Order(label=OPEN))
    served = engine(store)

    def found() -> list[int]:
        by_filter = served.search("費用", PUBLIC, filters=Filters(speakers=(name,)), top_k=5)[0]
        line = served.find(f"発言者:{name} 費用", PUBLIC, filters=Filters(), page=Page())
        asked = ask(served, PUBLIC, f"{name}議員は何を質問しましたか")
        return [len(by_filter), line.total or 0, len(asked.passages)]

    assert all(found())
    with monkeypatch.context() as patched:
        patched.setattr("ingest.relabel.publish", _fails)
        closed = Change(Label(Status.CLOSED), quotes=(name,))
        assert not labels(store).change(only_document(store), closed, IT).finished
    assert found() == [0, 0, 0]
    labels(store).finish()
    assert found()[:2] == [0, 0]
    assert SECRET in ask(served, PUBLIC).text
    store.close()


def test_a_stream_is_allowed_until_one_of_its_passages_is_closed(store: Store) -> None:
    served = engine(store)
    ids = [item.passage.id for item in ask(served, PUBLIC).passages]
    assert ids
    assert served.allows(PUBLIC, ids)
    close(store)
    assert not served.allows(PUBLIC, ids)


def test_nothing_that_began_after_a_closing_shows_the_text(store: Store) -> None:
    """200 readers ask while 20 flags flip (F21); a flip is a closing and an opening by two people."""
    served = engine(store)
    served._audit = None
    changes = labels(store)
    document_id = only_document(store)
    open_again = Change(OPEN, quotes=(SECRET,))
    flips: list[tuple[int, bool]] = [(0, False)]  # (when, whether the text is closed from then on)
    seen: list[tuple[int, int, bool]] = []  # (begun, ended, whether it was shown)
    ticks, done, lock = iter(range(10**9)), threading.Event(), threading.Lock()
    faults: list[BaseException] = []

    def tick() -> int:
        with lock:
            return next(ticks)

    def read() -> None:
        try:
            while not done.is_set():
                begun = tick()
                found, _ = served.search(QUESTION, PUBLIC, filters=Filters(), top_k=20)
                shown = any(SECRET in item.passage.text for item in found)
                seen.append((begun, tick(), shown))
        except StoreBusyError:
            pass
        except BaseException as exc:
            faults.append(exc)

    def wait_for_readers(since: int) -> None:
        """Until some requests that began after `since` are over."""
        while sum(begun > since for begun, *_ in list(seen)) < 3 and not faults:
            done.wait(0.005)

    readers = [threading.Thread(target=read) for _ in range(200)]
    for reader in readers:
        reader.start()
    for _ in range(20):
        close(store)
        flips.append((tick(), True))
        wait_for_readers(flips[-1][0])
        proposed = changes.change(document_id, open_again, IT)
        flips.append((tick(), False))  # from here on it may be shown again
        changes.approve(proposed.decision, IT_CHIEF)
    wait_for_readers(tick())
    done.set()
    for reader in readers:
        reader.join()
    assert faults == []
    assert any(shown for *_, shown in seen)
    judged = [shown for begun, ended, shown in seen if _closed_throughout(flips, begun, ended)]
    assert len(judged) >= 60
    assert not any(judged)


def _closed_throughout(flips: list[tuple[int, bool]], begun: int, ended: int) -> bool:
    before = next(closed for when, closed in reversed(flips) if when <= begun)
    return before and not any(begun < when <= ended for when, _ in flips)
