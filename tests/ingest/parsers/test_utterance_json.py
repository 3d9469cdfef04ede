"""Assembly minutes as Speaker/Utterance JSON."""

import json
from datetime import date
from pathlib import Path

import pytest

from corpus.disclosure import Ground, Status
from corpus.model import Document
from ingest.errors import UnreadableSourceError
from ingest.parsers import parse, recognise
from ingest.readers import read
from tests.ingest.parsers.checks import assert_sound, said
from tests.ingest.parsers.texts import INDEX_PAGE, MINUTES


def documents(tmp_path: Path, value: object) -> list[Document]:
    path = tmp_path / "minutes.json"
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    extract = read(path)
    assert recognise(extract)[0] == ("utterance_json", 1.0)
    found = parse(extract)
    for document in found:
        assert_sound(document)
    return found


def test_meeting_fields_are_taken_as_printed(tmp_path: Path) -> None:
    (minutes,) = documents(tmp_path, MINUTES)
    assert minutes.key == ""
    assert minutes.title == "令和五年青葉県議会会議録第三号"
    assert minutes.meeting == "青葉県議会"
    assert minutes.session == "令和五年第二回定例会 第三号"
    assert minutes.date == date(2023, 6, 14)
    assert minutes.url == "https://gikai.example.jp/2023-2/03.html"


def test_speakers_roles_and_words(tmp_path: Path) -> None:
    (minutes,) = documents(tmp_path, MINUTES)
    assert said(minutes) == [
        ("森田花子", "議長", "chair", "これより本日の会議を開きます。"),
        ("森田花子", "議長", "chair", "これより質問に入ります。¶五番大川ひかる君。"),
        (
            "大川ひかる",
            "五番",
            "question",
            "令和五年第二回青葉県議会定例会に当たり質問します。¶橋の点検はどう進めるのか、知事の見解を伺います。",
        ),
        (
            "石田太郎",
            "知事",
            "answer",
            "大川ひかる議員の質問にお答えいたします。¶県内の八百の橋を三年で点検いたします。",
        ),
        ("木内", "土木局長", "answer", "点検の順番でございますが、古い橋から行います。"),
        ("森田花子", "議長", "chair", "この際、休憩いたします。"),
        ("森田花子", "議長", "chair", "本件を可決することにご異議ありませんか。"),
        ("森田花子", "議長", "resolution", "ご異議なしと認めます。よって、本件は可決されました。"),
    ]


def test_meetings_of_one_file_have_keys_of_their_own(tmp_path: Path) -> None:
    keys = [
        document.key for document in documents(tmp_path, [MINUTES, MINUTES, {**MINUTES, "Date": "2023/6/15"}])
    ]
    assert len(set(keys)) == 3 and keys[0] == "2023/6/14 令和五年青葉県議会会議録第三号"


def test_index_page_is_refused_with_its_reason(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSourceError, match="発言がありません（目次のページ）"):
        documents(tmp_path, INDEX_PAGE)


def test_meeting_without_speeches_does_not_stop_the_others(tmp_path: Path) -> None:
    (minutes,) = documents(tmp_path, [INDEX_PAGE, MINUTES])
    assert any("令和5年第1回臨時会" in warning for warning in minutes.warnings)


def test_unknown_day_is_none_with_a_warning(tmp_path: Path) -> None:
    (minutes,) = documents(tmp_path, {**MINUTES, "Date": "2023/13/40"})
    assert minutes.date is None and minutes.warnings == ("会議の日付がありません",)


def test_front_matter_is_not_said(tmp_path: Path) -> None:
    (minutes,) = documents(tmp_path, MINUTES)
    assert "出席議員" not in minutes.text


def test_unclosed_mark_closes_the_rest_of_its_meeting_only(tmp_path: Path) -> None:
    proceeding = [dict(turn) for turn in MINUTES["Proceeding"]]  # type: ignore[union-attr]
    proceeding[5]["Utterance"] = "点検の順番は〔非公開ここから〕古い橋からである。"
    first, second = documents(
        tmp_path, [{**MINUTES, "Proceeding": proceeding}, {**MINUTES, "Date": "2023/6/15"}]
    )
    (claim,) = first.claims
    assert claim.span is not None
    assert first.text[claim.span.start :].startswith("古い橋からである。") and claim.span.end == len(
        first.text
    )
    assert any("閉じていません" in warning for warning in first.warnings)
    assert second.claims == ()


def test_minutes_of_a_secret_session_are_closed_by_their_title(tmp_path: Path) -> None:
    title = "企業立地特別委員会秘密会速記録第一号"
    (minutes,) = documents(tmp_path, {**MINUTES, "ProceedingTitle": title})
    (claim,) = minutes.claims
    assert claim.span is None and claim.label.status is Status.CLOSED
    assert claim.label.grounds == {Ground.SECRET_SESSION}
    assert minutes.meeting == "企業立地特別委員会"


def test_speeches_with_nothing_around_them_are_one_meeting_named_by_its_file(tmp_path: Path) -> None:
    turns = [
        {"Speaker": "委員長", "Utterance": "開会します。"},
        {"Speaker": "教育部長", "Utterance": "午後八時までとします。"},
    ]
    (minutes,) = documents(tmp_path, turns)
    assert minutes.title == "minutes"
    assert [(post, text) for _, post, _, text in said(minutes)] == [
        ("委員長", "開会します。"),
        ("教育部長", "午後八時までとします。"),
    ]
