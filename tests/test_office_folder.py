"""A folder with one file of each format and kind goes in with one command, and each can be asked about."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.cli import app
from corpus.embedding import HashEmbedder
from ingest import sandbox
from tests.ingest.offices import FILES, Filed, furnish


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, Any], list[Filed]]]:
    """The data folder, the report of the one command, and the files that could be made."""
    root = tmp_path_factory.mktemp("office")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("api.wiring.load_embedder", lambda *_, **__: HashEmbedder())
        made = furnish(root / "files")
        ended = CliRunner().invoke(
            app,
            ["ingest", str(root / "files"), "--label", "open", "--json", "--data-dir", str(root / "data")],
        )
        assert ended.exit_code == 0, ended.output
        yield root / "data", json.loads(ended.stdout), made
        sandbox.close_children()


def ask(data: Path, question: str) -> dict[str, Any]:
    ended = CliRunner().invoke(app, ["ask", question, "--json", "--data-dir", str(data)])
    assert ended.exit_code == 0, ended.output
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def test_every_file_is_taken(office: tuple[Path, dict[str, Any], list[Filed]]) -> None:
    _, report, made = office
    assert {file["name"]: file["outcome"] for file in report["files"]} == {
        f"files/{filed.name}": "taken" for filed in made
    }
    assert report["refused"] == 0


@pytest.mark.parametrize("filed", FILES, ids=lambda filed: filed.name)
def test_each_answers_with_its_place_and_its_speaker(
    office: tuple[Path, dict[str, Any], list[Filed]], filed: Filed
) -> None:
    data, _, made = office
    if filed not in made:
        pytest.skip(f"{'、'.join(filed.needs)} is not installed")
    found = ask(data, filed.question)
    assert found["refusal"] is None, found
    cited = [each for each in found["citations"] if filed.answer in each["quote"]]
    assert cited, [each["quote"] for each in found["citations"]]
    first = cited[0]
    assert (first["page"], first["post"], first["speaker"]) == (filed.page, filed.post, filed.speaker)
