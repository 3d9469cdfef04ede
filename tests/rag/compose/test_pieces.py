import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.compose.pieces import pieces, shown

ANSWER = (
    "次に、雨水貯留槽の設置についてのご質問がございました。"
    "このため、市では、昨年度から設置費の三分の二を補助しております。"
    "続きまして、街路樹の剪定についてでございますが、年二回の剪定を行っております。"
    "ご理解のほどよろしくお願いいたします。"
)


def test_a_preamble_sentence_is_not_quoted_but_gives_the_topic() -> None:
    first, second, *_ = pieces(ANSWER)
    assert first.empty
    assert second.topic == "雨水貯留槽の設置"


def test_a_preamble_and_a_connective_are_trimmed_off() -> None:
    _, second, third, _ = pieces(ANSWER)
    assert second.text.startswith("市では、")
    assert third.text == "年二回の剪定を行っております。"
    assert third.topic == "街路樹の剪定"


def test_politeness_is_nothing_to_quote() -> None:
    assert pieces(ANSWER)[-1].empty


def test_offsets_point_at_the_words_shown() -> None:
    for piece in pieces(ANSWER):
        assert shown(ANSWER[piece.start : piece.end]) == piece.text


def test_a_question_is_known_as_one() -> None:
    texts = "公園の改修はいつ終わるのか。市長の見解を伺います。改修は秋に終わります。"
    assert [piece.asking for piece in pieces(texts)] == [True, True, False]


def test_spaces_of_the_print_are_not_shown() -> None:
    assert shown("令和 7年 4月から　実施する。 Web Map を使う。") == "令和7年4月から実施する。Web Mapを使う。"


def test_talk_about_exchanging_opinions_is_no_preamble() -> None:
    piece = pieces("地元の町会と公園の将来像について意見交換を進めております。")[0]
    assert not piece.empty


@given(st.text(alphabet="あのはが市、。「」（）\n 1年度についてでございますが", max_size=80))
def test_any_text_gives_ordered_pieces_inside_it(text: str) -> None:
    last = 0
    for piece in pieces(text):
        assert last <= piece.start < piece.end <= len(text)
        last = piece.end


def test_the_cells_of_a_table_row_stay_apart() -> None:
    (row,) = pieces("時刻：午前７時　日課：点検、清掃")
    assert row.text == "時刻：午前７時、日課：点検、清掃"


def test_what_was_done_before_it_is_explained_is_a_fact() -> None:
    piece = pieces(
        "去る六月一日に、帆船まつりの実施方針を策定いたしましたので、これについてご説明申し上げます。"
    )[0]
    assert not piece.empty


def test_an_interjection_in_front_of_a_sentence_is_no_part_of_it() -> None:
    (said,) = pieces("（北村委員「違います」と呼ぶ）その時点では概算でございました。")
    assert said.text == "その時点では概算でございました。"


def test_what_points_back_at_the_sentence_before_is_trimmed_off() -> None:
    texts = "それを踏まえて市は、説明会を開きました。それから桟橋の費用は計上しておりません。"
    assert [piece.text for piece in pieces(texts)] == [
        "市は、説明会を開きました。",
        "桟橋の費用は計上しておりません。",
    ]


@pytest.mark.parametrize(
    "opening",
    [
        "さて、",
        "ところで、",
        "続いて、",
        "続きまして、",
        "これにより、",
        "これによりまして、",
        "この中において、",
        "この中では、",
    ],
)
def test_a_turn_of_speech_that_points_back_is_cut_off(opening: str) -> None:
    assert [piece.text for piece in pieces(f"{opening}桟橋の補修は七月に終わります。")] == [
        "桟橋の補修は七月に終わります。"
    ]
