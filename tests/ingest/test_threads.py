"""The fictional council of みなと町 asks and answers in the forms that real minutes have."""

from __future__ import annotations

import itertools

from corpus.model import Document, Kind, Role, Span, Utterance
from ingest.threads import segments, thread

MEMBER = "\n".join(
    [
        "本日は三つの事柄を取り上げます。",
        "図書館の開館時間について伺います。",
        "仕事帰りの町民から、夜も本を借りたいという声が届いています。",
        "平日の開館を午後九時まで延ばすべきと考えますが、教育長の見解を伺います。",
        "次に、灯台公園の桟橋について伺います。",
        "台風で傷んだ桟橋は、いまも立入禁止のままです。",
        "桟橋の修繕はいつ終わるのか、伺います。",
        "最後に、町長の政治姿勢について伺います。",
        "合併から十年、町の名前に愛着が生まれました。",
        "次の十年の町づくりをどう進めるのか、町長の決意を伺います。",
    ]
)
MAYOR = "\n".join(
    [
        "汐見たまき議員の一般質問にお答えいたします。",
        "これからの町づくりについてのお尋ねでございます。",
        "合併から十年の節目に当たり、新しい総合計画をつくってまいります。",
        "その他のご質問につきましては、教育長及び関係部長からお答えいたします。",
    ]
)
SUPERINTENDENT = "図書館の開館時間の延長についてでございますが、来年度から金曜日は午後九時まで開けてまいります。"
ENGINEER = "灯台公園の桟橋の修繕についてでありますが、八月末までに工事を終える予定でございます。"


def document(*turns: tuple[str, Role, str]) -> Document:
    text, utterances = "", []
    for speaker, role, said in turns:
        start = len(text) + bool(text)
        text += ("\n" if text else "") + said
        utterances.append(Utterance(start, len(text), speaker=speaker, post=speaker, role=role))
    return Document("みなと町", "本会議", Kind.MINUTES, text, utterances=tuple(utterances))


BATCH = document(
    ("三番", Role.QUESTION, MEMBER),
    ("町長", Role.ANSWER, MAYOR),
    ("教育長", Role.ANSWER, SUPERINTENDENT),
    ("建設部長", Role.ANSWER, ENGINEER),
)


def pairs(record: Document) -> list[tuple[str, str]]:
    return [
        (record.text[found.question.start : found.question.end], record.text[found.answer.start : found.answer.end])
        for found in thread(record)
    ]


def test_a_batch_of_questions_meets_its_answers_by_what_they_are_about() -> None:
    found = {question.split("\n")[-1] or question.split("\n")[-2]: answer for question, answer in pairs(BATCH)}
    answers = [answer for _, answer in pairs(BATCH)]
    assert len(found) == 3
    assert "図書館" in answers[0] and "桟橋" in answers[1] and "総合計画" in answers[2]


def test_greetings_are_no_part_of_an_answer() -> None:
    assert all("一般質問" not in answer and "その他の" not in answer for _, answer in pairs(BATCH))


def test_segments_cover_every_utterance_without_gaps() -> None:
    found = segments(BATCH)
    for number, utterance in enumerate(BATCH.utterances):
        own = [segment.span for segment in found if segment.utterance == number]
        assert own[0].start == utterance.start and own[-1].end == utterance.end
        assert all(before.end == after.start for before, after in itertools.pairwise(own))


def test_a_question_knows_its_topic_paragraphs_later() -> None:
    asked = [segment for segment in segments(BATCH) if segment.role is Role.QUESTION]
    assert [segment.topic for segment in asked][-3:] == ["図書館の開館時間", "灯台公園の桟橋", "町長の政治姿勢"]


def test_one_question_one_answer_ties_neighbours() -> None:
    record = document(
        ("汐見委員", Role.QUESTION, "渡し船の運賃は幾らですか。"),
        ("交通課長", Role.ANSWER, "大人は二百円でございます。"),
        ("汐見委員", Role.QUESTION, "では、子供はどうですか。"),
        ("交通課長", Role.ANSWER, "半額でございます。"),
    )
    assert [answer for _, answer in pairs(record)] == ["大人は二百円でございます。", "半額でございます。"]


def test_an_answer_without_a_question_has_no_thread() -> None:
    assert thread(document(("町長", Role.ANSWER, "本日は暑い日でございます。"))) == []


def test_spans_lie_inside_one_utterance_and_confidence_is_a_probability() -> None:
    for found in thread(BATCH):
        assert 0 < found.confidence <= 1
        assert any(u.start <= found.answer.start and found.answer.end <= u.end for u in BATCH.utterances)
        assert isinstance(found.question, Span)
