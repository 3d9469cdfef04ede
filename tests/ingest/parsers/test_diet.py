"""Minutes of the National Diet as its API gives them."""

import json
from pathlib import Path

from ingest.parsers import parse, recognise
from ingest.readers import read
from tests.ingest.parsers.checks import assert_sound, said

COMMON = {
    "issueID": "190000000X00120240501",
    "session": 190,
    "nameOfHouse": "衆議院",
    "nameOfMeeting": "架空委員会",
    "issue": "第3号",
    "date": "2024-05-01",
    "meetingURL": "https://kokkai.example.jp/1",
}
SPEECHES = [
    {
        "speechOrder": 0,
        "speaker": "会議録情報",
        "speech": "令和六年五月一日\n本日の会議に付した案件\n橋の安全に関する件",
    },
    {
        "speechOrder": 3,
        "speaker": "石田太郎",
        "speakerPosition": "国土大臣",
        "speech": "○石田国務大臣　三年で終えます。",
    },
    {
        "speechOrder": 1,
        "speaker": "森田花子",
        "speakerPosition": "",
        "speech": "○森田委員長　これより会議を開きます。\n　橋の安全に関する件を議題といたします。",
    },
    {
        "speechOrder": 2,
        "speaker": "大川ひかる",
        "speakerPosition": None,
        "speech": "○大川委員　点検はいつ終わりますか。",
    },
]


def test_speeches_are_ordered_labelled_and_given_their_roles(tmp_path: Path) -> None:
    path = tmp_path / "speech.json"
    records = [{**COMMON, **speech} for speech in SPEECHES]
    path.write_text(
        json.dumps({"numberOfRecords": 4, "speechRecord": records}, ensure_ascii=False), encoding="utf-8"
    )
    extract = read(path)
    assert recognise(extract)[0] == ("diet", 1.0)
    (document,) = parse(extract)
    assert_sound(document)
    assert document.title == "衆議院架空委員会 第3号" and document.meeting == "衆議院架空委員会"
    assert document.session == "第190回国会 第3号" and document.key == COMMON["issueID"]
    assert document.date is not None and document.url == COMMON["meetingURL"]
    assert [(speaker, role) for speaker, _, role, _ in said(document)] == [
        ("森田花子", "chair"),
        ("大川ひかる", "question"),
        ("石田太郎", "answer"),
    ]
    assert said(document)[2] == ("石田太郎", "国土大臣", "answer", "三年で終えます。")
    assert document.section_title(document.utterances[1]) == "橋の安全に関する件"


def test_meetings_of_the_other_form_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "meeting.json"
    meetings = [{**COMMON, "issueID": str(number), "speechRecord": SPEECHES} for number in range(2)]
    path.write_text(json.dumps({"meetingRecord": meetings}, ensure_ascii=False), encoding="utf-8")
    assert [document.key for document in parse(read(path))] == ["0", "1"]
