"""Damaged and hostile files, made from sound ones by chance: the same seed makes the same file."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

from docx import Document as Word
from openpyxl import Workbook
from pptx import Presentation

SAMPLES = Path(__file__).parents[2] / "corpus" / "samples" / "documents"
Mutation = Callable[[bytes, random.Random], bytes]

_ENTITY_BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "'
    + b"A" * 1000
    + b'">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><x>&j;</x>"
)
_OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
_FLOODS = (
    "（" * 30_000, "〔非公開" * 5_000, "一二三四五六七八九十" * 3_000, "○" * 20_000, "第１条　" * 5_000,
    "問１　答　" * 4_000, "1,234," * 5_000, "令和" * 20_000, "ア　イ　ウ　" * 5_000, "│─┼" * 10_000,
    "○議長（" + "あ" * 60_000 + "）　", "\u202e\u200b" * 5_000, " " * 200_000, "　\n" * 30_000, "・" * 50_000,
    "について、" * 10_000, "。" * 50_000, "http://" * 10_000, "【資料" * 8_000, "昭和六十四年度" * 4_000,
)  # fmt: skip


def seeds() -> dict[str, bytes]:
    """Suffix and number -> a sound file: the samples, and tables, slides and JSON made here."""
    found = {f"{n}{path.suffix}": path.read_bytes() for n, path in enumerate(sorted(SAMPLES.iterdir()))}
    found |= {"book.xlsx": _workbook(), "slides.pptx": _slides(), "letter.docx": _letter()}
    found["speeches.json"] = json.dumps(
        {
            "speechRecord": [
                {"speech": f"○委員長　{n}件目です。", "speaker": "委員長", "date": "2025-06-02"}
                for n in range(20)
            ]
        },
        ensure_ascii=False,
    ).encode()
    found["table.csv"] = "\n".join(
        ["問,答,担当課", *(f"質問{n}は,答弁{n}です。,総務課" for n in range(40))]
    ).encode("cp932")
    return found


def mutated(number: int, sound: dict[str, bytes]) -> tuple[str, bytes]:
    """The name and the bytes of the file of that number."""
    chance = random.Random(number)
    key = chance.choice(sorted(sound))
    content, suffix = sound[key], Path(key).suffix
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        content = chance.choice(_mutations(suffix))(content, chance)
    if chance.random() < 0.05:
        suffix = chance.choice(
            (".txt", ".pdf", ".docx", ".xlsx", ".html", ".json", ".csv", ".pptx", "", ".xyz")
        )
    stem = chance.choice(("会議録", "資料１", "a" * 100, "名前\u202e逆", "速報版 ", "..", "-rf", "会 議"))
    return f"{number:05}{stem}{suffix}", content


def _mutations(suffix: str) -> tuple[Mutation, ...]:
    special: dict[str, tuple[Mutation, ...]] = {
        ".txt": (_flood, _recoded, _controls, _flood),
        ".csv": (_flood, _recoded, _controls),
        ".html": (_flood, _recoded, _tags, _tags),
        ".json": (_flood_json, _deep_json, _wrong_types, _recoded),
        ".pdf": (_pdf_numbers, _pdf_words, _pdf_numbers),
        ".docx": (_member, _bomb, _member, _names),
        ".xlsx": (_member, _bomb, _member, _names),
        ".pptx": (_member, _bomb, _member, _names),
    }
    return (*_GENERIC, *special.get(suffix, ()), *special.get(suffix, ()))


# -- any file ----------------------------------------------------------------------------------


def _cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def _flip(content: bytes, chance: random.Random) -> bytes:
    broken = bytearray(content)
    for _ in range(chance.choice((1, 5, 50)) if broken else 0):
        broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
    return bytes(broken)


def _block(content: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randrange(len(content) + 1)
    return start, min(len(content), start + chance.choice((1, 64, 4096)))


def _blank(content: bytes, chance: random.Random) -> bytes:
    start, end = _block(content, chance)
    return content[:start] + b"\0" * (end - start) + content[end:]


def _lose(content: bytes, chance: random.Random) -> bytes:
    start, end = _block(content, chance)
    return content[:start] + content[end:]


def _repeat(content: bytes, chance: random.Random) -> bytes:
    start, end = _block(content, chance)
    return content[:start] + content[start:end] * chance.choice((2, 50)) + content[end:]


def _noise(content: bytes, chance: random.Random) -> bytes:
    start, _ = _block(content, chance)
    return content[:start] + chance.randbytes(chance.choice((1, 100, 5000))) + content[start:]


def _turn(content: bytes, chance: random.Random) -> bytes:
    middle = chance.randrange(len(content) + 1)
    return content[middle:] + content[:middle]


def _led(content: bytes, chance: random.Random) -> bytes:
    return (
        chance.choice(
            (b"\xef\xbb\xbf", b"\xff\xfe", b"%PDF-1.7\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\0")
        )
        + content
    )


_GENERIC: tuple[Mutation, ...] = (_cut, _flip, _blank, _lose, _repeat, _noise, _turn, _led)

# -- text --------------------------------------------------------------------------------------


def _text(content: bytes) -> str:
    return content.decode("utf-8", errors="replace")


def _flood(content: bytes, chance: random.Random) -> bytes:
    text = _text(content)
    place = chance.randrange(len(text) + 1)
    return (text[:place] + chance.choice(_FLOODS) + text[place:]).encode()


def _recoded(content: bytes, chance: random.Random) -> bytes:
    return _text(content).encode(
        chance.choice(("cp932", "euc-jp", "utf-16-le", "utf-16", "utf-32", "utf-7")), errors="replace"
    )


def _controls(content: bytes, chance: random.Random) -> bytes:
    text = list(_text(content))
    for _ in range(200):
        text.insert(
            chance.randrange(len(text) + 1), chance.choice("\0\x07\x1b\u202e\u200b\ufeff\ufffd\r\f\v\u2028")
        )
    return "".join(text).encode(errors="replace")


def _tags(content: bytes, chance: random.Random) -> bytes:
    piece = chance.choice(
        (
            "<div>" * 5000,
            "<table><tr><td>" * 2000,
            "<!--",
            "<script>",
            "</p>" * 5000,
            "<a href='" * 3000,
            "&amp" * 5000,
            "<p style='display:none'>隠</p>",
            "<ruby>" * 3000,
        )
    )
    text = _text(content)
    place = chance.randrange(len(text) + 1)
    return (text[:place] + piece + text[place:]).encode()


# -- JSON --------------------------------------------------------------------------------------


def _flood_json(content: bytes, chance: random.Random) -> bytes:
    return _text(content).replace("。", chance.choice(_FLOODS)[:3000].replace("\n", "\\n"), 3).encode()


def _deep_json(content: bytes, chance: random.Random) -> bytes:
    depth = chance.choice((100, 5_000, 200_000))
    return chance.choice(
        ("[" * depth, "[" * depth + "]" * depth, '{"a":' * depth, "1" * depth, "-" * depth)
    ).encode()


def _wrong_types(content: bytes, chance: random.Random) -> bytes:
    odd = chance.choice((None, [], {}, 1e308, True, "", {"speech": None}, [[[]]], "\ud800"))

    def spoil(value: object) -> object:
        if chance.random() < 0.02:
            return odd
        if isinstance(value, dict):
            return {key: spoil(inner) for key, inner in value.items()}
        return [spoil(inner) for inner in value] if isinstance(value, list) else value

    try:
        return json.dumps(spoil(json.loads(content))).encode()
    except (ValueError, RecursionError):
        return content


# -- PDF ---------------------------------------------------------------------------------------


def _pdf_numbers(content: bytes, chance: random.Random) -> bytes:
    places = [n for n, byte in enumerate(content) if 48 <= byte < 58]
    broken = bytearray(content)
    for _ in range(chance.choice((1, 10, 100)) if places else 0):
        broken[chance.choice(places)] = chance.choice(b"0123456789-.")
    return bytes(broken)


def _pdf_words(content: bytes, chance: random.Random) -> bytes:
    words = (
        b"/Page",
        b"/Length",
        b"/Kids",
        b"/Font",
        b"endobj",
        b"stream",
        b"/Filter",
        b"xref",
        b"/Root",
        b"obj",
        b"/ToUnicode",
    )
    new = (
        b"/Pages",
        b"/Kids",
        b"",
        b"99999999999",
        b"/Encrypt",
        b"R",
        b"<<" * 500,
        b"/FlateDecode /FlateDecode",
    )
    return content.replace(chance.choice(words), chance.choice(new), chance.choice((1, 5, -1)))


# -- office files ------------------------------------------------------------------------------


def _repacked(content: bytes, change: Callable[[dict[str, bytes]], dict[str, bytes]]) -> bytes:
    """The archive with its members changed; the file itself where it is no archive any more."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = {info.filename: archive.read(info) for info in archive.infolist()}
    except Exception:
        return content
    if not members or "" in members:
        return content
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, inner in change(members).items():
            archive.writestr(name, inner)
    return packed.getvalue()


def _member(content: bytes, chance: random.Random) -> bytes:
    def change(members: dict[str, bytes]) -> dict[str, bytes]:
        name = chance.choice(sorted(members))
        for _ in range(chance.choice((1, 3))):
            members[name] = chance.choice((*_GENERIC, _flood, _tags))(members[name], chance)
        return members

    return _repacked(content, change)


def _bomb(content: bytes, chance: random.Random) -> bytes:
    bombs = (
        _ENTITY_BOMB,
        _OUTSIDE,
        b"\0" * 30_000_000,
        b"<a>" * 200_000,
        b"<?xml version='1.0'?><x>" + b"<y/>" * 300_000,
    )

    def change(members: dict[str, bytes]) -> dict[str, bytes]:
        members[chance.choice(sorted(members))] = chance.choice(bombs)
        return members

    return _repacked(content, change)


def _names(content: bytes, chance: random.Random) -> bytes:
    def change(members: dict[str, bytes]) -> dict[str, bytes]:
        old = chance.choice(sorted(members))
        new = chance.choice(
            ("../../x", "/etc/x", "a" * 60_000, "x\0y", "word/document.xml", "[Content_Types].xml")
        )
        inner = members.pop(old)
        return {**members, new: inner} | {f"n{n}": b"" for n in range(chance.choice((0, 3000)))}

    return _repacked(content, change)


def _workbook() -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [("番号", "問", "答"), *((n, f"質問{n}", f"答弁{n}です。") for n in range(30))]:
        sheet.append(row)
    sheet.merge_cells("A2:A4")
    return _saved(book.save)


def _slides() -> bytes:
    show = Presentation()
    for n in range(5):
        slide = show.slides.add_slide(show.slide_layouts[1])
        slide.shapes.title.text = f"資料{n}"
        slide.placeholders[1].text = "費用は三億円です。"
    return _saved(show.save)


def _letter() -> bytes:
    letter = Word()
    letter.add_heading("想定問答", 1)
    for n in range(20):
        letter.add_paragraph(f"問{n}　費用はいくらですか。")
        letter.add_paragraph(f"答　{n}億円です。")
    table = letter.add_table(3, 2)
    table.cell(0, 0).text = "課"
    return _saved(letter.save)


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    written = io.BytesIO()
    save(written)
    return written.getvalue()
