"""The principals file: what it says, what it may not say, and when a change acts."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from api.directory import DirectoryFile, read_directory
from corpus.errors import ConfigurationError

PEOPLE = """
departments: [総務部総務課, 市民部総務課]
principals:
  - id: aoki
    name: 青木 遥
    departments: [総務部総務課]
    valid_until: 2026-03-31
  - id: audit
    staff: false
    operator: true
"""


def test_the_principals_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "principals.yaml"
    path.write_text(PEOPLE, encoding="utf-8")
    directory = read_directory(path)
    aoki = directory.find("aoki").principal
    assert aoki.departments == {"総務部総務課"}
    assert aoki.valid_until == date(2026, 3, 31)
    assert (aoki.staff, directory.find("aoki").operator) == (True, False)
    assert (directory.find("audit").principal.staff, directory.find("audit").operator) == (False, True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "principals",
        "principals: [{id: a}, {id: a}]",
        "principals: [{id: public}]",
        "principals: [{id: 'a b'}]",
        "principals: [{id: a, role: admin}]",
        "principals: [{id: a, valid_from: soon}]",
        "departments: [総務部総務課, 市民部総務課]\nprincipals: [{id: a, departments: [総務課]}]",
        "principals: [{id: !!python/object/apply:os.getcwd []}]",
        "\x00",
    ],
)
def test_a_wrong_principals_file_stops_the_start(tmp_path: Path, text: str) -> None:
    path = tmp_path / "principals.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"principals\.yaml"):
        read_directory(path)


def test_a_key_that_stands_twice_stops_the_start(tmp_path: Path) -> None:
    path = tmp_path / "principals.yaml"
    twice = PEOPLE.replace(
        "    valid_until: 2026-03-31\n", "    valid_until: 2026-03-31\n    valid_until: 2036-03-31\n"
    )
    path.write_text(twice, encoding="utf-8")
    with pytest.raises(ConfigurationError):
        read_directory(path)


def test_a_byte_order_mark_and_anchors_change_nothing(tmp_path: Path) -> None:
    path = tmp_path / "principals.yaml"
    text = PEOPLE.replace("departments: [総務部総務課]\n", "departments: &own [総務部総務課]\n")
    path.write_text(text + "  - {id: baba, departments: *own}\n", encoding="utf-8-sig")
    assert read_directory(path).find("baba").principal.departments == {"総務部総務課"}


def test_a_change_of_the_file_acts_at_the_next_look_and_a_broken_one_applies_nothing(tmp_path: Path) -> None:
    path = tmp_path / "principals.yaml"
    path.write_text("principals: [{id: first}]", encoding="utf-8")
    directory = DirectoryFile(path)
    for turn, (text, known) in enumerate(
        [
            ("principals: [{id: second}]", "second"),
            ("principals: [", "second"),
            ("principals: [{id: x}]", "x"),
        ]
    ):
        path.write_text(text, encoding="utf-8")
        os.utime(path, ns=(turn + 1, turn + 1))
        assert list(directory().callers) == [known]


MOVED = """
principals:
  - id: mori
    departments:
      - {name: 福祉課, until: 2026-03-31}
      - {name: 情報政策課, from: 2026-04-01}
    groups: [{name: 予算編成, from: 2026-02-01, until: 2026-02-28}, 文書担当]
"""


def test_a_person_who_moves_is_of_the_new_department_from_that_day_on(tmp_path: Path) -> None:
    path = tmp_path / "principals.yaml"
    path.write_text(MOVED, encoding="utf-8")
    today = date(2026, 3, 31)
    directory = DirectoryFile(path, lambda: today)
    assert directory().find("mori").principal.departments == {"福祉課"}
    assert directory().find("mori").principal.groups == {"文書担当"}
    today = date(2026, 4, 1)
    assert directory().find("mori").principal.departments == {"情報政策課"}


def test_a_broken_file_does_not_keep_people_where_they_were(tmp_path: Path) -> None:
    path = tmp_path / "principals.yaml"
    path.write_text(MOVED, encoding="utf-8")
    today = date(2026, 3, 31)
    directory = DirectoryFile(path, lambda: today)
    directory()
    path.write_text("principals: [", encoding="utf-8")
    os.utime(path, ns=(1, 1))
    today = date(2026, 4, 1)
    assert directory().find("mori").principal.departments == {"情報政策課"}
