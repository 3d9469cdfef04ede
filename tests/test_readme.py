"""The READMEs say what the program does."""

import re
from pathlib import Path

import pytest

from api.settings import PREFIX, Settings, _names, table

ROOT = Path(__file__).parents[1]
READMES = [ROOT / "README.md", ROOT / "README.ja.md"]


def test_the_settings_table_is_the_one_of_the_program() -> None:
    assert table() in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_japanese_table_names_every_setting() -> None:
    text = (ROOT / "README.ja.md").read_text(encoding="utf-8")
    sections = {
        name
        for name in _names(Settings, PREFIX)
        if any(o.startswith(f"{name}__") for o in _names(Settings, PREFIX))
    }
    missing = {name for name in _names(Settings, PREFIX) - sections if f"`{name}`" not in text}
    assert missing == set()


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_what_a_readme_links_to_exists(readme: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", readme.read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_both_readmes_have_the_same_sections() -> None:
    counts = [len(re.findall(r"^## ", path.read_text(encoding="utf-8"), re.M)) for path in READMES]
    assert counts[0] == counts[1]
