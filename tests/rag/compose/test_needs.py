from rag.compose.needs import names_near, satisfies
from rag.compose.shape import shape_of


def test_a_question_for_money_needs_money() -> None:
    shape = shape_of("補助の上限額はいくらですか")
    assert satisfies(shape, "上限は五万円でございます。")
    assert not satisfies(shape, "三百件を補助しております。")


def test_a_counted_thing_needs_its_counter() -> None:
    shape = shape_of("何か所に設置しましたか")
    assert satisfies(shape, "十二カ所に設置しました。")
    assert not satisfies(shape, "十二人を配置しました。")


def test_a_when_question_accepts_that_nothing_is_fixed() -> None:
    shape = shape_of("いつ始まりますか")
    assert satisfies(shape, "開始の時期は未定であります。")
    assert satisfies(shape, "この秋から始めます。")
    assert not satisfies(shape, "市民の期待は大きいものがあります。")


def test_seats_are_counted_by_those_who_find_room() -> None:
    shape = shape_of("みどり劇場は何席ですか")
    assert satisfies(shape, "みどり劇場の収容定員は八百人であります。")
    assert not satisfies(shape, "みどり劇場では八百人の方が署名されました。")


def test_companies_are_counted_without_a_counter() -> None:
    shape = shape_of("環境宣言には何社が加わっていますか")
    assert satisfies(shape, "環境宣言には、三百を超える企業に加わっていただいております。")
    assert not satisfies(shape, "環境宣言は、三百を超える項目から成ります。")


def test_a_period_from_one_year_to_another_is_a_duration() -> None:
    shape = shape_of("観光計画は何年間の計画ですか")
    assert satisfies(shape, "令和八年度から十二年度までを計画期間といたします。")
    assert not satisfies(shape, "令和八年度から取り組みます。")


def test_the_name_of_an_office_is_the_compound_that_ends_in_it() -> None:
    shape = shape_of("市が新しく設ける文化担当の課の名称は何ですか")
    assert satisfies(shape, "来年度、まち文化創造課を設けます。")
    assert not satisfies(shape, "来年度、文化を担当する課を設けます。")


def test_a_bare_number_in_front_of_what_is_counted_counts_it() -> None:
    shape = shape_of("係留の実績報告は何件ですか")
    assert satisfies(shape, "二百を超える実績報告が出されております。")
    assert not satisfies(shape, "二百を超える船が入港しております。")


def test_who_holds_a_post_is_told_by_the_bare_name_behind_it() -> None:
    shape = shape_of("港湾局の技監になったのは誰ですか")
    assert satisfies(shape, "技監の風見大介でございます。")
    assert not satisfies(shape, "技監の職を置いております。")


def test_a_committee_s_head_is_not_told_by_any_other_head() -> None:
    shape = shape_of("桟橋計画の策定委員会の委員長は誰ですか")
    assert not names_near(shape, "議案は、教育長の任命につきまして、風見大介氏を任命するものであります。")
    assert names_near(shape, "委員長の風見大介氏から報告がありました。")


def test_the_head_of_one_body_is_not_that_of_another_of_the_same_kind() -> None:
    shape = shape_of("運河再生推進協議会の会長は誰ですか")
    assert not names_near(shape, "運河関連事業者協議会会長の風見大介氏が出席しました。")
    assert names_near(shape, "運河再生推進協議会会長の風見大介氏が出席しました。")


def test_a_place_that_the_question_names_itself_tells_not_where() -> None:
    shape = shape_of("市内の乗船券の販売所はどこに置かれますか")
    assert not satisfies(shape, "来春以降、市内の販売所にて乗船券を売る予定です。")
    assert satisfies(shape, "乗船券の販売所は、北運河のポートプラザに置かれます。")
