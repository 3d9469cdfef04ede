"""An ingest that is killed, or finds the disk full, at every step: the store is the one before or the one after.

Then the next run finishes the work, the index agrees with the catalogue, and nothing is left behind. Queries
run in another process of their own all the while.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import pytest

from corpus import steps
from corpus.disclosure import PUBLIC, Principal
from corpus.embedding import HashEmbedder
from corpus.errors import StoreBusyError
from corpus.index.protocol import Probe
from corpus.index.terms import bigram_weights, token_weights
from corpus.reading import Reader
from corpus.serial import document_to_json
from corpus.store import Store
from ingest.job import Order
from tests.stores import IT, NOW, OPEN, SALT, WELFARE, job, read_by, take, written

ROOT = Path(__file__).parents[2]
ORDER = Order(label=OPEN, keep=True)
CHANGED = written("変わる記録", "予算はいくらですか。", "予算は前の三億円です。")
CHANGED_AFTER = written("変わる記録", "予算はいくらですか。", "予算は後の五億円です。")
STAYS = written("変わらない記録", "公園はどうしますか。", "公園の予算は増やしません。")
NEW = written("新しい記録", "道路はどうしますか。", "道路の予算を付けます。")
GONE = written("消える記録", "橋はどうしますか。", "橋の予算は付けません。")

Ask = Callable[..., int]
Snapshot = tuple[str, ...]


@pytest.fixture(scope="module")
def forker() -> Iterator[subprocess.Popen[str]]:
    """The process that forks those that are killed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.ingest.killing"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield process
    stdin: IO[str] | None = process.stdin
    if stdin:
        stdin.close()
    process.wait(120)


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``data`` (a store) and ``in`` (files that have changed since it was made)."""
    root = tmp_path_factory.mktemp("before")
    store = Store.open(root / "data", salt=SALT)
    take(store, root / "in", {"changed.json": CHANGED, "stays.json": STAYS, "gone.json": GONE}, ORDER)
    store.close()
    take_none = {"changed.json": CHANGED_AFTER, "new.json": NEW}
    for name, document in take_none.items():
        (root / "in" / name).write_text(
            json.dumps(document_to_json(document), ensure_ascii=False), encoding="utf-8"
        )
    (root / "in" / "gone.json").unlink()
    return root


@pytest.fixture
def place(before: Path, tmp_path: Path) -> Path:
    """A copy of `before` to be broken."""
    shutil.copytree(before, tmp_path / "x")
    return tmp_path / "x"


@pytest.fixture
def run(forker: subprocess.Popen[str], place: Path) -> Ask:
    """Does a piece of work in a process that meets a fault; returns how it ended."""

    def ask(work: str = "ingest", *, step: str = "", nth: int = 1, fault: str = "kill") -> int:
        request = {"data": str(place / "data"), "folder": str(place / "in"), "step": step, "nth": nth}
        assert forker.stdin is not None and forker.stdout is not None
        forker.stdin.write(json.dumps(request | {"fault": fault, "work": work}) + "\n")
        forker.stdin.flush()
        return int(json.loads(forker.stdout.readline())["status"])

    return ask


def snapshot(store: Store) -> Snapshot:
    """All that three people read, and what a search brings each of them."""
    return tuple(text for p in (PUBLIC, WELFARE, IT) for text in (read_by(store, p), searched(store, p)))


def searched(store: Store, principal: Principal) -> str:
    reader = Reader(store, principal, now=lambda: NOW)
    words = token_weights("予算")
    probe = Probe(words, bigram_weights("予算は"), words, HashEmbedder().embed_query("予算"))
    found = reader.candidates(probe, pool=50)
    return "\n".join(passage.text for _, passage in sorted(reader.passages(found.ids).items()))


def state(place: Path) -> Snapshot:
    """What the store of `place` is now; it must be in order."""
    store = Store.open(place / "data", salt=SALT)
    try:
        assert store.verify() == []
        return snapshot(store)
    finally:
        store.close()


@pytest.fixture(scope="module")
def states(before: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Snapshot, Snapshot]:
    """The state before and the one after, made without a fault."""
    after = tmp_path_factory.mktemp("after") / "x"
    shutil.copytree(before, after)
    first = state(after)
    store = Store.open(after / "data", salt=SALT)
    job(store).run([after / "in"], ORDER, prune=True)
    store.close()
    return first, state(after)


def clean(place: Path) -> None:
    """Nothing is left behind: no staging folder, no shard or original that nothing refers to."""
    store = Store.open(place / "data", salt=SALT)
    generation = store.catalogue.generation()
    assert generation is not None
    used = {fact["shard"] for fact in generation.manifest.values()}
    assert {path.name for path in store.shards.iterdir()} == used
    assert {path.name for path in store.originals.folder.iterdir()} == store.catalogue.originals()
    assert not store.catalogue.pending()
    store.close()


class Traffic:
    """Queries in the background; every answer must be that of a legal state."""

    def __init__(self, place: Path, legal: set[str]) -> None:
        self._place, self._legal = place, legal
        self._stop = threading.Event()
        self.asked = 0
        self.strange: list[str] = []
        self._thread = threading.Thread(target=self._ask)

    def __enter__(self) -> Traffic:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _ask(self) -> None:
        store = Store.open(self._place / "data", salt=SALT)
        while not self._stop.is_set():
            epoch = store.catalogue.epoch()
            found = searched(store, PUBLIC)
            if store.catalogue.epoch() != epoch:
                continue  # as the engine does: documents changed under way, so the work is done again
            self.asked += 1
            if found not in self._legal:
                self.strange.append(found)
            self._stop.wait(0.02)
        store.close()


def finish(place: Path, run: Ask, after: Snapshot) -> None:
    """The next run does the rest."""
    assert run() == 0
    assert state(place) == after
    clean(place)


@pytest.mark.parametrize("step", steps.STEPS)
def test_killed_at_any_step_the_store_is_the_one_before_or_after(
    place: Path, run: Ask, states: tuple[Snapshot, Snapshot], step: str
) -> None:
    first, after = states
    legal = _between(place, first, after)
    nth = 1
    with Traffic(place, {each[1] for each in legal}) as traffic:
        while True:
            status = run(step=step, nth=nth)
            assert state(place) in legal
            if status == 0 or nth == 3:
                break
            nth += 1
    assert nth > 1, f"no run ever reached {step}"
    assert traffic.asked >= 2
    assert traffic.strange == []
    finish(place, run, after)


def _between(place: Path, first: Snapshot, after: Snapshot) -> list[Snapshot]:
    """The legal states: a run with ``--prune`` commits twice, what was taken first and what is gone then."""
    middle = place.with_name("middle")
    shutil.copytree(place, middle)
    store = Store.open(middle / "data", salt=SALT)
    job(store).run([middle / "in"], ORDER)
    store.close()
    return [first, state(middle), after]


CALLS = "fsync,fdatasync,pwrite64,write,rename,unlink,unlinkat,ftruncate,mkdir,rmdir"


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_killed_at_any_call_to_the_system_the_store_is_the_one_before_or_after(
    before: Path, tmp_path: Path, states: tuple[Snapshot, Snapshot]
) -> None:
    """Every write, sync, rename and removal of a whole run, SQLite's own included."""
    first, after = states
    (tmp_path / "one").mkdir()
    shutil.copytree(before, tmp_path / "one" / "x")
    legal = _between(tmp_path / "one" / "x", first, after)
    number, status = 0, -1
    while status != 0:
        number += 1
        place = tmp_path / "x"
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(before, place)
        kill = f"inject={CALLS}:signal=KILL:when={number}"
        work = "from tests.ingest.killing import alone; alone()"
        command = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={CALLS}", "-e", kill]
        command += [sys.executable, "-c", work, str(place / "data"), str(place / "in")]
        status = subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode
        assert state(place) in legal, number
        if number % 5 == 0:
            store = Store.open(place / "data", salt=SALT)
            job(store).run([place / "in"], ORDER, prune=True)
            store.close()
            assert state(place) == after, number
            clean(place)
    assert number > 100


@pytest.mark.parametrize(
    "step", [step for step in steps.STEPS if step not in ("committed", "cleared", "logged")]
)
def test_a_full_disk_at_any_step_ends_with_a_message_and_the_old_state(
    place: Path, run: Ask, states: tuple[Snapshot, Snapshot], step: str
) -> None:
    first, after = states
    status = run(step=step, fault="full")
    message = (place / "data").with_suffix(".message")
    if status:  # at the steps of one file only that file is refused
        assert status >> 8 == 2, f"ended with {status}"
        assert "空き" in message.read_text(encoding="utf-8")
        assert state(place) == first
    else:
        assert state(place)[0] != ""
    finish(place, run, after)


@pytest.mark.parametrize(
    "step", ["committing", "written", "filed", "shelved", "published", "committed", "cleared", "logged"]
)
@pytest.mark.parametrize("work", ["delete", "close"])
def test_what_was_closed_or_deleted_stays_so_wherever_it_was_killed(
    place: Path, run: Ask, work: str, step: str
) -> None:
    """Killed before its first commit nothing has happened; after it nobody reads the text any more."""
    status = run(work, step=step, nth=1)
    store = Store.open(place / "data", salt=SALT)
    shown = read_by(store, PUBLIC) + searched(store, PUBLIC)
    store.close()
    assert status != 0
    if step not in ("committing",):
        assert "前の三億円" not in shown
    run(work)
    store = Store.open(place / "data", salt=SALT)
    job(store).run([], ORDER)
    assert "前の三億円" not in read_by(store, PUBLIC) + searched(store, PUBLIC)
    assert store.verify() == []
    store.close()
    clean(place)


def test_what_a_kill_after_the_commit_leaves_goes_with_the_next_run_though_it_has_nothing_to_do(
    place: Path, run: Ask
) -> None:
    store = Store.open(place / "data", salt=SALT)
    job(store).run([place / "in"], ORDER, prune=True)
    store.close()
    add_a_file(place)
    assert run(step="committed") != 0
    assert run() == 0
    clean(place)


def add_a_file(place: Path) -> None:
    """A change of the folder that adds a file and takes none away."""
    newer = json.dumps(document_to_json(replace(NEW, title="もう一つの記録")), ensure_ascii=False)
    (place / "in" / "newer.json").write_text(newer, encoding="utf-8")


def test_two_ingests_at_once_are_one_and_a_message(place: Path) -> None:
    command = [sys.executable, "-m", "tests.ingest.killing"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdin is not None
        request: dict[str, Any] = {
            "data": str(place / "data"),
            "folder": str(place / "in"),
            "step": "",
            "nth": 1,
        }
        holder.stdin.write(json.dumps(request | {"fault": "", "work": "sleep"}) + "\n")
        holder.stdin.flush()
        store = Store.open(place / "data", salt=SALT)
        _wait_for_lock(store)
        other = subprocess.run(
            [sys.executable, "-m", "api.cli", "ingest", str(place / "in"), "--data-dir", str(place / "data")],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert other.returncode == 2
        assert "別の取り込み" in other.stderr
        subprocess.run(["pkill", "-P", str(holder.pid)], check=True)  # the forked one: its lock goes with it
        with store.writing(wait_s=30):
            pass
        holder.stdin.close()
    store.close()


def _wait_for_lock(store: Store) -> None:
    for _ in range(600):
        try:
            with store.writing():
                pass
        except StoreBusyError:
            return
        threading.Event().wait(0.05)
    raise AssertionError("nobody took the lock")
