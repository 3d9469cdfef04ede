"""Damaged and hostile files by the hundred: the job neither crashes nor hangs, and each has its reason."""

from __future__ import annotations

import re
import time
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from corpus.embedding import HashEmbedder
from corpus.store import Store
from ingest import sandbox
from ingest.job import Handed, Job, Order, Outcome
from ingest.publish import Published
from ingest.readers import Limits
from ingest.sandbox import open_in_child
from tests.ingest.mutations import mutated, seeds
from tests.stores import OPEN, SALT, TODAY

LIMITS = Limits(cpu_s=20, wall_s=40, ocr_pages=0)


def run(tmp_path: Path, first: int, count: int) -> Counter[str]:
    """Take `count` files; how many ended how, with the reasons."""
    sound = seeds()
    store = Store.open(tmp_path / "data", salt=SALT)
    job = Job(store, HashEmbedder, open_=partial(open_in_child, limits=LIMITS), today=lambda: TODAY)
    files = []
    (tmp_path / "in").mkdir()
    for number in range(first, first + count):
        name, content = mutated(number, sound)
        path = tmp_path / "in" / str(number)
        path.write_bytes(content)
        files.append(Handed(path, f"in/{name}"))
    begun = time.monotonic()
    report = job.take(files, Order(label=OPEN))
    assert time.monotonic() - begun < count * 60  # no file held the others up beyond its limit
    assert [result.name for result in report.results] == [file.name for file in files]
    for result in report.results:
        if result.outcome is Outcome.REFUSED:
            assert re.search("[ぁ-ん一-龥]", result.reason), result
            assert "誤りが起きました" not in result.reason, result  # an error of ours, not of the file
        else:
            assert result.documents, result
    assert store.verify() == []
    store.close()
    sandbox.close_children()
    ends = Counter(
        "taken" if r.outcome is Outcome.TAKEN else re.sub(r"[0-9,]+", "n", r.reason) for r in report.results
    )
    print("\n".join(f"{n:6} {reason}" for reason, n in ends.most_common()))
    return ends


def test_three_hundred_damaged_files(tmp_path: Path) -> None:
    ends = run(tmp_path, 0, 300)
    assert len(ends) >= 8
    assert 30 <= ends["taken"] <= 270


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_ten_thousand_damaged_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading, parsing, labelling and chunking; terms, vectors and the index are those of any text."""
    monkeypatch.setattr("ingest.job.publish", lambda *args, **kwargs: Published(0, 0))
    run(tmp_path, 1000, 10_000)
