"""A folder as an office keeps it: one file of each format, of every kind of document, made with the office's programs.

Each file says one thing that no other says (`FILES`), so that a question about it has one source.
"""

from __future__ import annotations

import json
import random
import shutil
from dataclasses import dataclass
from pathlib import Path

import docx
import openpyxl
from PIL import Image, ImageDraw, ImageFont
from pptx import Presentation

from tests.ingest.readers.office import converted, pdf_of_html

FONTS = tuple(Path(f"/usr/share/fonts/opentype/noto/Noto{face}CJK-Regular.ttc") for face in ("Serif", "Sans"))


@dataclass(frozen=True)
class Filed:
    """A file, a question about what it alone says, words of the answer, and what the citation must tell.

    `needs` are programs without which the file cannot be made or read.
    """

    name: str
    question: str
    answer: str
    kind: str
    page: str = ""
    post: str = ""
    speaker: str = ""
    needs: tuple[str, ...] = ()


FILES = (
    Filed(
        "検討会_会議録.docx",
        "文書の保存年限はどう見直しますか。",
        "三つに分け",
        "meeting_record",
        post="事務局",
    ),
    Filed(
        "定例会_会議録.txt",
        "街路樹の剪定は年に何回行いますか。",
        "年に二回",
        "minutes",
        post="建設部長",
        speaker="森本茂",
    ),
    Filed("委員会_会議録.json", "図書館の開館時間は延ばしますか。", "午後八時", "minutes", post="教育部長"),
    Filed(
        "国の審議.json",
        "消防団員の報酬の標準額はいくらですか。",
        "三万六千五百円",
        "minutes",
        speaker="高木進",
        post="消防庁次長",
    ),
    Filed(
        "想定問答.xlsx",
        "給食費の改定はいつですか。",
        "令和八年四月",
        "answer_book",
        page="第1回!C3",
        post="教育課",
    ),
    Filed("一覧.csv", "駐輪場の収容台数は何台ですか。", "四百台", "answer_book", page="B2", post="交通課"),
    Filed(
        "点検表.tsv",
        "体育館の照明はいつ取り替えますか。",
        "令和九年度",
        "answer_book",
        page="B2",
        post="施設課",
    ),
    Filed(
        "地域福祉計画.pdf",
        "見守り協定は何事業者と結びますか。",
        "二十五事業者",
        "plan",
        page="2",
        needs=("chromium",),
    ),
    Filed(
        "古い通知.pdf",
        "費用はいくらを見込んでいますか。",
        "八百万円",
        "material",
        page="1",
        needs=("tesseract",),
    ),
    Filed("説明会.pptx", "説明会には何人が参加しましたか。", "百八十人", "material", page="スライド2"),
    Filed("市議会だより.html", "水道料金の改定の議案はどうなりましたか。", "可決", "newsletter"),
    Filed("防災手引.txt", "給水所は何か所に設けますか。", "十二か所", "manual"),
    Filed("連絡.txt", "庁舎の停電はいつですか。", "十月三日", "material"),
    Filed("旧様式.doc", "公用車は何台を電気自動車にしますか。", "十五台", "material", needs=("soffice",)),
    Filed(
        "旧集計.xls",
        "窓口の待ち時間は平均何分ですか。",
        "七分",
        "answer_book",
        page="Sheet!B2",
        post="市民課",
        needs=("soffice",),
    ),
)


def furnish(folder: Path) -> list[Filed]:
    """Write the files that can be made here into `folder`; returns them."""
    folder.mkdir(parents=True, exist_ok=True)
    made = [filed for filed in FILES if all(shutil.which(program) for program in filed.needs)]
    if not any(font.exists() for font in FONTS):
        made = [filed for filed in made if "tesseract" not in filed.needs]
    for filed in made:
        _MAKERS[filed.name](folder / filed.name)
    for left in ("profile", "chromium"):
        shutil.rmtree(folder / left, ignore_errors=True)
    return made


def _record(path: Path) -> None:
    letter = docx.Document()
    letter.add_paragraph("会　議　録")
    table = letter.add_table(rows=0, cols=2)
    for label, value in (
        ("会議の名称", "令和7年度 第1回みどり町文書管理検討会"),
        ("事務局（担当課）", "総務部文書課"),
        ("開催日時", "令和7年6月12日（木）10:00～11:15"),
        ("公開の可否", "会 議\n■公開 □非公開 □一部非公開\n会議録\n■公開 □非公開 □一部非公開"),
    ):
        cells = table.add_row().cells
        cells[0].text, cells[1].text = label, value
    for line in (
        "（１）文書の保存年限の見直しについて",
        "委員：文書の保存年限はどう見直すのか。",
        "事務局：保存年限は三年、五年、十年の三つに分け、軽い文書から早く手放す。",
        "―閉会―",
    ):
        letter.add_paragraph(line)
    letter.save(str(path))


def _minutes(path: Path) -> None:
    text = """令和7年第3回みどり町議会定例会会議録（第2号）
令和7年9月8日（月曜日）

○議長（青山太郎君）　これより一般質問を行います。
◆３番（川井花子君）　街路樹の剪定について伺います。剪定は年に何回行うのでしょうか。
◎建設部長（森本茂君）　街路樹の剪定は、幹線道路では年に二回行うこととしております。
"""
    path.write_bytes(text.replace("\n", "\r\n").encode("cp932"))


def _committee(path: Path) -> None:
    rows = [
        {"Speaker": "委員長", "Utterance": "予算特別委員会を開きます。令和7年3月12日です。"},
        {"Speaker": "中村委員", "Utterance": "図書館の開館時間について伺います。延ばす考えはありますか。"},
        {"Speaker": "教育部長", "Utterance": "図書館の開館時間は、来年度から平日を午後八時まで延ばします。"},
    ]
    path.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")


def _diet(path: Path) -> None:
    shared = {
        "issueID": "1",
        "session": 217,
        "nameOfHouse": "衆議院",
        "nameOfMeeting": "総務委員会",
        "issue": "第5号",
        "date": "2025-03-13",
    }
    said = (
        ("長谷川守", "", "消防団員の報酬の標準額はいくらですか。"),
        ("高木進", "消防庁次長", "消防団員の報酬の標準額は、年額三万六千五百円としております。"),
    )
    records = [
        {
            **shared,
            "speechID": f"1_{n:03}",
            "speechOrder": n,
            "speaker": who,
            "speakerPosition": post or None,
            "speech": f"○{who}{post}　{words}",
        }
        for n, (who, post, words) in enumerate(said, start=1)
    ]
    path.write_text(
        json.dumps({"numberOfRecords": len(records), "speechRecord": records}, ensure_ascii=False),
        encoding="utf-8",
    )


def _answers(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "第1回"
    sheet.append(["令和7年第4回定例会 想定問答"])
    sheet.merge_cells("A1:D1")
    sheet.append(["番号", "質問要旨", "答弁要旨", "担当課"])
    sheet.append(
        [1, "給食費の改定はいつか。", "給食費は令和八年四月に改定し、月額を三百円引き上げます。", "教育課"]
    )
    book.create_sheet("第2回").append(["番号", "質問要旨", "答弁要旨", "担当課"])
    book.save(path)


def _csv(path: Path) -> None:
    rows = "問,答,担当課\n駐輪場の収容台数は何台ですか。,駅前の駐輪場の収容台数は四百台です。,交通課\n"
    path.write_bytes(rows.encode("cp932"))


def _tsv(path: Path) -> None:
    rows = "質問\t答弁\t所管\n体育館の照明はいつ取り替えるのか。\t体育館の照明は令和九年度に取り替えます。\t施設課\n"
    path.write_bytes(rows.encode("utf-16"))


def _plan(path: Path) -> None:
    body = (
        "<h1>みどり町地域福祉計画</h1><h2>第１章　計画の趣旨</h2><p>この計画は、地域の支え合いを進めるために定めます。</p>"
        '<h2 style="page-break-before:always">第２章　見守りの推進</h2><h3>１　見守り協定</h3>'
        "<p>見守り協定は、新聞や電気などの二十五事業者と結び、高齢者の異変に早く気付ける町とします。</p>"
    )
    pdf_of_html(body, path)


def _scan(path: Path) -> None:
    font = ImageFont.truetype(str(next(font for font in FONTS if font.exists())), 48)
    image = Image.new("L", (1654, 1200), 255)
    draw = ImageDraw.Draw(image)
    lines = ("みどり町土木課通知", "橋の点検は三年で終える予定です。", "費用は八百万円を見込んでおります。")
    for number, line in enumerate(lines):
        draw.text((150, 150 + 110 * number), line, fill=0, font=font)
    image = image.rotate(0.7, fillcolor=255)
    pixels = image.load()
    chance = random.Random(7)
    for _ in range(6000):
        pixels[chance.randrange(1654), chance.randrange(1200)] = chance.choice((0, 190))
    image.save(path, "PDF", resolution=200)


def _slides(path: Path) -> None:
    show = Presentation()
    for title, words in (
        ("公園の再整備", "住民の意見を聞きました。"),
        ("説明会の結果", "説明会には百八十人が参加しました。"),
    ):
        slide = show.slides.add_slide(show.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = words
    show.save(str(path))


def _newsletter(path: Path) -> None:
    rows = "".join(
        f"<tr><td>{bill}</td><td>{result}</td><td>○</td><td>×</td></tr>"
        for bill, result in (("水道料金の改定に関する条例", "可決"), ("手話言語条例", "可決"))
    )
    path.write_text(
        "<html lang='ja'><head><meta charset='utf-8'><title>みどり市議会だより 第88号</title></head><body>"
        "<h1>みどり市議会だより 第88号</h1><h2>議案と結果</h2><table><tr><th>議案</th><th>結果</th><th>緑の会</th>"
        f"<th>町民クラブ</th></tr>{rows}</table></body></html>",
        encoding="utf-8",
    )


def _manual(path: Path) -> None:
    text = """防災マニュアル
第１章　総則
１　目的
（１）この手引は、災害のときの職員の動きを定める。
第２章　給水
１　給水所
（１）給水所は、小学校など十二か所に設ける。
ア　受付を置く。
"""
    path.write_bytes(text.encode("utf-16"))


def _notice(path: Path) -> None:
    path.write_bytes("職員の皆さんへ\n\n庁舎の停電は十月三日の土曜日に行います。\n".encode("euc_jp"))


def _old_word(path: Path) -> None:
    letter = docx.Document()
    letter.add_paragraph("公用車の更新について")
    letter.add_paragraph("公用車のうち十五台を電気自動車にする。")
    source = path.with_suffix(".docx")
    letter.save(str(source))
    converted(source, "doc")
    source.unlink()


def _old_excel(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["質問", "答弁", "担当課"])
    sheet.append(["窓口の待ち時間は平均何分か。", "窓口の待ち時間は平均七分です。", "市民課"])
    source = path.with_suffix(".xlsx")
    book.save(source)
    converted(source, "xls")
    source.unlink()


_MAKERS = {
    "検討会_会議録.docx": _record,
    "定例会_会議録.txt": _minutes,
    "委員会_会議録.json": _committee,
    "国の審議.json": _diet,
    "想定問答.xlsx": _answers,
    "一覧.csv": _csv,
    "点検表.tsv": _tsv,
    "地域福祉計画.pdf": _plan,
    "古い通知.pdf": _scan,
    "説明会.pptx": _slides,
    "市議会だより.html": _newsletter,
    "防災手引.txt": _manual,
    "連絡.txt": _notice,
    "旧様式.doc": _old_word,
    "旧集計.xls": _old_excel,
}
