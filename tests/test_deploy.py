"""What operators copy: the unit, the container file and the words of the operation guide fit the program."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

from api.cli import app
from api.settings import OUTSIDE, PREFIX, Settings, _names

ROOT = Path(__file__).parents[1]
UNIT = ROOT / "deploy" / "toben.service"
TEXTS = [*sorted((ROOT / "deploy").iterdir()), *sorted((ROOT / "docs").glob("*.md"))]


def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed (Debian package systemd)")
    copy = tmp_path / UNIT.name
    text = UNIT.read_text(encoding="utf-8").replace("/opt/toben/venv/bin/toben", sys.executable)
    copy.write_text(text, encoding="utf-8")
    looked = subprocess.run(["systemd-analyze", "verify", copy], capture_output=True, text=True, check=False)
    assert (looked.returncode, looked.stderr) == (0, "")


def test_the_unit_and_the_image_start_the_service_with_options_it_has() -> None:
    serve = typer.main.get_command(app).commands["serve"]  # type: ignore[attr-defined]
    known = {name for parameter in serve.params for name in parameter.opts}
    unit = re.search(r"^ExecStart=\S+ serve (.*)$", UNIT.read_text(encoding="utf-8"), re.M)
    image = re.search(r'^CMD \["serve", (.*)\]$', (ROOT / "deploy/Containerfile").read_text("utf-8"), re.M)
    assert unit is not None
    assert image is not None
    words = [*shlex.split(unit[1]), *shlex.split(image[1].replace(",", ""))]
    options = {word for word in words if word.startswith("--")}
    assert {"--host", "--workers"} <= options <= known


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_every_setting_that_is_named_exists(path: Path) -> None:
    named = set(
        re.findall(rf"\b{PREFIX}[A-Z0-9]+(?:_[A-Z0-9]+)*(?:__[A-Z0-9_]*[A-Z0-9])?\b", path.read_text("utf-8"))
    )
    assert named - OUTSIDE <= _names(Settings, PREFIX)


def test_nginx_takes_the_example(tmp_path: Path) -> None:
    if shutil.which("nginx") is None or shutil.which("openssl") is None:
        pytest.skip("nginx and openssl are not installed (Debian packages nginx-light and openssl)")
    made = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=toben.example.lg.jp"]
    files = ["-keyout", tmp_path / "toben.key", "-out", tmp_path / "toben.crt"]
    subprocess.run(["openssl", "req", *made, *files], capture_output=True, check=True)
    site = (ROOT / "deploy" / "nginx.conf").read_text("utf-8").replace("/etc/nginx/tls", str(tmp_path))
    whole = f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ access_log off; {site} }}"
    (tmp_path / "nginx.conf").write_text(whole, encoding="utf-8")
    tried = ["nginx", "-t", "-c", tmp_path / "nginx.conf"]
    looked = subprocess.run(tried, capture_output=True, text=True, check=False)
    assert looked.returncode == 0, looked.stderr
    assert "warn" not in looked.stderr
