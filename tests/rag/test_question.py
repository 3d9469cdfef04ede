"""What the words of a question say about when, where and by whom something was said."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.jargon import spelled_out
from rag.question import Understood, understand

TODAY = date(2026, 11, 23)
NONE = ""

PERIODS = [
    # calendar and fiscal years, eras
    ("令和6年の答弁", "2024-01-01/2024-12-31"),
    ("令和六年の答弁", "2024-01-01/2024-12-31"),
    ("2024年の一般質問", "2024-01-01/2024-12-31"),
    ("令和6年度の答弁", "2024-04-01/2025-03-31"),
    ("R6年度の質疑", "2024-04-01/2025-03-31"),
    ("2024年に市長は何と答弁したか", "2024-01-01/2024-12-31"),
    ("令和6年度に市長が防災について答弁した内容", "2024-04-01/2025-03-31"),
    ("2024年に出た給食の質問", "2024-01-01/2024-12-31"),
    ("令和6年の学童保育に関する質疑", "2024-01-01/2024-12-31"),
    ("昨年度の答弁で多かったもの", "2025-04-01/2026-03-31"),
    ("昨年の会議録", "2025-01-01/2025-12-31"),
    ("三年前の一般質問", "2023-01-01/2023-12-31"),
    # months and days
    ("令和7年9月の一般質問で出た空き家対策", "2025-09-01/2025-09-30"),
    ("昨年12月の代表質問", "2025-12-01/2025-12-31"),
    ("先月の委員会での説明", "2026-10-01/2026-10-31"),
    ("令和7年2月26日の本会議での答弁", "2025-02-26/2025-02-26"),
    ("2025-02-26の会議録", "2025-02-26/2025-02-26"),
    ("5月30日に開かれた推進本部での説明", "2026-05-30/2026-05-30"),
    ("12月10日の本会議での質問", "2025-12-10/2025-12-10"),
    ("令和7年5月30日の庁舎整備本部の発言", "2025-05-30/2025-05-30"),
    # sessions called by their month go on into the next
    ("令和6年9月議会での答弁", "2024-09-01/2024-10-31"),
    ("9月定例会で市長は何と言ったか", "2026-09-01/2026-10-31"),
    ("12月議会の一般質問の内容", "2025-12-01/2026-01-31"),
    ("今年の3月定例月議会での施政方針", "2026-03-01/2026-04-30"),
    # ranges
    ("平成30年から令和2年までの答弁", "2018-01-01/2020-12-31"),
    ("平成30年度から令和2年度までの空き家の質疑", "2018-04-01/2021-03-31"),
    ("2018年から2020年にかけて市長が空き家について答弁した内容", "2018-01-01/2020-12-31"),
    ("昨年9月から今年3月までの質疑", "2025-09-01/2026-03-31"),
    ("昨年と今年の答弁の違い", "2025-01-01/2026-12-31"),
    ("令和元年以降の答弁", "2019-01-01/"),
    ("平成30年以前の質疑", "/2018-12-31"),
    ("過去5年間の議論", "2021-11-23/2026-11-23"),
    ("直近3年間の一般質問", "2023-11-23/2026-11-23"),
    # the year of what is asked about, not of the meeting
    ("令和6年度の保育の予算はいくらか", NONE),
    ("令和6年度の予算の質疑", NONE),
    ("令和8年度の目標は何か", NONE),
    ("R9年度までの整備の予定", NONE),
    ("令和5年4月に開園した保育園は", NONE),
    ("昨年の夏に行われた調査の結果", NONE),
    ("昨年始めた事業の効果", NONE),
    ("昨年質問した歩道橋の件はどうなったか", NONE),
    ("来年度に実施する事業について質問したのは誰か", NONE),
    ("来年の答弁", NONE),
    ("第三期の計画期間は", NONE),
    ("創業100年の企業への支援", NONE),
]

MEETINGS = [
    ("令和6年第2回定例会で市長は学校給食をどう答弁したか", ("令和6年第2回定例会",)),
    ("令和六年第二回定例会の会議録", ("令和六年第二回定例会",)),
    ("R6年第3回定例会の一般質問", ("R6年第3回定例会",)),
    ("令和6年第1回臨時会での審議", ("令和6年第1回臨時会",)),
    ("令和6年第2回定例会と第3回定例会での答弁", ("令和6年第2回定例会", "令和6年第3回定例会")),
    ("第2回定例会で教育長は何と言ったか", ("第2回定例会",)),
    ("昨年の予算特別委員会での学童保育の議論", ("予算特別委員会",)),
    ("令和6年度予算特別委員会での質疑", ("令和6年度予算特別委員会",)),
    ("総務委員会で市長公室長はどう説明したか", ("総務委員会",)),
    ("防災対策特別委員会の第3号の議事", ("防災対策特別委員会",)),
    ("情報化推進本部で出た意見", ("情報化推進本部",)),
    ("環境審議会での議論", ("環境審議会",)),
    ("環境審議会の会議録", ("環境審議会",)),
    # as people at a council say it
    ("令和6年三定で区長は何と答えたか", ("令和6年第3回定例会",)),
    ("R6二定での待機児童の答弁", ("R6年第2回定例会",)),
    ("令和5年一定の予算質疑", ("令和5年第1回定例会",)),
    ("昨年の四定で出た質問", ("第4回定例会",)),
    ("予特での防災の質疑", ("予算特別委員会",)),
    ("令和5年の決特で出た意見", ("令和5年の決算特別委員会",)),
    ("議運で決まったこと", ("議会運営委員会",)),
    # a body that is asked about, or no body in particular
    ("教育委員会の取組は", ()),
    ("選挙管理委員会は何をしたか", ()),
    ("環境審議会の委員は何人か", ()),
    ("環境審議会へ諮問した内容", ()),
    ("職員会議で決めてよいことは何か", ()),
    ("参議院予算委員会で首相は何と言ったか", ()),
    ("第4回定例会に提案する条例の内容は", ()),
    ("一定の評価を得た事業は何か", ()),
    ("今定例会での答弁", ()),
    ("前回の定例会での質問", ()),
    ("本会議での質問", ()),
    ("9月議会での答弁", ()),
]

SPEAKERS = [
    ("山本議員の質問への答弁", ("山本",)),
    ("田中ひろし議員の質疑", ("田中ひろし",)),
    ("さかいだ議員の発言", ("さかいだ",)),
    ("山本議員と佐藤議員の質問", ("山本", "佐藤")),
    ("昨年の山本議員は何を聞いたか", ("山本",)),
    ("髙橋委員から出た意見", ("髙橋",)),
    ("山本さんの質問", ("山本",)),
    ("田中氏の発言", ("田中",)),
    ("佐藤君の質問", ("佐藤",)),
    ("市長の見解は", ("市長",)),
    ("副市長から説明があった件", ("副市長",)),
    ("知事答弁で触れられた数字", ("知事",)),
    ("福祉部長の見解は", ("福祉部長",)),
    ("令和6年度の環境部長の答弁", ("環境部長",)),
    ("子ども家庭部長の答弁", ("子ども家庭部長",)),
    ("まちづくり推進課長の説明", ("まちづくり推進課長",)),
    ("スポーツ・文化振興課長は何と言ったか", ("スポーツ・文化振興課長",)),
    ("政策経営部長と総務部長の答弁", ("政策経営部長", "総務部長")),
    ("会計管理者の説明", ("会計管理者",)),
    ("水道事業管理者の答弁", ("水道事業管理者",)),
    ("監査委員の意見", ("監査委員",)),
    ("議長の発言", ("議長",)),
    ("総務委員長の報告", ("総務委員長",)),
    ("参考人の意見", ("参考人",)),
    ("市長に対する質問", ("市長",)),
    ("山本議員の質問に教育長はどう答えたか", ("山本", "教育長")),
    # parties
    ("公明党の山本議員は何を聞いたか", ("山本", "公明党")),
    ("市民クラブの代表質問", ("市民クラブ",)),
    ("みらいの会が質問した件", ("みらいの会",)),
    ("共産党は給食費について何を求めたか", ("共産党",)),
    ("自民党議員団の一般質問", ("自民党議員団",)),
    ("無所属の議員の質問", ("無所属",)),
    # nobody in particular, or not as speaking
    ("議員の質問", ()),
    ("女性議員の質問", ()),
    ("市議会議員が質問した件", ()),
    ("首長と議員の関係", ()),
    ("各会派の代表質問", ()),
    ("民生委員の役割は", ()),
    ("市民の皆さんの意見", ()),
    ("利用者さんの要望", ()),
    ("市長室の場所はどこか", ()),
    ("部長級の人数は", ()),
    ("校長の権限は", ()),
    ("町会長の役割は", ()),
    ("市長、副市長の給与はいくらか", ()),
    ("政党の数", ()),
    ("自治会の要望は", ()),
]


def conditions(text: str, *ignored: str) -> Understood:
    return understand(text, TODAY, frozenset(ignored)).conditions


@pytest.mark.parametrize(("text", "expected"), PERIODS, ids=[text for text, _ in PERIODS])
def test_periods(text: str, expected: str) -> None:
    found = conditions(text)
    shown = f"{found.from_ or ''}/{found.to or ''}"
    assert shown == (expected or "/")


@pytest.mark.parametrize(("text", "expected"), MEETINGS, ids=[text for text, _ in MEETINGS])
def test_meetings(text: str, expected: tuple[str, ...]) -> None:
    assert conditions(text).meetings == expected


@pytest.mark.parametrize(("text", "expected"), SPEAKERS, ids=[text for text, _ in SPEAKERS])
def test_speakers(text: str, expected: tuple[str, ...]) -> None:
    assert conditions(text).speakers == expected


@pytest.mark.parametrize("text", [text for cases in (PERIODS, MEETINGS, SPEAKERS) for text, _ in cases])
def test_every_condition_can_be_switched_off(text: str) -> None:
    assert conditions(text, "period", "meetings", "speakers") == Understood()
    whole = conditions(text)
    assert conditions(text, "period").speakers == whole.speakers
    assert conditions(text, "speakers").meetings == whole.meetings
    assert (conditions(text, "meetings").from_, conditions(text, "meetings").to) == (whole.from_, whole.to)


@pytest.mark.parametrize("text", [text for text, _ in PERIODS])
def test_no_period_begins_after_the_day_of_asking(text: str) -> None:
    found = conditions(text)
    assert (found.from_ or date.min) <= TODAY


@pytest.mark.parametrize("day", [date(2024, 2, 29), date(2026, 1, 1), date(2026, 12, 31)])
def test_a_day_without_year_is_the_last_one(day: date) -> None:
    found = understand("2月28日の本会議での質問", day).conditions
    assert found.from_ is not None
    assert day - timedelta(days=366) < found.from_ <= day


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("令和２年三定で", "令和2年第3回定例会で"),
        ("第四定の答弁", "第4回定例会の答弁"),
        ("一定の理解", "一定の理解"),
        ("安定の理由", "安定の理由"),
        ("予特と決特の質疑", "予算特別委員会と決算特別委員会の質疑"),
    ],
)
def test_short_names_are_spelled_out(text: str, expected: str) -> None:
    assert spelled_out(text) == expected


_PIECES = "令和6年 昨年 9月 2月29日 12月31日 度 の で に 議会 定例会 第2回 三定 一定 予特 総務委員会 推進本部 議員 山本 市長 答弁 質問 と から まで 以降 党 は が 〇〇 R6 ／ 、"


@given(
    st.lists(st.sampled_from(_PIECES.split()), max_size=10).map("".join) | st.text(max_size=30),
    st.dates(date(2019, 5, 1), date(2040, 12, 31)),
)
def test_any_words_are_understood_somehow(text: str, today: date) -> None:
    found = understand(text, today).conditions
    assert (found.from_ or date.min) <= min(today, found.to or date.max)


def test_an_opening_names_day_member_and_post_and_leaves_the_matter() -> None:
    asked = understand("令和7年6月12日の野の原いくみ議員の質問に対する環境部長の答弁：砂浜の清掃は。", TODAY)
    assert asked.matter == "砂浜の清掃は。"
    assert (asked.conditions.from_, asked.conditions.to) == (date(2025, 6, 12), date(2025, 6, 12))
    assert asked.conditions.speakers == ("野の原いくみ", "環境部長")
