"""The files of the folders that an operator names, and the names they are known by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

_IGNORED = {".git", "__pycache__", "Thumbs.db", "desktop.ini"}
_PREFIXES = (".", "~$")


def find(paths: Iterable[Path]) -> list[tuple[Path, str]]:
    """The files under `paths` and the names they are known by, in order of name.

    A name is the path from the folder that was named, with that folder: the same file has the same name
    whether it is named itself or found in its folder. A link that leads out of its folder is left out.
    """
    found: dict[str, Path] = {}
    for given in paths:
        path = given.resolve()
        if path.is_dir():
            found.update((f"{path.name}/{file.relative_to(path).as_posix()}", file) for file in _inside(path))
        else:
            found[f"{path.parent.name}/{path.name}"] = path
    return [(found[name], name) for name in sorted(found)]


def _inside(folder: Path) -> Iterator[Path]:
    for file in folder.rglob("*"):
        parts = file.relative_to(folder).parts
        if _IGNORED & set(parts) or file.name.startswith(_PREFIXES) or not file.is_file():
            continue
        if not file.is_symlink() or file.resolve().is_relative_to(folder):
            yield file


def prefixes(paths: Iterable[Path]) -> list[str]:
    """What the names of files in the folders among `paths` begin with."""
    return sorted({f"{path.resolve().name}/" for path in paths if path.is_dir()})
