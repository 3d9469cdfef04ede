"""Which sentences of a reply make up an answer."""

from __future__ import annotations

from datetime import date

from corpus.model import Passage, Role
from rag.answer import Answer, Style
from rag.compose.extractive import compose
from tests.rag.building import found, passage


def ask(question: str, *hits: Passage) -> Answer:
    return compose(question, found(*hits), style=Style.FULL, today=date(2025, 9, 1))


def of_meeting(text: str, utterance: int, post: str, **fields: object) -> Passage:
    return passage(text, document_id="d", utterance=utterance, start=utterance * 500, post=post, **fields)


BOAT = of_meeting("水上バスは夏に向けて運航の準備を進める。小学生にも乗ってもらえるよう検討中。", 1, "補佐官")
MORE = of_meeting(
    "水上バスの運航の開始から一か月がたち、一割の市民が乗った。"
    "案内の札はまだ足りない。切符の売り場には列ができる日がある。桟橋の手すりは塗り直した。"
    "雨の日には屋根のある船を出す。船長の研修は毎月行う。船着き場の時計は業者に見てもらう。"
    "待合室の椅子は増やさない。夜の便は取りやめた。朝の便は続ける。冬の間は週末だけとする。",
    2,
    "事務局",
)


def test_a_short_reply_is_told_whole_with_what_else_the_meeting_says_of_the_matter() -> None:
    answer = ask("水上バスの運航について教えてください", BOAT, MORE)
    assert [sentence.text[:5] for sentence in answer.sentences] == ["水上バスは", "小学生にも", "水上バスの"]


def test_what_other_meetings_say_is_not_added_to_a_short_reply() -> None:
    other = passage("水上バスの運航の費用は、来年度に見直す。", document_id="e", date=date(2025, 6, 12))
    assert "費用" not in ask("水上バスの運航について教えてください", BOAT, other).text


def test_a_reply_that_says_nothing_of_the_matter_by_itself_gives_way() -> None:
    bare = of_meeting("全体で作る方向で検討中。", 3, "部員", agenda="水上バスの運航について")
    answer = ask("水上バスの運航について今後の取組は", bare, BOAT)
    assert "全体で" not in answer.text and answer.text.startswith("水上バスは")


def test_an_entry_of_a_list_is_no_answer() -> None:
    entry = passage("資料三　水上バスの運航の開始について【運航担当課】", role=Role.OTHER)
    assert ask("水上バスの運航の開始について教えてください", entry).refusal is not None


def test_deeds_go_before_the_promise_to_go_on() -> None:
    reply = passage(
        "河口遊歩道の延伸につきましては、昨年度に測量を終えました。用地の取得も半ばまで進み、残る区間の地権者と協議を続けているところでございます。"
        "今年度は、河口遊歩道の設計に着手いたします。沿道の町会への説明会も、秋と冬の二回に分けて開き、それぞれの地区の意見を伺うこととしております。"
        "今後とも、河口遊歩道の延伸の取組を着実に進めてまいります。"
    )
    answer = ask("河口遊歩道の延伸の取組はどこまで進んでいますか", reply)
    assert "今後とも" not in answer.sentences[0].text
    assert any("設計に着手" in sentence.text for sentence in answer.sentences)


def test_what_a_thing_is_for_is_told_without_its_neighbours_in_a_speech() -> None:
    speech = passage(
        "みどり野市の防災の取組として、大雨の際に川沿いの住民へ速やかに知らせるため河川警報塔を整備いたします。"
        "みどり野市の文化の取組として、市民合唱祭の記念公演の設備を整備いたします。"
    )
    answer = ask("みどり野市は河川警報塔を何のために整備するのか", speech)
    assert len(answer.sentences) == 1
    assert "河川警報塔" in answer.text


def test_a_speech_without_a_day_does_not_answer_for_another_year() -> None:
    speech = passage(
        "下水道事業の資金収支は、令和６年度末において資金余剰となる見込みです。",
        date=None,
        title="市政執行方針",
    )
    assert ask("下水道事業の資金収支は令和3年度末にどうなる見込みですか", speech).refusal is not None
    assert "資金余剰" in ask("下水道事業の資金収支は令和6年度末にどうなる見込みですか", speech).text


def test_in_a_short_reply_the_answer_goes_before_what_leads_up_to_it() -> None:
    reply = passage(
        "乗り場の混み具合につきましては、係員の目視によりますと、朝は三十人、夕方は五十人でした。"
        "水上バスの試験運航の乗船率につきましては、昨年の試験運航と比べまして、朝は二割から三割へ上がりました。"
    )
    answer = ask("水上バスの試験運航で乗船率はどう変化しましたか", reply)
    assert answer.sentences[0].text.startswith("水上バスの試験運航の乗船率")


def test_what_the_meeting_says_in_passing_is_not_added_to_a_short_reply() -> None:
    reply = of_meeting("水上バスの運航の乗船率は、朝が三割、夕方が五割である。", 1, "補佐官")
    passing = of_meeting(
        "係員への聞き取りでは、水上バスの札を直してほしいという意見があった。",
        2,
        "事務局",
        agenda="水上バスの運航の乗船率について",
    )
    assert "札" not in ask("水上バスの運航の乗船率はどう変わりましたか", reply, passing).text


def test_a_long_announcement_is_no_answer() -> None:
    speech = passage(
        "続いて、新年度における主要な事業について、人口の減少に歯止めをかけ、みどり野市の水上バスの運航をはじめとする総合戦略の"
        "四つの目標に対応する事業及びその他の主要な事業について申し上げます。水上バスの運航は週末も行います。"
    )
    assert "申し上げます" not in ask("みどり野市の水上バスの運航について", speech).text


def test_a_reply_to_a_member_keeps_what_else_it_says_of_a_thing() -> None:
    asked = passage("河川警報塔の整備の目的を伺います。", role=Role.QUESTION, post="5番", speaker="田口花子")
    reply = passage(
        "河川警報塔は、大雨の際に川沿いの住民へ速やかに知らせる設備であり、整備は指針を踏まえて進めることとなっております。"
        "河川警報塔の整備を契機に、川沿いの施設による自主的な避難の備えに幅広く取り組んでいただくことで、安全なまちを目指します。"
    )
    answer = compose(
        "河川警報塔の整備は何を目指していますか",
        found(reply, asked=(asked,)),
        style=Style.FULL,
        today=date(2025, 9, 1),
    )
    assert "安全なまちを目指します" in answer.text
