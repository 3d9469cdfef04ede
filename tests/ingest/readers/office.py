"""Files made for the tests with the programs an office uses: Chromium for PDF, LibreOffice for all else."""

import shutil
import subprocess
from pathlib import Path

import pytest

needs_chromium = pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed")
needs_libreoffice = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
FONT = "Noto Serif CJK JP"


def pdf_of_html(body: str, path: Path, style: str = "") -> Path:
    """`body` printed to a PDF by Chromium."""
    page = path.with_suffix(".html")
    page.write_text(
        f'<html lang="ja"><head><meta charset="utf-8"><style>body{{font-family:"{FONT}";font-size:11pt}}'
        f"table{{border-collapse:collapse;width:100%}}td,th{{border:1px solid #000;padding:3px}}{style}</style></head>"
        f"<body>{body}</body></html>",
        encoding="utf-8",
    )
    run(
        "chromium",
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-pdf-header-footer",
        f"--user-data-dir={path.parent / 'chromium'}",
        f"--print-to-pdf={path}",
        str(page),
    )
    page.unlink()
    return path


def converted(source: Path, target: str, options: str = "") -> Path:
    """`source` converted by LibreOffice."""
    profile = f"-env:UserInstallation=file://{source.parent / 'profile'}"
    filters = f"{target}:{options}" if options else target
    run(
        "soffice", profile, "--headless", "--convert-to", filters, "--outdir", str(source.parent), str(source)
    )
    return source.with_suffix(f".{target}")


def run(*command: str) -> None:
    """Run a program; what it prints is shown when it fails."""
    subprocess.run(command, check=True, capture_output=True, timeout=120)


def plain_pdf(content: bytes, width: int = 595, height: int = 842) -> bytes:
    """A one-page PDF with `content` as its page stream and Helvetica as /F1, written by hand."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>" % (width, height),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
