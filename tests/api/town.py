"""A made-up town for the tests of the doors: names, figures and speeches are invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from corpus.model import Kind, Role


@dataclass(frozen=True)
class Speech:
    """One utterance; paragraphs are separated by line breaks. `answers` names the utterance it replies to."""

    role: Role
    post: str
    speaker: str
    agenda: str
    text: str
    answers: int | None = None


@dataclass(frozen=True)
class Record:
    """One document of the town."""

    id: str
    title: str
    kind: Kind
    compartment: str
    status: str
    meeting: str
    session: str
    date: date | None
    department: str
    speeches: tuple[Speech, ...]


_GENERAL = "一般質問"
_REPORT = "報告（１）生成AIの利用状況について"

TOWN = (
    Record(
        id="d7f3a91c",
        title="みはる野市議会 令和6年第2回定例会 会議録 第2号",
        kind=Kind.MINUTES,
        compartment="public",
        status="open",
        meeting="みはる野市議会",
        session="令和6年第2回定例会 第2号",
        date=date(2024, 6, 12),
        department="議会事務局",
        speeches=(
            Speech(
                Role.CHAIR,
                "議長",
                "高槻義男",
                "日程第1",
                "ただいまから本日の会議を開きます。\n日程第1、一般質問を行います。",
            ),
            Speech(
                Role.QUESTION,
                "",
                "若林みどり",
                _GENERAL,
                "市民クラブの若林みどりです。通告に従い、三点お尋ねします。\n"
                "初めに、学校給食費についてです。物価高が続く中、保護者の負担は重くなる一方です。"
                "学校給食費の無償化をいつから始めるのか、市長の見解を伺います。\n"
                "次に、避難所の備えについてです。昨年の豪雨では、体育館に避難した方から暑さを訴える声が"
                "多く寄せられました。市立学校の体育館への空調設備の設置をどのように進めるのか伺います。\n"
                "最後に、みはる川の散策路についてです。照明が少なく、夜間は歩きにくいという声があります。"
                "散策路の照明の増設について、市の考えを伺います。",
            ),
            Speech(
                Role.ANSWER,
                "市長",
                "早瀬一郎",
                _GENERAL,
                "若林議員のご質問にお答えします。\n"
                "学校給食費の無償化についてのお尋ねですが、市立小学校は令和7年4月から、市立中学校は"
                "令和8年4月から、学校給食費を無償といたします。"
                "必要な経費は年額3億2,400万円と見込んでおり、財政調整基金も活用しながら安定して続けてまいります。\n"
                "その他のご質問につきましては、担当部長から答弁いたします。",
                answers=1,
            ),
            Speech(
                Role.ANSWER,
                "教育部長",
                "森川明",
                _GENERAL,
                "体育館の空調設備についてお答えします。\n"
                "市立学校24校の体育館への空調設備の設置は、避難所に指定された14校を令和7年度までに、"
                "残る10校を令和9年度までに終える計画です。"
                "設置に当たっては、停電時にも使えるよう、都市ガスによる方式を基本とします。",
                answers=1,
            ),
            Speech(
                Role.ANSWER,
                "都市整備部長",
                "岸本薫",
                _GENERAL,
                "みはる川の散策路の照明についてお答えします。\n"
                "散策路の照明は、今年度に実施する夜間の調査の結果を踏まえ、危険な箇所から順に増設を検討してまいります。",
                answers=1,
            ),
        ),
    ),
    Record(
        id="d29be04d",
        title="第3期みはる野市デジタル化推進計画",
        kind=Kind.PLAN,
        compartment="public",
        status="open",
        meeting="",
        session="",
        date=date(2025, 3, 1),
        department="政策部情報政策課",
        speeches=(
            Speech(
                Role.OTHER,
                "",
                "",
                "第1章 計画の位置づけ",
                "第3期みはる野市デジタル化推進計画の計画期間は、令和7年度から令和11年度までの5年間とします。\n"
                "計画は、毎年度の進み具合を点検し、必要に応じて見直します。",
            ),
            Speech(
                Role.OTHER,
                "",
                "",
                "第2章 取組",
                "窓口の手続のうち、利用の多い60の手続を令和8年度末までにオンラインで行えるようにします。",
            ),
        ),
    ),
    Record(
        id="d5510c8e",
        title="情報化推進委員会 会議録（令和7年度第1回）",
        kind=Kind.MEETING_RECORD,
        compartment="staff",
        status="closed",
        meeting="情報化推進委員会",
        session="令和7年度第1回",
        date=date(2025, 5, 20),
        department="政策部情報政策課",
        speeches=(
            Speech(
                Role.EXPLANATION,
                "情報政策課長",
                "丸山聡",
                _REPORT,
                "庁内の生成AIの利用状況を報告します。\n"
                "四月の利用者は職員のおよそ2割で、文章の要約と下書きに使われる例が多くなっています。",
            ),
            Speech(
                Role.QUESTION, "委員", "", _REPORT, "利用者を増やすために、どのような研修を考えていますか。"
            ),
            Speech(
                Role.ANSWER,
                "情報政策課長",
                "丸山聡",
                _REPORT,
                "生成AIの研修は、動画による基礎研修を全職員に、実習形式の研修を各課1名に、9月までに行う予定です。",
                answers=1,
            ),
        ),
    ),
    Record(
        id="dc80e7a2",
        title="来年度の職員配置に関する打合せ記録",
        kind=Kind.MEETING_RECORD,
        compartment="dept:総務部人事課",
        status="closed",
        meeting="職員配置打合せ",
        session="",
        date=date(2025, 6, 3),
        department="総務部人事課",
        speeches=(
            Speech(
                Role.EXPLANATION,
                "人事課長",
                "葉山清",
                "協議事項",
                "来年度の職員配置の案では、窓口部門の職員配置を6名減らし、子育て部門へ4名を移すこととしています。",
            ),
        ),
    ),
)
