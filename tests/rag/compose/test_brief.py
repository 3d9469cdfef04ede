from datetime import date

import pytest

from corpus.model import Role
from rag.answer import Style
from rag.compose.brief import MAX_CHARS, _choices, _forms, line, shorten
from rag.compose.extractive import compose
from rag.compose.pieces import Piece, pieces
from rag.compose.salience import Logistic, clauses
from rag.compose.wording import can_end, ended, plain, years
from tests.rag.building import found, passage

EVEN = Logistic({"asked": (0.0, 1.0, 3.0)}, -1.0)
"""A model that likes the words of the question and no others more."""


def talk(text: str) -> list[Piece]:
    return [piece for piece in pieces(text) if not piece.empty]


def written(question: str, text: str) -> str:
    return "".join(cut.text for cut in line(question, talk(text), model=EVEN))


def test_fiscal_years_are_printed_as_newsletters_print_them() -> None:
    said_on = date(2021, 6, 1)
    assert years("来年度から、令和二年四月に開設した窓口を増やします。", said_on).startswith(
        "4年度から、2年四月"
    )
    assert years("平成三十年度の実績です。", said_on) == "平成三十年度の実績です。"


def test_a_year_of_another_era_keeps_its_words() -> None:
    assert years("来年度から始めます。", date(2019, 2, 26)) == "来年度から始めます。"


@pytest.mark.parametrize(
    ("spoken", "terse"),
    [
        ("桟橋の補修に取り組んでまいります。", "桟橋の補修に取り組む。"),
        ("観測網を広げてまいりたいと考えております。", "観測網を広げる。"),
        ("水門の点検を続けさせてまいります。", "水門の点検を続けさせる。"),
    ],
)
def test_going_on_to_do_is_doing(spoken: str, terse: str) -> None:
    assert ended(plain(spoken)) == terse


def test_a_noun_with_an_attribute_is_not_made_a_verb() -> None:
    assert plain("灯台のさらなる調査を行い、公表します。").startswith("灯台のさらなる調査を行い、")


def test_a_clause_that_only_says_why_may_go_and_the_year_stays() -> None:
    text = "4年度から、漁業の担い手が減っている現状を踏まえ、港の組合と連携し、海藻養殖施設の整備費用を助成してまいります。"
    assert (
        written("海藻養殖施設の整備費用を助成すべき。4年度から。", text)
        == "4年度から、海藻養殖施設の整備費用を助成。"
    )


def test_words_said_twice_count_once() -> None:
    text = (
        "海藻養殖施設の整備費用を助成してまいります。海藻養殖施設の整備費用の助成に努めてまいります。"
        "燃料高騰対策として漁船の燃油を割り引いてまいります。"
    )
    cuts = line("海藻養殖施設の整備費用の助成と漁船の燃油は。", talk(text), model=EVEN)
    assert [cut.piece for cut in cuts] in ([0, 2], [1, 2])


def test_the_front_of_a_clause_that_goes_on_with_a_list_stays() -> None:
    text = "就業等に関する相談窓口の開設時間を延長してまいります。"
    assert any(form.startswith("相談窓口") for form in _forms(text, listed=False))
    assert all(form.startswith("就業等") for form in _forms(text, listed=True))


def test_a_limit_is_never_left_out() -> None:
    text = "三歳未満の幼児がいる世帯の保育施設利用料金を補助してまいります。"
    assert written("保育施設利用料金の補助を。", text) == "三歳未満の幼児がいる世帯の保育施設利用料金を補助。"


def test_a_line_keeps_to_its_length() -> None:
    text = "".join(
        f"第{n}埠頭の荷さばき施設と連絡橋の耐震補強工事を計画的に進めてまいります。" for n in "一二三四五"
    )
    assert 0 < len(written("埠頭の耐震補強工事は。", text)) <= MAX_CHARS


def test_chances_belong_to_the_words_of_the_written_clause() -> None:
    found = clauses("補助は。", talk("保育施設の利用料金などを、補助してまいります。"), model=EVEN)
    assert all(len(clause.words) == len(clause.chances) for clause in found)
    assert found[0].words == ("保育施設", "利用料金等")


def test_calendar_years_and_months_are_dated_too() -> None:
    said_on = date(2020, 12, 3)
    assert years("昨年三月に始め、来月に改め、本年秋に見直します。", said_on) == (
        "元年三月に始め、3年1月に改め、2年秋に見直します。"
    )
    assert years("日本年金機構と調整します。", said_on) == "日本年金機構と調整します。"


def test_a_cut_that_does_not_hold_gives_way_to_another() -> None:
    text = "漁船の燃油を割り引いてまいります。漁船の燃油の割引を港の窓口で受け付けてまいります。"
    first = line("漁船の燃油の割引は。", talk(text), model=EVEN)
    other = line("漁船の燃油の割引は。", talk(text), model=EVEN, holds=lambda cut: cut.text != first[0].text)
    assert other and first[0].text not in [cut.text for cut in other]


def test_a_reply_goes_before_what_another_member_says_in_a_debate() -> None:
    debate = passage(
        "海底トンネルの新しい通行料は、港の住民の暮らしを苦しめるものであり、容認できません。",
        role=Role.OTHER,
        post="三十二番",
        speaker="浜野直",
    )
    reply = passage(
        "海底トンネルの通行料につきましては、港の住民の負担を軽減する回数券を発行してまいります。",
        post="市長",
        speaker="花岡玲子",
    )
    question = "海底トンネルの通行料。港の住民の負担は。"
    answer = compose(question, found(debate, reply), style=Style.BRIEF, today=date(2025, 9, 1))
    assert "回数券" in answer.text
    asked = f"浜野直議員の発言：{question}"
    named = compose(asked, found(debate, reply), style=Style.BRIEF, today=date(2025, 9, 1))
    assert "容認できない" in named.text


def test_what_a_meaning_is_asks_for_the_reply_and_no_definition() -> None:
    reply = passage(
        "帆船まつりを開催する意義についてのご質問でございます。港の歴史を次の世代へ伝えますとともに、沿岸の商店街を訪れる方を増やしてまいります。",
        post="市長",
        speaker="花岡玲子",
    )
    older = passage(
        "帆船まつりの開催とは、帆船が港に集まり市民が乗船する行事の開催であります。",
        post="観光課長",
        speaker="岬一郎",
    )
    answer = compose(
        "帆船まつり。開催する意義とは何か。", found(reply, older), style=Style.BRIEF, today=date(2025, 9, 1)
    )
    assert "次の世代へ伝え" in answer.text


def test_the_reply_of_the_post_that_the_question_names_goes_first() -> None:
    chief = passage(
        "海底トンネルの通行料につきましては、港の住民の負担を軽減する回数券を発行してまいります。",
        post="港湾部長",
        speaker="岬一郎",
    )
    mayor = passage(
        "港の住民の負担を踏まえ、海底トンネルの通行料の検証委員会を設置してまいります。",
        post="市長",
        speaker="花岡玲子",
    )
    question = "海底トンネルの通行料。港の住民の負担は。"
    for post, said in (("港湾部長", "回数券"), ("市長", "検証委員会")):
        asked = f"令和7年6月12日の浜野直議員の質問に対する{post}の答弁：{question}"
        answer = compose(asked, found(chief, mayor), style=Style.BRIEF, today=date(2025, 9, 1))
        assert said in answer.text


@pytest.mark.parametrize(
    ("spoken", "terse"),
    [
        ("護岸の見直しが必要な状況にございます。", "護岸の見直しが必要な状況にある。"),
        (
            "航路を案内する電光板を活用いたした訓練を実施します。",
            "航路を案内する電光板を活用した訓練を実施。",
        ),
        ("潮位を踏まえました訓練についても実施します。", "潮位を踏まえた訓練も実施。"),
        ("誰もが港に入れますよう桟橋を改修します。", "誰もが港に入れるよう桟橋を改修。"),
    ],
)
def test_speech_inside_a_sentence_becomes_written(spoken: str, terse: str) -> None:
    assert ended(plain(spoken)) == terse


def test_a_review_at_the_end_of_a_cut_stays_whole() -> None:
    assert ended("停泊料の見直しを行い、") == "停泊料の見直し。"
    assert not can_end("停泊料の見直し、")


def test_a_list_that_goes_on_keeps_its_next_part() -> None:
    text = "港の観測、灯台の改修を進めるほか、漁業組合と連携し、海藻養殖施設の整備費用を助成してまいります。"
    cuts = line("海藻養殖施設の整備費用の助成と港の観測は。", talk(text), model=EVEN)
    assert not any("港の観測、漁業" in cut.text or "港の観測、海藻" in cut.text for cut in cuts)


def test_a_cut_does_not_point_to_words_that_are_not_shown() -> None:
    text = (
        "これを海藻養殖施設の整備費用の助成に活用してまいります。海藻養殖施設の整備費用を助成してまいります。"
    )
    cuts = line("海藻養殖施設の整備費用の助成の活用は。", talk(text), model=EVEN)
    assert cuts and not any(cut.text.startswith("これ") for cut in cuts)


def test_what_is_said_of_the_subject_stays_with_its_noun() -> None:
    text = "公社への移行が本市の港湾経営に最もふさわしい経営形態であると判断いたします。"
    assert all(not form.startswith("経営形態である") for form in _forms(text, listed=False))


def test_a_partner_stays_with_what_is_done_together() -> None:
    text = "地域の消防団との連携した桟橋の避難訓練の実施を依頼してまいります。"
    assert all(not form.startswith("連携") for form in _forms(text, listed=False))


def test_what_is_said_of_a_whole_list_is_not_cut_off_its_first_part() -> None:
    text = "国際的な帆船まつりの運営手法の継承や港の警備費用の検証を支援してまいります。"
    assert not any(form.startswith("継承や") for form in _forms(text, listed=False))


def test_a_cut_neither_begins_nor_ends_inside_a_quotation() -> None:
    text = (
        "帆船まつりは「誰もが海にふれ、港を歩き、また訪れたい街」を目指し、埠頭の遊歩道を延長してまいります。"
    )
    cuts = line("帆船まつりの港を歩き埠頭の遊歩道の延長は。", talk(text), model=EVEN)
    assert cuts
    assert all(cut.text.count("「") == cut.text.count("」") for cut in cuts)
    assert all(cut.text.startswith("帆船") or "訪れたい" not in cut.text for cut in cuts)


def test_where_something_is_done_stays_with_what_is_done_there() -> None:
    texts = ["港湾組合で、", "係留料の引き下げを進めて、", "減免の制度を窓口で周知。"]
    assert (0, 2) not in list(_choices(texts))
    assert (0, 2) in list(_choices(["港湾組合と連携し、", *texts[1:]]))


def test_who_acts_is_told_where_somebody_else_acted_before() -> None:
    assert "市は、" in plain("港湾組合において、係留料を引き下げ、市は、窓口で周知してまいります。")
    assert "市は、" not in plain("市は、窓口で周知してまいります。")


@pytest.mark.parametrize(
    ("spoken", "terse"),
    [
        ("運営手法の継承に寄与するものと考えております。", "運営手法の継承に寄与。"),
        ("係留料は組合が決めるものと考えております。", "係留料は組合が決めるもの。"),
        ("桟橋の補修は終わったものと認識しております。", "桟橋の補修は終わった。"),
    ],
)
def test_a_view_is_told_without_the_word_for_a_thing(spoken: str, terse: str) -> None:
    assert ended(plain(spoken)) == terse


def test_of_how_many_something_holds_is_not_cut_off_its_front() -> None:
    text = "市の調査では、約九割の船主組合で、係留設備の自主点検の記録が可能となる見込みでございます。"
    cuts = line("係留設備の自主点検の記録は可能か。", talk(text), model=EVEN)
    assert cuts
    assert all("九割" in cut.text for cut in cuts)


def test_of_a_speech_on_many_things_only_what_is_on_the_matter_is_told() -> None:
    speech = passage(
        "新年度は小型船の係留料を見直し、漁船の係留料の無料化に向けて検討を進めてまいります。"
        "灯台の壁の塗り替えを進めるほか、展望台の案内板を四か国語で整備してまいります。"
        "港の歴史を学ぶ講座を開き、港の魅力を広く発信してまいります。",
        post="市長",
        speaker="花岡玲子",
    )
    answer = compose("漁船の係留料の見直しについて", found(speech), style=Style.BRIEF, today=date(2025, 9, 1))
    assert "無料化に向けて" in answer.text
    assert "灯台" not in answer.text and "講座" not in answer.text


def test_a_figure_keeps_the_year_it_is_of() -> None:
    text = (
        "市営住宅の募集戸数と平均の倍率は、平成14年度は、6,820戸、13.0倍、平成15年度は、7,700戸、12.8倍、"
        "平成16年度は、7,370戸、12.9倍、平成17年度は、6,470戸、13.7倍となっております。"
    )
    short = shorten(text)
    assert short.endswith("13.7倍となっている。")
    assert short.startswith("平成")
