"""Written questions and reports printed after a sitting."""

import json
import re
from pathlib import Path

from ingest.parsers import parse
from ingest.readers import read
from tests.ingest.parsers.checks import assert_sound, said
from tests.ingest.parsers.texts import MINUTES

WRITTEN = """文書質問趣意書及び答弁書
五青議第六号
青葉県知事　石田太郎
　青葉県議会議長　森田花子殿
令和五年第二回定例会文書質問趣意書
提出者　大川ひかる
質問事項
一　川の護岸について
一　川の護岸について
護岸の傷みはどこまで調べたのか伺う。傷みの程度は三つに分けて示してほしい。また、直す順番をどう決めるのか、所見を伺う。
大川ひかる議員の文書質問に対する答弁書
質問事項
一の１　護岸の傷みはどこまで調べたのか伺う。
回答
令和四年度までに全体の六割を調べ、残りは令和六年度までに調べることとしている。
質問事項
一の２　直す順番をどう決めるのか、所見を伺う。
回答
人家に近い所から直すこととし、毎年度の予算の中で進めていく。
"""


def test_written_answers_become_questions_and_answers(tmp_path: Path) -> None:
    path = tmp_path / "minutes.json"
    proceeding = [*MINUTES["Proceeding"], {"Speaker": "null", "Utterance": WRITTEN}]  # type: ignore[misc]
    path.write_text(json.dumps({**MINUTES, "Proceeding": proceeding}, ensure_ascii=False), encoding="utf-8")
    (document,) = parse(read(path))
    assert_sound(document)
    turns = [turn for turn in said(document) if re.search("護岸を|護岸の|順番を|六割|人家", turn[3])]
    assert [(speaker, post, role) for speaker, post, role, _ in turns] == [
        ("大川ひかる", "議員", "question"),
        ("大川ひかる", "議員", "question"),
        ("石田太郎", "青葉県知事", "answer"),
        ("大川ひかる", "議員", "question"),
        ("石田太郎", "青葉県知事", "answer"),
    ]
    assert document.section_title(document.utterances[-1]) == (
        "文書質問趣意書及び答弁書 大川ひかる議員の文書質問に対する答弁書"
    )


def test_link_to_a_file_is_not_said(tmp_path: Path) -> None:
    path = tmp_path / "minutes.json"
    note = {"Speaker": "null", "Utterance": "\t報告書（案）（PDF形式/106キロバイト）\n"}
    proceeding = [*MINUTES["Proceeding"], note]  # type: ignore[misc]
    path.write_text(json.dumps({**MINUTES, "Proceeding": proceeding}, ensure_ascii=False), encoding="utf-8")
    (document,) = parse(read(path))
    assert "PDF" not in document.text


def test_speeches_torn_off_without_a_label_find_their_speakers(tmp_path: Path) -> None:
    path = tmp_path / "minutes.json"
    torn = {"Speaker": "null", "Utterance": "　続けて申し上げます。\n○大川委員長　次に進みます。\n"}
    proceeding = [*MINUTES["Proceeding"], torn]  # type: ignore[misc]
    path.write_text(json.dumps({**MINUTES, "Proceeding": proceeding}, ensure_ascii=False), encoding="utf-8")
    (document,) = parse(read(path))
    assert said(document)[-2][:2] == ("森田花子", "議長")
    assert said(document)[-1][:2] == ("大川", "委員長")
