from datetime import date

from corpus.model import Passage
from rag.answer import Answer, Style
from rag.compose.extractive import compose
from tests.rag.building import found, passage


def ask(question: str, said: Passage) -> Answer:
    return compose(question, found(said), style=Style.FULL, today=date(2025, 9, 1))


def test_a_work_is_not_told_by_the_year_of_another_deed() -> None:
    said = passage("郷土資料館は、みどり公園の中に昭和五十一年に設置され、これまで十万人が来館しております。")
    assert ask("郷土資料館の建て替えはいつですか", said).refusal is not None


def test_a_deputy_is_not_the_holder_of_the_post() -> None:
    said = passage("先日、みどり野市医師会の風見大介会長から話を伺いました。")
    assert ask("みどり野市医師会の副会長は誰ですか", said).refusal is not None
    assert "風見大介" in ask("みどり野市医師会の会長は誰ですか", said).text


BRIDGE = passage(
    "千歳橋のかけかえについてでありますが、昨年の大雨を踏まえ、早期のかけかえに向けた協議を進めております。"
    "年内までに、かけかえ工事に必要な仮の橋の工事に着手いたします。"
)


def test_the_end_of_a_work_is_not_told_by_the_start_of_a_part_of_it() -> None:
    assert ask("千歳橋のかけかえはいつ終わりますか", BRIDGE).refusal is not None


def test_the_end_of_a_work_is_told_by_the_year_in_which_it_is_done() -> None:
    done = passage("千歳橋のかけかえは、今年度に着手し、令和十年度末までに完了する予定であります。")
    assert "令和十年度末" in ask("千歳橋のかけかえはいつ終わりますか", done).text


def test_the_time_of_another_deed_is_not_that_of_the_event_told_before_it() -> None:
    study = passage(
        "臨海線の延伸により、開業区間と一体となって便利になります。"
        "昨年十月に学識経験者から成る検討会を設け、臨海線の駅の位置などを検討しております。"
    )
    assert ask("臨海線の延伸の開業はいつですか", study).refusal is not None


def test_a_time_without_a_deed_of_its_own_is_that_of_the_event_told_before_it() -> None:
    plan = passage(
        "臨海線の延伸の開業に向け、工事を進めております。臨海線は、令和十二年度を目指しております。"
    )
    assert "令和十二年度" in ask("臨海線の延伸の開業はいつですか", plan).text


def test_the_time_at_which_the_matter_told_before_is_carried_out_is_its_time() -> None:
    plan = passage(
        "水筒の配布の無償化についてのお尋ねであります。御家庭の負担を減らす水筒の配布の無償化は大切であります。"
        "私としては、令和八年四月から、市立小学校の全ての児童、約千人を対象に実施したいと考えております。"
    )
    assert "令和八年四月" in ask("水筒の配布の無償化は、いつから実施しますか", plan).text


def test_the_year_in_which_a_thing_came_into_being_is_that_of_its_opening() -> None:
    said = passage("郷土資料館は、みどり公園の中に昭和五十一年に開設され、これまで十万人が来館しております。")
    assert "昭和五十一年" in ask("郷土資料館ができたのは何年ですか", said).text


def test_where_a_thing_lies_is_not_told_by_a_place_in_a_sentence_on_it() -> None:
    moved = passage("来年度、文化課を新設し、執務室の移転を行い、市民センターのトイレを直します。")
    assert ask("文化課の執務室はどこですか", moved).refusal is not None
    told = passage("文化課の執務室は、本庁舎の三階に置きます。")
    assert "三階" in ask("文化課の執務室はどこですか", told).text


def test_the_name_of_a_thing_is_not_any_name_in_quotes() -> None:
    said = passage(
        "北線の新しい駅の工事を知らせるため、市内を走る全てのバスや船「みなと丸」に案内の札を掲げます。"
    )
    assert ask("北線の新しい駅の名前は何ですか", said).refusal is not None


def test_what_has_been_tells_nothing_of_what_is_to_come() -> None:
    said = passage("前の港まつりの入場券は、二〇一五年に一万円から売られました。")
    assert ask("港まつりの入場券はいつ売り出されますか", said).refusal is not None


def test_a_sum_under_a_topic_of_its_own_is_not_that_of_what_stands_above() -> None:
    said = passage(
        "斎場の屋根の改修も行います。介護保険事業につきましては、利用の見込みから、支援事業費は七億円となりました。"
    )
    assert ask("斎場の屋根の改修費はいくらですか", said).refusal is not None


def test_how_a_thing_is_now_goes_before_how_it_was_the_time_before() -> None:
    before = passage("前回の火災の想定では、風速十五メートルを使い、火災の風速を厳しく見ました。")
    now = passage("火災の想定の風速は、八メートルに設定いたしました。")
    answer = compose(
        "火災の想定で使う風速は何メートルですか", found(before, now), style=Style.FULL, today=date(2025, 9, 1)
    )
    assert answer.sentences[0].text.find("八メートル") >= 0


def test_the_year_of_a_thing_need_not_be_that_of_its_report() -> None:
    said = passage(
        "二〇一六年の港まつりを総括いたしました。一昨日、二月二十四日に、港まつりの報告書を発表いたしました。",
        date=date(2018, 2, 26),
    )
    assert "二月二十四日" in ask("2016年の港まつりの報告書はいつ出ましたか", said).text


def test_the_next_and_the_first_are_no_words_that_an_answer_must_hold() -> None:
    said = passage("風見議員は、平成五年にみどり野市議会議員に当選され、五期務められました。")
    assert "平成五年" in ask("風見議員がみどり野市議会議員に初めて当選したのは何年ですか", said).text


def test_what_came_into_being_is_asked_with_the_interrogative_in_between_too() -> None:
    said = passage("運河の検討委員会につきましては、昨年十月に学識者による検討委員会を設置いたしました。")
    assert "十月" in ask("運河の検討委員会はいつできましたか", said).text
