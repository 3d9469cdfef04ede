"""Old and open office formats (.doc, .xls, .ppt, .rtf, .odt …) through LibreOffice, where it is installed."""

from __future__ import annotations

import resource
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ingest.errors import UnreadableSourceError
from ingest.extract import Extract
from ingest.readers import docx, pptx, xlsx
from ingest.readers.limits import DEFAULT, Limits

_TIMEOUT_S = 120
_TARGETS: dict[str, tuple[str, Callable[[Path, Limits], Extract]]] = {
    "doc": ("docx", docx.read),
    "xls": ("xlsx", xlsx.read),
    "ppt": ("pptx", pptx.read),
}


def reader(kind: str) -> Callable[[Path, Limits], Extract]:
    """The reader for one of the old formats: it converts a copy and reads that."""

    def read(path: Path, limits: Limits = DEFAULT) -> Extract:
        suffix, read_new = _TARGETS[kind]
        program = shutil.which("soffice") or shutil.which("libreoffice")
        if program is None:
            raise UnreadableSourceError(
                f"古い形式のファイルです。LibreOfficeがないため読めません（.{suffix}に変換してください）"
            )
        with tempfile.TemporaryDirectory(prefix="toben-") as folder:
            return replace(read_new(_convert(program, path, Path(folder), suffix), limits), name=path.name)

    return read


def _convert(program: str, path: Path, folder: Path, suffix: str) -> Path:
    """A converted copy of `path` in `folder`. Macros do not run; nothing is fetched.

    Raises:
        UnreadableSourceError: LibreOffice does not take the file, or takes too long.
    """
    source = folder / f"source{path.suffix.lower()}"
    shutil.copyfile(path, source)
    command = [
        program,
        f"-env:UserInstallation=file://{folder}/profile",
        "--headless",
        "--norestore",
        "--convert-to",
        suffix,
        "--outdir",
        str(folder),
        str(source),
    ]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=_TIMEOUT_S, preexec_fn=_lift_limits)  # noqa: S603
    except (subprocess.SubprocessError, OSError) as exc:
        raise UnreadableSourceError(
            "LibreOfficeで変換できません（壊れているか、時間がかかりすぎます）"
        ) from exc
    result = folder / f"source.{suffix}"
    if not result.is_file():
        raise UnreadableSourceError("LibreOfficeで変換できません（壊れたファイルです）")
    return result


def _lift_limits() -> None:
    """Give LibreOffice the memory up to the hard limit: it maps far more than it uses."""
    for kind in (resource.RLIMIT_AS, resource.RLIMIT_CPU):
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (hard, hard))
