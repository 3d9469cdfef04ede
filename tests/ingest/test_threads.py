"""The fictional council of みなと町 asks and answers in the forms that real minutes have."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from corpus.disclosure import MARK
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
SUPERINTENDENT = (
    "図書館の開館時間の延長についてでございますが、来年度から金曜日は午後九時まで開けてまいります。"
)
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
        (
            record.text[found.question.start : found.question.end],
            record.text[found.answer.start : found.answer.end],
        )
        for found in thread(record)
    ]


def test_a_batch_of_questions_meets_its_answers_by_what_they_are_about() -> None:
    found = {
        question.split("\n")[-1] or question.split("\n")[-2]: answer for question, answer in pairs(BATCH)
    }
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
        assert all(before.end == after.start for before, after in pairwise(own))


def test_a_question_knows_its_topic_paragraphs_later() -> None:
    asked = [segment for segment in segments(BATCH) if segment.role is Role.QUESTION]
    assert [segment.topic for segment in asked][-3:] == [
        "図書館の開館時間",
        "灯台公園の桟橋",
        "町長の政治姿勢",
    ]


def test_one_question_one_answer_ties_neighbours() -> None:
    record = document(
        ("汐見委員", Role.QUESTION, "渡し船の運賃は幾らですか。"),
        ("交通課長", Role.ANSWER, "大人は二百円でございます。"),
        ("汐見委員", Role.QUESTION, "では、子供はどうですか。"),
        ("交通課長", Role.ANSWER, "半額でございます。"),
    )
    assert [answer for _, answer in pairs(record)] == ["大人は二百円でございます。", "半額でございます。"]


def test_a_question_asked_again_is_an_exchange_of_its_own() -> None:
    record = document(
        ("汐見議員", Role.QUESTION, "桟橋の修繕はいつ終わりますか。"),
        ("建設部長", Role.ANSWER, "桟橋の修繕についてでございますが、八月に終わります。"),
        ("汐見議員", Role.QUESTION, "再質問いたします。桟橋の修繕が八月を過ぎたらどうするのですか。"),
        ("建設部長", Role.ANSWER, "再質問にお答えいたします。仮の桟橋を設けます。"),
    )
    assert [answer for _, answer in pairs(record)] == [
        "桟橋の修繕についてでございますが、八月に終わります。",
        "再質問にお答えいたします。仮の桟橋を設けます。",
    ]


def test_the_closing_words_of_one_member_are_not_answered_to_the_next() -> None:
    record = document(
        ("汐見委員", Role.QUESTION, "これでよいのでしょうか。終わります。"),
        ("真砂委員", Role.QUESTION, "渡し船の運賃は幾らですか。"),
        ("交通課長", Role.ANSWER, "二百円でございます。"),
    )
    assert [question for question, _ in pairs(record)] == ["渡し船の運賃は幾らですか。"]


def test_a_report_ends_an_exchange() -> None:
    record = document(
        ("汐見委員", Role.QUESTION, "渡し船の運賃は幾らですか。"),
        ("交通課長", Role.EXPLANATION, "資料の二をごらんください。"),
        ("交通課長", Role.ANSWER, "灯台は日曜に開けます。"),
    )
    assert thread(record) == []


def test_what_follows_a_closed_speech_is_not_answered_to_whoever_spoke_before_it() -> None:
    record = document(
        ("1番", Role.QUESTION, "桟橋の修繕はいつ終わるのか、伺います。"),
        ("部長", Role.ANSWER, ENGINEER),
        ("", Role.OTHER, MARK),
        ("町長", Role.ANSWER, "夏祭りの日程は、来月に示します。"),
    )
    assert pairs(record) == [("桟橋の修繕はいつ終わるのか、伺います。", ENGINEER)]


def test_one_answerer_in_two_turns_keeps_one_order() -> None:
    record = document(
        ("三番", Role.QUESTION, MEMBER),
        ("町長", Role.ANSWER, "図書館の開館時間についてでございますが、延ばします。"),
        ("議長", Role.CHAIR, "静粛に願います。"),
        ("町長", Role.ANSWER, "これからの町づくりについてでございますが、計画をつくります。"),
    )
    first, last = (found.question for found in thread(record) if found.confidence > 0.5)
    assert first.start < last.start


def test_a_loose_turn_is_taken_where_a_question_waits_for_it() -> None:
    answer = "\n".join(
        [
            "図書館の開館時間についてのお尋ねでございます。",
            "金曜日は午後九時まで開けてまいります。",
            "灯台公園の桟橋につきましては、八月末までに修繕の工事を終えます。",
        ]
    )
    record = document(("三番", Role.QUESTION, MEMBER), ("町長", Role.ANSWER, answer))
    assert [answer.startswith(("図書館", "灯台公園")) for _, answer in pairs(record)][:2] == [True, True]
    assert len({answer for _, answer in pairs(record)}) == 2


def test_the_answerer_who_was_named_is_preferred() -> None:
    record = document(
        (
            "三番",
            Role.QUESTION,
            "学校の橋をどうしますか、教育長に伺います。\n村の橋をどうしますか、村長に伺います。",
        ),
        ("村長", Role.ANSWER, "橋は直してまいります。"),
        ("教育長", Role.ANSWER, "橋は直してまいります。"),
    )
    found = {answer: question for question, answer in ((t.question, t.answer.start) for t in thread(record))}
    village, school = sorted(found)
    assert found[village].start > found[school].start


def test_an_answer_without_a_question_has_no_thread() -> None:
    assert thread(document(("町長", Role.ANSWER, "本日は暑い日でございます。"))) == []


def test_spans_lie_inside_one_utterance_and_confidence_is_a_probability() -> None:
    for found in thread(BATCH):
        assert 0 < found.confidence <= 1
        assert any(u.start <= found.answer.start and found.answer.end <= u.end for u in BATCH.utterances)
        assert isinstance(found.question, Span)


LINES = st.sampled_from(
    [
        "桟橋についてでございますが、直します。",
        "次に、灯台について伺います。",
        "灯台はいつ開きますか。",
        "三点のご質問にお答えいたします。",
        "船は青い。",
        "なお、安全に努めるよう要望しておきます。",
        "運賃につきましては、据え置きます。",
        "（拍手）",
    ]
)
TURNS = st.lists(
    st.tuples(
        st.sampled_from(["三番", "町長", "教育長"]),
        st.sampled_from(list(Role)),
        st.lists(LINES, min_size=1, max_size=8).map("\n".join),
    ),
    max_size=6,
)


@given(TURNS)
def test_segments_cover_and_threads_join_a_question_to_a_later_answer(
    turns: list[tuple[str, Role, str]],
) -> None:
    record = document(*turns)
    roles = {(u.start, u.end): u.role for u in record.utterances}
    for number, utterance in enumerate(record.utterances):
        own = [segment.span for segment in segments(record) if segment.utterance == number]
        assert own[0].start == utterance.start and own[-1].end == utterance.end
        assert all(before.end == after.start for before, after in pairwise(own))
    for found in thread(record):
        (asked,) = [role for (start, end), role in roles.items() if start <= found.question.start < end]
        (told,) = [role for (start, end), role in roles.items() if start <= found.answer.start < end]
        assert (asked, told) == (Role.QUESTION, Role.ANSWER)
        assert found.question.end <= found.answer.start
    assert thread(record) == thread(record)
