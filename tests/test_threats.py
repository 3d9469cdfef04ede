"""The table of channels in docs/threats.md: every channel, and only tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROWS = [
    line.split("|")[1:3]
    for line in (ROOT / "docs" / "threats.md").read_text(encoding="utf-8").splitlines()
    if re.match(r"\| L\d\d ", line)
]


def test_every_channel_has_one_row() -> None:
    assert [name.split()[0] for name, _ in ROWS] == [f"L{number:02}" for number in range(1, 42)]


def test_every_test_that_is_named_exists() -> None:
    named = {path for _, how in ROWS for path in re.findall(r"`(tests/[\w/.]+)`", how)}
    assert named
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_every_row_names_a_test_or_says_why_there_is_none() -> None:
    reasons = (
        "two worlds",
        "`tests/",
        "there is no",
        "only the embedded",
        "only user",
        "no route",
        "none are",
    )
    assert [name for name, how in ROWS if not any(reason in how for reason in reasons)] == []
