"""Agenda items of assembly minutes."""

from ingest.parsers.agenda import Agenda

FRONT = "出席委員\n本日の会議に付した事件\n議席について\n報告事項（説明・質疑）\n・橋の点検計画（素案）について\n・港の改修について\n"


def test_items_of_the_list_begin_where_the_chair_names_them() -> None:
    agenda = Agenda(FRONT)
    assert (
        agenda.called("次に、橋の点検計画（素案）について理事者の報告を求めます。")
        == "橋の点検計画（素案）について"
    )
    assert agenda.called("次に、橋の点検計画（素案）についての発言を求めます。") == ""


def test_questions_after_several_reports_are_an_item_of_their_own() -> None:
    agenda = Agenda(FRONT)
    agenda.called("初めに、橋の点検計画（素案）について報告を求めます。")
    agenda.called("次に、港の改修について報告を求めます。")
    assert agenda.called("報告は終わりました。これより本件に対する質疑を行います。") == "質疑"


def test_questions_after_one_report_stay_with_it() -> None:
    agenda = Agenda(FRONT)
    agenda.called("初めに、橋の点検計画（素案）について報告を求めます。")
    assert agenda.called("これより本件に対する質疑を行います。") == ""


def test_items_outside_the_list_are_told_by_the_chairs_formula() -> None:
    agenda = Agenda("")
    assert (
        agenda.called("日程第一、第三号議案、みどり町会計補正予算を議題といたします。")
        == "日程第一、第三号議案、みどり町会計補正予算"
    )
    assert agenda.called("次に、文書質問について申し上げます。") == "文書質問について"
    assert agenda.called("これより一般質問に入ります。") == "一般質問"
    assert agenda.called("次に、本件についてお諮りいたします。") == ""
