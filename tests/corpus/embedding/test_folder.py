"""Folders that appear whole or not at all."""

import multiprocessing
import os
import time
from pathlib import Path

import pytest

from corpus.embedding.folder import digest, publish_folder, stamp
from corpus.errors import ConfigurationError

SPAWN = multiprocessing.get_context("spawn")


def write_slowly(folder: Path) -> None:
    (folder / "config.json").write_text("{", encoding="utf-8")
    time.sleep(0.5)
    (folder / "config.json").write_text("{}", encoding="utf-8")
    with (folder.parent / "writers").open("a", encoding="utf-8") as file:
        file.write("x")


def write_and_die(folder: Path) -> None:
    (folder / "config.json").write_text("{", encoding="utf-8")
    os._exit(9)


def test_two_processes_at_once_write_once(tmp_path: Path):
    processes = [
        SPAWN.Process(target=publish_folder, args=(tmp_path / "model", write_slowly)) for _ in range(2)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0]
    assert (tmp_path / "writers").read_text(encoding="utf-8") == "x"
    assert (tmp_path / "model" / "config.json").read_text(encoding="utf-8") == "{}"


def test_a_writer_that_died_leaves_no_folder_and_the_next_finishes(tmp_path: Path):
    process = SPAWN.Process(target=publish_folder, args=(tmp_path / "model", write_and_die))
    process.start()
    process.join(60)
    assert process.exitcode == 9
    assert not (tmp_path / "model").exists()
    publish_folder(tmp_path / "model", write_slowly)
    assert (tmp_path / "model" / "config.json").read_text(encoding="utf-8") == "{}"


def test_a_folder_that_is_not_current_is_replaced(tmp_path: Path):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "old").touch()
    publish_folder(tmp_path / "model", write_slowly, is_current=lambda folder: not (folder / "old").exists())
    assert [path.name for path in (tmp_path / "model").iterdir()] == ["config.json"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="file/models/model"):
        publish_folder(tmp_path / "file" / "models" / "model", write_slowly)


def test_digest_and_stamp_see_the_files_of_the_model_only(tmp_path: Path):
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    before = digest(tmp_path), stamp(tmp_path)
    (tmp_path / "README.md").write_text("about", encoding="utf-8")
    assert (digest(tmp_path), stamp(tmp_path)) == before
    (tmp_path / "config.json").write_text("[]", encoding="utf-8")
    assert digest(tmp_path) != before[0]
    assert stamp(tmp_path) != before[1]
