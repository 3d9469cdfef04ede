"""Watching a folder: changes are told when they are complete, and not before."""

import threading
import time
from pathlib import Path

from ingest.watching import changes


def gathered(
    folder: Path, act: threading.Thread, *, wanted: Path, poll: bool = False
) -> list[frozenset[Path]]:
    """The sets of changed files up to the one with `wanted`."""
    stop, found = threading.Event(), []
    act.start()
    guard = threading.Timer(60, stop.set)
    guard.start()
    for changed in changes([folder], stop=stop, quiet_s=2, poll=poll):
        found.append(changed)
        if wanted in changed:
            stop.set()
    guard.cancel()
    act.join()
    return found


def test_a_file_that_is_written_piece_by_piece_is_told_once(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"

    def write() -> None:
        time.sleep(3)  # the watch has begun
        with path.open("w") as file:
            for _ in range(8):
                file.write("あ" * 5000)
                file.flush()
                time.sleep(0.1)

    found = gathered(tmp_path, threading.Thread(target=write), wanted=path)
    assert [path in each for each in found] == [True]


def test_a_deleted_file_and_a_folder_moved_here_are_told(tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    (outside / "sub").mkdir(parents=True)
    inside.mkdir()
    (outside / "sub" / "b.txt").write_text("い")
    (inside / "gone.txt").write_text("う")

    def act() -> None:
        time.sleep(3)  # the watch has begun
        (inside / "gone.txt").unlink()
        (outside / "sub").rename(inside / "sub")

    found = gathered(inside, threading.Thread(target=act), wanted=inside / "sub" / "b.txt")
    assert inside / "gone.txt" in frozenset().union(*found)


def test_polling_finds_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"

    def write() -> None:
        time.sleep(3)  # the watch has begun
        path.write_text("あ")

    assert path in frozenset().union(
        *gathered(tmp_path, threading.Thread(target=write), wanted=path, poll=True)
    )
